"""Themes that an encoder proposes: zones that no rule gives a theme, near a theme's examples.

Each theme of the lexicon is represented by its examples, which are texts that carry it.  A zone
without a theme is proposed for the theme whose nearest example is the nearest of all, where
it is near enough.  A proposal is no theme: it is shown to a person, who accepts it, and
then it stands in the user's theme file as ``include_record`` with its reason, as any other
decision does.  No count has it before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import tomlkit
from numpy.typing import NDArray
from tomlkit.items import Array

from corpus.policy import Record
from indexer.curation.theme_tables import line_ends, theme_table
from indexer.results.model import Filters
from indexer.searcher import Searcher
from indexer.semantic.configuration import no_encoder
from indexer.semantic.encoder import Vectors
from indexer.themes.in_force import themes_of
from indexer.themes.theme_file import Theme

#: Proposals are at least so near to an example, for the bundled model.  On the 252 zones of
#: other lists (``python -m tests.bench.themes``' data, unit and text together) the theme of the
#: nearest example was one of the reader's for 75 of 78 zones, 0.96; from 0.93 on for 0.85 of 144,
#: without a threshold for 0.71 of all.  Rules give each of those zones a theme, so how it is
#: where they give none is not measured.
THRESHOLD = 0.94
REASON = "按意思相近提出，经人工确认"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A zone, the theme that it may carry, the example that says so, and how near it is."""

    record: Record
    theme: str
    example: str
    similarity: float


def proposals(
    zones: Sequence[tuple[Record, NDArray[np.float32]]],
    themes: Iterable[Theme],
    encode: Callable[[Sequence[str]], Vectors],
    threshold: float = THRESHOLD,
) -> tuple[Proposal, ...]:
    """Proposals for zones without a theme, given with their vectors; the nearest first.

    ``encode`` makes vectors of the examples.  Raises
    :class:`~indexer.semantic.encoder.SemanticError`.
    """
    shown = [(theme.name, example) for theme in themes for example in theme.examples]
    if not zones or not shown:
        return ()
    examples = encode([example for _, example in shown])
    near = np.stack([vector for _, vector in zones]) @ examples.T
    best = near.argmax(axis=1).tolist()
    found = (
        Proposal(record, shown[at][0], shown[at][1], float(row[at]))
        for (record, _), row, at in zip(zones, near, best, strict=True)
        if row[at] >= threshold
    )
    return tuple(sorted(found, key=lambda each: -each.similarity))


def proposed(searcher: Searcher) -> tuple[Proposal, ...]:
    """The proposals for all zones of an index that carry no theme and have a vector.

    Raises :class:`~indexer.semantic.encoder.SemanticError`, also where nothing is set that
    finds by meaning.
    """
    meaning = searcher.by_meaning
    if meaning is None:
        raise no_encoder()
    zones = [
        (found.record.record, vector)
        for found in searcher.reader.scan(filters=Filters(kind=("zone",)))
        if not found.record.themes
        and (vector := meaning.vector(found.record.record.id)) is not None
    ]
    return proposals(zones, searcher.linguistics.themes.themes, meaning.encode)


def accepted(text: str, source: str, chosen: Iterable[tuple[str, str]]) -> str:
    """The text of a theme file with records taken into themes: ``(theme, record id)`` pairs.

    Raises :class:`~indexer.errors.LexiconError` where the file has a mistake.
    """
    themes_of(text, source)
    document = tomlkit.parse(text)
    for name, record in chosen:
        table = theme_table(document, name)
        if "include_record" not in table:
            table.add("include_record", tomlkit.aot())
        held = table["include_record"]
        if all(each["record"] != record for each in held):
            decision = tomlkit.inline_table() if isinstance(held, Array) else tomlkit.table()
            held.append(decision.add("record", record).add("reason", REASON))
    made = line_ends(tomlkit.dumps(document), text)
    themes_of(made, source)  # what is written must be readable again
    return made
