"""Which organs a name names, and where a title stops to name them.

    民政部 财政部 人力资源社会保障部关于……        three organs, with spaces between
    民政部财政部关于……                          two, with nothing between
    国务院办公厅转发民政部等部门关于……的通知      one: 转发 ends its name
    河北省民政厅 财政厅                          河北省民政厅 and 河北省财政厅

A joint name is cut at spaces and 、, and where a name that is known begins right
behind one that has ended; never within a name that is known, so that
人力资源和社会保障部 and 中共中央组织部 stay whole.  The words are in
``data/organs.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from corpus.places.regions import match

_HAN = "\u4e00-\u9fff"
_BREAK = re.compile(r"[\s、，,；;/／]+")
_JOINING = re.compile(r"和|与|暨|会同|联合")
_OTHERS = re.compile(
    r"等\s*[0-9０-９一二三四五六七八九十两几多]*\s*个?\s*(?:有关|相关)?(?:部门|单位|部委|机关|厅局|委局|委办局|家|部|局|委)?$"
)
_ORDER = re.compile(r"(?P<name>[\u4e00-\u9fff\s]{2,40}?)\s*(?:命令|令|公告|通告)")
_REPLY = re.compile(r"(?:答复|复函|批复|回复|意见|函|解释|解答|报告)(?:[（(].*[）)])?[》]?$")
_GOVERNMENT = re.compile(r"政府$")
_OF_A_DEPARTMENT = re.compile(r"(?<!管理)(?:委员会|委)$|[厅局办室署]$")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of ``data/organs.toml`` as patterns."""

    ending: re.Pattern[str]
    organ: re.Pattern[str]
    surely: re.Pattern[str]
    verb: re.Pattern[str]
    known: re.Pattern[str]
    bare: re.Pattern[str]
    inner: frozenset[str]
    national: frozenset[str]
    national_prefixes: tuple[str, ...]
    vertical: tuple[str, ...]
    provincial: dict[str, str]
    national_kinds: frozenset[str]


def is_organ(text: str) -> bool:
    """Whether a line is the name of an organ, or of several, and nothing else."""
    return words().organ.fullmatch(text) is not None


def named_in_title(title: str) -> str | None:
    """The organs that a title begins with, as it writes them; ``None`` where it names none.

    关于 ends a name whatever it is; another verb (转发, 印发, 对…的答复) only one that
    ends as the names of organs do.
    """
    for verb in words().verb.finditer(title, 2, min(len(title), _LONGEST)):
        name = title[: verb.start()].strip()
        if "《" in name or "》" in name or "“" in name or len(name) < 2:
            return None
        if verb["verb"] == "对" and not _REPLY.search(title):
            continue
        if verb["verb"] == "关于" or words().surely.fullmatch(_OTHERS.sub("", name)):
            return name
    order = _ORDER.fullmatch(title)
    return order["name"] if order and is_organ(order["name"]) else None


def names_others(issuer: str) -> bool:
    """Whether a name stands for more organs than it names (民政部等七部门)."""
    return _OTHERS.search(issuer) is not None


@lru_cache(maxsize=4096)
def split_issuers(issuer: str) -> tuple[str, ...]:
    """The organs that ``issuer`` names, each once, in order.

    A later one that is written without its place (财政厅) gets that of the first
    (河北省); 等七部门 is left out.
    """
    found: list[str] = []
    for part in _parts(_OTHERS.sub("", issuer.strip())):
        found.extend(_separated(part))
    return tuple(dict.fromkeys(_completed(found)))


def _parts(text: str) -> list[str]:
    """``text`` cut at spaces and signs; what is no organ by itself goes with what follows."""
    pieces = [piece for piece in _BREAK.split(text) if piece]
    if len(pieces) > 1 and all(len(piece) == 1 for piece in pieces):  # 民 政 部
        return ["".join(pieces)]
    parts: list[str] = []
    pending = ""
    for piece in pieces:
        whole = pending + piece
        if parts and not pending and piece in words().inner:
            parts[-1] += piece
        elif is_organ(whole) or len(whole) > 20:
            parts.append(whole)
            pending = ""
        else:
            pending = whole
    if pending:
        parts.append(pending)
    return parts


def _separated(text: str) -> list[str]:
    """The names that stand in ``text`` with nothing, or a joining word, between them."""
    inside = {
        at for found in words().known.finditer(text) for at in range(found.start() + 1, found.end())
    }
    names: list[str] = []
    start = at = 0
    while at < len(text):
        joining = _JOINING.match(text, at)
        begin = joining.end() if joining else at
        name = text[start:at]
        apart = at - start > 1 and at not in inside and begin not in inside
        if apart and words().ending.search(name) and _begins(text, begin, name):
            names.append(name)
            start = at = begin
        at += 1
    return [*names, text[start:]]


def _begins(text: str, at: int, before: str) -> bool:
    """Whether another organ's name begins at ``at``, behind the name ``before``."""
    known = words().known.match(text, at)
    if text.startswith(tuple(words().provincial), at):
        return True
    if _GOVERNMENT.search(before):
        return _begins_with_place(text, at) or bool(known and known.group().startswith("国务院"))
    if known and known.group() not in words().inner:
        return True
    department = _OF_A_DEPARTMENT.search(before) and not before.endswith("管委会")
    if department and words().bare.match(text, at):
        return True
    return not before.startswith(words().vertical) and _begins_with_place(text, at)


def _begins_with_place(text: str, at: int) -> bool:
    found = match(text, at)
    return found is not None and found.end < len(text)


def _completed(names: Sequence[str]) -> Iterable[str]:
    """The names, those without their place with that of the first."""
    found = match(names[0]) if names else None
    place = names[0][: found.end] if found else ""
    for name in names:
        if place and words().bare.fullmatch(name):
            yield place + (name[1:] if name[0] == place[-1] else name)
        else:
            yield name


@cache
def words() -> _Words:
    """What ``data/organs.toml`` says."""
    data = tomllib.loads((files("corpus") / "data" / "organs.toml").read_text(encoding="utf-8"))
    endings = _either(data["endings"])
    departments = _either(data["departments"])
    verbs = _either(data["verbs"]) + "|对(?!外)"
    return _Words(
        ending=re.compile(rf"(?:{endings})$"),
        organ=re.compile(rf"[{_HAN}（）()\s、，]{{1,200}}(?:{endings})"),
        surely=re.compile(rf"[{_HAN}（）()\s、，]{{1,200}}(?:{_either(data['strong_endings'])})"),
        verb=re.compile(rf"\s*(?P<verb>{verbs})"),
        known=re.compile(_either(data["national"])),
        bare=re.compile(
            rf"(?:自治区|[省市区县州旗])?(?:{departments})(?:厅|局|委员会|委|办公室|办)|[省市区县州旗]政府|[省市区县州旗]人民政府"
        ),
        inner=frozenset(data["inner"]),
        national=frozenset(data["national"]),
        national_prefixes=tuple(data["national_prefixes"]),
        vertical=tuple(data["vertical"]),
        provincial=data["provincial"],
        national_kinds=frozenset(data["kinds"]["national"]),
    )


def _either(words: Iterable[str]) -> str:
    """A pattern for any of ``words``, the longest first."""
    return "|".join(sorted(map(re.escape, set(words)), key=lambda word: (-len(word), word)))
