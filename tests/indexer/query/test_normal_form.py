"""Trees in normal form mean what was written.

The oracle is independent of the parser: the truth value of the formula that
was written down, under every assignment of true and false to its letters.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.query.parser import parse
from indexer.query.tree import And, Chunk, Everything, Node, Not, Or, Phrase

LETTERS = "甲乙丙丁"


def _formulas() -> st.SearchStrategy[object]:
    return st.recursive(
        st.sampled_from(LETTERS),
        lambda inner: (
            st.tuples(st.just("not"), inner)
            | st.tuples(st.sampled_from(["and", "or"]), inner, inner)
        ),
        max_leaves=12,
    )


def _written(formula: object, style: int) -> str:
    if isinstance(formula, str):
        return [formula, f"“{formula}”", f"({formula})"][style % 3]
    assert isinstance(formula, tuple)
    operator, *parts = formula
    written = [_written(part, style // 3) for part in parts]
    if operator == "not":
        return f"{['-', 'NOT ', '－'][style % 3]}({written[0]})"
    joint = {"and": [" ", " AND ", "、"], "or": [" OR ", "|", "｜"]}[operator][style % 3]
    return f"({written[0]}){joint}（{written[1]}）"


def _value(formula: object, true: frozenset[str]) -> bool:
    if isinstance(formula, str):
        return formula in true
    assert isinstance(formula, tuple)
    operator, *parts = formula
    values = [_value(part, true) for part in parts]
    return {"not": not values[0], "and": all(values), "or": any(values)}[operator]


def _tree_value(node: Node, true: frozenset[str]) -> bool:
    match node:
        case Chunk(text) | Phrase(text):
            return text in true
        case And(children):
            return all(_tree_value(child, true) for child in children)
        case Or(children):
            return any(_tree_value(child, true) for child in children)
        case Not(child):
            return not _tree_value(child, true)
    return isinstance(node, Everything)


@given(_formulas(), st.integers(0, 3**8))
@settings(deadline=None)
def test_trees_mean_what_was_written(formula: object, style: int) -> None:
    query = parse(_written(formula, style))
    if query.warnings:  # nested or long beyond the limits: said, and not compared
        assert {warning.code for warning in query.warnings} <= {
            "nesting",
            "too-long",
            "unclosed-bracket",
            "stray-bracket",
        }
        return
    for bits in range(2 ** len(LETTERS)):
        true = frozenset(letter for n, letter in enumerate(LETTERS) if bits >> n & 1)
        assert _tree_value(query.tree, true) == _value(formula, true)


@given(st.lists(st.lists(st.sampled_from(LETTERS), min_size=1, max_size=3), min_size=2, max_size=4))
def test_a_blank_binds_tighter_than_or(alternatives: list[list[str]]) -> None:
    typed = " OR ".join(" ".join(chunks) for chunks in alternatives)
    bracketed = " OR ".join(f"({' '.join(chunks)})" for chunks in alternatives)
    assert parse(typed).tree == parse(bracketed).tree
