"""The questions that speed is measured with: query strings, drawn from the corpus or fixed.

    and        two or three words of a text that are no stop words, typed with spaces
    or         the same with OR between them
    phrase     three to eight Han characters of a text in a row, in quotes
    job        one to three chunks, each one or two words of a text in a row; by how
               many full hits they have: ``job`` ten or more, ``few`` one to nine
    none       two chunks from texts of different laws that no record has both of
    question   a layperson's question of 10 to 40 characters
    prefix     the beginning of a word, as it is typed

Texts are drawn evenly, so common words come as often as they stand in texts.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import regex

from indexer.analysis.analyzer import Analyzer, literal_texts
from indexer.results.model import IndexRecord
from tests.bench.peers.base import Asked, Part

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
QUESTION_LENGTH = range(10, 41)
_HAN = regex.compile(r"[\u4e00-\u9fff]+")
_WORD = regex.compile(r"[\u4e00-\u9fff]{2,}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Query:
    """A query string, and what it asks other engines for by the same analysis."""

    text: str
    asked: Asked


@dataclass(frozen=True, slots=True)
class Workload:
    """The queries of each class, and beginnings of words."""

    all_of: tuple[Query, ...]
    any_of: tuple[Query, ...]
    phrases: tuple[Query, ...]
    jobs: tuple[Query, ...]
    few: tuple[Query, ...]
    none: tuple[Query, ...]
    questions: tuple[Query, ...]
    prefixes: tuple[str, ...]


class Drawing:
    """Draws queries from records; ``hits`` tells how many full hits a query string has."""

    def __init__(
        self,
        records: Sequence[IndexRecord],
        analyzer: Analyzer,
        hits: Callable[[str], int],
        seed: int,
    ) -> None:
        self._records = records
        self._analyzer = analyzer
        self._hits = hits
        self._chance = random.Random(seed)

    def workload(self, number: int, questions: Sequence[str]) -> Workload:
        """``number`` drawn queries of each class, the fixed ones, and so many ``questions``."""
        words = [" ".join(self._some(self._words)) for _ in range(number)]
        others = [" OR ".join(self._some(self._words)) for _ in range(number)]
        phrases = [f"“{self._some(self._run)}”" for _ in range(number)]
        jobs, few = self._jobs(number)
        return Workload(
            all_of=self._queries([*words, *FIXED]),
            any_of=self._queries([*others, *(text.replace(" ", " OR ") for text in FIXED)]),
            phrases=self._queries([*phrases, *(f"“{text}”" for text in FIXED_PHRASES)]),
            jobs=self._queries([*jobs, *FIXED]),
            few=self._queries(few),
            none=self._queries(self._without_hits(number)),
            questions=tuple(self._question(text) for text in questions[:number]),
            prefixes=tuple(self._prefix() for _ in range(number)),
        )

    def _body(self) -> str:
        return self._chance.choice(self._records).record.body

    def _some(self, make: Callable[[str], T | None]) -> T:
        while not (found := make(self._body())):
            pass
        return found

    def _leaves(self, text: str) -> list[str]:
        return [token.text for token in self._analyzer.leaf_words(text)]

    def _words(self, body: str) -> list[str] | None:
        """Two or three words, each a single leaf, so that they are typed as they are indexed."""
        known = sorted({word for word in self._leaves(body) if _WORD.fullmatch(word)})
        wanted = self._chance.choice((2, 2, 3))
        return self._chance.sample(known, min(len(known), wanted)) if len(known) > 1 else None

    def _run(self, body: str) -> str | None:
        runs = [run for run in _HAN.findall(body) if len(run) > 2]
        if not runs:
            return None
        run = self._chance.choice(runs)
        size = min(len(run), self._chance.randint(3, 8))
        start = self._chance.randint(0, len(run) - size)
        return str(run[start : start + size])

    def _typed(self, body: str, chunks: Sequence[int] = (1, 2, 2, 3)) -> str:
        """What somebody who looks for the text could type: some of its words, with spaces."""
        segments = [token.text for token in self._analyzer.segments(body)]
        starts = [i for i, text in enumerate(segments) if _WORD.fullmatch(text)]
        typed = []
        for start in self._chance.sample(starts, min(len(starts), self._chance.choice(chunks))):
            run = segments[start : start + self._chance.randint(1, 2)]
            text = "".join(run if all(map(_HAN.fullmatch, run)) else run[:1])
            if self._leaves(text):
                typed.append(text)
        return " ".join(typed)

    def _jobs(self, number: int) -> tuple[list[str], list[str]]:
        """Query strings with ten full hits or more, and with one to nine."""
        enough: list[str] = []
        few: list[str] = []
        for _ in range(100 * number):
            if len(enough) >= number and len(few) >= number:
                break
            if query := self._typed(self._body()):
                hits = self._hits(query)
                if hits >= ENOUGH_HITS and len(enough) < number:
                    enough.append(query)
                elif 0 < hits < ENOUGH_HITS and len(few) < number:
                    few.append(query)
        return enough, few

    def _without_hits(self, number: int) -> list[str]:
        found: list[str] = []
        for _ in range(100 * number):
            if len(found) == number:
                break
            query = f"{self._typed(self._body(), (1, 2))} {self._typed(self._body(), (1, 2))}"
            if len(query.split()) > 1 and not self._hits(query):
                found.append(query)
        return found

    def _prefix(self) -> str:
        word = self._chance.choice(self._some(self._words))
        return word[: self._chance.randint(1, len(word))]

    def _queries(self, texts: Sequence[str]) -> tuple[Query, ...]:
        return tuple(Query(text, self._asked(text)) for text in texts)

    def _asked(self, text: str) -> Asked:
        if text.startswith("“"):
            return Asked("and", (Part((), tuple(literal_texts(text[1:-1]))),))
        return plain(text, self._analyzer)

    def _question(self, text: str) -> Query:
        """A question: other engines look for any of its words, as they would be asked."""
        words = dict.fromkeys(self._leaves(text))
        return Query(text, Asked("or", tuple(Part((word,), ()) for word in words)))


def plain(text: str, analyzer: Analyzer) -> Asked:
    """What chunks that are divided by spaces or by OR ask for."""
    parts = tuple(
        Part(tuple(token.text for token in analyzer.leaf_words(each)), tuple(literal_texts(each)))
        for each in text.replace(" OR ", " ").split()
    )
    return Asked("or" if " OR " in text else "and", parts)


def read_questions(data: Path) -> list[str]:
    """The laypeople's questions of a usual length; raises ``OSError`` where there are none."""
    lines = (data / "relevance" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [str(json.loads(line)["query"]) for line in lines]
    return [text for text in texts if len(text) in QUESTION_LENGTH]
