"""What a user should look at in a library: policy by policy, without reading any text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.library.library import Held
from corpus.library.near_duplicates import Likeness, NearDuplicate, groups, percentage

#: Fields of a description that an official document has, and what they are called.
_EXPECTED = (("issuer", "发文机关"), ("date", "成文日期"), ("category", "文种"))
_NEARLY_THE_SAME = "内容几乎相同"
_KINDS = {"同文": "内容相同", "修订": "像是同一文件的不同版本", "近似": "内容相近"}
#: So many of a group are named.
_NAMED = 50
_TRANSITIVE: tuple[Likeness, ...] = ("同文", "修订")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something odd about a policy: a stable ``code`` for programs, and a sentence."""

    policy_id: str
    code: str
    message: str


def doubts(held: Iterable[Held], alike: Iterable[NearDuplicate] = ()) -> Iterator[Doubt]:
    """Warnings of the parser, what was not recognised, and what is alike."""
    yield from _alike(tuple(alike))
    for each in held:
        policy = each.policy
        for warning in each.warnings:
            yield Doubt(policy.id, warning.code, warning.message)
        for name, label in _EXPECTED:
            if getattr(policy, name) is None:
                yield Doubt(policy.id, f"no-{name}", f"没有识别出{label}")
        if not each.records:
            yield Doubt(policy.id, "no-records", "没有可以检索的记录")


def _alike(pairs: Sequence[NearDuplicate]) -> Iterator[Doubt]:
    """What each policy is alike: a group of more than two is named as a whole."""
    grouped: set[tuple[Likeness, str]] = set()
    for kind in _TRANSITIVE:
        for group in groups(pairs, kind):
            if len(group) > 2:
                grouped.update((kind, one) for one in group)
                least = min(p.similarity for p in pairs if p.kind == kind and p.first in group)
                for own in group:
                    others = [f"“{other}”" for other in group[: _NAMED + 1] if other != own]
                    more = f"等 {len(group) - 1} 份" if len(group) - 1 > len(others) else ""
                    yield Doubt(
                        own, "near-duplicate", f"与{'、'.join(others)}{more}{_word(kind, least)}"
                    )
    for pair in pairs:
        if (pair.kind, pair.first) not in grouped:
            for own, other in ((pair.first, pair.second), (pair.second, pair.first)):
                yield Doubt(own, "near-duplicate", f"与“{other}”{told(pair)}")


def _word(kind: Likeness, similarity: float) -> str:
    return _KINDS[kind] if kind != "同文" or similarity == 1 else _NEARLY_THE_SAME


def told(pair: NearDuplicate) -> str:
    """How two policies are alike."""
    return f"{_word(pair.kind, pair.similarity)}（相似度 {percentage(pair.similarity)}）"
