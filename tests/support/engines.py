"""Writing and opening index versions in tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from indexer.analysis.analyzer import default_analyzer
from indexer.engines.base import Engine, IndexReader, PolicyRecords, Themes
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.engines.embedded.reader import EmbeddedReader
from indexer.results.model import IndexInfo
from indexer.results.record import IndexRecord

INFO = IndexInfo("test", "2026-01-01T00:00:00+00:00", 0, "stamp")


def by_policy(entries: Iterable[IndexRecord]) -> list[PolicyRecords]:
    """Records as an engine takes them: together with the others of their policies."""
    policies: dict[str, list[IndexRecord]] = {}
    for entry in entries:
        policies.setdefault(entry.policy.id, []).append(entry)
    return [PolicyRecords(some[0].policy, tuple(some)) for some in policies.values()]


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
