"""The user's collection on disk.

    <home>/library/
        library.json, library.jsonl   which policies there are (:mod:`corpus.library.catalogue`)
        sources/, records/            their files (:mod:`corpus.library.source_files`)
    <home>/library.lock               held while somebody writes

A change counts from the moment when its group is sealed in ``library.jsonl``,
and only after the files it names are in place, so that a crash at any point
leaves a sound library.  An id once given stays with its document: where two
documents have the same number the later one becomes ``….2``, and an id that was
removed is not given to another document.  Every state that a policy had can be
brought back (:mod:`corpus.library.history`).  A library that never held anything is
seeded with the notices of ``corpus/texts``.  One of an older format is brought
to this one when it is opened.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from corpus.errors import LibraryError
from corpus.files import reason_of
from corpus.formats.read import decode_source, is_web_address, read_source
from corpus.library.catalogue import FORMAT_VERSION, Catalogue, read_catalogue
from corpus.library.entries import Entry, Origin
from corpus.library.examination import With
from corpus.library.history import Version, version_of, versions
from corpus.library.journal import Journal
from corpus.library.source_files import OTHER_HOME, SourceFiles, cannot_write, made_of, source_gone
from corpus.library.writer import LibraryWriter, is_current, not_held
from corpus.parsing.notice import PARSER_VERSION
from corpus.policy import ParsedPolicy, ParseWarning, Policy

LOCK_SECONDS = 60.0
#: Where the library stands while a restored one takes its place (:mod:`corpus.library.backup`).
SET_ASIDE = "library.before-restore"
#: How the folder begins in which a library lies that is about to be restored.
STAGED = ".restore-"
_CACHED_POLICIES = 16
_log = logging.getLogger(__name__)
_UPGRADED = (
    "“{home}”的馆藏已改用新的格式 {version}，从此保留每份文件以前的状态；"
    "原来的目录另存在 library 文件夹中。旧版本的政搜不能再打开它"
)


@dataclass(frozen=True, slots=True)
class Held:
    """A policy of the library, without its text: its description, and what it was made of.

    ``fingerprint`` changes with anything that decides what its records are;
    ``serial`` orders the library.
    """

    policy: Policy
    records: int
    warnings: tuple[ParseWarning, ...]
    added_at: str
    serial: int
    fingerprint: str


class Library:
    """The policies of one home directory, as they stood when it was opened.

    Use :meth:`open`.  Several threads and processes may read a library at a time; what
    another process adds shows after the library is opened again.
    """

    def __init__(self, home: Path, catalogue: Catalogue) -> None:
        self._home = home
        self._root = home / "library"
        self._files = SourceFiles(self._root)
        self._load = lru_cache(maxsize=_CACHED_POLICIES)(self._files.load)
        self._policies: tuple[Policy, ...] | None = None
        self._catalogue = catalogue
        self._entries = catalogue.entries

    @classmethod
    def open(cls, home: Path) -> Library:
        """Opens the library in ``home``, and makes and seeds it where there is none.

        Raises :class:`LibraryError` when it cannot be made or read, is damaged,
        or was written by a newer version of the program.
        """
        found = _read(home)
        library = cls(home, found[0] if found else Catalogue())
        if found is None or found[0].is_fresh:
            with library.writing() as writer:
                if writer.catalogue.is_fresh:
                    _seed(writer)
                writer.commit()
        elif found[1] is None:
            # Where it cannot be written, a library of an older format is read as it is.
            with contextlib.suppress(LibraryError):
                library.refresh()
                _log.warning("%s", _UPGRADED.format(home=home, version=FORMAT_VERSION))
        return library

    @classmethod
    def read(cls, home: Path) -> Library:
        """Opens the library in ``home`` as it is; raises :class:`LibraryError`, also for none."""
        found = _read(home)
        if found is None:
            raise LibraryError(f"“{home}”里没有馆藏", OTHER_HOME)
        return cls(home, found[0])

    @classmethod
    def peek(cls, home: Path) -> LibraryWriter:
        """For asking what would become of documents; writes nothing, not even a new library."""
        found = _read(home)
        return LibraryWriter(home / "library", found[0] if found else Catalogue(), None)

    @property
    def folder(self) -> Path:
        """Where the library lies."""
        return self._root

    @property
    def version(self) -> str:
        """A hash of the content: changes with the policies, their data, or the parser."""
        # Not by way of held(), which may have to parse what an older parser read.
        stated = json.dumps([e.fingerprint(PARSER_VERSION) for e in self._entries.values()])
        return hashlib.sha256(stated.encode("ascii")).hexdigest()

    def __len__(self) -> int:
        return len(self._entries)

    def held(self) -> Iterator[Held]:
        """Every policy in library order, without reading its text."""
        return map(self._held, self._entries.values())

    def describe(self, policy_id: str) -> Held:
        """One policy without reading its text; raises :class:`PolicyNotFound`."""
        return self._held(self._entry(policy_id))

    def _held(self, entry: Entry) -> Held:
        made = entry.made if is_current(entry) else None
        made = made or made_of(self._load(entry))
        fingerprint = entry.fingerprint(PARSER_VERSION)
        return Held(
            made.policy, made.records, made.warnings, entry.added_at, entry.serial, fingerprint
        )

    def policies(self) -> tuple[Policy, ...]:
        """All policies in library order."""
        if self._policies is None:
            self._policies = tuple(held.policy for held in self.held())
        return self._policies

    def parsed(self, policy_id: str) -> ParsedPolicy:
        """The policy with its text and records; raises :class:`PolicyNotFound`."""
        return self._load(self._entry(policy_id))

    def documents(self, ids: Container[str] | None = None) -> Iterator[ParsedPolicy]:
        """Policies with their records, in library order, read one at a time.

        All of them, or those with ``ids``.
        """
        for entry in self._entries.values():
            if ids is None or entry.id in ids:
                yield self._files.load(entry)

    def source_path(self, policy_id: str) -> Path:
        """The original file.

        Raises :class:`PolicyNotFound`, and :class:`LibraryError` if the file is gone.
        """
        entry = self._entry(policy_id)
        path = self._files.source_file(entry)
        if not path.is_file():
            raise source_gone(entry)
        return path

    def file_name(self, policy_id: str) -> str:
        """What to call the original file; raises :class:`PolicyNotFound`.

        Its own name; a document out of a list or an archive gets the ending that it needs.
        """
        entry = self._entry(policy_id)
        name = PurePosixPath(entry.source).name
        return name if name.lower().endswith(entry.extension) else name + entry.extension

    def source_paths(self) -> Iterator[Path]:
        """Where the original files of all states should be, the current ones first."""
        return iter(dict.fromkeys(map(self._files.source_file, self._catalogue.states())))

    def former_states(self) -> Iterator[tuple[str, Version, Path]]:
        """Every state that is not current: its policy, the state, and the place of its source."""
        for policy_id in self._catalogue.former:
            for version in self.history(policy_id):
                if not version.is_current:
                    yield policy_id, version, self._files.source_file(version.entry)

    def history(self, policy_id: str) -> tuple[Version, ...]:
        """The states of a policy, oldest first, also of a removed one.

        Raises :class:`PolicyNotFound`.
        """
        return versions(self._catalogue, policy_id)

    def uncorrected(self, policy_id: str) -> tuple[ParsedPolicy, str | None]:
        """A policy as it would be without its correction, and the correction's text.

        Raises :class:`PolicyNotFound`, and :class:`LibraryError` where its source is damaged.
        """
        entry = self._entry(policy_id)
        return self._files.reread(replace(entry, correction=None)), entry.correction

    def former(self, policy_id: str, n: int) -> ParsedPolicy:
        """A policy as it was in its state ``n``, read again from that state's source.

        Raises :class:`PolicyNotFound`, and :class:`LibraryError` where there is no such state
        or its source is damaged.
        """
        return self._files.reread(version_of(self._catalogue, policy_id, n).entry)

    def add(self, path: Path, *, url: str | None = None, category: str | None = None) -> Policy:
        """Adds the file at ``path``, which holds one document; the same again changes nothing.

        Raises :class:`~corpus.errors.SourceError` when it cannot be read as a
        policy text, :class:`LibraryError` when the library cannot be written or
        ``url`` is no address of the web.
        """
        if url is not None and not is_web_address(url):
            message = f"“{url}”不是网址，不能作为“{path.name}”的出处"
            raise LibraryError(message, "请给出以 http:// 或 https:// 开头的完整网址，或不给")
        document = read_source(path)
        with self.writing() as writer:
            given = With(url=url, category=category, origin=Origin.of(path))
            outcome = writer.add(document, given)
            writer.commit()
        return outcome.policy

    def remove(self, policy_id: str) -> None:
        """Takes a policy out; its id stays reserved for it, and its states can be brought back.

        Raises :class:`PolicyNotFound`, or :class:`LibraryError` when the library
        cannot be written.
        """
        with self.writing() as writer:
            writer.remove(policy_id)
            writer.commit()

    def refresh(self, progress: Callable[[int, int], None] = lambda done, total: None) -> None:
        """Reads again what an older parser read; raises :class:`LibraryError`."""
        with self.writing() as writer:
            writer.refresh(progress)
            writer.commit()

    @property
    def is_current(self) -> bool:
        """Whether all of it was read by the parser of this program."""
        return all(map(is_current, self._entries.values()))

    @contextlib.contextmanager
    def writing(
        self, *, wait: float = LOCK_SECONDS, on_wait: Callable[[], None] = lambda: None
    ) -> Iterator[LibraryWriter]:
        """Keeps other processes from writing meanwhile; begins with what they wrote.

        What was committed shows in this library at the end, whatever happens.
        Waits ``wait`` seconds for another writer, and calls ``on_wait`` before.
        Raises :class:`LibraryError` when that is not enough, and when the
        library cannot be written.
        """
        try:
            with write_lock(self._home, wait, on_wait):
                self._files.make()
                found = _read(self._home)
                catalogue, journal = found if found else (Catalogue(), None)
                self._files.sweep(catalogue.entries.values())
                _sweep_restores(self._home)
                writer = LibraryWriter(self._root, catalogue, journal)
                if any(entry.made is None for entry in catalogue.entries.values()):
                    writer.refresh(lambda done, total: None)
                try:
                    yield writer
                finally:
                    if (now := _read(self._home)) is not None:
                        self._adopt(now[0])
        except OSError as error:
            raise cannot_write(self._root, error) from error

    def _adopt(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._entries = catalogue.entries
        self._policies = None

    def _entry(self, policy_id: str) -> Entry:
        entry = self._entries.get(policy_id)
        if entry is None:
            raise not_held(policy_id)
        return entry


@contextlib.contextmanager
def write_lock(home: Path, wait: float, on_wait: Callable[[], None]) -> Iterator[None]:
    """The one writer's lock; raises :class:`LibraryError` after ``wait`` seconds, and ``OSError``.

    It lies beside the library, which is replaced as a whole when one is restored.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "library.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        on_wait()
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            message = f"另一个进程正在写入“{home}”，等了 {wait:g} 秒仍未结束"
            raise LibraryError(message, "请等它结束后再试") from None
    try:
        yield
    finally:
        lock.release()


def _sweep_restores(home: Path) -> None:
    """Removes what a restore that was cut off after its work was done left behind."""
    for path in (home / SET_ASIDE, *home.glob(f"{STAGED}*")):
        shutil.rmtree(path, ignore_errors=True)


def _seed(writer: LibraryWriter) -> None:
    texts = (files("corpus") / "texts").iterdir()
    for text in sorted(texts, key=lambda text: text.name):
        if text.is_file():
            writer.add(decode_source(text.read_bytes(), text.name))


def _read(home: Path) -> tuple[Catalogue, Journal | None] | None:
    root = home / "library"
    try:
        aside = home / SET_ASIDE
        if aside.is_dir() and not root.exists():
            aside.replace(root)  # a restore that was cut off between its two steps
        return read_catalogue(root)
    except OSError as error:
        message = f"无法读取“{root}”：{reason_of(error)}"
        raise LibraryError(message, OTHER_HOME) from error
