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
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import index
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import IndexReader, ReaderClosed, TermNotFound

from indexer.analysis import Analyzer
from indexer.engines.assigned import Assigned, Themes
from indexer.engines.base import Page, Ranked, Search
from indexer.engines.documents import (
    make_schema,
    read_lengths,
    read_stored,
    read_table,
    read_texts,
    to_document,
)
from indexer.engines.evaluate import Evaluator, Matches, searches_text
from indexer.engines.facets import FacetTable, Mask
from indexer.engines.postings import PostingCache, PostingReader
from indexer.engines.ranking import Lengths, Ranker, Scores
from indexer.errors import EngineError, IndexDamaged, PageOutOfRange, RecordNotFound
from indexer.query import Everything, Node
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
    cache: PostingCache


@dataclass(frozen=True, slots=True)
class _Found:
    """What a search matches.

    ``matches`` and ``relaxed`` (partial ones) are before the filters, ``full``
    and ``partial`` after them; ``text`` tells whether any text was searched.
    """

    matches: Matches
    relaxed: Mask
    full: Mask
    partial: Mask
    text: bool

    @property
    def total(self) -> int:
        return int(np.count_nonzero(self.full))

    @property
    def partial_total(self) -> int:
        return int(np.count_nonzero(self.partial))

    @property
    def counted(self) -> Mask:
        """What facets count, before the filters: full hits, partial ones where there are none."""
        return self.matches.full if self.total or not self.text else self.relaxed


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
    themes: dict[str, Themes] = field(default_factory=dict)

    def replace(self, record_id: str) -> None:
        """Makes room for a record that may be there already."""
        self.themes.pop(record_id, None)
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
        self._directory = directory
        try:
            self._assigned = Assigned.open(directory)
            self._storage = FileStorage(str(directory), supports_mmap=True)
            directory.mkdir(parents=True, exist_ok=True)
            # Creating erases what is there, so only an empty directory is a new index.
            if any(directory.iterdir()):
                self._index = self._storage.open_index()
            else:
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

    def reassign(self, themes: Mapping[str, Themes]) -> None:
        self._begin().themes.update(themes)

    def commit(self) -> None:
        pending, self._pending = self._begin(), None
        pending.writer.commit()
        assigned = self._assigned.changed(pending.by_id, pending.themes)
        assigned.save(self._directory)
        with self._lock:
            self._assigned, self._snapshot = assigned, None

    def _begin(self) -> _Pending:
        """The open transaction, begun where there is none."""
        if self._pending is None:
            try:
                # Whoosh copies a compound segment into memory for every reader that it opens.
                writer = self._index.writer(compound=False)
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
            except (FileNotFoundError, ReaderClosed, index.EmptyIndexError) as error:
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
                    snapshot = _Snapshot(
                        generation,
                        read_table(reader, self._assigned),
                        read_lengths(reader),
                        PostingCache(),
                    )
                    self._snapshot = snapshot
        return snapshot

    def search(self, search: Search) -> Page:
        with self._reading() as (reader, snapshot):
            table = snapshot.table
            postings = PostingReader(reader, snapshot.cache)
            found = self._find(reader, snapshot, postings, search)
            masks = table.masks(search.filters)
            total, partial_total = found.total, found.partial_total
            window = _window(search, total, partial_total)
            ranked = self._order(reader, found, found.full, snapshot, postings, search)
            if window.stop > total and partial_total:
                rest = self._order(reader, found, found.partial, snapshot, postings, search)
                ranked = ranked + rest
            hits = tuple(
                _hit(self._stored(reader, doc), found, doc, score) for doc, score in ranked[window]
            )
            counts = table.counts(found.counted, masks, search.filters, search.facets)
            return Page(total, partial_total, hits, counts)

    def _evaluator(
        self, reader: IndexReader, snapshot: _Snapshot, postings: PostingReader
    ) -> Evaluator:
        def within_sentence(child: Node, doc: int) -> bool:
            return in_one_sentence(child, read_stored(reader, doc), self._analyzer)

        return Evaluator(postings, snapshot.table, self._analyzer, within_sentence)

    def _find(
        self, reader: IndexReader, snapshot: _Snapshot, postings: PostingReader, search: Search
    ) -> _Found:
        """What a search matches, fully and partially, before and after its filters."""
        table = snapshot.table
        evaluator = self._evaluator(reader, snapshot, postings)
        matches = evaluator.matches(search.tree)
        matches = Matches(matches.full & table.live, matches.literal & table.live)
        text = searches_text(search.tree)
        relaxed = np.zeros(table.size, dtype=np.bool_)
        if text and search.size is not None:
            relaxed = evaluator.partial(search.tree) & table.live & ~matches.full
        allowed = table.allowed(search.filters)
        return _Found(matches, relaxed, matches.full & allowed, relaxed & allowed, text)

    def _order(
        self,
        reader: IndexReader,
        found: _Found,
        mask: Mask,
        snapshot: _Snapshot,
        postings: PostingReader,
        search: Search,
    ) -> list[tuple[int, float]]:
        """The documents of ``mask`` with their scores, best first."""
        table, docs = snapshot.table, np.flatnonzero(mask)
        keys: tuple[NDArray[Any], ...] = table.sort_keys(search.sort)
        scores: Scores = np.zeros(table.size)
        if found.text:

            def texts(doc: int) -> Mapping[str, str]:
                return read_texts(reader, doc)

            ranker = Ranker(postings, snapshot.lengths, table, self._analyzer, texts)
            scores = ranker.score(search.tree, mask)
            if search.sort == "relevance":
                titles = ranker.title_hits(search.tree)
                keys = (table.order, -scores, -titles, ~found.matches.literal)
        ordered = docs[np.lexsort([key[docs] for key in keys])]
        return list(zip(ordered.tolist(), scores[ordered].tolist(), strict=True))

    def count(self, tree: Node, filters: Filters) -> int:
        with self._reading() as (reader, snapshot):
            evaluator = self._evaluator(reader, snapshot, PostingReader(reader, snapshot.cache))
            allowed = snapshot.table.allowed(filters)
            return int(np.count_nonzero(evaluator.matches(tree).full & allowed))

    def cross(
        self, tree: Node, filters: Filters, first: str, second: str
    ) -> Mapping[tuple[str, str], int]:
        with self._reading() as (reader, snapshot):
            table = snapshot.table
            postings = PostingReader(reader, snapshot.cache)
            found = self._find(reader, snapshot, postings, Search(tree, filters))
            return table.cross(found.counted, table.masks(filters), first, second)

    def similar(self, record_id: str, limit: int) -> tuple[tuple[IndexRecord, float], ...]:
        with self._reading() as (reader, snapshot):
            best = snapshot.table.similar(_document(reader, record_id), limit)
            return tuple((self._stored(reader, doc), round(score, 6)) for doc, score in best)

    def record(self, record_id: str, tree: Node | None = None) -> Ranked:
        with self._reading() as (reader, snapshot):
            doc = _document(reader, record_id)
            search = Search(tree or Everything())
            postings = PostingReader(reader, snapshot.cache)
            found = self._find(reader, snapshot, postings, search)
            only = _only(doc, snapshot)
            ((_, score),) = self._order(reader, found, only, snapshot, postings, search)
            hit = _hit(self._stored(reader, doc), found, doc, score)
            matched = found.matches.full[doc] or found.relaxed[doc]
            return hit if matched else replace(hit, match=None, score=0.0)

    def records(self) -> Iterator[IndexRecord]:
        with self._reading() as (reader, snapshot):
            table = snapshot.table
            docs = np.flatnonzero(table.live)
            for doc in docs[np.argsort(table.order[docs], kind="stable")].tolist():
                yield self._stored(reader, doc)

    def _stored(self, reader: IndexReader, doc: int) -> IndexRecord:
        return self._assigned.apply(read_stored(reader, doc))

    def terms(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        with self._reading() as (reader, _):
            postings = PostingReader(reader)
            names = [f"{name}_words" for name in DEFAULT_FIELDS]
            words = sorted({word for name in names for word in postings.expand(name, prefix)})
            for word in words:
                having = [name for name in names if (name, word) in reader]
                if len(having) == 1 and not reader.has_deletions():
                    yield word, postings.document_count(having[0], word)
                    continue
                docs = [postings.docs(name, word) for name in having]
                yield word, len(np.unique(np.concatenate(docs)))

    def close(self) -> None:
        if self._pending is not None:
            self._pending.writer.cancel()
            self._pending = None
        self._index.close()


def _document(reader: IndexReader, record_id: str) -> int:
    """The number of a record's document."""
    try:
        number: int = reader.first_id("id", record_id)
    except (TermNotFound, KeyError):
        hint = "请核对记录编号，或从检索页重新查找"
        raise RecordNotFound(f"没有编号为“{record_id}”的记录", hint) from None
    return number


def _window(search: Search, total: int, partial_total: int) -> slice:
    """Which of the ranked hits are on the page."""
    if search.size is None:
        return slice(0, total)
    last = max(1, -(-(total + partial_total) // search.size))
    if search.page > last:
        raise PageOutOfRange(search.page, last)
    start = (search.page - 1) * search.size
    return slice(start, start + search.size)


def _only(doc: int, snapshot: _Snapshot) -> Mask:
    mask = np.zeros(snapshot.table.size, dtype=np.bool_)
    mask[doc] = True
    return mask


def _hit(entry: IndexRecord, found: _Found, doc: int, score: float) -> Ranked:
    match: Match | None = None
    if found.text:
        if found.matches.literal[doc]:
            match = "literal"
        else:
            match = "words" if found.matches.full[doc] else "partial"
    return Ranked(entry, match, round(score, 6))
