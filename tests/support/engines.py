"""Writing and opening index versions in tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from indexer.analysis.analyzer import default_analyzer
from indexer.engines.base import Engine, IndexReader, PolicyRecords, Themes
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.engines.embedded.reader import EmbeddedReader
from indexer.results.model import IndexInfo
from indexer.results.record import IndexRecord
from tests.support import oracle

INFO = IndexInfo("test", "2026-01-01T00:00:00+00:00", 0, "stamp")


def by_policy(entries: Iterable[IndexRecord]) -> list[PolicyRecords]:
    """Records as an engine takes them: together with the others of their policies.

    The policy's text has a head and then the fields of each record, a line each, where the
    record's place begins if that can be.
    """
    policies: dict[str, list[IndexRecord]] = {}
    for entry in entries:
        policies.setdefault(entry.policy.id, []).append(entry)
    return [
        PolicyRecords(some[0].policy, tuple(some), _text_of(some)) for some in policies.values()
    ]


def _text_of(entries: Sequence[IndexRecord]) -> str:
    text = "序号\t实验单位\n实验主题\n"
    for entry in entries:
        record = entry.record
        missing = record.place[0].start - len(text) if record.place else 0
        text += " " * (missing - 1) + "\n" * (missing > 0)
        text += "\n".join(part for part in (record.unit, record.title, record.body) if part) + "\n"
    return text


def wholes(entries: Iterable[IndexRecord]) -> dict[str, oracle.Whole]:
    """Each policy's text and its records, as :func:`write` indexes them, by its id."""
    return {each.policy.id: oracle.Whole(each.text, each.records) for each in by_policy(entries)}


def write(
    engine: Engine,
    name: str,
    *parts: Iterable[IndexRecord],
    base: str | None = None,
    gone: Iterable[str] = (),
    themes: Mapping[str, Themes] | None = None,
) -> IndexReader:
    """A committed version, open: ``base`` less the policies ``gone``, plus ``parts``."""
    writer = engine.create(name, base)
    for policy_id in gone:
        writer.delete(policy_id)
    for part in parts:
        writer.add(by_policy(part))
    writer.reassign(themes or {})
    writer.commit(INFO)
    return engine.open(name)


def write_in_steps(engine: Engine, entries: tuple[IndexRecord, ...], step: int) -> IndexReader:
    """The last of several versions, each of which adds ``step`` records to the one before.

    Their policies must not reach over the steps.
    """
    name = None
    for start in range(0, len(entries), step):
        following = f"v{start}"
        reader = write(engine, following, entries[start : start + step], base=name)
        name = following
    return reader


def embedded(directory: Path) -> EmbeddedEngine:
    """An embedded engine."""
    return EmbeddedEngine(directory, default_analyzer())


def compiled(reader: EmbeddedReader) -> EmbeddedReader:
    """The same with the kernels that a large index is searched with."""
    reader.kernels.load()
    return reader
