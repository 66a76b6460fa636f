"""What kind of word each is, for the search for terms.

The linguistic filter in front of a term measure (Frantzi, Ananiadou & Mima 2000
call it that): which words a term may be made of, begin with and end in.  Word
classes are those of jieba's dictionary; the lists are data files of the lexicon.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import regex
from numpy.typing import NDArray

from indexer.analysis.analyzer import fold_text
from indexer.analysis.segmenter import read_list
from indexer.errors import LexiconError
from indexer.linguistics import Linguistics

STOP_WORDS, ENDINGS, STAPLES = (
    *("candidate_stopwords.txt", "candidate_endings.txt"),
    "keyword_stopwords.txt",
)
#: After the name of what it is in charge of, one of these names a body.
_BODIES = regex.compile("^(行政|主管|厅|局)$|(部门|机关|委员会|行政管理|监督管理|管理局|办公室)$")
#: jieba's tags of content words begin so; what these name is no theme.
_CONTENT, _NAMES = ("n", "v", "a", "b", "j", "l", "i"), ("nr", "ns", "nrt", "nrfg", "ad", "vd")
_VERBAL = ("v", "a", "d")
_ACTORS = regex.compile("(部门|机关|机构|委员会|人员|成员|单位|嫌疑人|关系人|责任人|申请人)$")
#: What the dictionary lacks is a new noun, or a slip of the segmenter around one of these.
_FUNCTION = regex.compile(
    "[的了和与或及并在由对将被把应须其等所之从向以为于至未不无非各每该本按报经可]"
)

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class WordKinds:
    """Masks over word numbers.

    ``content``: may be part of a term.  ``opening``: may begin one;
    ``closing``: may end one.  ``staple``: says nothing by itself.  ``body``:
    names who acts, after the name of a field of work.
    """

    content: Mask
    opening: Mask
    closing: Mask
    staple: Mask
    body: Mask

    @classmethod
    def of(cls, words: list[str], known: Linguistics) -> WordKinds:
        """The kinds of ``words``; raises :class:`~indexer.errors.LexiconError`."""
        classes = _word_classes(set(words))
        never = known.analyzer.stop_words | _folded(STOP_WORDS)
        staples, endings = _folded(STAPLES), _folded(ENDINGS)
        own = set(known.analyzer.dictionary)

        def is_content(word: str) -> bool:
            if len(word) < 2 or word in never:
                return False
            kind = classes.get(word)
            if kind is None:
                return word in own or not _FUNCTION.search(word)
            return kind.startswith(_CONTENT) and kind not in _NAMES

        def mask(of: list[bool]) -> Mask:
            return np.array(of, dtype=np.bool_)

        verbal = [classes.get(word, "n").startswith(_VERBAL) for word in words]
        staple = [word in staples for word in words]
        return cls(
            content=mask([is_content(word) for word in words]),
            opening=mask([not (s and v) for s, v in zip(staple, verbal, strict=True)]),
            closing=mask([word not in endings and not _ACTORS.search(word) for word in words]),
            staple=mask(staple),
            body=mask([_BODIES.search(word) is not None for word in words]),
        )


def _folded(name: str) -> frozenset[str]:
    return frozenset(fold_text(word) for word in read_list(name))


def _word_classes(words: set[str]) -> dict[str, str]:
    """jieba's word classes for these words; the package is found without being imported."""
    spec = find_spec("jieba")
    if spec is None or not spec.submodule_search_locations:
        raise LexiconError("没有找到 jieba 的词典", "请安装 jieba：pip install jieba")
    path = Path(spec.submodule_search_locations[0]) / "dict.txt"
    try:
        with path.open(encoding="utf-8") as lines:
            entries = (line.split() for line in lines)
            return {entry[0]: entry[2] for entry in entries if entry[0] in words}
    except (OSError, ValueError, IndexError) as error:
        raise LexiconError(f"读不了 {path}：{error}", "请重新安装 jieba") from error
