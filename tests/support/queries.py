"""Made-up queries over the whole query language, and made-up records for them.

Everything is drawn from a ``random.Random``: in the suite one that hypothesis
seeds, in the benches a seeded one.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.policy import Policy, Record, Region, Span
from indexer.results.model import FACETS, Filters, IndexRecord
from indexer.themes.lexicon import default_lexicon
from tests.support import oracle, rewriting

WORDS = (
    "三社联动", "党建引领", "网格化", "居民自治", "社区", "治理", "机制", "清单", "邻里",
    "15分钟", "１５分钟", "信息化", "多方", "三社+N", "成都市", "岭东区", "民政部", "的",
    "共建共治共享", "聯動", "服务圈", "协商", "火星", "N", "数据", "2019年", "社区治理",
    "社区工作者", "党建引领社区治理", "app", "O2O", "wi-fi", "e社区", "𠮷", "居委会", "了",
    "机制。", "治理机制清单", "20", "互联网+", "３Ｄ打印", "平台建设的",
)  # fmt: skip
TEXT_FIELDS = (
    "主题", "内容", "单位", "标题", "发文字号", "文号", "机关", "主題", "單位",
    "title", "body", "unit", "policy", "number", "issuer", "Title",
)  # fmt: skip
CONDITIONS = (
    "省:四川", "省:四", "province:江苏省", "省:北京", "市:成都", "city：北京", "区县:金牛区",
    "县:x", "市:北京市", "county:锡", "议题:三社联动", "theme:火星", "关键词:社区", "keyword:清单",
    "省：（四川 OR 北京）",
)  # fmt: skip
YEARS = (
    "年:2019", "年：2018", "year:2015..2019", "年:2015-2018", "年:2016—2019", "年:2012至2018",
    "年:2019..", "年:..2018", "年:2015至今", "年:-2016", "年:２０１９", "年:2019年", "年:abc",
    "年:(2015 OR 2019)", "年:2019..2012",
)  # fmt: skip
QUOTES = ("“”", '""', "「」", "『』", "＂＂")
BLANKS = (" ", "  ", "\u3000", "，", "、", "；", " AND ", "\n", ";")
EITHER = (" OR ", "|", "｜", " | ", " ＯＲ ")
EXCLUDED = ("-", "－", "NOT ", "-NOT ", "NOT NOT ")
MAX_DEPTH = 3


def query(chance: random.Random) -> str:
    """A query as somebody might type it, now and then in other characters."""
    typed = _alternatives(chance, MAX_DEPTH)
    rewrite = chance.choice((None, None, None, None, rewriting.full_width, rewriting.traditional))
    return rewrite(typed, chance) if rewrite else typed


def _alternatives(chance: random.Random, depth: int) -> str:
    parts = [_conjunction(chance, depth) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
    return chance.choice(EITHER).join(parts)


def _conjunction(chance: random.Random, depth: int) -> str:
    typed = _operand(chance, depth)
    for _ in range(chance.choice((0, 1, 1, 2))):
        typed += chance.choice(BLANKS) + _operand(chance, depth)
    return typed


def _operand(chance: random.Random, depth: int) -> str:
    kinds = (_chunk, _chunk, _chunk, _literal, _prefixed, _excluded, _in_field, _condition, _cnki)
    nested = (_group, _group, _sentence, _document) if depth else ()
    typed: str = chance.choice((*kinds, *nested))(chance, depth)
    return typed


def _chunk(chance: random.Random, depth: int) -> str:
    return chance.choice(WORDS) + chance.choice(("", "", "", "*", "＊"))


def _literal(chance: random.Random, depth: int) -> str:
    quotes = chance.choice(QUOTES)
    inner = chance.choice(("", "", "，", "。", " ")).join(chance.choices(WORDS, k=2))
    inside = chance.choice((chance.choice(WORDS), inner))
    return quotes[0] + inside + quotes[1] + chance.choice(("", "", "", "*"))


def _prefixed(chance: random.Random, depth: int) -> str:
    return chance.choice(("三社+", "1", "15", "w", "a", "e", "o2", "党建 n", "社")) + "*"


def _excluded(chance: random.Random, depth: int) -> str:
    return chance.choice(EXCLUDED) + _operand(chance, max(0, depth - 1))


def _in_field(chance: random.Random, depth: int) -> str:
    field = chance.choice(TEXT_FIELDS) + chance.choice((":", "：", ": ", "：\u3000"))
    return field + chance.choice((_chunk, _literal, _group))(chance, max(0, depth - 1))


def _condition(chance: random.Random, depth: int) -> str:
    return chance.choice(chance.choice((CONDITIONS, YEARS)))


def _cnki(chance: random.Random, depth: int) -> str:
    return f"{chance.choice(WORDS)}*{chance.choice(WORDS)}"


def _group(chance: random.Random, depth: int) -> str:
    brackets = chance.choice(("()", "（）", "(）"))
    return brackets[0] + _alternatives(chance, max(0, depth - 1)) + brackets[1]


def _sentence(chance: random.Random, depth: int) -> str:
    name = chance.choice(("同句:", "同句：", "sentence:"))
    return name + chance.choice((_group, _group, _chunk, _literal))(chance, depth)


def _document(chance: random.Random, depth: int) -> str:
    name = chance.choice(("同文件:", "同文件：", "document:"))
    return name + chance.choice((_group, _group, _chunk, _literal))(chance, depth)


def filters(chance: random.Random, records: tuple[IndexRecord, ...]) -> Filters:
    """Up to two facets with up to two values each, one of them possibly unknown."""
    chosen = {}
    for facet in chance.sample(FACETS, chance.choice((0, 0, 1, 1, 2))):
        known = sorted({value for entry in records for value in oracle.values(entry, facet)})
        values = [*known, "没有的值"]
        chosen[facet] = tuple(chance.sample(values, min(len(values), chance.choice((1, 1, 2)))))
    # Two are the first days of a year and of a month that are all that is known of a date.
    dates = (None, None, None, "2012-01-01", "2015-01-01", "2018-06-30", "2019-06-01")
    return Filters(
        **chosen, date_from=chance.choice(dates), date_to=chance.choice((*dates, "2019-12-31"))
    )


# Records


@dataclass(frozen=True, slots=True)
class _Source:
    """A made-up policy, with the regions that its zones are in."""

    policy: Policy
    regions: tuple[Region | None, ...]


def _policy(
    identity: str, issuer: str | None, date: str | None, region: Region | None = None
) -> Policy:
    title = f"{issuer or ''}关于社区治理创新的意见"
    number = identity if "〔" in identity else None
    described = (identity, title, number, issuer, date, "意见", None, None, "made-up", "")
    return Policy(*described, region=region)


_SICHUAN = (
    Region("四川省", "成都市", "金牛区", "510106"),
    Region("四川省", "成都市", None, "510100"),
    Region("四川省", None, None, "510000"),
)
_JIANGSU = (
    Region("江苏省", "无锡市", "锡山区", "320205"),
    Region("江苏省", "南京市", None, "320100"),
)
_BEIJING = Region("北京市", "北京市", None, "110000")
_SOURCES = (
    _Source(_policy("川府发〔2015〕7号", "四川省人民政府", "2015-12-31", _SICHUAN[2]), _SICHUAN),
    _Source(_policy("苏政发〔2018〕30号", "江苏省人民政府", "2018-01-01"), (*_JIANGSU, None)),
    _Source(
        _policy("京民函〔2019〕2号", "北京市民政局", "2019-06", _BEIJING),
        (None, None, *_JIANGSU),
    ),
    _Source(_policy("無日期的通知", None, None), (None, *_SICHUAN[:1])),
    _Source(_policy("民函〔2012〕5号", "民政部", "2012"), (None,)),
)
#: Characters of a policy's text that a record has to itself; few need more.
_ROOM = 400
_LINKS = ("", "", "，", "、", "。", "；", "的", "与", "\n", " ", "“", "！", "）")


def records(chance: random.Random, count: int, first: int = 0) -> Iterator[IndexRecord]:
    """``count`` made-up records of several policies, in orders from ``first``.

    Different dates and regions, none of them too; dates of a day, a month or a year;
    simplified and traditional text, full-width and ASCII runs, sentences of all lengths.
    """
    for n in range(1, count + 1):
        source = chance.choice(_SOURCES)
        region = chance.choice(source.regions)
        kind = chance.choice(("zone", "passage"))
        zone = kind == "zone"
        record = Record(
            id=f"{source.policy.id}/{kind}-{n}",
            kind="zone" if zone else "passage",
            n=n,
            title=_text(chance, 3),
            body=_text(chance, chance.choice((0, 4, 12, 30))),
            unit=f"{region.province}{region.city or ''}" if zone and region else None,
            status="confirmed" if zone else None,
            region=region,
            place=(Span(n * _ROOM, n * _ROOM + _ROOM),),
        )
        words = chance.sample(("社区", "清单", "网格化", "社區"), chance.randint(0, 2))
        themes = default_lexicon().assign(record)
        yield IndexRecord(record, source.policy, first + n - 1, themes, tuple(words))


def _text(chance: random.Random, size: int) -> str:
    """Words strung together, in one of the ways in which a text may be written."""
    words = chance.choices(WORDS, k=size)
    text = "".join(word + chance.choice(_LINKS) for word in words)
    ways = (None, None, rewriting.traditional, rewriting.full_width, rewriting.other_case)
    rewrite = chance.choice(ways)
    return rewrite(text, chance) if rewrite else text
