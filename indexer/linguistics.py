"""All that is known about words, in one value: packaged, and the user's own.

A user adds words in three files of the home directory, in the form of the
packaged ones: ``dictionary.txt`` (words that must not be cut), ``stopwords.txt``
(words that a query does not ask for) and ``synonyms.toml``.  They add to what
is packaged, so an upgrade never touches them.  Themes come from a fourth,
``themes.toml`` (:mod:`indexer.themes.in_force`).  Every file goes into the stamp
that is kept in the index; the themes have one of their own beside it, because
an index can follow them without being rebuilt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache, cached_property
from importlib import metadata, resources
from pathlib import Path

from indexer.analysis.analyzer import Analyzer, fold_text, literal_texts
from indexer.analysis.keywords import KeywordExtractor
from indexer.analysis.segmenter import project_words, read_list
from indexer.errors import LexiconError
from indexer.query.synonyms import SynonymRule, Synonyms, parse_synonyms
from indexer.results.facets import TABLE_STAMP
from indexer.schema import SCHEMA_VERSION, TERM_BOOK_VERSION
from indexer.themes.in_force import ThemesInForce, packaged_themes, themes_in_force
from indexer.themes.lexicon import ThemeLexicon

DICTIONARY, STOP_WORDS, SYNONYMS = "dictionary.txt", "stopwords.txt", "synonyms.toml"
USER_FILES = (DICTIONARY, STOP_WORDS, SYNONYMS)
#: The side data of an index version that keeps the words it was made with.
VOCABULARY = "vocabulary.json"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A user's own words: what stands in the files of a home."""

    words: tuple[str, ...] = ()
    stop_words: tuple[str, ...] = ()
    synonyms: tuple[SynonymRule, ...] = ()


@dataclass(frozen=True)
class Linguistics:
    """Analyzer, synonyms, themes and keywords that belong together."""

    vocabulary: Vocabulary
    analyzer: Analyzer
    synonyms: Synonyms
    in_force: ThemesInForce
    keywords: KeywordExtractor

    @classmethod
    def of(cls, vocabulary: Vocabulary, in_force: ThemesInForce | None = None) -> Linguistics:
        """The packaged lexicon with a user's words, and the themes that are in force."""
        synonyms = Synonyms((*packaged_synonyms(), *vocabulary.synonyms))
        # A synonym is a word: only so is it found as one in a longer chunk.
        own = Synonyms(vocabulary.synonyms).terms()
        words = (*project_words(), *vocabulary.words, *own)
        stop_words = (*read_list(STOP_WORDS), *vocabulary.stop_words)
        analyzer = Analyzer(dict.fromkeys(words), stop_words)
        extractor = KeywordExtractor(analyzer, read_list("keyword_stopwords.txt"))
        return cls(vocabulary, analyzer, synonyms, in_force or packaged_themes(), extractor)

    @property
    def themes(self) -> ThemeLexicon:
        """The themes, packaged and the user's own."""
        return self.in_force.lexicon

    @cached_property
    def stamp(self) -> str:
        """A hash over all that makes the same records into another index."""
        parts = (self.analysis_stamp, self.themes.stamp)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    @cached_property
    def analysis_stamp(self) -> str:
        """The same but for the themes, which an index can follow by itself."""
        parts = (
            SCHEMA_VERSION,
            TABLE_STAMP,
            self.analyzer.stamp,
            self.synonyms.stamp,
            self.keywords.stamp,
            metadata.version("whoosh3"),
            TERM_BOOK_VERSION,
            metadata.version("pypinyin"),
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def packaged_synonyms() -> tuple[SynonymRule, ...]:
    """The rules of the packaged ``synonyms.toml``."""
    path = resources.files("indexer").joinpath("lexicon", SYNONYMS)
    return parse_synonyms(path.read_text(encoding="utf-8"), SYNONYMS)


def load_vocabulary(home: Path) -> Vocabulary:
    """The user's words in a home; files that are not there are empty.

    Raises :class:`~indexer.errors.LexiconError` naming file, line and hint.
    """
    return Vocabulary(
        words=_entries(home / DICTIONARY, shortest=2),
        stop_words=_entries(home / STOP_WORDS, shortest=1),
        synonyms=parse_synonyms(_read(home / SYNONYMS), str(home / SYNONYMS)),
    )


def dump_vocabulary(vocabulary: Vocabulary) -> bytes:
    """A user's words as an index version keeps them."""
    return json.dumps(asdict(vocabulary), ensure_ascii=False, indent=1).encode("utf-8")


def load_kept_vocabulary(kept: bytes) -> Vocabulary:
    """The words that an index version was made with; raises ``ValueError`` or ``KeyError``."""
    data = json.loads(kept)
    rules = tuple(
        SynonymRule(row["term"], row["means"], tuple(row["fields"])) for row in data["synonyms"]
    )
    return Vocabulary(tuple(data["words"]), tuple(data["stop_words"]), rules)


def load_linguistics(home: Path) -> Linguistics:
    """The linguistics of a home; raises :class:`~indexer.errors.LexiconError`.

    A mistake in the user's themes is no error here: the last good ones stay in force.
    """
    vocabulary, in_force = load_vocabulary(home), themes_in_force(home)
    if vocabulary != Vocabulary():
        return Linguistics.of(vocabulary, in_force)
    packaged = default_linguistics()
    return packaged if in_force == packaged.in_force else replace(packaged, in_force=in_force)


@cache
def default_linguistics() -> Linguistics:
    """The packaged lexicon alone, made once per process."""
    return Linguistics.of(Vocabulary())


def _entries(path: Path, *, shortest: int) -> tuple[str, ...]:
    """The words of a list: one a line, ``#`` begins a comment line."""
    words: list[str] = []
    for number, line in enumerate(_read(path).splitlines(), 1):
        word = line.split("#")[0].strip()
        if not word:
            continue
        word, *rest = word.split()
        if rest and not _is_weight(rest):
            raise LexiconError(
                f"{path} 第 {number} 行：一行只能有一个词", "请把每个词写在单独的一行"
            )
        if len("".join(literal_texts(word))) < shortest:
            raise LexiconError(
                f"{path} 第 {number} 行：“{word}”太短", f"词至少要有 {shortest} 个字"
            )
        words.append(fold_text(word))
    return tuple(dict.fromkeys(words))


def _is_weight(columns: Sequence[str]) -> bool:
    """Whether these are the frequency and the tag of jieba's dictionary format."""
    return columns[0].isascii() and len(columns) <= 2


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(
            f"无法读取 {path}：{error}", "请检查权限，并把文件另存为 UTF-8"
        ) from error
