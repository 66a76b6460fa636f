"""What a document would become in a library: a new policy, a new state of one, or known.

its source is in the library     known; what is given with it may be a new state
its source was one before        known, unless it lies where that policy came from
path or content say so           a new state (:mod:`corpus.library.identity`)
else                             a policy of its own, with a :class:`Clash` where it
                                 shares a number, a title or a path with another
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from corpus.document import SourceDocument
from corpus.errors import LibraryError
from corpus.library.catalogue import Catalogue
from corpus.library.entries import Entry, Made, Origin
from corpus.library.history import Replacement, replacement, versions
from corpus.library.identity import Clash, agree, in_common, name_key
from corpus.library.source_files import SourceFiles, made_of, parse_as_given
from corpus.parsing.notice import with_id
from corpus.policy import ParsedPolicy, ParseWarning, Policy
from corpus.text.normalize import letters_of

Kind = Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a document: it is ``unchanged`` where its content is in the library.

    ``replaced`` is the number of the state that an update replaced, ``earlier`` that of the
    earlier state that an unchanged document is; 0 where there is none.
    """

    kind: Kind
    entry: Entry
    replaced: int = 0
    earlier: int = 0
    clash: Clash | None = None

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
    """What a document would become: its outcome, what it is read as, and what it would replace.

    ``label`` is what the document is called where it was read; a policy that the library
    has keeps the name that its source had first.
    """

    outcome: Outcome
    parsed: ParsedPolicy
    replaces: Replacement | None = None
    label: str = ""

    @property
    def kind(self) -> Kind:
        """Whether the document would be added, be an update, or is known."""
        return self.outcome.kind


@dataclass(frozen=True, slots=True)
class With:
    """What is given with a document.

    ``url`` and ``category`` go before what the document says, ``correction`` (the text of a
    correction file) before both.  ``origin`` says where the document lies.
    """

    correction: str | None = None
    url: str | None = None
    category: str | None = None
    origin: Origin | None = None


#: The code of the warning of a document whose text was recognised on pictures.
SCAN = "ocr"
#: Nothing is given with the document.
ALONE = With()


class Examination:
    """Decides what documents would become, one after another, in one run of a writer."""

    def __init__(self, catalogue: Catalogue, files: SourceFiles) -> None:
        self._catalogue = catalogue
        self._files = files
        self._taken: set[str] = set()
        self._existing: dict[str, bool] = {}

    def note(self, policy_id: str) -> None:
        """Counts a policy as taken in this run: no other document of the run replaces it."""
        self._taken.add(policy_id)

    def state_of(self, policy_id: str) -> int:
        """The number of a policy's current state."""
        return len(self._catalogue.former.get(policy_id, ())) + 1

    def shown(self, decided: Examined) -> Examined:
        """The decision with what an update would replace."""
        before = self._catalogue.entries.get(decided.outcome.entry.id)
        if decided.kind != "updated" or before is None:
            return decided
        n = self.state_of(before.id)
        return replace(decided, replaces=replacement(n, self._files.load(before), decided.parsed))

    def decide(self, document: SourceDocument, given: With = ALONE) -> Examined:
        """What a document would become.

        Raises :class:`~corpus.errors.CorrectionError` where the correction cannot be followed.
        """
        origin = given.origin
        known = self._catalogue.by_sha256(document.sha256)
        if known is not None:
            return self._same_source(document, known, self._moved(_with(known, given), origin))
        once = self._catalogue.once_of(document.sha256)
        if once is not None and (origin is None or once.origin != origin):
            return self._earlier(document, once)
        draft = _draft(document, given, self._catalogue.next_serial)
        parsed = parse_as_given(document, draft)
        before = once or self._predecessor(parsed, origin)
        if before is None:
            clash = self._clash(parsed.policy, origin)
            own = self._catalogue.free_id(parsed.policy.id, document.sha256)
            return examined("added", replace(draft, id=own), parsed, clash=clash)
        after = replace(
            _with(before, given),
            source=draft.source,
            sha256=draft.sha256,
            extension=draft.extension,
            added_at=draft.added_at,
            origin=origin,
        )
        parsed = parse_as_given(document, after)
        return examined("updated", after, parsed, replaced=self.state_of(before.id))

    def _same_source(self, document: SourceDocument, known: Entry, given: Entry) -> Examined:
        """A source that the library has; what was given with it may be new."""
        parsed = parse_as_given(replace(document, source=given.source), given)
        if given.state == known.state:
            return examined("unchanged", given, parsed)
        given = replace(given, added_at=now())
        return examined("updated", given, parsed, replaced=self.state_of(known.id))

    def _earlier(self, document: SourceDocument, now: Entry) -> Examined:
        """A source that a policy had before and that comes from elsewhere: it replaces nothing."""
        known = versions(self._catalogue, now.id)
        earlier = max(each.n for each in known if each.entry.sha256 == document.sha256)
        parsed = parse_as_given(document, known[earlier - 1].entry)
        return examined("unchanged", now, parsed, earlier=earlier)

    def _moved(self, entry: Entry, origin: Origin | None) -> Entry:
        """The entry with its new path where the file is no longer at the old one."""
        if origin is None or entry.origin == origin:
            return entry
        if entry.origin is not None and self._exists(entry.origin.path):
            return entry
        return replace(entry, origin=origin)

    def _exists(self, path: str) -> bool:
        if path not in self._existing:
            self._existing[path] = Path(path).exists()
        return self._existing[path]

    def _predecessor(self, parsed: ParsedPolicy, origin: Origin | None) -> Entry | None:
        """The policy of which a document is a new state; what was taken in this run is none."""
        known = self._catalogue.identities
        if origin is not None:
            for policy_id in reversed(known.at(origin)):
                before = self._untaken(policy_id)
                if before is not None and self._is_state(before, parsed, origin):
                    return before
            listed = known.in_list(origin, parsed.policy)
            before = self._untaken(listed[0]) if len(listed) == 1 else None
            if before is not None and self._is_state(before, parsed, origin):
                return before
        same = known.with_content(parsed.policy)
        before = self._untaken(same[0]) if len(same) == 1 else None
        if before is None or letters_of(self._text(before)) == letters_of(parsed.text):
            return None  # the same text is a copy
        return None if _is_scan(parsed.warnings) and not _is_scan(_warnings(before)) else before

    def _untaken(self, policy_id: str) -> Entry | None:
        return None if policy_id in self._taken else self._catalogue.entries[policy_id]

    def _is_state(self, before: Entry, parsed: ParsedPolicy, origin: Origin) -> bool:
        """Whether a text at the path of a policy, or in its list, is that policy.

        A row's place in a list says little, since rows are put in and taken out: there the
        number or title has to be the same too.
        """
        policy = before.made.policy if before.made else None
        if policy is None:
            return False
        if origin.member and name_key(policy) != name_key(parsed.policy):
            return False
        if origin.member and before.origin != origin and not policy.number:
            return in_common(self._text(before), parsed.text)
        if policy.number and parsed.policy.number:
            return agree(policy, parsed.policy, "", "")
        return agree(policy, parsed.policy, self._text(before), parsed.text)

    def _text(self, entry: Entry) -> str:
        try:
            return self._files.load(entry).text
        except LibraryError:
            return ""

    def _clash(self, policy: Policy, origin: Origin | None) -> Clash | None:
        """What a new policy shares with one that it might be taken for."""
        known = self._catalogue.identities
        kind: Literal["number", "title", "path"] = "number" if policy.number else "title"
        value = policy.number or policy.title
        ids = known.with_name(policy)
        if not ids and origin is not None and not origin.member:
            kind, value, ids = "path", policy.source, known.at(origin)[-1:]
        if not ids:
            return None
        other = self._catalogue.entries[ids[0]]
        title = other.made.policy.title if other.made else other.id
        return Clash(kind, value, other.id, title, other.source)


def _warnings(entry: Entry) -> tuple[ParseWarning, ...]:
    return entry.made.warnings if entry.made else ()


def _is_scan(warnings: tuple[ParseWarning, ...]) -> bool:
    """Whether text was recognised on pictures: it does not replace text that was read."""
    return any(warning.code == SCAN for warning in warnings)


def now() -> str:
    """The time, UTC, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _draft(document: SourceDocument, given: With, serial: int) -> Entry:
    """The entry of a document that is not in the library, still without an id."""
    return Entry(
        id="",
        source=document.source,
        sha256=document.sha256,
        extension=document.extension,
        url=given.url,
        category=given.category,
        correction=given.correction,
        added_at=now(),
        serial=serial,
        origin=given.origin,
    )


def _with(entry: Entry, given: With) -> Entry:
    """An entry with what is given now; what is not stays."""
    return replace(
        entry,
        url=given.url or entry.url,
        category=given.category or entry.category,
        correction=given.correction if given.correction is not None else entry.correction,
    )


def examined(
    kind: Kind,
    entry: Entry,
    parsed: ParsedPolicy,
    *,
    replaced: int = 0,
    earlier: int = 0,
    clash: Clash | None = None,
) -> Examined:
    parsed = with_id(parsed, entry.id)
    if kind != "unchanged":
        entry = replace(entry, made=made_of(parsed))
    return Examined(Outcome(kind, entry, replaced, earlier, clash), parsed)
