"""What a field left out: hits that the same query has beyond the field it names.

A user who searches ``主题:邻里`` may not know that the word stands in other fields of
more records.  The answer stays what was asked for; a warning says how many
more there would be without the field's name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from indexer.labels import FIELD_LABELS
from indexer.query.tree import And, Chunk, Document, Node, Or, Phrase, QueryWarning, Sentence

#: Each costs one more evaluation of the query.
MAX_FIELDS = 3
MAX_TEXT = 20


def outside_fields(
    tree: Node, total: int, counts: Callable[[Sequence[Node]], Sequence[int]]
) -> tuple[QueryWarning, ...]:
    """A warning for each named field beyond which the query has more hits.

    ``total`` is the number of full hits of ``tree``, ``counts`` counts those of
    other trees under the same filters.
    """
    warnings = []
    widenings = list(_without_field(tree))[:MAX_FIELDS]
    if not widenings:
        return ()
    numbers = counts([widened for _, widened in widenings])
    for (leaf, _), number in zip(widenings, numbers, strict=True):
        more = number - total
        if more > 0 and leaf.field:
            text = leaf.text if len(leaf.text) <= MAX_TEXT else leaf.text[:MAX_TEXT] + "…"
            label = FIELD_LABELS[leaf.field]
            message = f"“{text}”只查了{label}；不限{label}另有 {more} 条命中"
            warnings.append(QueryWarning("outside-field", message, (text, leaf.field, str(more))))
    return tuple(warnings)


def _without_field(node: Node) -> Iterator[tuple[Chunk | Phrase, Node]]:
    """Each leaf that names a field, with the tree in which it names none."""
    match node:
        case Chunk() | Phrase():
            if node.field:
                yield node, replace(node, field=None)
        case And(children) | Or(children):
            for at, child in enumerate(children):
                for leaf, widened in _without_field(child):
                    rest = (*children[:at], widened, *children[at + 1 :])
                    yield leaf, And(rest) if isinstance(node, And) else Or(rest)
        case Sentence(child):
            for leaf, widened in _without_field(child):
                yield leaf, Sentence(widened)
        case Document(child):
            for leaf, widened in _without_field(child):
                yield leaf, Document(widened)
