"""The embedded engine: Whoosh behind our protocol, with our codec.

Whoosh keeps the schema, segments, locks and commits of one directory; nothing
outside this room and :mod:`indexer.engines.embedded.codec` imports it.  Its own query
parser, collectors and facets have traps that users would fall into
(exponential parses, clamped pages, silent miscounts), and are not used.

Reading: a :class:`~indexer.engines.embedded.snapshot.Snapshot` belongs to one commit,
is immutable and shared; a search takes the newest and keeps it to its end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import numpy as np
from whoosh import index
from whoosh.filedb.filestore import FileStorage

from corpus.files import reason_of
from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import Page, Ranked, Search
from indexer.engines.embedded.assigned import Assigned, Themes
from indexer.engines.embedded.codec.schema import make_schema
from indexer.engines.embedded.codec.writer import RecordWriter
from indexer.engines.embedded.executor import Executor
from indexer.engines.embedded.kernels.bits import unpack
from indexer.engines.embedded.kernels.choice import Kernels
from indexer.engines.embedded.segments.array_file import ArrayFileError
from indexer.engines.embedded.segments.segment_format import ALL_SLOTS
from indexer.engines.embedded.shortcuts import phrase_page
from indexer.engines.embedded.snapshot import Snapshot, open_snapshot
from indexer.engines.embedded.watch import DirectoryWatch
from indexer.errors import EngineError, IndexDamaged, RecordNotFound
from indexer.query.tree import Everything, Node
from indexer.results.model import Filters, IndexInfo, IndexRecord

_DISTRIBUTIONS = ("Whoosh", "Whoosh-Reloaded")
_RETRIES = 20
#: A directory that changed so recently may change again without a newer time (nanoseconds).
_FRESH = 100_000_000
_REBUILD = "请执行 zhengsou index --rebuild 重建索引"


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


@dataclass(slots=True)
class _Pending:
    """A transaction: the writer, and the themes given meanwhile."""

    writer: RecordWriter
    themes: dict[str, Themes] = field(default_factory=dict)


class EmbeddedEngine:
    """Whoosh in one directory.  Threads may search it; one writes at a time."""

    def __init__(self, directory: Path, info: IndexInfo, analyzer: Analyzer) -> None:
        refuse_other_whoosh()
        self._info = info
        self._analyzer = analyzer
        self._lock = threading.Lock()
        self._pending: _Pending | None = None
        self._directory = directory
        self.kernels = Kernels()
        self._seen = -1
        try:
            self._storage = FileStorage(str(directory), supports_mmap=True)
            directory.mkdir(parents=True, exist_ok=True)
            # Creating erases what is there, so only an empty directory is a new index.
            if any(directory.iterdir()):
                self._index = self._storage.open_index()
            else:
                self._index = self._storage.create_index(make_schema())
            self._snapshot = self._open(None)
            self._watch = DirectoryWatch(directory)
        except (EngineError, IndexDamaged):
            raise
        except OSError as error:
            raise EngineError(
                f"无法打开索引目录 {directory}：{reason_of(error)}",
                "请检查目录权限，或用 --home 指定另一个目录",
            ) from error
        except Exception as error:  # Whoosh raises bare and pickle errors for damaged files
            raise IndexDamaged(
                f"索引目录 {directory} 已损坏或不是本程序的索引：{error}", _REBUILD
            ) from error

    @property
    def info(self) -> IndexInfo:
        return self._info

    # Writing

    def add(self, records: Iterable[IndexRecord]) -> None:
        pending = self._begin()
        for entry in records:
            pending.themes.pop(entry.record.id, None)
            pending.writer.add_document(record=entry)

    def delete(self, policy_id: str) -> None:
        self._begin().writer.delete_policy(policy_id)

    def reassign(self, themes: Mapping[str, Themes]) -> None:
        self._begin().themes.update(themes)

    def commit(self) -> None:
        pending, self._pending = self._begin(), None
        # The themes first: a reader opens them after the table of contents.
        assigned = self._snapshot_now().assigned.changed(pending.writer.added, pending.themes)
        assigned.save(self._directory)
        pending.writer.commit()
        with self._lock:
            self._snapshot = self._open(self._snapshot)

    def _begin(self) -> _Pending:
        """The open transaction, begun where there is none."""
        if self._pending is None:
            try:
                self._pending = _Pending(RecordWriter(self._index, self._analyzer))
            except index.LockError as error:
                raise EngineError(
                    "另一个进程正在写入索引", "请等它完成后再试，或结束那个进程"
                ) from error
        return self._pending

    # Reading

    def _snapshot_now(self) -> Snapshot:
        """The last commit, whoever made it: a commit changes the directory."""
        changed = self._watch.changed()
        if changed != self._seen:
            self._look(changed)
        return self._snapshot

    def _look(self, changed: int) -> None:
        """Opens what another process has committed."""
        with self._lock:
            generation = self._index.latest_generation()
            if generation != self._snapshot.generation:
                self._snapshot = self._open(self._snapshot)
            settled = time.time_ns() - changed > _FRESH
            self._seen = changed if settled else -1

    def _open(self, before: Snapshot | None) -> Snapshot:
        """A snapshot of the last commit; a commit in between means trying again."""
        for attempt in range(_RETRIES):
            try:
                contents = self._index._read_toc()
                assigned = Assigned.open(self._directory)
                return open_snapshot(
                    contents.generation, contents.segments, self._storage, assigned, before
                )
            except ArrayFileError as error:
                raise IndexDamaged(f"索引文件已损坏：{error}", _REBUILD) from error
            except (FileNotFoundError, index.EmptyIndexError) as error:
                if attempt + 1 == _RETRIES:
                    raise EngineError(f"索引文件不完整：{error}", _REBUILD) from error
        raise AssertionError("unreachable")

    def _executor(self) -> Executor:
        return Executor(self._snapshot_now(), self._analyzer, self.kernels.now)

    def search(self, search: Search) -> Page:
        snapshot = self._snapshot_now()
        kernels = self.kernels.used(snapshot.size)
        page = phrase_page(search, snapshot, self._analyzer, kernels)
        return page or Executor(snapshot, self._analyzer, kernels).search(search)

    def count(self, tree: Node, filters: Filters) -> int:
        return self._executor().count(tree, filters)

    def cross(
        self, tree: Node, filters: Filters, first: str, second: str
    ) -> Mapping[tuple[str, str], int]:
        return self._executor().cross(tree, filters, first, second)

    def similar(self, record_id: str, limit: int) -> tuple[tuple[IndexRecord, float], ...]:
        snapshot = self._snapshot_now()
        best = snapshot.table.similar(_document(snapshot, record_id), limit)
        records = (snapshot.record(doc) for doc, _ in best)
        scores = (round(score, 6) for _, score in best)
        return tuple(zip(records, scores, strict=True))

    def record(self, record_id: str, tree: Node | None = None) -> Ranked:
        snapshot = self._snapshot_now()
        doc = _document(snapshot, record_id)
        executor = Executor(snapshot, self._analyzer, self.kernels.now)
        return executor.explain(doc, tree or Everything())

    def records(self) -> Iterator[IndexRecord]:
        snapshot = self._snapshot_now()
        table = snapshot.table
        docs = np.flatnonzero(unpack(table.live, table.size))
        for doc in docs[np.argsort(table.order[docs], kind="stable")].tolist():
            yield snapshot.record(doc)

    def terms(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        snapshot = self._snapshot_now()
        words: dict[str, int] = {}
        live = unpack(snapshot.table.live, snapshot.size)
        for segment in snapshot.segments:
            group = segment.groups["text"]
            first, last = group.word_terms.beginning(prefix)
            whole = bool(live[segment.base : segment.end].all())
            for number in range(first, last):
                count = group.words.holding(number, ALL_SLOTS)
                if not whole:
                    lo, hi = group.words.bounds(number)
                    docs = np.unique(group.words.keys[lo:hi] >> 2) + segment.base
                    count = int(np.count_nonzero(live[docs]))
                if count:
                    word = group.word_terms.text(number)
                    words[word] = words.get(word, 0) + count
        yield from sorted(words.items())

    def forget(self, *, look_ups: bool = False) -> None:
        """Forgets what earlier searches found, so that the next is timed honestly.

        Queries that were parsed and looked up stay so (which lists a query has, not
        what is in them), but for ``look_ups``.
        """
        self._snapshot.cache.clear()
        if look_ups:
            self._snapshot.prepared.clear()

    def close(self) -> None:
        if self._pending is not None:
            self._pending.writer.cancel()
            self._pending = None
        self._index.close()


def _document(snapshot: Snapshot, record_id: str) -> int:
    """The number of a record's document."""
    doc = snapshot.find(record_id)
    if doc is None:
        hint = "请核对记录编号，或从检索页重新查找"
        raise RecordNotFound(f"没有编号为“{record_id}”的记录", hint)
    return doc
