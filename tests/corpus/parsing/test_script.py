"""Documents in traditional script are recognised like others and kept as published."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Cell, SourceDocument, SourceTable
from corpus.parsing.notice import parse, parse_document
from corpus.places.regions import divisions, resolve, resolve_whole
from corpus.policy import ParsedPolicy, Record, Span
from corpus.text.script import Originals, simplify
from tests.support.rewriting import traditional_forms


@cache
def _table() -> dict[int, str]:
    """Each simplified character as the first traditional one that is read as it."""
    return {
        ord(plain): next(form for form in forms if simplify(form) == plain)
        for plain, forms in traditional_forms().items()
        if len(plain) == 1 and any(simplify(form) == plain for form in forms)
    }


def traditional(text: str) -> str:
    converted = text.translate(_table())
    assert len(converted) == len(text)
    return converted


def read(text: str) -> ParsedPolicy:
    return parse(text, source="a.txt", sha256="0" * 64)


def zones_of(parsed: ParsedPolicy) -> list[Record]:
    return [record for record in parsed.records if record.kind == "zone"]


@pytest.fixture(scope="module")
def converted(notice: ParsedPolicy) -> ParsedPolicy:
    text = traditional(notice.text)
    assert text != notice.text and simplify(text) == notice.text
    return read(text)


def test_the_notice_in_traditional_script_gives_the_same_zones(
    notice: ParsedPolicy, converted: ParsedPolicy
) -> None:
    assert converted.text == traditional(notice.text)
    assert len(zones_of(converted)) == 31
    for ours, theirs in zip(converted.records, notice.records, strict=True):
        assert (ours.kind, ours.n, ours.status) == (theirs.kind, theirs.n, theirs.status)
        assert (ours.region, ours.place) == (theirs.region, theirs.place)
        assert ours.title == traditional(theirs.title)
        assert ours.body == traditional(theirs.body)
        assert ours.unit == (traditional(theirs.unit) if theirs.unit else None)
    assert converted.furniture == notice.furniture


def test_the_notice_in_traditional_script_is_described_as_published(
    notice: ParsedPolicy, converted: ParsedPolicy
) -> None:
    ours, theirs = converted.policy, notice.policy
    assert ours.number == ours.id == "民函〔2019〕41號"
    assert ours.title == traditional(theirs.title)
    assert (ours.date, ours.issuer, ours.category) == ("2019-03-25", "民政部", "批复")
    assert ours.recipients == (traditional(theirs.recipients) if theirs.recipients else None)
    assert converted.warnings == notice.warnings == ()
    for finding, other in zip(converted.findings, notice.findings, strict=True):
        assert (finding.field, finding.place) == (other.field, other.place)


def test_a_missing_zone_is_told_in_traditional_script(notice: ParsedPolicy) -> None:
    zone = zones_of(notice)[4]
    text = "".join(
        "" if any(span.start <= at < span.end for span in zone.place) else char
        for at, char in enumerate(traditional(notice.text))
    )
    codes = {warning.code for warning in read(text).warnings}
    assert "units-missing" in codes


def test_a_list_in_traditional_script() -> None:
    text = (
        "關於公布試點名單的批覆\n\n民函〔2020〕5號\n\n浙江省\n"
        "1. 杭州市江干區：探索雙網共生機制。建立聯動平臺，完善制度。\n"
        "2. 寧波市鄞州區：推進社區協商。制定議事規則，開展評議。\n"
        "廣東省\n3. 廣州市荔灣區：發展志願服務。設立基金，培育組織。\n"
    )
    parsed = read(text)
    assert parsed.policy.number == "民函〔2020〕5號"
    assert (parsed.policy.title, parsed.policy.category) == ("關於公布試點名單的批覆", "批复")
    assert [zone.unit for zone in zones_of(parsed)] == [
        "浙江省杭州市江干區",
        "浙江省寧波市鄞州區",
        "廣東省廣州市荔灣區",
    ]
    assert [zone.region.county if zone.region else None for zone in zones_of(parsed)] == [
        "江干区",
        "鄞州区",
        "荔湾区",
    ]
    assert zones_of(parsed)[0].title == "探索雙網共生機制"
    assert zones_of(parsed)[0].body == "建立聯動平臺，完善制度。"


def test_a_grid_in_traditional_script() -> None:
    cells = [
        ["序號", "省份", "實驗單位", "實驗主題", "實驗內容", "備註"],
        ["1", "江蘇省", "南京市雨花臺區", "社區協商", "完善議事規則，開展協商。", "後續"],
        ["2", "", "蘇州市吳江區", "里社聯動", "建立聯動機制，發展組織。", ""],
    ]
    text, grid = "實驗區名單的公告\n\n", []
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            rows = 2 if (row, column) == (1, 1) else 1
            if (row, column) != (2, 1):
                grid.append(Cell(row, column, Span(len(text), len(text) + len(cell)), rows))
                text += cell + "\n"
    parsed = parse_document(
        SourceDocument(text, "a.html", "0" * 64, ".html", b"", (SourceTable(tuple(grid)),))
    )
    first, second = zones_of(parsed)
    assert (first.unit, second.unit) == ("江蘇省南京市雨花臺區", "江蘇省蘇州市吳江區")
    assert (first.title, second.title) == ("社區協商", "里社聯動")
    assert first.body == "完善議事規則，開展協商。\n備註：後續"
    assert second.region == resolve("江苏省苏州市吴江区")


def test_headings_and_page_heads_in_traditional_script() -> None:
    text = (
        "發文機關：民政部\n發文字號：民發〔2021〕3號\n有效性：現行有效\n\n"
        "民政部關於社區工作的意見\n\n一、總體要求\n堅持問題導向。\n"
    )
    parsed = read(text)
    assert (parsed.policy.number, parsed.policy.validity) == ("民發〔2021〕3號", "现行")
    assert parsed.records[-1].title == "一、總體要求"
    assert parsed.policy.category == "意见"


def test_every_division_is_found_by_its_traditional_name() -> None:
    for division in divisions():
        if division.code.endswith("0000"):
            assert resolve_whole(traditional(division.name)) == resolve_whole(division.name)
    assert resolve_whole("吉林省乾安縣") == resolve_whole("吉林省乾安县") is not None
    assert resolve_whole("吉林省松原市乾安县") is not None


@given(st.text(alphabet="後后里裏關关于於發发髮 \n號", max_size=40), st.data())
def test_what_is_read_from_the_shadow_is_found_again(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    span = Span(start, end)
    shadow = simplify(text)
    assert len(shadow) == len(text)
    assert Originals(text, shadow).of(shadow[start:end], [span]) == text[start:end]
