"""Reading one index version: immutable, shared by threads, never changed under a search.

Whoosh keeps the schema and the list of segments in its table of contents;
nothing outside :mod:`indexer.engines.embedded` imports it.  Its own query
parser, collectors and facets have traps that users would fall into (exponential
parses, clamped pages, silent miscounts), and are not used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from corpus.files import reason_of
from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import (
    EVERYTHING,
    NO_FILTERS,
    Arrays,
    DocumentPage,
    Page,
    Question,
    Ranked,
    Search,
)
from indexer.engines.embedded.codec.segment_writer import INDEX_NAME
from indexer.engines.embedded.documents.groups import FAMILIES, Grouping, load_families
from indexer.engines.embedded.executor import Executor, LazyCounts
from indexer.engines.embedded.kernels.bits import unpack
from indexer.engines.embedded.kernels.choice import Kernels
from indexer.engines.embedded.manifest import REBUILD_HINT, verified
from indexer.engines.embedded.opened import OpenedIndex, SegmentReader, open_segments
from indexer.engines.embedded.pages.document_page import DocumentExecutor
from indexer.engines.embedded.pages.phrase_page import phrase_page
from indexer.engines.embedded.segments.array_file import ArrayFile, ArrayFileError
from indexer.engines.embedded.segments.segment_format import ALL_SLOTS
from indexer.errors import EngineError, IndexDamaged, RecordNotFound
from indexer.query.tree import Node
from indexer.results.facets import Filters
from indexer.results.model import DocumentPart, IndexInfo
from indexer.results.record import IndexRecord

#: The file of side data that was written as arrays.
ARRAYS_EXTENSION = ".arrays"


def open_reader(directory: Path, analyzer: Analyzer) -> EmbeddedReader:
    """Opens a committed version, once its files are as its manifest says.

    Raises :class:`~indexer.errors.IndexDamaged` where they are not,
    :class:`~indexer.errors.EngineUnavailable` where the version is gone,
    :class:`~indexer.errors.EngineError` where it cannot be read.
    """
    manifest = verified(directory)
    try:
        storage = FileStorage(str(directory), readonly=True)
        parts = [
            (segment.open(storage), segment.open_themes(storage), ~segment.deleted())
            for segment in TOC.read(storage, INDEX_NAME).segments
        ]
        opened = open_segments(parts)
    except OSError as error:
        raise EngineError(
            f"无法打开索引目录 {directory}：{reason_of(error)}",
            "请检查目录权限，或用 --home 指定另一个目录",
        ) from error
    except ArrayFileError as error:
        raise IndexDamaged(f"索引文件已损坏：{error}", REBUILD_HINT) from error
    except Exception as error:  # Whoosh raises bare and pickle errors for what it cannot read
        raise IndexDamaged(f"索引目录 {directory} 无法读取：{error}", REBUILD_HINT) from error
    return EmbeddedReader(directory, manifest.info, analyzer, opened)


class EmbeddedReader:
    """One version, open."""

    def __init__(
        self, directory: Path, info: IndexInfo, analyzer: Analyzer, opened: OpenedIndex
    ) -> None:
        self._directory = directory
        self._info = info
        self._analyzer = analyzer
        self._opened = opened
        self.kernels = Kernels()

    @cached_property
    def _grouping(self) -> Grouping:
        """Which policies count as one document; read when it is needed first."""
        return Grouping(self._opened, load_families(self.read(FAMILIES)))

    @property
    def info(self) -> IndexInfo:
        return self._info

    def _executor(self) -> Executor:
        return Executor(self._opened, self._analyzer, self.kernels.now, self._grouping)

    def search(self, search: Search) -> Page:
        opened, kernels = self._opened, self.kernels.used(self._opened.size)
        grouping = self._grouping
        page = phrase_page(search, opened, self._analyzer, kernels, grouping)
        return page or Executor(opened, self._analyzer, kernels, grouping).search(search)

    def documents(self, search: Search) -> DocumentPage:
        opened, kernels = self._opened, self.kernels.used(self._opened.size)
        return DocumentExecutor(opened, self._analyzer, kernels, self._grouping).documents(search)

    def scan(
        self, tree: Node = EVERYTHING, filters: Filters = NO_FILTERS, sort: str = "source"
    ) -> Iterator[Ranked]:
        return self._executor().scan(tree, filters, sort)

    def ids(self, policy_id: str) -> Sequence[str]:
        opened = self._opened
        policy = opened.number_of(policy_id)
        if policy is None:
            return ()
        docs = opened.documents_of(policy)
        return opened.ids(docs[np.argsort(opened.table.order[docs])].tolist())

    def counts(self, questions: Sequence[Question]) -> Sequence[int]:
        return LazyCounts(questions, self._executor().count)

    def parts(self, policy_id: str, tree: Node) -> Sequence[DocumentPart]:
        return self._executor().parts(policy_id, tree)

    def record(self, record_id: str, tree: Node = EVERYTHING) -> Ranked:
        return self._executor().explain(self._document(record_id), tree)

    def cross(
        self, tree: Node, filters: Filters, first: str, second: str
    ) -> Mapping[tuple[str, str], int]:
        return self._executor().cross(tree, filters, first, second)

    def similar(self, record_id: str, limit: int) -> tuple[tuple[IndexRecord, float], ...]:
        best = self._opened.table.similar(self._document(record_id), limit)
        records = self._opened.records([doc for doc, _ in best])
        scores = (round(score, 6) for _, score in best)
        return tuple(zip(records, scores, strict=True))

    def terms(self, prefix: str = "") -> Iterator[tuple[str, int]]:
        words: dict[str, int] = {}
        live = unpack(self._opened.table.live, self._opened.size)
        for segment in self._opened.segments:
            for word, count in _words_of(segment, prefix, live[segment.base : segment.end]):
                words[word] = words.get(word, 0) + count
        yield from sorted(words.items())

    def read(self, name: str) -> bytes | None:
        try:
            return (self._directory / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unreadable(name, error) from error

    def arrays(self, name: str) -> Arrays | None:
        try:
            return ArrayFile.open(self._directory / (name + ARRAYS_EXTENSION))
        except FileNotFoundError:
            return None
        except (OSError, ArrayFileError) as error:
            raise self._unreadable(name, error) from error

    def _unreadable(self, name: str, error: Exception) -> IndexDamaged:
        return IndexDamaged(
            f"索引的附属文件 {self._directory / name} 无法读取：{error}", REBUILD_HINT
        )

    def forget(self, *, look_ups: bool = False) -> None:
        """Forgets what earlier searches found, so that the next one can be timed.

        What was looked up of queries stays (which posting lists a query has, not
        what is in them), unless ``look_ups`` are to go too.
        """
        self._opened.cache.clear()
        if look_ups:
            self._opened.prepared.clear()

    def close(self) -> None:
        """Nothing is held open but mapped files, which go with the last search that reads them."""

    def _document(self, record_id: str) -> int:
        """The number of a record's document."""
        doc = self._opened.find(record_id)
        if doc is None:
            hint = "请核对记录编号，或从检索页重新查找"
            raise RecordNotFound(f"没有编号为“{record_id}”的记录", hint)
        return doc


def _words_of(segment: SegmentReader, prefix: str, live: np.ndarray) -> Iterator[tuple[str, int]]:
    """The words of a segment that begin so, with the number of live documents that have them."""
    group = segment.groups["text"]
    whole = bool(live.all())
    for number in range(*group.word_terms.beginning(prefix)):
        count = group.words.holding(number, ALL_SLOTS)
        if not whole:
            lo, hi = group.words.bounds(number)
            count = int(np.count_nonzero(live[np.unique(group.words.keys[lo:hi] >> 2)]))
        if count:
            yield group.word_terms.text(number), count
