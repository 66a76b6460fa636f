"""The states that a policy had: what an update changes, and which states can be brought back.

A policy's states are numbered from 1, oldest first.  Every update, every correction and
every return to an earlier state adds one; nothing but ``forget`` takes any away.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from corpus.corrections import FIELDS
from corpus.errors import LibraryError, PolicyNotFound
from corpus.library.catalogue import Catalogue
from corpus.library.entries import Entry
from corpus.policy import ParsedPolicy


@dataclass(frozen=True, slots=True)
class Version:
    """A state of a policy: its number, from 1, and whether it is the one in the library."""

    n: int
    entry: Entry
    is_current: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that an update changes: its name, its Chinese name, its value before and after."""

    field: str
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Replacement:
    """What an update would replace: a policy's state ``n``, and what would change.

    ``zones`` and ``passages`` are the numbers of records before and after, ``gone`` and
    ``new`` those of records whose text only the state before or only the update has.
    """

    policy_id: str
    n: int
    title: str
    source: str
    sha256: str
    fields: tuple[Difference, ...]
    zones: tuple[int, int]
    passages: tuple[int, int]
    gone: int
    new: int


def versions(catalogue: Catalogue, policy_id: str) -> tuple[Version, ...]:
    """The states of a policy, also of a removed one; raises :class:`PolicyNotFound`."""
    current = catalogue.entries.get(policy_id)
    former = catalogue.former.get(policy_id, ())
    states = [*former, *([current] if current else [])]
    if not states:
        raise PolicyNotFound(
            f"馆藏中没有“{policy_id}”，也没有它以前的状态",
            "请核对文件编号，即发文字号，没有发文字号的是标题",
        )
    return tuple(Version(n, entry, entry is current) for n, entry in enumerate(states, 1))


def version_of(catalogue: Catalogue, policy_id: str, n: int) -> Version:
    """A state by its number.

    Raises :class:`PolicyNotFound`, and :class:`LibraryError` where there is none of that number.
    """
    known = versions(catalogue, policy_id)
    if not 1 <= n <= len(known):
        message = f"“{policy_id}”没有第 {n} 个状态，只有 1 至 {len(known)}"
        raise LibraryError(message, f"请用 zhengsou history {policy_id} 查看")
    return known[n - 1]


def replacement(n: int, before: ParsedPolicy, after: ParsedPolicy) -> Replacement:
    """What putting ``after`` in place of ``before``, which is state ``n``, would change."""
    return Replacement(
        policy_id=before.policy.id,
        n=n,
        title=before.policy.title,
        source=before.policy.source,
        sha256=before.policy.sha256,
        fields=tuple(differences(before, after)),
        zones=(_count(before, "zone"), _count(after, "zone")),
        passages=(_count(before, "passage"), _count(after, "passage")),
        gone=(_texts(before) - _texts(after)).total(),
        new=(_texts(after) - _texts(before)).total(),
    )


def differences(before: ParsedPolicy, after: ParsedPolicy) -> list[Difference]:
    """The fields of the description that differ."""
    values = (
        (name, label, getattr(before.policy, name), getattr(after.policy, name))
        for name, label in FIELDS.items()
    )
    return [Difference(*each) for each in values if each[2] != each[3]]


def _texts(parsed: ParsedPolicy) -> Counter[tuple[str | None, ...]]:
    """The records by what they say; where they stand does not count."""
    return Counter((r.kind, r.unit, r.title, r.body) for r in parsed.records)


def _count(parsed: ParsedPolicy, kind: str) -> int:
    return sum(record.kind == kind for record in parsed.records)
