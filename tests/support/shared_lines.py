"""Passages that zones share out: 江苏省南京市建邺区、东台市 is a line and two zones."""

from __future__ import annotations

from corpus.policy import ParsedPolicy, Record, Span


def without_shared_lines(parsed: ParsedPolicy) -> list[Record]:
    """The records without the passages whose characters are those of several zones.

    Asserts that the zones within such a passage make it up: one behind another, each
    character once.
    """
    begins = {span.start for r in parsed.records if r.kind == "zone" for span in r.place}
    kept = []
    for record in parsed.records:
        if record.kind == "passage" and any(span.start in begins for span in record.place):
            _assert_shared_out(parsed, record)
        else:
            kept.append(record)
    return kept


def _assert_shared_out(parsed: ParsedPolicy, passage: Record) -> None:
    [whole] = passage.place
    zones = [record for record in parsed.records if record.kind == "zone"]
    inside = sorted(
        (span.start, span.end, zone.n)
        for zone in zones
        for span in zone.place
        if whole.start <= span.start < whole.end
    )
    assert len({n for _, _, n in inside}) > 1
    reached = whole.start
    for start, end, _ in inside:
        assert start == reached
        reached = end
    assert Span(whole.start, reached) == whole
