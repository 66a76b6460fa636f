"""Adding a user's files: into the library in groups, and into the index behind it.

    files -> documents -> the library, committed every few seconds
                          -> the index, whenever as much is new as it holds, and at the end

A document counts from the commit of its group on; only then is it reported.
The index is brought up to date each time it would double, so a long job is
searchable in parts, and all versions together cost no more than a few of the
last one.  Meanwhile both locks are held: a second writer waits or is refused,
and whoever searches gets the last version.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.document import Refused, Skipped
from corpus.errors import CorpusError, LibraryError, SourceError
from corpus.library.ingest import Given, Item, Piped, estimate, read
from corpus.library.library import LOCK_SECONDS, Library
from corpus.library.writer import Accession, Examined, Outcome
from indexer.errors import EngineError, IndexDamaged
from indexer.versions.contents import Contents, read_contents
from indexer.versions.open import Progress, Workspace, silent, update_index
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
    paths: Sequence[Path],
    *,
    piped: Piped | None = None,
    url: str | None = None,
    category: str | None = None,
    progress: Progress = silent,
    on_commit: Callable[[Sequence[Outcome]], None] = lambda outcomes: None,
    on_wait: Callable[[], None] = lambda: None,
    wait: float = LOCK_SECONDS,
) -> Intake:
    """Adds everything in ``paths``, and brings the index up to date.

    ``on_commit`` gets the outcomes of each group as soon as they are durable.
    Raises :class:`~corpus.errors.CorpusError` where the library cannot be
    written, :class:`~indexer.errors.IndexerError` where the index cannot;
    what was committed until then stays.
    """
    workspace = Workspace.open(home)
    with workspace.library.writing(wait=wait, on_wait=on_wait) as accession:
        job = _Job(home, accession, progress, on_commit)
        with workspace.store.locked(wait):
            _refresh(accession, progress)
            job.run(_given(paths, piped), url, category)
    return job.intake


def examine_paths(
    home: Path, paths: Sequence[Path], *, piped: Piped | None = None
) -> Iterator[Examined | Refused | Skipped]:
    """What :func:`add_paths` would do, document by document; writes nothing."""
    accession = Library.peek(home)
    for given in _given(paths, piped):
        for each in read(given):
            if isinstance(each, Item):
                try:
                    found = accession.examine(each.document, correction=each.correction)
                except CorpusError as error:
                    yield _refused(each, error)
                else:
                    accession.note(found)
                    yield found
            else:
                yield each


def _given(paths: Sequence[Path], piped: Piped | None) -> tuple[Given, ...]:
    return (*paths, piped) if piped else tuple(paths)


def _refused(item: Item, error: CorpusError) -> Refused:
    return Refused(item.document.source, SourceError(error.message, error.hint))


class _Job:
    """One call of :func:`add_paths`, under both locks."""

    def __init__(
        self,
        home: Path,
        accession: Accession,
        progress: Progress,
        on_commit: Callable[[Sequence[Outcome]], None],
    ) -> None:
        self.intake = Intake()
        self._home = home
        self._accession = accession
        self._progress = progress
        self._on_commit = on_commit
        self._waiting: list[Outcome] = []
        self._committed_at = time.monotonic()
        self._indexed = _indexed_records(home)
        self._new_records = 0

    def run(self, files: Sequence[Given], url: str | None, category: str | None) -> None:
        """Takes everything in the files."""
        total, done = max(1, estimate(files)), 0
        for given in files:
            for each in read(given):
                done += 1
                self._take(each, url, category)
                self._progress("加入文件", done, max(total, done))
                if self._is_due():
                    self._commit()
        self._commit()
        self._index()

    def _take(self, each: Item | Refused | Skipped, url: str | None, category: str | None) -> None:
        if isinstance(each, Refused):
            self.intake.refused.append(each)
            return
        if isinstance(each, Skipped):
            self.intake.skipped.append(each)
            return
        try:
            outcome = self._accession.take(
                each.document, correction=each.correction, url=url, category=category
            )
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
        self._accession.commit()
        self.intake.count(self._waiting)
        self._on_commit(self._waiting)
        self._waiting = []
        if self._new_records > max(_FEWEST_RECORDS, self._indexed):
            self._index()
        self._committed_at = time.monotonic()

    def _index(self) -> None:
        version, _ = update_index(Workspace.open(self._home), self._progress)
        self._indexed, self._new_records = version.manifest.records, 0


def _refresh(accession: Accession, progress: Progress) -> None:
    """Reads anew what an older parser read.

    Building the index would do so too, but would wait for the writer's lock that is held here.
    """
    accession.refresh(lambda done, total: progress("重新识别", done, total))
    accession.commit()


def _indexed_records(home: Path) -> int:
    try:
        version = IndexStore(home).current()
    except IndexDamaged:
        version = None
    held = read_contents(version.directory) if version else None
    return (held or Contents()).records


def remove_policies(
    home: Path, ids: Sequence[str], *, progress: Progress = silent, wait: float = LOCK_SECONDS
) -> None:
    """Takes policies out, all or none, and brings the index up to date.

    Raises as :func:`add_paths`, and :class:`~corpus.errors.PolicyNotFound`.
    """
    workspace = Workspace.open(home)
    with workspace.library.writing(wait=wait) as accession:
        for policy_id in dict.fromkeys(ids):
            accession.remove(policy_id)
        with workspace.store.locked(wait):
            _refresh(accession, progress)
            accession.commit()
            _follow_removal(home, progress)


def _follow_removal(home: Path, progress: Progress) -> None:
    """Brings the index up to date; where that fails, says that the removal stands."""
    try:
        update_index(Workspace.open(home), progress)
    except EngineError as error:
        message = f"文件已从馆藏中移除，但{error.message}，其中还有移除的文件"
        raise EngineError(message, error.hint + "：zhengsou index") from error
