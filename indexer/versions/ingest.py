"""Adding a user's files: into the library in groups, and into the index behind it.

    files -> documents -> the library, committed every few seconds
                          -> the index, whenever as much is new as it holds, and at the end

A document counts from the commit of its group on; only then is it reported.
The index is brought up to date each time it would double, so a long job is
searchable in parts, and all versions together cost no more than a few of the
last one.  Meanwhile both locks are held: a second writer waits or is refused,
and a search gets the last version.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.document import Refused, Skipped
from corpus.errors import CorpusError, LibraryError, SourceError
from corpus.formats.scans import Scans
from corpus.library.ingest import Given, Item, estimate, read
from corpus.library.library import LOCK_SECONDS, Library
from corpus.library.source_files import scans_folder
from corpus.library.writer import Examined, LibraryWriter, Outcome, With
from corpus.progress import Progress, silent
from indexer.errors import EngineError, IndexDamaged
from indexer.versions.contents import CONTENTS, Contents, load_contents
from indexer.versions.open import Workspace, update_index
from indexer.versions.store import IndexStore

_GROUP_DOCUMENTS = 500
_GROUP_SECONDS = 3.0
#: The index is not made to follow before so many records are new.
_FEWEST_RECORDS = 20_000


@dataclass(slots=True)
class Intake:
    """What became of everything that was given; each list in the order of the files."""

    added: list[Outcome] = field(default_factory=list)
    updated: list[Outcome] = field(default_factory=list)
    unchanged: list[Outcome] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def count(self, outcomes: Sequence[Outcome]) -> None:
        """Takes in what is committed."""
        for outcome in outcomes:
            getattr(self, outcome.kind).append(outcome)


def add_paths(
    home: Path,
    files: Sequence[Given],
    *,
    progress: Progress = silent,
    on_commit: Callable[[Sequence[Outcome]], None] = lambda outcomes: None,
    on_wait: Callable[[], None] = lambda: None,
    wait: float = LOCK_SECONDS,
    stopped: Callable[[], bool] = lambda: False,
) -> Intake:
    """Adds everything in ``files``, and brings the index up to date.

    ``stopped`` may end the recognition of scans, which raises
    :class:`~corpus.formats.scans.ScanStopped`; finished pages are kept.

    ``on_commit`` gets the outcomes of each group as soon as they are durable.
    Raises :class:`~corpus.errors.CorpusError` where the library cannot be
    written, :class:`~indexer.errors.IndexerError` where the index cannot;
    what was committed until then stays.
    """
    workspace = Workspace.open(home)
    with workspace.library.writing(wait=wait, on_wait=on_wait) as writer:
        scans = Scans(scans_folder(home / "library"), progress, stopped)
        job = _Job(home, writer, scans, on_commit)
        with workspace.store.locked(wait):
            _refresh(writer, progress)
            job.run(files)
    return job.intake


def examine_paths(
    home: Path,
    files: Sequence[Given],
    *,
    progress: Progress = silent,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Examined | Refused | Skipped]:
    """What :func:`add_paths` would do, document by document.

    Nothing is written but the finished pages of scans, so that adding them does
    not recognise them a second time; ``progress`` and ``stopped`` are for these.
    """
    writer = Library.peek(home)
    scans = Scans(scans_folder(home / "library"), progress, stopped)
    for given in files:
        for each in read(given, scans=scans):
            if isinstance(each, Item):
                try:
                    found = writer.examine(each.document, _given_with(each))
                except CorpusError as error:
                    yield _refused(each, error)
                else:
                    writer.note(found)
                    yield found
            else:
                yield each


def _given_with(item: Item) -> With:
    return With(correction=item.correction, origin=item.origin)


def _refused(item: Item, error: CorpusError) -> Refused:
    return Refused(item.document.source, SourceError(error.message, error.hint))


class _Job:
    """One call of :func:`add_paths`, under both locks."""

    def __init__(
        self,
        home: Path,
        writer: LibraryWriter,
        scans: Scans,
        on_commit: Callable[[Sequence[Outcome]], None],
    ) -> None:
        self.intake = Intake()
        self._home = home
        self._writer = writer
        self._scans = scans
        self._progress = scans.progress
        self._on_commit = on_commit
        self._waiting: list[Outcome] = []
        self._committed_at = time.monotonic()
        self._indexed = _indexed_records(home)
        self._new_records = 0

    def run(self, files: Sequence[Given]) -> None:
        """Takes everything in the files."""
        total, done = max(1, estimate(files)), 0
        for given in files:
            for each in read(given, scans=self._scans):
                done += 1
                self._take(each)
                self._progress("加入文件", done, max(total, done))
                if self._is_due():
                    self._commit()
        self._commit()
        self._index()

    def _take(self, each: Item | Refused | Skipped) -> None:
        if isinstance(each, Refused):
            self.intake.refused.append(each)
            return
        if isinstance(each, Skipped):
            self.intake.skipped.append(each)
            return
        try:
            outcome = self._writer.add(each.document, _given_with(each))
        except LibraryError:
            raise
        except CorpusError as error:  # a correction that cannot be followed
            self.intake.refused.append(_refused(each, error))
            return
        self._waiting.append(outcome)
        if outcome.kind != "unchanged":
            self._new_records += outcome.made.records

    def _is_due(self) -> bool:
        aged = time.monotonic() - self._committed_at > _GROUP_SECONDS
        return aged or len(self._waiting) >= _GROUP_DOCUMENTS

    def _commit(self) -> None:
        self._writer.commit()
        self.intake.count(self._waiting)
        self._on_commit(self._waiting)
        self._waiting = []
        if self._new_records > max(_FEWEST_RECORDS, self._indexed):
            self._index()
        self._committed_at = time.monotonic()

    def _index(self) -> None:
        version, _ = update_index(Workspace.open(self._home), self._progress)
        self._indexed, self._new_records = version.manifest.records, 0


def _refresh(writer: LibraryWriter, progress: Progress) -> None:
    """Reads again what an older parser read.

    A build of the index would do so too, but would wait for the lock that is held here.
    """
    writer.refresh(lambda done, total: progress("重新识别", done, total))
    writer.commit()


def _indexed_records(home: Path) -> int:
    try:
        version = IndexStore(home).current()
    except IndexDamaged:
        version = None
    held = load_contents(version.read(CONTENTS)) if version else None
    return (held or Contents()).records


def remove_policies(
    home: Path,
    ids: Sequence[str],
    *,
    forget: bool = False,
    progress: Progress = silent,
    wait: float = LOCK_SECONDS,
) -> None:
    """Takes policies out, all or none, and brings the index up to date.

    With ``forget`` their states are deleted too.  Raises as :func:`add_paths`, and
    :class:`~corpus.errors.PolicyNotFound`.
    """

    def remove(writer: LibraryWriter) -> None:
        for policy_id in dict.fromkeys(ids):
            writer.remove(policy_id, forget=forget)

    _change(home, remove, "文件已从馆藏中移除", progress, wait)


def restore_version(
    home: Path, policy_id: str, n: int, *, progress: Progress = silent, wait: float = LOCK_SECONDS
) -> Outcome:
    """Brings back a state of a policy, and brings the index up to date.

    Raises as :meth:`corpus.library.writer.LibraryWriter.restore` and :func:`add_paths`.
    """
    done: list[Outcome] = []
    _change(home, lambda w: done.append(w.restore(policy_id, n)), "状态已恢复", progress, wait)
    return done[0]


def correct_policy(
    home: Path,
    policy_id: str,
    correction: str,
    *,
    progress: Progress = silent,
    wait: float = LOCK_SECONDS,
) -> Outcome:
    """Gives a policy another correction, and brings the index up to date.

    Raises as :meth:`corpus.library.writer.LibraryWriter.correct` and :func:`add_paths`.
    """
    done: list[Outcome] = []
    _change(
        home, lambda w: done.append(w.correct(policy_id, correction)), "更正已保存", progress, wait
    )
    return done[0]


def _change(
    home: Path,
    change: Callable[[LibraryWriter], None],
    said: str,
    progress: Progress,
    wait: float,
) -> None:
    """Makes one change to the library, as a whole or not at all, and indexes it."""
    workspace = Workspace.open(home)
    with workspace.library.writing(wait=wait) as writer:
        change(writer)
        with workspace.store.locked(wait):
            _refresh(writer, progress)
            writer.commit()
            try:
                update_index(Workspace.open(home), progress)
            except EngineError as error:  # the change stands
                message = f"{said}，但{error.message}，检索的还是改动前的内容"
                raise EngineError(message, error.hint + "：zhengsou index") from error
