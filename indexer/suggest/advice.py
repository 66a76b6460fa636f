"""What else to try when little or nothing was found.

Below :data:`FEW` full hits, the query is changed in the ways in which searches
usually go wrong, one at a time:

    operator   words such as 不要 and 或者 become the operators that they mean
    spelling   a term one slip away, or of the same sound
    words      literals become chunks: words in any order and place
    filters    the same without the chosen filters
    field      the text wherever it stands, or in the field it belongs to
    document   the texts anywhere in one document instead of in one record
    drop       one part left out; parts need not stand in one sentence
    or         any of the parts instead of all

A change becomes a suggestion only if it finds more than the query did, under
the same filters (but for ``filters``), and with the exact number: it is the
text of the suggestion that is parsed and counted, so it gives what it says.
Nothing is ever applied by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice, zip_longest

from indexer.analysis.analyzer import Analyzer
from indexer.query.parser import MAX_CHARACTERS, parse
from indexer.query.rendering import render
from indexer.query.tree import Node
from indexer.results.model import Filters, Suggestion
from indexer.suggest import relaxations
from indexer.suggest.operator_words import SpelledOut, spelled_out
from indexer.suggest.spelling import Speller

#: Fewer full hits than this, and there is advice.
FEW = 3
MAX_SUGGESTIONS = 6
#: In the order in which they are shown.
KINDS = ("operator", "spelling", "words", "filters", "field", "document", "drop", "or")
#: Changes of one kind that are counted: each costs as much as a search.
_MAX_COUNTED = 4
_MAX_OF_A_KIND = 2

#: What is done with a word that says an operator.
_SPOKEN = {
    "-": "把“{}”写成减号",
    "OR": "把“{}”写成 OR",
    "": "不把“{}”当作检索词",
}

#: Full hits of query texts, each under filters.
Counts = Callable[[Sequence[tuple[str, Filters]]], Sequence[int]]


class Adviser:
    """Suggests other queries.  Immutable; threads may share it.

    Without a ``speller`` nothing is said about spelling.
    """

    def __init__(self, analyzer: Analyzer, speller: Speller | None) -> None:
        self._analyzer = analyzer
        self._speller = speller

    def advise(
        self, text: str, filters: Filters, total: int, counts: Counts
    ) -> tuple[Suggestion, ...]:
        """At most :data:`MAX_SUGGESTIONS` for a query text that has ``total`` full hits."""
        meant = spelled_out(text, within_chunks=total < FEW)
        if total >= FEW and meant is None:
            return ()
        tree = parse(text).tree
        seen = {render(tree)}
        spoken = self._spoken(meant, filters, total, counts, seen)
        if total >= FEW:
            return tuple(spoken)
        found: list[list[Suggestion]] = [spoken]
        for kind in KINDS[1:]:
            if kind == "filters":
                found.append(self._unfiltered(text, filters, total, counts))
                continue
            fresh = list(islice(self._fresh(self._changes(kind, tree), seen), _MAX_COUNTED))
            numbers = counts([(query, filters) for query, _ in fresh])
            better = _better(kind, fresh, numbers, total, seen)
            # Which part to do without, only the numbers can tell; else the likeliest comes first.
            by_count = sorted(better, key=_most_first) if kind == "drop" else better
            found.append(list(islice(by_count, _MAX_OF_A_KIND)))
        return _best(found)

    @staticmethod
    def _spoken(
        meant: SpelledOut | None, filters: Filters, total: int, counts: Counts, seen: set[str]
    ) -> list[Suggestion]:
        """The query with operators for the words that say them, however much was found."""
        if meant is None:
            return []
        what = _SPOKEN[meant.operator].format(meant.word)
        change = relaxations.Change(meant.tree, what, meant.word)
        query = render(meant.tree)
        if query in seen or not query or len(query) > MAX_CHARACTERS:
            return []
        numbers = counts([(query, filters)])
        return list(_better("operator", [(query, change)], numbers, total, seen))

    def _unfiltered(
        self, text: str, filters: Filters, total: int, counts: Counts
    ) -> list[Suggestion]:
        (number,) = counts([(text, Filters())]) if filters != Filters() else (0,)
        return [Suggestion("filters", text, "不加筛选条件", number)] if number > total else []

    def _changes(self, kind: str, tree: Node) -> Iterator[relaxations.Change]:
        match kind:
            case "spelling" if self._speller:
                yield from relaxations.respelled(tree, self._speller)
            case "words":
                yield from relaxations.unquoted(tree)
            case "field":
                yield from relaxations.other_fields(tree)
            case "document":
                yield from relaxations.in_document(tree)
            case "drop":
                yield from relaxations.shortened(tree, self._analyzer)
            case "or":
                yield from relaxations.either(tree)

    @staticmethod
    def _fresh(
        changes: Iterator[relaxations.Change], seen: set[str]
    ) -> Iterator[tuple[str, relaxations.Change]]:
        """The changes as query texts, each once; longer ones than a query may be left out."""
        here = set(seen)
        for change in changes:
            query = render(change.tree)
            if query and query not in here and len(query) <= MAX_CHARACTERS:
                here.add(query)
                yield query, change


def _better(
    kind: str,
    fresh: Sequence[tuple[str, relaxations.Change]],
    numbers: Sequence[int],
    total: int,
    seen: set[str],
) -> Iterator[Suggestion]:
    """Suggestions for the changes that find more; notes in ``seen`` those that were looked at."""
    for (query, change), number in zip(fresh, numbers, strict=True):
        seen.add(query)
        if number > total:
            yield Suggestion(kind, query, f"{change.what}：{query}", number, change.about)


def _most_first(suggestion: Suggestion) -> int:
    return -suggestion.count


def _best(found: list[list[Suggestion]]) -> tuple[Suggestion, ...]:
    """The first of every kind, then the second ones, …; in the order of the kinds."""
    turns = (each for turn in zip_longest(*found) for each in turn if each is not None)
    chosen = list(islice(turns, MAX_SUGGESTIONS))
    return tuple(sorted(chosen, key=lambda each: KINDS.index(each.kind)))
