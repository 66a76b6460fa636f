"""The normal form of query trees: how nodes are put together.

No And in an And, no Or in an Or, no wrapper of a single child.  A ``Not``
stands only in an And that also has a child that is no ``Not``; where the user
gave none, that is ``Everything``.  :mod:`indexer.query.parser` builds its trees with
these functions alone; other code that changes a tree should do the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from indexer.query.tree import And, Chunk, Everything, Node, Not, Or, Phrase


def conjunction(nodes: Iterable[Node]) -> Node | None:
    """All of ``nodes``, in normal form; ``None`` if there are none."""
    flat = [part for node in nodes for part in (node.children if isinstance(node, And) else [node])]
    parts: list[Node] = [part for part in flat if not isinstance(part, Everything)]
    if all(isinstance(part, Not) for part in parts):
        parts = [Everything(), *parts] if flat else []
    return And(tuple(parts)) if len(parts) > 1 else next(iter(parts), None)


def disjunction(nodes: Iterable[Node]) -> Node | None:
    """One of ``nodes``, in normal form; ``None`` if there are none."""
    parts = [part for node in nodes for part in (node.children if isinstance(node, Or) else [node])]
    return Or(tuple(parts)) if len(parts) > 1 else next(iter(parts), None)


def negation(node: Node) -> Node:
    """What ``node`` leaves over; a double negation is none."""
    match node:
        case And((Everything(), Not(child))):
            return child
    return Not(node)


def split_conditions(node: Node) -> tuple[Node | None, list[Node]]:
    """The part of a tree that is text, and the conditions it stands among."""
    if isinstance(node, Chunk | Phrase):
        return node, []
    if isinstance(node, Everything):
        return None, []
    if not isinstance(node, And | Or):
        return None, [node]
    texts, conditions = zip(*map(split_conditions, node.children), strict=True)
    join = conjunction if isinstance(node, And) else disjunction
    return join(filter(None, texts)), [one for several in conditions for one in several]
