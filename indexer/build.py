"""From the library to an open index.

:func:`open_searcher` is what every face calls: it opens the library, makes
sure that the index is there, made of this content by this analysis, and
undamaged, rebuilds it where it is not, and opens it.  An index is never mixed:
its stamp covers dictionary, stop words, folding, themes, keywords and schema,
and where the stamp differs the whole index is made anew.  Where nothing but
the themes changed, a copy of the index follows them: only the records that
gain, lose or owe a theme to other evidence are touched.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from corpus.library import Library
from indexer.engines.embedded import EmbeddedEngine
from indexer.errors import EngineError, IndexDamaged
from indexer.linguistics import Linguistics, load_linguistics, save_vocabulary
from indexer.own_themes import save_themes
from indexer.query import Everything
from indexer.results import Evidence, Filters, IndexInfo, IndexRecord
from indexer.searcher import Searcher
from indexer.store import REBUILD_HINT, IndexStore, Version
from indexer.suggest import build_suggestions
from indexer.termbook import TermBook
from indexer.theme_history import ThemeHistory

_log = logging.getLogger(__name__)


class Progress(Protocol):
    """Told how far a longer job is: what is done, how many of how many."""

    def __call__(self, message: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did.  ``reason`` is empty where the index was current already.

    ``warnings`` are about the sources, ``theme_warnings`` about the themes.
    """

    info: IndexInfo
    reason: str
    policies: int
    seconds: float
    warnings: tuple[str, ...] = field(default=())
    theme_warnings: tuple[str, ...] = field(default=())


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
    history: ThemeHistory

    @classmethod
    def open(cls, home: Path) -> Workspace:
        """Raises :class:`~corpus.errors.CorpusError` or :class:`~indexer.errors.LexiconError`."""
        library = Library.open(home)
        return cls(library, IndexStore(home), load_linguistics(home), ThemeHistory(home))

    def theme_warnings(self) -> tuple[str, ...]:
        """What stands in the themes and leads nowhere, and why a newer file is not in force."""
        known = self.linguistics
        ids = {record.id for document in self.library.documents() for record in document.records}
        problem = known.in_force.problem
        broken = (f"{problem.message}。{problem.hint}。在此之前沿用原来的词表",) if problem else ()
        return (*broken, *known.themes.warnings(ids))


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
    notes = workspace.theme_warnings()
    return BuildReport(version.manifest.info, reason, policies, seconds, warnings, notes)


def check_index(home: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with the index; nothing: it is sound."""
    workspace = Workspace.open(home)
    broken = workspace.linguistics.in_force.problem
    problems = [Problem(broken.message, broken.hint)] if broken else []
    try:
        version = workspace.store.current()
    except IndexDamaged as error:
        return (*problems, Problem(error.message, error.hint))
    if version is None:
        return (*problems, Problem("还没有索引", "请执行 zhengsou index 建立索引"))
    problems += [Problem(message, REBUILD_HINT) for message in workspace.store.verify(version)]
    if stale := _staleness(version, workspace):
        problems.append(Problem(f"索引已过时：{stale}", "请执行 zhengsou index 更新索引"))
    return tuple(problems)


def _ensure(workspace: Workspace, progress: Progress, rebuild: bool) -> tuple[Version, str]:
    """The current version, made anew where ``rebuild`` or its state asks for it."""
    version, reason = _usable(workspace)
    if version is not None and not rebuild and workspace.history.is_kept(_text(workspace)):
        return version, ""
    with workspace.store.locked():
        # Another process may have built it while this one waited for the lock.
        version, reason = _usable(workspace)
        if version is None or rebuild:
            base = None if rebuild else _followable(workspace)
            if base is not None:
                version, reason = _follow(workspace, base, progress), "议题词表已改变"
            else:
                if reason and workspace.store.pointer():
                    _log.warning("%s，正在重建索引", reason)
                version, reason = _build(workspace, progress), reason or "按要求重建"
        workspace.history.keep(_text(workspace))
        return version, reason


def _text(workspace: Workspace) -> str:
    """The state of the user's theme file that is in force."""
    return workspace.linguistics.in_force.text


def _followable(workspace: Workspace) -> Version | None:
    """The current version if nothing but its themes is out of date."""
    try:
        version = workspace.store.current()
    except IndexDamaged:
        return None
    if version is None or version.manifest.library != workspace.library.version:
        return None
    same = version.manifest.analysis == workspace.linguistics.analysis_stamp
    sound = same and not any(workspace.store.verify(version))
    return version if sound else None


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
    """A new version, made of every record of the library."""
    directory = workspace.store.new_directory(_name(workspace))

    def fill(engine: EmbeddedEngine) -> None:
        engine.add(prepare(workspace.library, workspace.linguistics, progress))

    return _write(workspace, directory, fill)


def _follow(workspace: Workspace, version: Version, progress: Progress) -> Version:
    """A new version: a copy of another one, with the themes that are in force now."""
    directory = workspace.store.copy(version, _name(workspace))

    def fill(engine: EmbeddedEngine) -> None:
        engine.reassign(_reassigned(engine, workspace, version.manifest.records, progress))

    return _write(workspace, directory, fill)


def _reassigned(
    engine: EmbeddedEngine, workspace: Workspace, total: int, progress: Progress
) -> dict[str, dict[str, tuple[Evidence, ...]]]:
    """The records whose themes, their order or their evidence changed, with the new ones."""
    lexicon = workspace.linguistics.themes
    changed = {}
    for done, entry in enumerate(engine.records(), 1):
        themes = lexicon.assign(entry.record)
        if list(themes.items()) != list(entry.themes.items()):
            changed[entry.record.id] = themes
        progress("更新议题", done, total)
    return changed


def _name(workspace: Workspace) -> str:
    """The version's name: the same content under the same analysis has the same one.

    So it can be cited, and a result repeated.
    """
    known = f"{workspace.library.version}\0{workspace.linguistics.stamp}"
    return hashlib.sha256(known.encode()).hexdigest()[:12]


def _write(
    workspace: Workspace, directory: Path, fill: Callable[[EmbeddedEngine], None]
) -> Version:
    """Fills an engine in ``directory`` and makes it the current version."""
    known, name = workspace.linguistics, _name(workspace)
    built_at = datetime.now(UTC).isoformat(timespec="seconds")
    engine = EmbeddedEngine(directory, IndexInfo(name, built_at, 0, known.stamp), known.analyzer)
    try:
        fill(engine)
        engine.commit()
        count = engine.count(Everything(), Filters())
        save_vocabulary(known.vocabulary, directory)
        save_themes(known.themes, directory)
        build_suggestions(directory, engine, known)
    except OSError as error:
        raise EngineError(
            f"写入索引失败：{error.strerror or error}", "请检查磁盘空间与目录权限后再试"
        ) from error
    finally:
        engine.close()
    info = IndexInfo(name, built_at, count, known.stamp)
    return workspace.store.publish(directory, info, workspace.library.version, known.analysis_stamp)


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
