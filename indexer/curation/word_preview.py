"""What a change of the user's words would do, said before it is done.

An index version keeps the words that it was made with.  Where the files in
the home now say something else, :func:`preview` compares both ways to read
the library: which records would be indexed under other words or keywords, and
how many records a search for each changed word finds before and after.  It
reads every text once and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from corpus.policy import Record
from corpus.progress import Progress, silent
from indexer.analysis.analyzer import literal_texts
from indexer.errors import IndexDamaged
from indexer.linguistics import VOCABULARY, Linguistics, Vocabulary, load_kept_vocabulary
from indexer.query.tree import Chunk, rewritten
from indexer.versions.open import Workspace

Kind = Literal["word", "stop_word", "synonym"]


@dataclass(frozen=True, slots=True)
class WordChange:
    """A word that was added or taken away, and what a search for it finds."""

    kind: Kind
    text: str
    added: bool
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """All changed words, and the ids of the records that would be indexed otherwise."""

    changes: tuple[WordChange, ...]
    records: tuple[str, ...]


def preview(home: Path, progress: Progress = silent) -> Preview | None:
    """The effect of the words changed since the index was made; ``None`` without any.

    Raises :class:`~corpus.errors.CorpusError` or
    :class:`~indexer.errors.LexiconError`.
    """
    workspace = Workspace.open(home)
    new = workspace.linguistics
    try:
        version = workspace.store.current()
        kept = version.read(VOCABULARY) if version else None
        held = load_kept_vocabulary(kept) if kept else new.vocabulary
    except (IndexDamaged, ValueError, KeyError):
        return None  # what cannot be read is rebuilt, and says so itself
    changed = list(_changed(held, new.vocabulary))
    if not changed:
        return None
    readings = (_Reading(Linguistics.of(held)), _Reading(new))
    chunks = [[reading.chunks(text) for reading in readings] for _, text, _ in changed]
    counts = [[0, 0] for _ in changed]
    records: list[str] = []
    total = len(workspace.library.policies())
    for done, document in enumerate(workspace.library.documents(), 1):
        for record in document.records:
            units = "\n".join(_joined(literal_texts(text)) for text in _texts(record))
            words = [reading.words(record) for reading in readings]
            if words[0] != words[1] or readings[0].keywords(record) != readings[1].keywords(record):
                records.append(record.id)
            for number, asked in enumerate(chunks):
                for side in (0, 1):
                    counts[number][side] += _finds(asked[side], units, words[side])
        progress("比较词汇", done, total)
    changes = (
        WordChange(kind, text, added, *count)
        for (kind, text, added), count in zip(changed, counts, strict=True)
    )
    return Preview(tuple(changes), tuple(records))


def _changed(old: Vocabulary, new: Vocabulary) -> Iterator[tuple[Kind, str, bool]]:
    """What stands in one vocabulary only: kind, text, and whether it is new."""
    pairs: tuple[tuple[Kind, Iterable[str], Iterable[str]], ...] = (
        ("word", old.words, new.words),
        ("stop_word", old.stop_words, new.stop_words),
        ("synonym", [r.term for r in old.synonyms], [r.term for r in new.synonyms]),
    )
    for kind, before, after in pairs:
        for text in sorted({*before} ^ {*after}):
            yield kind, text, text in {*after}
    if {r.term for r in old.synonyms} == {r.term for r in new.synonyms}:
        for rule in sorted({*old.synonyms} ^ {*new.synonyms}, key=repr):
            yield "synonym", rule.term, rule in new.synonyms


class _Reading:
    """One way to read texts and queries."""

    def __init__(self, known: Linguistics) -> None:
        self._known = known

    def words(self, record: Record) -> frozenset[str]:
        texts = _texts(record)
        return frozenset(w for text in texts for w in self._known.analyzer.word_texts(text))

    def keywords(self, record: Record) -> tuple[str, ...]:
        return self._known.keywords.extract(record.title, record.body)

    def chunks(self, text: str) -> list[tuple[str, frozenset[str]]]:
        """The joined units and the words of a typed text and of its synonyms."""
        analyzer = self._known.analyzer
        typed = Chunk(text, alternatives=self._known.synonyms.alternatives(text, analyzer))
        return [
            (
                _joined(literal_texts(chunk.text)),
                frozenset(word.text for word in analyzer.leaf_words(chunk.text)),
            )
            for chunk in (typed, *rewritten(typed))
        ]


def _texts(record: Record) -> tuple[str, ...]:
    return (record.unit or "", record.title, record.body)


def _joined(units: list[str]) -> str:
    return "\0" + "\0".join(units) + "\0"


def _finds(chunks: list[tuple[str, frozenset[str]]], units: str, words: frozenset[str]) -> bool:
    return any(needle in units or (asked and asked <= words) for needle, asked in chunks)
