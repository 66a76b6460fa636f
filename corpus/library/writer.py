"""Adding to a library: one writer at a time, many documents, committed in groups.

    with library.writing() as accession:
        for document in documents:
            outcome = accession.take(document)
        accession.commit()

:meth:`Accession.take` stores a document's files and decides what it is: new, a
changed version of one that is there (the same file name with the same number;
without one, with the same title and some of the same lines), or known already.
Nothing of it counts before :meth:`Accession.commit` returns; from then on it is
durable.  A process that dies in between leaves sources that nobody refers to;
they do no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from corpus.document import SourceDocument
from corpus.errors import LibraryError, PolicyNotFound
from corpus.library.catalogue import Catalogue, Entry, Made, is_overgrown, put_of, write_catalogue
from corpus.library.journal import Change, Journal
from corpus.library.source_files import Shelf, made_of, parse_as_given, telling
from corpus.parsing.notice import PARSER_VERSION, with_id
from corpus.policy import ParsedPolicy, Policy

#: The share of lines, of the shorter text, that versions of one have in common.
_IN_COMMON = 0.3

Kind = Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document: it is ``unchanged`` where its content is in the library."""

    kind: Kind
    entry: Entry

    @property
    def made(self) -> Made:
        """What the parser made of it."""
        assert self.entry.made is not None
        return self.entry.made

    @property
    def policy(self) -> Policy:
        """The policy that it is in the library."""
        return self.made.policy


@dataclass(frozen=True, slots=True)
class Examined:
    """What a document would become: its entry, what it is read as, and what it supersedes."""

    kind: Kind
    entry: Entry
    parsed: ParsedPolicy
    before: Entry | None


class Accession:
    """What one writer does to a library; see :meth:`corpus.library.library.Library.writing`."""

    def __init__(self, root: Path, catalogue: Catalogue, journal: Journal | None) -> None:
        self.catalogue = catalogue
        self._root = root
        self._shelf = Shelf(root)
        self._journal = journal
        self._pending: list[Change] = []
        self._stored: list[Entry] = []
        self._superseded: list[Entry] = []
        self._taken: set[str] = set()

    @property
    def pending(self) -> int:
        """How many changes wait for :meth:`commit`."""
        return len(self._pending)

    def examine(
        self,
        document: SourceDocument,
        *,
        correction: str | None = None,
        url: str | None = None,
        category: str | None = None,
    ) -> Examined:
        """What :meth:`take` would make of a document; nothing is written."""
        known = self.catalogue.by_sha256(document.sha256)
        if known is not None:
            given = _given(known, correction, url, category)
            kind: Kind = "unchanged" if given == known else "updated"
            return _examined(kind, document, given, None)
        draft = Entry(
            id="",
            source=document.source,
            sha256=document.sha256,
            extension=document.extension,
            url=url,
            category=category,
            correction=correction,
            added_at=datetime.now(UTC).isoformat(timespec="seconds"),
            serial=self.catalogue.next_serial,
        )
        parsed = parse_as_given(document, draft)
        before = self.catalogue.by_document(replace(draft, made=made_of(parsed)).document)
        if before is None or before.id in self._taken or not self._is_version(before, parsed):
            own = self.catalogue.free_id(parsed.policy.id, document.sha256)
            return _examined("added", document, replace(draft, id=own), None, parsed)
        given = _given(before, correction, url, category)
        given = replace(
            given, sha256=draft.sha256, extension=draft.extension, added_at=draft.added_at
        )
        return _examined("updated", document, given, before)

    def _is_version(self, before: Entry, parsed: ParsedPolicy) -> bool:
        """Whether a text of the same file name and number or title is a version of the other.

        A number says so.  A title may be 通知, and a file be called ``index.html``:
        there the texts must have something in common.
        """
        if parsed.policy.number is not None:
            return True
        try:
            lines = _lines(self._shelf.load(before).text)
        except LibraryError:
            return True  # what is damaged is best replaced
        new = _lines(parsed.text)
        return len(lines & new) >= _IN_COMMON * min(len(lines), len(new))

    def take(
        self,
        document: SourceDocument,
        *,
        correction: str | None = None,
        url: str | None = None,
        category: str | None = None,
    ) -> Outcome:
        """Stores a document, unless it is there.

        Raises :class:`LibraryError` where the library cannot be written.

        ``url`` and ``category`` go before what the document says, ``correction``
        (the text of a correction file) before both.
        """
        found = self.examine(document, correction=correction, url=url, category=category)
        if found.kind != "unchanged":
            with telling(self._root):
                self._shelf.put(found.entry, document.data, found.parsed)
            self._stored.append(found.entry)
            if found.before is not None:
                self._superseded.append(found.before)
            self.note(found)
        return Outcome(found.kind, found.entry)

    def note(self, found: Examined) -> None:
        """Counts a document as taken, for what is examined next."""
        self._taken.add(found.entry.id)
        if found.kind != "unchanged":
            self._put(found.entry)

    def _put(self, entry: Entry) -> None:
        self.catalogue.put(entry)
        self._pending.append(put_of(entry))

    def remove(self, policy_id: str) -> None:
        """Takes a policy out; its id stays reserved.  Raises :class:`PolicyNotFound`."""
        entry = self.catalogue.entries.get(policy_id)
        if entry is None:
            raise not_held(policy_id)
        self.catalogue.remove(policy_id)
        self._pending.append({"remove": policy_id})
        self._superseded.append(entry)

    def refresh(self, progress: Callable[[int, int], None]) -> None:
        """Reads anew what an older parser read; ``progress`` is told done and total."""
        stale = [entry for entry in self.catalogue.entries.values() if not is_current(entry)]
        for done, entry in enumerate(stale, 1):
            self._put(replace(entry, made=made_of(self._shelf.load(entry))))
            progress(done, len(stale))

    def commit(self) -> None:
        """Makes all that was taken and removed count.

        Raises :class:`LibraryError` where the library cannot be written: then nothing does.
        """
        if not self._pending and self._journal is not None:
            return
        with telling(self._root):
            self._shelf.sync(self._stored)
            if self._journal is None or is_overgrown(self.catalogue, self._journal.changes):
                self._journal = write_catalogue(self._root, self.catalogue)
            else:
                self._journal = self._journal.append(self._pending)
        for entry in self._superseded:  # nobody refers to them any more
            if self.catalogue.by_sha256(entry.sha256) is None:
                self._shelf.discard(entry)
        self._pending, self._stored, self._superseded = [], [], []


def _given(entry: Entry, correction: str | None, url: str | None, category: str | None) -> Entry:
    """An entry with what is given now; what is not stays."""
    return replace(
        entry,
        url=url or entry.url,
        category=category or entry.category,
        correction=correction if correction is not None else entry.correction,
    )


def _examined(
    kind: Kind,
    document: SourceDocument,
    entry: Entry,
    before: Entry | None,
    parsed: ParsedPolicy | None = None,
) -> Examined:
    if parsed is None:
        parsed = parse_as_given(replace(document, source=entry.source), entry)
    parsed = with_id(parsed, entry.id)
    if kind != "unchanged":
        entry = replace(entry, made=made_of(parsed))
    return Examined(kind, entry, parsed, before)


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if line.strip()}


def is_current(entry: Entry) -> bool:
    """Whether what the catalogue says of an entry is what the parser would make of it now."""
    return entry.made is not None and entry.made.parser == PARSER_VERSION


def not_held(policy_id: str) -> PolicyNotFound:
    """The error of an id that the library does not have."""
    return PolicyNotFound(
        f"馆藏中没有“{policy_id}”", "请核对文件编号，即发文字号，没有发文字号的是标题"
    )
