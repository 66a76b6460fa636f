"""The list of documents against a plain reading of every policy."""

from __future__ import annotations

import random
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from corpus.policy import LEVELS, Policy, Region
from indexer.results.facets import Filters
from indexer.results.holdings import (
    HELD_FACETS,
    HELD_SORTS,
    Held,
    Holdings,
    HoldingsQuery,
)
from indexer.searcher import Searcher
from tests.support import oracle

_SHANGHAI = Region("上海市", "上海市", None, "310000")
_HANGZHOU = Region("浙江省", "杭州市", None, "330100")
_ISSUERS = (
    (("民政部", "财政部"), "国家", None),
    (("上海市民政局",), "省级", _SHANGHAI),
    (("杭州市民政局",), "地级", _HANGZHOU),
    ((), None, None),
)
_DATES = ("2019-03-25", "2019-03", "2019", "2021-01-02", None)
_NUMBERS = ("民函〔2019〕41号", "民函〔2019〕9号", "沪民发（2021）3号", None)


def _held(
    at: int, parts: tuple[tuple[tuple[str, ...], str | None, Region | None], str | None]
) -> Held:
    (issuers, level, region), date = parts
    chance = random.Random(at)
    policy = Policy(
        *(f"p{at}", chance.choice(("社区治理意见", "物业管理條例", "ISO9001 通知"))),
        *(chance.choice(_NUMBERS), " ".join(issuers) or None, date),
        *(None, None, None, "made-up", ""),
        validity=chance.choice(("现行", "失效", None)),
        issuers=issuers,
        region=region,
        level=level,
    )
    return Held(policy, *chance.choice(((3, 0), (0, 5), (2, 9))))


HELD = tuple(_held(at, parts) for at, parts in enumerate(product(_ISSUERS, _DATES)))
HOLDINGS = Holdings(HELD)


def values(held: Held, facet: str) -> set[str]:
    policy, region = held.policy, held.policy.region
    found: dict[str, set[str | None]] = {
        "issuer": {*policy.issuers},
        "level": {policy.level},
        "area": {region.province, region.full_name} if region else set(),
        "validity": {policy.validity},
        "year": {(policy.date or "")[:4]},
        "kind": {kind for kind, n in (("zone", held.zones), ("passage", held.passages)) if n},
    }
    return {value for value in found[facet] if value}


def passes(held: Held, query: HoldingsQuery, besides: str = "") -> bool:
    policy = held.policy
    texts = (policy.title, policy.number or "", policy.issuer or "")
    return all(
        any(oracle.stands_in(text, word, quoted=True) for text in texts)
        for word in query.text.split()
    ) and all(
        values(held, name) & {*chosen}
        for name in HELD_FACETS
        if name != besides and (chosen := query.filters.chosen(name))
    )


@st.composite
def queries(draw: st.DrawFn) -> HoldingsQuery:
    known = {name: sorted({v for held in HELD for v in values(held, name)}) for name in HELD_FACETS}
    chosen = {
        name: tuple(draw(st.lists(st.sampled_from([*some, "没有的"]), max_size=2, unique=True)))
        for name, some in known.items()
        if draw(st.booleans())
    }
    return HoldingsQuery(
        draw(
            st.sampled_from(
                ("", "", "社区", "物业 条例", "41", "1941", "(2019)41号", "9001", "民政局 意见")
            )
        ),
        Filters(**chosen, date_from=None, date_to=None),
        draw(st.sampled_from(("", *HELD_SORTS))),
        draw(st.booleans()),
    )


@given(queries())
def test_the_list_is_what_passes_and_every_facet_is_counted_as_if_it_were_open(
    query: HoldingsQuery,
) -> None:
    found = HOLDINGS.select(query)
    assert {each.policy.id for each in found.held} == {
        each.policy.id for each in HELD if passes(each, query)
    }
    for name in HELD_FACETS:
        open_ = [each for each in HELD if passes(each, query, besides=name)]
        counts = {
            v: sum(v in values(h, name) for h in open_) for h in open_ for v in values(h, name)
        }
        expected = {**dict.fromkeys(query.filters.chosen(name), 0), **counts}
        got = found.facets[name]
        assert [(v.value, v.count) for v in got] == sorted(
            expected.items(), key=lambda pair: (-pair[1], pair[0])
        )
        assert {v.value for v in got if v.selected} == {*query.filters.chosen(name)}


def test_orders_and_that_what_has_nothing_to_go_by_comes_last() -> None:
    def sorted_by(sort: str, *, falling: bool = False) -> list[Policy]:
        query = HoldingsQuery(sort=sort, descending=falling)
        return [held.policy for held in HOLDINGS.select(query).held]

    for falling in (False, True):
        dates = [policy.date for policy in sorted_by("date", falling=falling)]
        known = [(date + "-01-01")[:10] for date in dates if date]
        assert known == sorted(known, reverse=falling)
        assert dates[-len(_ISSUERS) :] == [None] * len(_ISSUERS)
    numbers = list(dict.fromkeys(policy.number for policy in sorted_by("number")))
    assert numbers.index("民函〔2019〕9号") < numbers.index("民函〔2019〕41号")
    assert numbers[-1] is None
    levels = [policy.level for policy in sorted_by("level") if policy.level]
    assert levels == sorted(levels, key=LEVELS.index)
    assert [p.id for p in sorted_by("", falling=True)] == [h.policy.id for h in reversed(HELD)]


def test_the_bundled_library_is_counted_by_kind(searcher: Searcher) -> None:
    (held,) = searcher.holdings.everything
    kinds = {v.value: v.count for v in searcher.search("", size=1).facets["kind"]}
    assert (held.zones, held.passages) == (31, kinds["passage"])
    assert held.records == searcher.info.records
