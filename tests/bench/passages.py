"""The passages that speed is measured on, made once and kept in a file.

They are the paragraphs of :mod:`tests.bench.laws` with the themes and keywords
that the library would give them, so that every facet of a real index is there,
with one value and with many.  Making them takes far longer than reading them,
and every build is timed in a process of its own: so they lie in a file of
pickled batches, of which the first ``size`` records are read.

Beyond the end of the corpus it is repeated: the copies are the same texts of
other policies.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from indexer.analysis.analyzer import Analyzer, literal_texts
from indexer.engines.base import PolicyRecords
from indexer.linguistics import default_linguistics
from indexer.results.facets import facet_values
from indexer.results.model import FACETS, Hit, IndexRecord
from indexer.schema import DEFAULT_FIELDS, text_of
from tests.bench.laws import read_laws, read_texts
from tests.bench.peers.base import Document, Shape

_BATCH = 1000
#: What peers get of a passage.
SHAPE = Shape(fields=DEFAULT_FIELDS, facets=FACETS)


class Passages:
    """A file of passages, ready to be indexed, and the texts of ``data`` that they are from."""

    def __init__(self, path: Path, data: Path) -> None:
        self.path = path
        self._data = data

    @classmethod
    def prepare(cls, data: Path, directory: Path, size: int) -> Passages:
        """The first ``size`` passages of ``data`` in a file of ``directory``, made if missing."""
        path = directory / f"passages-{default_linguistics().stamp}-{size}.pickle"
        if not path.exists():
            partial = path.with_suffix(".partial")
            with (
                partial.open("wb") as file,
                ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool,
            ):
                for batch in pool.map(_enriched, _batches(read_laws(data, size))):
                    pickle.dump(batch, file, pickle.HIGHEST_PROTOCOL)
            partial.replace(path)
        return cls(path, data)

    def policies(self, records: Iterable[IndexRecord]) -> list[PolicyRecords]:
        """Passages together with the others of their policies, and with the whole text.

        The title is a field of the source, so it stands before the text, as in the library.
        """
        texts = read_texts(self._data)
        policies: dict[str, list[IndexRecord]] = {}
        for entry in records:
            policies.setdefault(entry.policy.id, []).append(entry)
        return [
            PolicyRecords(policy, tuple(some), *_with_title(policy.title, texts[policy.sha256]))
            for some in policies.values()
            for policy in (some[0].policy,)
        ]

    def read(self, size: int, *, repeat: bool = False) -> Iterator[IndexRecord]:
        """The first ``size`` of them; with ``repeat`` from the beginning again after the last."""
        return islice(self._copies() if repeat else self._once(), size)

    def _once(self) -> Iterator[IndexRecord]:
        with self.path.open("rb") as file:
            while file.peek(1):
                yield from pickle.load(file)

    def _copies(self) -> Iterator[IndexRecord]:
        copy = order = 0
        while True:
            copy += 1
            for entry in self._once():
                yield replace(_copied(entry, copy), order=order)
                order += 1


def _with_title(title: str, text: str) -> tuple[str, int]:
    """A text with its title, and where the text begins."""
    return (text, 0) if title in text else (f"{title}\n{text}", len(title) + 1)


def _batches(records: Iterator[IndexRecord]) -> Iterator[list[IndexRecord]]:
    while batch := list(islice(records, _BATCH)):
        yield batch


def _enriched(batch: list[IndexRecord]) -> list[IndexRecord]:
    """The same with themes and keywords, as a build gives them."""
    known = default_linguistics()
    return [
        replace(
            entry,
            themes=known.themes.assign(entry.record),
            keywords=known.keywords.extract(entry.record.title, entry.record.body),
        )
        for entry in batch
    ]


def _copied(entry: IndexRecord, copy: int) -> IndexRecord:
    if copy == 1:
        return entry
    policy = replace(entry.policy, id=f"{entry.policy.id}#{copy}")
    return replace(
        entry,
        policy=policy,
        record=replace(entry.record, id=f"{policy.id}/passage-{entry.record.n}"),
    )


def documents(records: Iterable[IndexRecord], analyzer: Analyzer) -> Iterator[Document]:
    """The passages as peers get them: tokens, facet values, and the fields of a hit as JSON."""
    for entry in records:
        streams: dict[str, list[str]] = {}
        for field in DEFAULT_FIELDS:
            if text := text_of(entry, field):
                streams[f"{field}_words"] = analyzer.word_texts(text)
                streams[f"{field}_literal"] = literal_texts(text)
        stored = json.dumps(Hit(entry, 0.0, None, {}, {}).to_dict(), ensure_ascii=False)
        yield Document(streams, facet_values(entry), stored)
