"""What a user should look at in a library: policy by policy, without reading any text.

A :class:`PolicyWarning` says what the parser noticed, what it did not recognise,
which policies are near-duplicates, and which share a number or a title.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.library.history import Replacement
from corpus.library.identity import Clash, name_key
from corpus.library.library import Held
from corpus.library.near_duplicates import DuplicateKind, NearDuplicate, groups, percentage
from corpus.policy import Policy

#: Fields of a description that an official document has, and what they are called.
_EXPECTED = (("issuer", "发文机关"), ("date", "成文日期"), ("category", "文种"))
_NEARLY_THE_SAME = "内容几乎相同"
_KINDS = {"同文": "内容相同", "修订": "像是同一文件的不同版本", "近似": "内容相近"}
#: So many of a group are named.
_NAMED = 50
_TRANSITIVE: tuple[DuplicateKind, ...] = ("同文", "修订")


@dataclass(frozen=True, slots=True)
class PolicyWarning:
    """Something to look at in a policy: a stable ``code`` for programs, and a sentence."""

    policy_id: str
    code: str
    message: str


def warnings_of(
    held: Iterable[Held], pairs: Iterable[NearDuplicate] = ()
) -> Iterator[PolicyWarning]:
    """All warnings about the policies ``held``, of which ``pairs`` are near-duplicates."""
    held = tuple(held)
    yield from _near_duplicates(tuple(pairs))
    yield from _clashes([each.policy for each in held])
    for each in held:
        policy = each.policy
        for warning in each.warnings:
            yield PolicyWarning(policy.id, warning.code, warning.message)
        for name, label in _EXPECTED:
            if getattr(policy, name) is None:
                yield PolicyWarning(policy.id, f"no-{name}", f"没有识别出{label}")
        if not each.records:
            yield PolicyWarning(policy.id, "no-records", "没有可以检索的记录")


def _near_duplicates(pairs: Sequence[NearDuplicate]) -> Iterator[PolicyWarning]:
    """The near-duplicates of each policy: a group of more than two is named as a whole."""
    grouped: set[tuple[DuplicateKind, str]] = set()
    for kind in _TRANSITIVE:
        for group in groups(pairs, kind):
            if len(group) > 2:
                grouped.update((kind, one) for one in group)
                least = min(p.similarity for p in pairs if p.kind == kind and p.first in group)
                for own in group:
                    others = [f"“{other}”" for other in group[: _NAMED + 1] if other != own]
                    more = f"等 {len(group) - 1} 份" if len(group) - 1 > len(others) else ""
                    yield PolicyWarning(
                        own, "near-duplicate", f"与{'、'.join(others)}{more}{_word(kind, least)}"
                    )
    for pair in pairs:
        if (pair.kind, pair.first) not in grouped:
            for own, other in ((pair.first, pair.second), (pair.second, pair.first)):
                yield PolicyWarning(own, "near-duplicate", f"与“{other}”{described(pair)}")


def _clashes(policies: Iterable[Policy]) -> Iterator[PolicyWarning]:
    """Policies that share a number, or without one a title: each is named to the others."""
    named: defaultdict[tuple[bool, str], list[Policy]] = defaultdict(list)
    for policy in policies:
        named[policy.number is None, name_key(policy)].append(policy)
    for (untitled, _), group in named.items():
        for own in group if len(group) > 1 else ():
            others = [
                f"“{each.id}”（{each.title}）" for each in group[: _NAMED + 1] if each is not own
            ]
            more = f"等 {len(group) - 1} 份" if len(group) - 1 > len(others) else ""
            shared = f"标题“{own.title}”" if untitled else f"发文字号“{own.number}”"
            message = f"{shared}与{'、'.join(others)}{more}相同，是分开保存的文件"
            yield PolicyWarning(own.id, "title-shared" if untitled else "number-shared", message)


def clash_message(clash: Clash, policy: Policy) -> str:
    """The warning for whoever adds ``policy``, which shares something with another."""
    known = f"“{clash.other}”（{clash.title}，{clash.source}）"
    own = f"“{policy.title}”（{policy.source}）作为另一份文件“{policy.id}”加入"
    if clash.kind == "path":
        return (
            f"“{clash.value}”所在的位置原来是{known}，内容已是另一份文件：{own}，原来的仍在馆藏，"
            f"不再需要时可用 zhengsou remove 移除"
        )
    shared = "发文字号" if clash.kind == "number" else "标题"
    return f"{shared}“{clash.value}”已有{known}；{own}，没有替换任何文件"


def _word(kind: DuplicateKind, similarity: float) -> str:
    return _KINDS[kind] if kind != "同文" or similarity == 1 else _NEARLY_THE_SAME


def described(pair: NearDuplicate) -> str:
    """How near two near-duplicates are, in words."""
    return f"{_word(pair.kind, pair.similarity)}（相似度 {percentage(pair.similarity)}）"


def replacement_lines(replaced: Replacement) -> Iterator[str]:
    """What an update would replace, line by line."""
    yield (
        f"更新“{replaced.policy_id}”（{replaced.title}，{replaced.source}），"
        f"现在的是第 {replaced.n} 个状态，更新后可以恢复"
    )
    for each in replaced.fields:
        before, after = each.before or "（无）", each.after or "（无）"
        yield f"{each.label}：{before} → {after}"
    for label, counts in (("实验区", replaced.zones), ("正文段落", replaced.passages)):
        if any(counts):
            yield f"{label}：{counts[0]} 条 → {counts[1]} 条"
    yield f"内容有变的记录：原有 {replaced.gone} 条不再有，新有 {replaced.new} 条"
