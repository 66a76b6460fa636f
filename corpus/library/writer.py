"""Adding to a library: one writer at a time, many documents, committed in groups.

    with library.writing() as writer:
        for document in documents:
            outcome = writer.add(document)
        writer.commit()

:meth:`LibraryWriter.add` stores a document's files and decides what it is: a new policy,
a new state of one that is there, or known already.  Only where path and content say so
it is a new state (:mod:`corpus.library.identity`); the state before is kept and can be
brought back (:meth:`LibraryWriter.restore`).  Nothing counts before
:meth:`LibraryWriter.commit` returns; from then on it is durable.  A process that dies in
between leaves sources that nobody refers to; they do no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from corpus.document import SourceDocument
from corpus.errors import LibraryError, PolicyNotFound
from corpus.library.catalogue import Catalogue, is_overgrown, put_of, write_catalogue
from corpus.library.entries import Entry
from corpus.library.examination import (
    ALONE,
    Examination,
    Examined,
    Outcome,
    With,
    examined,
    now,
)
from corpus.library.history import version_of
from corpus.library.journal import Change, Journal
from corpus.library.source_files import SourceFiles, made_of, parse_as_given, telling
from corpus.parsing.notice import PARSER_VERSION
from corpus.policy import ParsedPolicy

__all__ = ["Examined", "LibraryWriter", "Outcome", "With"]


class LibraryWriter:
    """What one writer does to a library; see :meth:`corpus.library.library.Library.writing`."""

    def __init__(self, root: Path, catalogue: Catalogue, journal: Journal | None) -> None:
        self.catalogue = catalogue
        self._root = root
        self._files = SourceFiles(root)
        self._journal = journal
        self._pending: list[Change] = []
        self._stored: list[Entry] = []
        self._superseded: list[Entry] = []
        self._forgotten: list[Entry] = []
        self._examination = Examination(catalogue, self._files)

    @property
    def pending(self) -> int:
        """How many changes wait for :meth:`commit`."""
        return len(self._pending)

    def examine(self, document: SourceDocument, given: With = ALONE) -> Examined:
        """What :meth:`add` would make of a document, and what it would replace.

        Nothing is written.  Raises :class:`~corpus.errors.CorrectionError` where the
        correction cannot be followed.
        """
        shown = self._examination.shown(self._examination.decide(document, given))
        return replace(shown, label=document.source)

    def add(self, document: SourceDocument, given: With = ALONE) -> Outcome:
        """Stores a document, unless it is there.

        Raises :class:`LibraryError` where the library cannot be written, and
        :class:`~corpus.errors.CorrectionError` where the correction cannot be followed.
        """
        found = self._examination.decide(document, given)
        if found.kind != "unchanged":
            self._store(found.outcome.entry, document.data, found.parsed)
        self.note(found)
        return found.outcome

    def note(self, found: Examined) -> None:
        """Counts a document as taken, for what is examined next."""
        entry = found.outcome.entry
        self._examination.note(entry.id)
        if entry != self.catalogue.entries.get(entry.id):
            self._put(entry)

    def _store(self, entry: Entry, data: bytes, parsed: ParsedPolicy) -> None:
        with telling(self._root):
            self._files.put(entry, data, parsed)
        self._stored.append(entry)
        before = self.catalogue.entries.get(entry.id)
        if before is not None:
            self._superseded.append(before)

    def _put(self, entry: Entry) -> None:
        self.catalogue.put(entry)
        self._pending.append(put_of(entry))

    def correct(self, policy_id: str, correction: str) -> Outcome:
        """Gives a policy another correction file, which is a new state of it.

        Where it corrects nothing, as before, nothing changes.

        Raises :class:`PolicyNotFound`, :class:`~corpus.errors.CorrectionError` and
        :class:`LibraryError`.
        """
        before = self.catalogue.entries.get(policy_id)
        if before is None:
            raise not_held(policy_id)
        if not correction.strip() and not (before.correction or "").strip():
            return Outcome("unchanged", before)
        document = self._files.document(before)
        return self.add(document, With(correction=correction))

    def restore(self, policy_id: str, n: int) -> Outcome:
        """Brings a policy's state ``n`` back as its newest; ``unchanged`` where it is that.

        A removed policy comes back under its id.  Raises :class:`PolicyNotFound`, and
        :class:`LibraryError` where there is no such state, or its source is damaged or is
        another policy by now.
        """
        version = version_of(self.catalogue, policy_id, n)
        before = self.catalogue.entries.get(policy_id)
        if before is not None and before.state == version.entry.state:
            return Outcome("unchanged", before)
        other = self.catalogue.by_sha256(version.entry.sha256)
        if other is not None and other.id != policy_id:
            message = f"“{policy_id}”第 {n} 个状态的原文件现在是馆藏中的“{other.id}”，没有恢复"
            raise LibraryError(message, f"需要恢复时，请先移除“{other.id}”")
        document = self._files.document(version.entry)
        entry = replace(version.entry, added_at=now())
        found = examined("updated", entry, parse_as_given(document, entry))
        entry = found.outcome.entry
        self._store(entry, document.data, found.parsed)
        replaced = self._examination.state_of(policy_id) if before else 0
        self._put(entry)
        return Outcome("updated" if before else "added", entry, replaced=replaced)

    def remove(self, policy_id: str, *, forget: bool = False) -> None:
        """Takes a policy out; its id stays reserved, and its states can be brought back.

        With ``forget`` the sources of all its states are deleted, also of a policy that was
        removed before.  Raises :class:`PolicyNotFound`.
        """
        entry = self.catalogue.entries.get(policy_id)
        if entry is None and not (forget and policy_id in self.catalogue.former):
            raise not_held(policy_id)
        if entry is not None:
            self.catalogue.remove(policy_id)
            self._pending.append({"remove": policy_id})
            self._superseded.append(entry)
        if forget:
            self._forgotten += self.catalogue.former[policy_id]
            self.catalogue.forget(policy_id)
            self._pending.append({"forget": policy_id})

    def refresh(self, progress: Callable[[int, int], None]) -> None:
        """Reads again what an older parser read; ``progress`` gets done and total."""
        stale = [entry for entry in self.catalogue.entries.values() if not is_current(entry)]
        for done, entry in enumerate(stale, 1):
            self._put(replace(entry, made=made_of(self._files.load(entry))))
            progress(done, len(stale))

    def commit(self) -> None:
        """Makes all that was added, removed and restored count.

        Raises :class:`LibraryError` where the library cannot be written: then nothing does.
        """
        if not self._pending and self._journal is not None:
            return
        with telling(self._root):
            self._files.sync(self._stored)
            if self._must_rewrite(self._journal):
                self._journal = write_catalogue(self._root, self.catalogue)
            else:
                assert self._journal is not None
                self._journal = self._journal.append(self._pending)
            self._discard()
        self._pending, self._stored, self._superseded, self._forgotten = [], [], [], []

    def _must_rewrite(self, journal: Journal | None) -> bool:
        """Whether the list is written as a whole: what is forgotten must not stay in it."""
        return (
            journal is None
            or bool(self._forgotten)
            or is_overgrown(self.catalogue, journal.changes)
        )

    def _discard(self) -> None:
        """Removes the files that no state needs any more."""
        for entry in (*self._superseded, *self._forgotten):
            if self.catalogue.by_sha256(entry.sha256) is None:
                self._files.discard_records(entry)
        if self._forgotten:
            used = {entry.sha256 for entry in self.catalogue.states()}
            for entry in self._forgotten:
                if entry.sha256 not in used:
                    self._files.discard_source(entry)


def is_current(entry: Entry) -> bool:
    """Whether what the catalogue says of an entry is what the parser would make of it now."""
    return entry.made is not None and entry.made.parser == PARSER_VERSION


def not_held(policy_id: str) -> PolicyNotFound:
    """The error of an id that the library does not have."""
    return PolicyNotFound(
        f"馆藏中没有“{policy_id}”", "请核对文件编号，即发文字号，没有发文字号的是标题"
    )
