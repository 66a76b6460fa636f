"""From the library to an open index.

:func:`open_searcher` is what every face calls: it opens the library, makes
sure that the index is there, made of this content by this analysis, and
undamaged, rebuilds it where it is not, and opens it.  An index is never mixed:
its stamp covers dictionary, stop words, folding, themes, keywords and schema,
and where the stamp differs the whole index is made anew.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from corpus.library import Library
from indexer.engines.embedded import EmbeddedEngine
from indexer.errors import EngineError, IndexDamaged
from indexer.linguistics import Linguistics, load_linguistics, save_vocabulary
from indexer.query import Everything
from indexer.results import Filters, IndexInfo, IndexRecord
from indexer.searcher import Searcher
from indexer.store import REBUILD_HINT, IndexStore, Version
from indexer.suggest import build_suggestions
from indexer.termbook import TermBook

_log = logging.getLogger(__name__)


class Progress(Protocol):
    """Told how far a longer job is: what is done, how many of how many."""

    def __call__(self, message: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.  ``reason`` is empty where the index was current already."""

    info: IndexInfo
    reason: str
    policies: int
    seconds: float
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the index, and what mends it."""

    message: str
    hint: str


def silent(message: str, done: int, total: int) -> None:
    """The progress of someone who does not want to know."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One home, opened: its library, its index versions, and what it knows of words."""

    library: Library
    store: IndexStore
    linguistics: Linguistics

    @classmethod
    def open(cls, home: Path) -> Workspace:
        """Raises :class:`~corpus.errors.CorpusError` or :class:`~indexer.errors.LexiconError`."""
        library = Library.open(home)
        return cls(library, IndexStore(home), load_linguistics(home))


def open_searcher(
    home: Path, *, progress: Progress | None = None, rebuild: bool = False
) -> Searcher:
    """Opens the index of a home, building first what is missing, stale or damaged.

    Raises :class:`~corpus.errors.CorpusError` or
    :class:`~indexer.errors.IndexerError` with a cause and a mend.
    """
    workspace = Workspace.open(home)
    version, _ = _ensure(workspace, progress or silent, rebuild)
    known = workspace.linguistics
    try:
        engine = EmbeddedEngine(version.directory, version.manifest.info, known.analyzer)
    except IndexDamaged as error:
        # The files are as they were written, yet the engine cannot read them.
        _log.warning("%s，正在重建索引", error.message)
        version, _ = _ensure(workspace, progress or silent, rebuild=True)
        engine = EmbeddedEngine(version.directory, version.manifest.info, known.analyzer)
    book = TermBook.open(version.directory)
    return Searcher(engine, known, workspace.library.policies(), book)


def build_index(
    home: Path, *, rebuild: bool = False, progress: Progress | None = None
) -> BuildReport:
    """Brings the index of a home up to date and says what was done."""
    started = time.perf_counter()
    workspace = Workspace.open(home)
    version, reason = _ensure(workspace, progress or silent, rebuild)
    warnings = tuple(
        f"{document.policy.id}：{warning.message}"
        for document in workspace.library.documents()
        for warning in document.warnings
    )
    policies = len(workspace.library.policies())
    seconds = round(time.perf_counter() - started, 3)
    return BuildReport(version.manifest.info, reason, policies, seconds, warnings)


def check_index(home: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with the index; nothing: it is sound."""
    workspace = Workspace.open(home)
    try:
        version = workspace.store.current()
    except IndexDamaged as error:
        return (Problem(error.message, error.hint),)
    if version is None:
        return (Problem("还没有索引", "请执行 zhengsou index 建立索引"),)
    damages = workspace.store.verify(version)
    problems = [Problem(message, REBUILD_HINT) for message in damages]
    if stale := _staleness(version, workspace):
        problems.append(Problem(f"索引已过时：{stale}", "请执行 zhengsou index 更新索引"))
    return tuple(problems)


def _ensure(workspace: Workspace, progress: Progress, rebuild: bool) -> tuple[Version, str]:
    """The current version, made anew where ``rebuild`` or its state asks for it."""
    version, reason = _usable(workspace)
    if version is not None and not rebuild:
        return version, ""
    with workspace.store.locked():
        # Another process may have built it while this one waited for the lock.
        version, reason = _usable(workspace)
        if version is not None and not rebuild:
            return version, ""
        if reason and workspace.store.pointer():
            _log.warning("%s，正在重建索引", reason)
        return _build(workspace, progress), reason or "按要求重建"


def _usable(workspace: Workspace) -> tuple[Version | None, str]:
    """The current version if it can be used, else why not."""
    try:
        version = workspace.store.current()
    except IndexDamaged as error:
        return None, error.message
    if version is None:
        return None, "还没有索引"
    reason = _staleness(version, workspace) or next(workspace.store.verify(version), "")
    return (None, reason) if reason else (version, "")


def _staleness(version: Version, workspace: Workspace) -> str:
    """Why an index does not fit the library or the analysis, empty if it does."""
    if version.manifest.stamp != workspace.linguistics.stamp:
        return "词典、停用词、同义词、议题词表或索引格式已改变"
    if version.manifest.library != workspace.library.version:
        return "文库内容已改变"
    return ""


def _build(workspace: Workspace, progress: Progress) -> Version:
    known, library = workspace.linguistics, workspace.library
    # The same content under the same analysis has the same version: citable and repeatable.
    name = hashlib.sha256(f"{library.version}\0{known.stamp}".encode()).hexdigest()[:12]
    built_at = datetime.now(UTC).isoformat(timespec="seconds")
    directory = workspace.store.new_directory(name)
    engine = EmbeddedEngine(directory, IndexInfo(name, built_at, 0, known.stamp), known.analyzer)
    try:
        engine.add(prepare(library, known, progress))
        engine.commit()
        count = engine.count(Everything(), Filters())
        save_vocabulary(known.vocabulary, directory)
        build_suggestions(directory, engine, known)
    except OSError as error:
        raise EngineError(
            f"写入索引失败：{error.strerror or error}", "请检查磁盘空间与目录权限后再试"
        ) from error
    finally:
        engine.close()
    info = IndexInfo(name, built_at, count, known.stamp)
    return workspace.store.publish(directory, info, library.version)


def prepare(
    library: Library, known: Linguistics, progress: Progress = silent
) -> Iterator[IndexRecord]:
    """The library's records with policy, order, themes and keywords."""
    total = len(library.policies())
    order = 0
    for done, document in enumerate(library.documents(), 1):
        for record in document.records:
            yield IndexRecord(
                record=record,
                policy=document.policy,
                order=order,
                themes=known.themes.assign(record),
                keywords=known.keywords.extract(record.title, record.body),
            )
            order += 1
        progress("建立索引", done, total)
