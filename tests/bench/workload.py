"""The questions that speed is measured with: drawn from the corpus, and twelve fixed ones.

A drawn question comes from one passage, so there is something to find:

    and, or   two or three of its words that are no stop words
    phrase    three to eight of its Han characters in a row
    job       one to three chunks, each one or two of its words in a row, typed
              with spaces

Passages are drawn evenly, so common words come as often as they stand in texts.
A job's query has ten full hits or more, because ten highlighted hits are what
the job is; what a query with few hits costs is measured apart (``few``), with
those that were passed over.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regex

from indexer.analysis.analyzer import Analyzer, literal_texts
from indexer.results.model import IndexRecord
from tests.bench.peers.base import Part, Question

WORDS, LITERAL = "body_words", "body_literal"
ENOUGH_HITS = 10
FIXED = (
    "社区 治理",
    "民政部门 救助",
    "行政处罚 听证",
    "劳动合同 解除",
    "未成年人 保护",
    "食品安全 标准",
    "土地承包 经营权",
    "残疾人 就业",
    "环境影响 评价",
    "养老 服务",
    "人民法院 管辖",
    "应当 规定",
)
FIXED_PHRASES = (
    "中华人民共和国",
    "县级以上地方人民政府",
    "有下列情形之一的",
    "居民委员会",
    "依法追究刑事责任",
    "最低生活保障",
    "法律责任",
    "社会保险费",
    "国务院民政部门",
    "行政处罚决定",
    "自治区",
    "规定的",
)
_HAN = regex.compile(r"[\u4e00-\u9fff]+")
_WORD = regex.compile(r"[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class Workload:
    """Questions for one text field, and query strings for the whole job."""

    all_of: tuple[Question, ...]
    any_of: tuple[Question, ...]
    phrases: tuple[Question, ...]
    jobs: tuple[str, ...]
    few: tuple[str, ...]


def draw(
    records: Sequence[IndexRecord],
    analyzer: Analyzer,
    hits: Callable[[str], int],
    *,
    number: int,
    seed: int,
) -> Workload:
    """``number`` drawn questions of each class and the fixed ones.

    ``hits`` tells how many full hits a query string has.
    """
    chance = random.Random(seed)

    def bodies() -> str:
        return chance.choice(records).record.body

    def some(make: Callable[[str], tuple[str, ...]]) -> tuple[str, ...]:
        while not (found := make(bodies())):
            pass
        return found

    def words(body: str) -> tuple[str, ...]:
        known = sorted(set(filter(_WORD.fullmatch, _leaves(analyzer, body))))
        wanted = chance.choice((2, 2, 3))
        return tuple(chance.sample(known, min(len(known), wanted))) if len(known) > 1 else ()

    def units(body: str) -> tuple[str, ...]:
        runs = [run for run in _HAN.findall(body) if len(literal_texts(run)) > 2]
        if not runs:
            return ()
        run = literal_texts(chance.choice(runs))
        size = min(len(run), chance.randint(3, 8))
        start = chance.randint(0, len(run) - size)
        return tuple(run[start : start + size])

    jobs, few = _jobs(bodies, analyzer, hits, number, chance)
    fixed = [tuple(_leaves(analyzer, text)) for text in FIXED]
    return Workload(
        all_of=_questions("and", [*(some(words) for _ in range(number)), *fixed]),
        any_of=_questions("or", [*(some(words) for _ in range(number)), *fixed]),
        phrases=tuple(
            Question("phrase", LITERAL, tokens)
            for tokens in (
                *(some(units) for _ in range(number)),
                *(tuple(literal_texts(text)) for text in FIXED_PHRASES),
            )
        ),
        jobs=(*jobs, *FIXED),
        few=tuple(few),
    )


def _questions(kind: str, tokens: list[tuple[str, ...]]) -> tuple[Question, ...]:
    assert kind in ("and", "or")
    return tuple(Question(kind, WORDS, each) for each in tokens)  # type: ignore[arg-type]


def _leaves(analyzer: Analyzer, text: str) -> list[str]:
    return [token.text for token in analyzer.leaf_words(text)]


def _jobs(
    bodies: Callable[[], str],
    analyzer: Analyzer,
    hits: Callable[[str], int],
    number: int,
    chance: random.Random,
) -> tuple[list[str], list[str]]:
    """Query strings with enough hits, and at most as many with fewer."""
    enough: list[str] = []
    few: list[str] = []
    for _ in range(100 * number):
        if len(enough) == number:
            break
        if query := _typed(bodies(), analyzer, chance):
            if hits(query) >= ENOUGH_HITS:
                enough.append(query)
            elif len(few) < number:
                few.append(query)
    # In a very small corpus some queries have to do with fewer.
    return enough + few[: number - len(enough)], few


def _typed(body: str, analyzer: Analyzer, chance: random.Random) -> str:
    """What somebody who looks for the text could type: some of its words, with spaces."""
    segments = [token.text for token in analyzer.segments(body)]
    starts = [i for i, text in enumerate(segments) if _WORD.fullmatch(text)]
    chunks = []
    for start in chance.sample(starts, min(len(starts), chance.choice((1, 2, 2, 3)))):
        run = segments[start : start + chance.randint(1, 2)]
        text = "".join(run if all(map(_HAN.fullmatch, run)) else run[:1])
        if _leaves(analyzer, text):
            chunks.append(text)
    return " ".join(chunks)


def parts(query: str, analyzer: Analyzer) -> list[Part]:
    """A query string of chunks as peers are asked it, by the same analysis."""
    return [
        Part(tuple(_leaves(analyzer, chunk)), tuple(literal_texts(chunk)))
        for chunk in query.split()
    ]
