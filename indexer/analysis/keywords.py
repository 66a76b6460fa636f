"""Keywords: the words of a text that say best what it is about.

Words are weighed by TF-IDF, term frequency times inverse document frequency
(Salton & Buckley 1988, "Term-weighting approaches in automatic text
retrieval"): what is said often here and seldom elsewhere.  The document
frequencies are those that jieba publishes beside its dictionary (from a large
general corpus), so a single text is enough and a record's keywords never
change because another was added.

    text -> segments on the project dictionary -> candidates
         (two or more Han characters, a dictionary word, no stop word, no number)
         -> longest forms only (三社联动, not 三社) -> weight, best first

A word of the title counts :data:`TITLE_WEIGHT` times.  A project term that
jieba's list lacks weighs as much as its median word, as in ``jieba.analyse``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import regex

from indexer.analysis.analyzer import Analyzer, default_analyzer, fold_text
from indexer.analysis.segmenter import read_list
from indexer.errors import LexiconError

__all__ = ["KeywordExtractor", "default_extractor"]

#: Changes whenever the same lexicon may give other keywords; part of the stamp.
KEYWORDS_VERSION = "2"
TITLE_WEIGHT = 3.0
DEFAULT_LIMIT = 8

_WORD = regex.compile(r"\p{Han}{2,}")
_COUNT = regex.compile(
    r"第?[〇零一二两三四五六七八九十百千万亿几数每]+"
    r"[个编篇章节项条款种类级大次名位件批届期年月日天时分周岁元户家所省市区县]?"
)


class KeywordExtractor:
    """Extracts keywords with one analyzer and one list of words to ignore.

    Safe to share between threads.  ``stamp`` differs whenever the keywords of
    a text may.
    """

    def __init__(
        self, analyzer: Analyzer, stop_words: Iterable[str], *, limit: int = DEFAULT_LIMIT
    ) -> None:
        self._analyzer = analyzer
        self._ignored = analyzer.stop_words | {fold_text(word) for word in stop_words}
        self._terms = frozenset(analyzer.dictionary)
        self._limit = limit
        parts = (KEYWORDS_VERSION, str(limit), analyzer.stamp, *sorted(self._ignored))
        self.stamp = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    def extract(self, title: str, body: str) -> tuple[str, ...]:
        """The keywords of a text in folded form, the weightiest first.

        At most ``limit`` of them; among equals the one that comes first in
        the text.  A text without any content word has none.
        """
        frequencies: dict[str, float] = {}
        for text, weight in ((title, TITLE_WEIGHT), (body, 1.0)):
            for word in self._candidates(text):
                frequencies[word] = frequencies.get(word, 0.0) + weight
        idf, unknown = _document_frequencies()
        inner = {part for word in frequencies for part in _parts(word)}
        weights = {
            word: frequency * idf.get(word, unknown)
            for word, frequency in frequencies.items()
            if word not in inner
        }
        # Sorting is stable and dictionaries keep the order of the text.
        ranked = sorted(weights, key=weights.__getitem__, reverse=True)
        return tuple(ranked[: self._limit])

    def telling(self, text: str) -> tuple[int, int] | None:
        """From the first to the last word of ``text`` that could be a keyword, as a range.

        ``None`` where it has none: stop words, and the staple words and frames of
        official language, are shared by all policies and tell nothing of two.
        """
        found = [t for t in self._analyzer.segments(text) if self._says_something(t.text)]
        return (found[0].start, found[-1].end) if found else None

    def _candidates(self, text: str) -> Iterator[str]:
        return (t.text for t in self._analyzer.segments(text) if self._says_something(t.text))

    def _says_something(self, word: str) -> bool:
        if not _WORD.fullmatch(word) or word in self._ignored:
            return False
        if word in self._terms:
            return True
        # What the segmenter only guessed from single characters is often no word.
        return not _COUNT.fullmatch(word) and self._analyzer.segmenter.has_word(word)


def _parts(word: str) -> Iterator[str]:
    """Everything of two or more characters that stands inside a longer word."""
    size = len(word)
    return (word[i : i + n] for n in range(2, size) for i in range(size - n + 1))


@cache
def _document_frequencies() -> tuple[dict[str, float], float]:
    """jieba's inverse document frequencies, and their median.

    Read at the first use, which is when an index is built: some 0.2 s.  The
    package is located without being imported, since only its data is needed.
    """
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise LexiconError("没有找到 jieba 的逆文档频率表", "请安装 jieba：pip install jieba")
    path = Path(spec.submodule_search_locations[0]) / "analyse" / "idf.txt"
    try:
        pairs = (line.split(" ") for line in path.read_text(encoding="utf-8").splitlines())
        idf = {word: float(value) for word, value in pairs}
    except (OSError, ValueError) as error:
        raise LexiconError(f"读不了 {path}：{error}", "请重新安装 jieba") from error
    return idf, sorted(idf.values())[len(idf) // 2]


@cache
def default_extractor() -> KeywordExtractor:
    """The extractor of the packaged lexicon, made once per process."""
    return KeywordExtractor(default_analyzer(), read_list("keyword_stopwords.txt"))
