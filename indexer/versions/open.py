"""From the library to an open index.

:func:`open_searcher` is what every face calls: it opens the library, makes
sure that the index is there, made of this content by this analysis, and
undamaged, brings it up to date where it is not, and opens it.  An index is
never mixed: its stamp covers dictionary, stop words, folding, themes, keywords
and schema, and where more than the themes differs the whole index is built
again.  Where policies came, changed or went, or the themes did, the new version
goes on from the one before (:mod:`indexer.versions.build`).

While another process brings the index up to date, a search gets the last
version that is sound, at once.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import Path

from corpus.errors import LibraryError, PolicyNotFound
from corpus.library.library import Library
from corpus.progress import Progress, silent
from indexer.engines.embedded.manifest import FORMAT, REBUILD_HINT, format_problem, program
from indexer.errors import EngineError, IndexBusy, IndexDamaged, IndexForeign
from indexer.linguistics import Linguistics, load_linguistics
from indexer.results.model import IndexInfo
from indexer.searcher import Searcher
from indexer.semantic.meaning import meaning_of
from indexer.suggest.term_book import TERM_BOOK, TermBook
from indexer.themes.history import ThemeHistory
from indexer.versions.build import Materials, advance, build, prepare
from indexer.versions.contents import CONTENTS, Contents, load_contents
from indexer.versions.leases import Lease
from indexer.versions.store import IndexStore, Version

__all__ = [
    "BuildReport",
    "Opened",
    "Problem",
    "Workspace",
    "build_index",
    "check_index",
    "open_home",
    "open_searcher",
    "prepare",
    "update_index",
]

_log = logging.getLogger(__name__)
_LIBRARY_CHANGED = "文库内容已改变"
_PARSER_CHANGED = "程序更新了识别规则"
_ATTEMPTS = 20


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
    """Something wrong with the index, and what to do about it."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class _RecordIds(Container[str]):
    """The ids of all records of a library; a policy is read when one of its is asked for."""

    library: Library

    def __contains__(self, record_id: object) -> bool:
        policy_id, _, _ = str(record_id).rpartition("/")
        try:
            records = self.library.parsed(policy_id).records
        except PolicyNotFound:
            return False
        return any(record.id == record_id for record in records)


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

    @property
    def materials(self) -> Materials:
        """What an index version is made of."""
        return Materials(self.library, self.linguistics, self.store)

    def theme_warnings(self) -> tuple[str, ...]:
        """What stands in the themes and leads nowhere, and why a newer file is not in force."""
        known = self.linguistics
        problem = known.in_force.problem
        broken = (f"{problem.message}。{problem.hint}。在此之前沿用原来的词表",) if problem else ()
        return (*broken, *known.themes.warnings(_RecordIds(self.library)))


@dataclass(frozen=True, slots=True)
class Opened:
    """A searcher, the library that its records are from, and the index version's directory."""

    searcher: Searcher
    library: Library
    pointer: str


def open_searcher(
    home: Path, *, progress: Progress | None = None, rebuild: bool = False
) -> Searcher:
    """Opens the index of a home, building first what is missing, stale or damaged.

    Raises :class:`~corpus.errors.CorpusError` or
    :class:`~indexer.errors.IndexerError` with a cause and a hint.
    """
    return open_home(home, progress=progress, rebuild=rebuild).searcher


def open_home(home: Path, *, progress: Progress | None = None, rebuild: bool = False) -> Opened:
    """As :func:`open_searcher`, with the library."""
    workspace = Workspace.open(home)
    progress = progress or silent
    version, lease = _leased(workspace, progress, rebuild)
    known = workspace.linguistics
    engine = workspace.store.engine(known.analyzer)
    try:
        reader = engine.open(version.name)
    except IndexDamaged as error:
        # The files are as they were written, yet the engine cannot read them.
        _log.warning("%s，正在重建索引", error.message)
        lease.release()
        version, lease = _leased(workspace, progress, rebuild=True)
        reader = engine.open(version.name)
    held = (load_contents(reader.read(CONTENTS)) or Contents()).policies
    policies = tuple(policy for policy in workspace.library.policies() if policy.id in held)
    book = TermBook(reader.arrays(TERM_BOOK) or {})
    searcher = Searcher(reader, known, policies, book, lease, meaning_of(home))
    return Opened(searcher, workspace.library, version.name)


def _leased(workspace: Workspace, progress: Progress, rebuild: bool) -> tuple[Version, Lease]:
    """The current version, held so that it stays."""
    for _ in range(_ATTEMPTS):
        version, _ = _ensure(workspace, progress, rebuild)
        if (lease := workspace.store.lease(version)) is not None:
            return version, lease
    raise EngineError("索引一直在更换，没有一个版本能打开", "请稍后再试")


def build_index(
    home: Path, *, rebuild: bool = False, progress: Progress | None = None
) -> BuildReport:
    """Brings the index of a home up to date and says what was done.

    Raises :class:`~indexer.errors.IndexBusy` while another process does it.
    """
    started = time.perf_counter()
    workspace = Workspace.open(home)
    version, reason = _ensure(workspace, progress or silent, rebuild, wait=True)
    warnings = tuple(
        f"{held.policy.id}：{warning.message}"
        for held in workspace.library.held()
        for warning in held.warnings
    )
    seconds = round(time.perf_counter() - started, 3)
    notes = workspace.theme_warnings()
    return BuildReport(
        version.manifest.info, reason, len(workspace.library), seconds, warnings, notes
    )


def check_index(home: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with the index, all of it read; nothing: it is sound."""
    workspace = Workspace.open(home)
    broken = workspace.linguistics.in_force.problem
    problems = [Problem(broken.message, broken.hint)] if broken else []
    try:
        version = workspace.store.current()
    except IndexDamaged as error:
        return (*problems, Problem(error.message, error.hint))
    if version is None:
        return (*problems, Problem("还没有索引", "请执行 zhengsou index 建立索引"))
    if foreign := _foreign(workspace, version):
        problems.append(Problem(foreign.message, foreign.hint))
    found = workspace.store.verify(version, in_full=True)
    problems += [Problem(message, REBUILD_HINT) for message in found]
    if stale := _staleness(version, workspace):
        problems.append(Problem(f"索引已过时：{stale}", "请执行 zhengsou index 更新索引"))
    return tuple(problems)


def _ensure(
    workspace: Workspace, progress: Progress, rebuild: bool, *, wait: bool = False
) -> tuple[Version, str]:
    """The current version, brought up to date where ``rebuild`` or its state asks for it.

    Unless it may ``wait``, takes one that only lags behind the library as it
    is while another process works on the next one, or none can be written.
    """
    if not rebuild:
        _refuse_foreign(workspace)
    version, reason = _usable(workspace)
    current = version is not None and not rebuild
    if version is not None and current and workspace.history.is_kept(_text(workspace)):
        return version, ""
    lagging = None if wait or rebuild else version or _lagging(workspace, reason)
    try:
        with workspace.store.locked(0 if lagging else None):
            return update_index(workspace, progress, rebuild)
    except (EngineError, LibraryError) as error:
        if lagging is None:
            raise
        if not isinstance(error, IndexBusy):
            _log.warning("索引没有更新，继续使用上一个：%s。%s", error.message, error.hint)
            _tell_of_parsing(workspace.library)
        return lagging, ""


def _tell_of_parsing(library: Library) -> None:
    """Says why a start takes long where what an older parser read cannot be replaced."""
    if not library.is_current:
        _log.warning(
            "馆藏是旧版程序识别的，又不能写入，所以每次启动都要重新识别其中的文件（共 %d 份）。"
            "请用能写入“%s”的账户执行一次 zhengsou index",
            len(library),
            library.folder.parent,
        )


def update_index(
    workspace: Workspace, progress: Progress, rebuild: bool = False
) -> tuple[Version, str]:
    """Brings the index up to date under the store's lock, which the caller holds."""
    # Another process may have built it while this one waited for the lock.
    version, reason = _usable(workspace)
    if version is None or rebuild:
        if not workspace.library.is_current:
            # Another parser gives other records: nothing of the version before can stay.
            reason, documents = _PARSER_CHANGED, len(workspace.library)
            _log.warning("%s，正在重新识别馆藏的 %d 份文件，可能要几分钟", reason, documents)
            workspace.library.refresh(lambda d, n: progress("更新馆藏记录", d, n))
            rebuild = True
        base = None if rebuild else _base(workspace)
        if base is not None:
            reason = _advance_reason(base[0], workspace)
            version = advance(workspace.materials, *base, progress)
        else:
            if reason and workspace.store.pointer():
                _log.warning("%s，正在重建索引", reason)
            version, reason = build(workspace.materials, progress), reason or "按要求重建"
    workspace.history.keep(_text(workspace))
    return version, reason


def _advance_reason(base: Version, workspace: Workspace) -> str:
    """What changed since a version that the next one can go on from."""
    library = base.manifest.library != workspace.library.version
    themes = base.manifest.stamp != workspace.linguistics.stamp
    if library and themes:
        return "文库内容和议题词表已改变"
    return _LIBRARY_CHANGED if library else "议题词表已改变"


def _text(workspace: Workspace) -> str:
    """The state of the user's theme file that is in force."""
    return workspace.linguistics.in_force.text


def _lagging(workspace: Workspace, reason: str) -> Version | None:
    """The current version if it is sound and only behind the library."""
    return workspace.store.current() if reason == _LIBRARY_CHANGED else None


def _base(workspace: Workspace) -> tuple[Version, Contents] | None:
    """The current version and what it holds, if it is sound and analysed as now."""
    try:
        version = workspace.store.current()
    except IndexDamaged:
        return None
    if version is None or version.manifest.format != FORMAT:
        return None
    if version.manifest.analysis != workspace.linguistics.analysis_stamp:
        return None
    contents = load_contents(version.read(CONTENTS))
    if contents is None or any(workspace.store.verify(version)):
        return None
    return version, contents


def _refuse_foreign(workspace: Workspace) -> None:
    """Raises :class:`~indexer.errors.IndexForeign` where replacing the index would harm others."""
    try:
        version = workspace.store.current()
    except IndexDamaged:
        return
    if version and (foreign := _foreign(workspace, version)):
        raise foreign


def _foreign(workspace: Workspace, version: Version) -> IndexForeign | None:
    """What speaks against replacing an index that another version of the program wrote.

    Two versions of the program that share a home would each rebuild what the
    other has just built.
    """
    manifest = version.manifest
    if manifest.format > FORMAT:
        return IndexForeign(
            format_problem(manifest),
            "请升级本程序，或用 --home 指定另一个目录；"
            "确要改用本版本，请执行 zhengsou index --rebuild",
        )
    stale = manifest.format < FORMAT or manifest.stamp != workspace.linguistics.stamp
    if stale and manifest.program != program() and workspace.store.is_read(version):
        other = f"（{manifest.program}）" if manifest.program else ""
        return IndexForeign(
            f"另一个版本的程序{other}正在使用这个主目录的索引，本程序的版本是 {program()}",
            "请先停止那个程序再试，或用 --home 为其中一个指定另一个目录",
        )
    return None


def _usable(workspace: Workspace) -> tuple[Version | None, str]:
    """The current version if it can be used, else why not."""
    try:
        version = workspace.store.current()
    except IndexDamaged as error:
        return None, error.message
    if version is None:
        return None, "还没有索引"
    problem = next(workspace.store.verify(version), "")
    reason = problem or _staleness(version, workspace)
    return (None, reason) if reason else (version, "")


def _staleness(version: Version, workspace: Workspace) -> str:
    """Why an index does not fit the library or the analysis, empty if it does."""
    if problem := format_problem(version.manifest):
        return problem
    if version.manifest.stamp != workspace.linguistics.stamp:
        return "词典、停用词、同义词、议题词表或索引格式已改变"
    if version.manifest.library != workspace.library.version:
        return _LIBRARY_CHANGED
    return ""
