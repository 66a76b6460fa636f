"""Which policies a document may be a new state of: by where it lies, and by what it says.

Three things can say that a changed document is a policy that the library has:

    its path       the same file, or the same place in an archive or a list
    its list       the same list or archive, and there the same number or title
    its content    the same number, issuer and title

:class:`Identities` finds the candidates.  :class:`~corpus.library.writer.LibraryWriter`
compares the texts and decides; where neither path nor content are clear, the document
is another policy, and a :class:`Clash` says what the two share.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from corpus.library.entries import Entry, Origin
from corpus.policy import Policy

#: The share of lines, of the shorter text, that two states of one document have in common.
_IN_COMMON = 0.3
_BRACKETS = str.maketrans("[【（(［]】）)］", "〔〔〔〔〔〕〕〕〕〕")


@dataclass(frozen=True, slots=True)
class Clash:
    """What a document shares with a policy that it did not replace.

    ``kind`` is ``number``, ``title`` (neither has a number) or ``path`` (another text now
    lies where that policy came from); ``value`` is what they share.  ``other``, ``title``
    and ``source`` are of that policy.
    """

    kind: Literal["number", "title", "path"]
    value: str
    other: str
    title: str
    source: str


def content_key(policy: Policy) -> tuple[str, str, str] | None:
    """Number, issuer and title in a form that is compared; ``None`` without a number."""
    if policy.number is None:
        return None
    return number_key(policy.number), _bare(policy.issuer or ""), _bare(policy.title)


def number_key(number: str) -> str:
    """A document number, whatever brackets, spaces and width it is typed with."""
    return _bare(number).translate(_BRACKETS)


def name_key(policy: Policy) -> str:
    """The number or else the title, in a form that is compared."""
    return number_key(policy.number) if policy.number else _bare(policy.title)


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def agree(before: Policy, after: Policy, text_before: str, text_after: str) -> bool:
    """Whether what now lies at the path of a policy is the same document.

    It is not where both have numbers that differ; nor, without equal numbers or titles,
    where the texts share few lines.
    """
    if before.number and after.number:
        return number_key(before.number) == number_key(after.number)
    return _bare(before.title) == _bare(after.title) or in_common(text_before, text_after)


def in_common(one: str, other: str) -> bool:
    """Whether two texts share as many lines as two states of one document do."""
    first, second = _lines(one), _lines(other)
    return len(first & second) >= _IN_COMMON * min(len(first), len(second))


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines() if line.strip()}


class Identities:
    """The ids of a library's policies by path, by list and name, by content, by number."""

    def __init__(self) -> None:
        # Dictionaries instead of lists: they keep the order, and one id is removed at once.
        self._ids: defaultdict[Hashable, dict[str, None]] = defaultdict(dict)

    def add(self, entry: Entry) -> None:
        """Makes an entry findable."""
        for key in _keys(entry):
            self._ids[key][entry.id] = None

    def discard(self, entry: Entry) -> None:
        """Takes an entry out."""
        for key in _keys(entry):
            self._ids[key].pop(entry.id, None)
            if not self._ids[key]:
                del self._ids[key]

    def at(self, origin: Origin) -> tuple[str, ...]:
        """The policies that came from a path, the latest last."""
        return self._get(("path", origin))

    def in_list(self, origin: Origin, policy: Policy) -> tuple[str, ...]:
        """The policies of the same list or archive with the same number or title."""
        return self._get(("list", origin.path, name_key(policy))) if origin.member else ()

    def with_content(self, policy: Policy) -> tuple[str, ...]:
        """The policies with the same number, issuer and title."""
        key = content_key(policy)
        return self._get(("content", key)) if key else ()

    def with_name(self, policy: Policy) -> tuple[str, ...]:
        """The policies with the same number; without one, those without one of the same title."""
        return self._get(("name", policy.number is None, name_key(policy)))

    def _get(self, key: Hashable) -> tuple[str, ...]:
        return tuple(self._ids.get(key, ()))


def _keys(entry: Entry) -> list[Hashable]:
    keys: list[Hashable] = []
    policy = entry.made.policy if entry.made else None
    if entry.origin:
        keys.append(("path", entry.origin))
    if policy is None:
        return keys
    keys.append(("name", policy.number is None, name_key(policy)))
    if policy.number:
        keys.append(("content", content_key(policy)))
    if entry.origin and entry.origin.member:
        keys.append(("list", entry.origin.path, name_key(policy)))
    return keys
