"""The embedded engine: Whoosh behind our protocol.

Whoosh keeps the schema, segments, locks and commits of one directory; nothing
outside this room, :mod:`~indexer.engines.documents` and
:mod:`~indexer.engines.postings` imports it.  What a
query means is decided by :mod:`indexer.engines.evaluate`, its order by
:mod:`indexer.engines.ranking`, its counts by :mod:`indexer.engines.facets`:
Whoosh's own query parser, collectors and facets have traps that users would
fall into (exponential parses, clamped pages, silent miscounts).

Reading: a :class:`_Snapshot` belongs to one generation (one commit), is
immutable and shared; a Whoosh reader belongs to one request and is closed at
its end.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import index
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import IndexReader, ReaderClosed, TermNotFound

from indexer.analysis import Analyzer
from indexer.engines.base import Page, Ranked, Search
from indexer.engines.documents import (
    make_schema,
    read_lengths,
    read_stored,
    read_table,
    to_document,
)
from indexer.engines.evaluate import Evaluator, Matches, searches_text
from indexer.engines.facets import Docs, FacetTable, Mask
from indexer.engines.postings import PostingReader
from indexer.engines.ranking import Lengths, Scores, score
from indexer.errors import EngineError, IndexDamaged, PageOutOfRange, RecordNotFound
from indexer.query import Node
from indexer.results import Filters, IndexInfo, IndexRecord, Match
from indexer.schema import DEFAULT_FIELDS
from indexer.sentences import in_one_sentence

_DISTRIBUTIONS = ("Whoosh", "Whoosh-Reloaded")
_RETRIES = 20


def refuse_other_whoosh() -> None:
    """Raises where another distribution of ``whoosh`` overwrote the pinned one."""
    for name in _DISTRIBUTIONS:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        raise EngineError(
            f"环境中同时安装了 {name} {version}，它会覆盖本程序所用的 whoosh3",
            f"请执行 pip uninstall -y {name} 后再执行 pip install --force-reinstall whoosh3",
        )


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What one generation holds in memory, shared by all threads."""

    generation: int
    table: FacetTable
    lengths: Lengths


@dataclass(frozen=True, slots=True)
class _Found:
    """The outcome of matching: who, how, and how good."""

    matches: Matches
    partial: Mask | None
    scores: Scores
    text: bool


@dataclass(slots=True)
class _Pending:
    """A transaction: Whoosh's writer and what it has taken so far.

    Whoosh deletes only what is committed; what this transaction itself added
    is marked in its new segment.
    """

    writer: Any
    known: frozenset[str]
    by_id: dict[str, int] = field(default_factory=dict)
    by_policy: dict[str, list[int]] = field(default_factory=dict)

    def replace(self, record_id: str) -> None:
        """Makes room for a record that may be there already."""
        if record_id in self.by_id:
            self.writer.newsegment.delete_document(self.by_id[record_id])
        elif record_id in self.known:
            self.writer.delete_by_term("id", record_id)

    def add(self, entry: IndexRecord, document: dict[str, Any]) -> None:
        """Adds a document, remembering its number."""
        number = self.writer.docnum
        self.writer.add_document(**document)
        self.by_id[entry.record.id] = number
        self.by_policy.setdefault(entry.policy.id, []).append(number)

    def delete_policy(self, policy_id: str) -> None:
        """Removes a policy's records, committed or not."""
        self.writer.delete_by_term("policy_id", policy_id)
        for number in self.by_policy.pop(policy_id, ()):
            self.writer.newsegment.delete_document(number)


class EmbeddedEngine:
    """Whoosh in one directory.  Threads may search it; one writes at a time."""

    def __init__(self, directory: Path, info: IndexInfo, analyzer: Analyzer) -> None:
        refuse_other_whoosh()
        self._info = info
        self._analyzer = analyzer
        self._lock = threading.Lock()
        self._snapshot: _Snapshot | None = None
        self._pending: _Pending | None = None
        try:
            self._storage = FileStorage(str(directory), supports_mmap=True)
            if index.exists_in(str(directory)):
                self._index = self._storage.open_index()
            else:
                directory.mkdir(parents=True, exist_ok=True)
                self._index = self._storage.create_index(make_schema())
        except OSError as error:
            raise EngineError(
                f"无法打开索引目录 {directory}：{error.strerror or error}",
                "请检查目录权限，或用 --home 指定另一个目录",
            ) from error
        except Exception as error:  # Whoosh raises bare and pickle errors for damaged files
            raise IndexDamaged(
                f"索引目录 {directory} 已损坏或不是本程序的索引：{error}",
                "请执行 zhengsou index --rebuild 重建索引",
            ) from error

    @property
    def info(self) -> IndexInfo:
        return self._info

    # Writing

    def add(self, records: Iterable[IndexRecord]) -> None:
        pending = self._begin()
        for entry in records:
            pending.replace(entry.record.id)
            pending.add(entry, to_document(entry, self._analyzer))

    def delete(self, policy_id: str) -> None:
        self._begin().delete_policy(policy_id)

    def commit(self) -> None:
        pending, self._pending = self._begin(), None
        pending.writer.commit()

    def _begin(self) -> _Pending:
        """The open transaction, begun where there is none."""
        if self._pending is None:
            try:
                writer = self._index.writer()
            except index.LockError as error:
                raise EngineError(
                    "另一个进程正在写入索引", "请等它完成后再试，或结束那个进程"
                ) from error
            with self._reading() as (reader, _):
                committed = reader.lexicon("id") if reader.doc_count_all() else ()
                known = frozenset(term.decode("utf-8") for term in committed)
            self._pending = _Pending(writer, known)
        return self._pending

    # Reading

    @contextmanager
    def _reading(self) -> Iterator[tuple[IndexReader, _Snapshot]]:
        reader = self._open_reader()
        try:
            yield reader, self._snapshot_of(reader)
        finally:
            reader.close()

    def _open_reader(self) -> IndexReader:
        """A reader of the last commit; a commit in between means trying again."""
        for attempt in range(_RETRIES):
            try:
                return self._index.reader()
            except (FileNotFoundError, ReaderClosed) as error:
                if attempt + 1 == _RETRIES:
                    raise EngineError(
                        f"索引文件不完整：{error}", "请执行 zhengsou index --rebuild 重建索引"
                    ) from error
        raise AssertionError("unreachable")

    def _snapshot_of(self, reader: IndexReader) -> _Snapshot:
        generation = reader.generation() or 0
        snapshot = self._snapshot
        if snapshot is None or snapshot.generation != generation:
            with self._lock:
                snapshot = self._snapshot
                if snapshot is None or snapshot.generation != generation:
                    snapshot = _Snapshot(generation, read_table(reader), read_lengths(reader))
                    self._snapshot = snapshot
        return snapshot

    def search(self, search: Search) -> Page:
        with self._reading() as (reader, snapshot):
            table = snapshot.table
            found = self._find(reader, snapshot, search.tree, search.sort)
            masks = table.masks(search.filters)
            allowed = table.live
            for mask in masks.values():
                allowed = allowed & mask
            full = found.matches.full & allowed
            total = int(np.count_nonzero(full))
            partial = None if found.partial is None else found.partial & allowed
            partial_total = 0 if partial is None else int(np.count_nonzero(partial))
            counted = found.matches.full
            if not total and found.partial is not None:
                counted = found.partial
            window = _window(search, total, partial_total)
            ranked = _order(found, full, table, search.sort)
            if window.stop > total and partial is not None:
                ranked = np.concatenate([ranked, _order(found, partial, table, search.sort)])
            hits = [self._ranked(reader, found, int(doc)) for doc in ranked[window]]
            counts = table.counts(counted, masks, search.filters, search.facets)
            return Page(total, partial_total, tuple(hits), counts)

    def _find(
        self, reader: IndexReader, snapshot: _Snapshot, tree: Node, sort: str | None
    ) -> _Found:
        """Matches of a tree before filters; ``sort`` ``None`` leaves partial ones out."""
        postings = PostingReader(reader)

        def within_sentence(child: Node, doc: int, literally: bool) -> bool:
            return in_one_sentence(child, read_stored(reader, doc), literally, self._analyzer)

        evaluator = Evaluator(postings, snapshot.table, self._analyzer, within_sentence)
        text = searches_text(tree)
        matches = evaluator.matches(tree)
        live = snapshot.table.live
        matches = Matches(matches.full & live, matches.literal & live)
        if sort is None:
            return _Found(matches, None, np.zeros(0), text)
        partial = evaluator.partial(tree) & live & ~matches.full if text else None
        scores = score(tree, postings, snapshot.lengths, self._analyzer)
        return _Found(matches, partial, scores, text)

    def _ranked(self, reader: IndexReader, found: _Found, doc: int) -> Ranked:
        match: Match | None = None
        if found.text:
            if found.matches.literal[doc]:
                match = "literal"
            else:
                match = "words" if found.matches.full[doc] else "partial"
        return Ranked(read_stored(reader, doc), match, round(float(found.scores[doc]), 6))

    def count(self, tree: Node, filters: Filters) -> int:
        with self._reading() as (reader, snapshot):
            mask = self._find(reader, snapshot, tree, None).matches.full
            for restriction in snapshot.table.masks(filters).values():
                mask = mask & restriction
            return int(np.count_nonzero(mask))

    def record(self, record_id: str) -> IndexRecord:
        with self._reading() as (reader, _):
            try:
                return read_stored(reader, reader.first_id("id", record_id))
            except (TermNotFound, KeyError):
                pass
        raise RecordNotFound(f"没有编号为“{record_id}”的记录", "请核对记录编号，或从检索页重新查找")

    def records(self) -> Iterator[IndexRecord]:
        with self._reading() as (reader, snapshot):
            table = snapshot.table
            docs = np.flatnonzero(table.live)
            for doc in docs[np.argsort(table.order[docs], kind="stable")].tolist():
                yield read_stored(reader, doc)

    def terms(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        with self._reading() as (reader, _):
            postings = PostingReader(reader)
            names = [f"{name}_words" for name in DEFAULT_FIELDS]
            words = sorted({word for name in names for word in postings.expand(name, prefix)})
            for word in words:
                docs = [postings.docs(name, word) for name in names]
                yield word, len(np.unique(np.concatenate(docs)))

    def close(self) -> None:
        if self._pending is not None:
            self._pending.writer.cancel()
            self._pending = None
        self._index.close()


def _window(search: Search, total: int, partial_total: int) -> slice:
    """Which of the ranked hits are on the page."""
    if search.size is None:
        return slice(0, total)
    last = max(1, -(-(total + partial_total) // search.size))
    if search.page > last:
        raise PageOutOfRange(search.page, last)
    start = (search.page - 1) * search.size
    return slice(start, start + search.size)


def _order(found: _Found, mask: Mask, table: FacetTable, sort: str) -> Docs:
    """The documents of ``mask``, best first."""
    docs = np.flatnonzero(mask)
    keys: tuple[NDArray[Any], ...] = table.sort_keys(sort)
    if sort == "relevance" and found.text:
        keys = (table.order, -found.scores, ~found.matches.literal)
    return docs[np.lexsort([key[docs] for key in keys])]
