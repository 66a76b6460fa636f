"""A query as the rows of a form, and back.

The form of the advanced search has rows of a field, a text and a word that
joins the row to those above.  :func:`query_of` writes what the rows mean as an
ordinary query, so that a user who fills in the form sees how it is typed;
:func:`form_of` reads a query into rows.

``and`` and ``not`` begin a group; ``or`` adds to the group above it, which may be
an excluded one.  A record must satisfy every group.  So four rows

    A   or B   and C   not D        are        (A OR B) C -D

A row's text is itself a query: two words in a row must both stand in the row's
field, quotes make it literal.  That is why every query has rows: what no field of
the form can say (``省:四川``, nested brackets) is the text of a row without field.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from indexer.query.normal_form import conjunction, disjunction, negation
from indexer.query.parser import parse
from indexer.query.rendering import FIELD_NAMES, render
from indexer.query.tree import (
    And,
    Chunk,
    DateRange,
    Document,
    Everything,
    Node,
    Not,
    Nothing,
    Or,
    Phrase,
    Sentence,
    TextField,
)

Join = Literal["and", "or", "not"]
JOINS: tuple[Join, ...] = ("and", "or", "not")
#: The fields that a row may name, in the order of the form.
ROW_FIELDS: tuple[TextField, ...] = ("policy", "title", "body", "unit", "issuer", "number")
#: How near to each other the rows' texts stand.
Within = Literal["record", "sentence", "document"]
WITHIN: tuple[Within, ...] = ("record", "sentence", "document")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the form; ``field`` is ``None`` for the record's default fields."""

    text: str
    field: TextField | None = None
    join: Join = "and"


@dataclass(frozen=True, slots=True)
class Form:
    """The rows, how near their texts stand, and the years of the policy's date."""

    rows: tuple[Row, ...] = ()
    within: Within = "record"
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the query: its text and the tree that the text must mean."""

    text: str
    tree: Node


def query_of(form: Form) -> str:
    """The form as a query; empty for an empty form."""
    groups = list(_groups(form.rows))
    positive = _joined([_any_of(rows) for negated, rows in groups if not negated])
    parts = [_near(positive, form.within)]
    parts += [_excluded(_any_of(rows)) for negated, rows in groups if negated]
    if form.since or form.until:
        years = f"年:{form.since}" if form.since == form.until else f"年:{form.since}..{form.until}"
        parts.append(_Part(years, parse(years).tree))
    return _joined(parts).text


def form_of(text: str) -> Form:
    """The form that means what the query text means."""
    tree = parse(text).tree
    if isinstance(tree, Nothing):
        return Form((Row(text.strip()),))
    children: list[Node] = list(tree.children) if isinstance(tree, And) else [tree]
    dates = [child for child in children if isinstance(child, DateRange)]
    since, until = _years(dates[0]) if len(dates) == 1 else ("", "")
    if since or until:
        children.remove(dates[0])
    near = _only_near(children)
    if near:
        at = children.index(near)
        inner = near.child
        children[at : at + 1] = inner.children if isinstance(inner, And) else [inner]
    rows = tuple(row for child in children for row in _rows(child))
    within: Within = "record"
    if near:
        within = "sentence" if isinstance(near, Sentence) else "document"
    return Form(rows, within, since, until)


def _groups(rows: Sequence[Row]) -> Iterator[tuple[bool, list[_Part]]]:
    """The rows that say something, group by group, each with whether it is excluded."""
    groups: list[tuple[bool, list[_Part]]] = []
    for row in rows:
        part = _row_part(row)
        if isinstance(part.tree, Everything):
            continue
        if row.join == "or" and groups:
            groups[-1][1].append(part)
        else:
            groups.append((row.join == "not", [part]))
    return iter(groups)


def _row_part(row: Row) -> _Part:
    text = row.text.strip()
    if row.field is None:
        return _Part(text, parse(text).tree)
    name = f"{FIELD_NAMES[row.field]}:"
    plain = parse(name + text).tree
    # The number of a document keeps its brackets only behind the field's name.
    if isinstance(plain, Chunk | Phrase) and plain.field == row.field:
        return _Part(name + text, plain)
    tree = _spread(parse(text).tree, row.field)
    return _Part(_first((name + text, f"{name}({text})"), tree), tree)


def _spread(node: Node, field: TextField) -> Node:
    """The tree with ``field`` on every text that names none."""
    match node:
        case Chunk() | Phrase():
            return node if node.field else replace(node, field=field)
        case And(children):
            return And(tuple(_spread(child, field) for child in children))
        case Or(children):
            return Or(tuple(_spread(child, field) for child in children))
        case Not(child):
            return Not(_spread(child, field))
        case Sentence(child):
            return Sentence(_spread(child, field))
        case Document(child):
            return Document(_spread(child, field))
        case _:
            return node


def _any_of(parts: Sequence[_Part]) -> _Part:
    tree = disjunction(part.tree for part in parts) or Everything()
    return _Part(_first((" OR ".join(part.text for part in parts),), tree), tree)


def _excluded(part: _Part) -> _Part:
    # An exclusion alone is all records but these; the records join it in the normal form.
    tree = conjunction((negation(part.tree),)) or Everything()
    return _Part(_first((f"-{part.text}", f"-({part.text})"), tree), tree)


def _near(part: _Part, within: Within) -> _Part:
    """The part within one sentence or document; of a single chunk these are its words."""
    if isinstance(part.tree, Everything) or within == "record":
        return part
    text = f"{'同句' if within == 'sentence' else '同文件'}:({part.text})"
    if within == "sentence" and _is_text(part.tree):
        tree: Node = Sentence(part.tree)
    elif within == "document" and not _has_document(part.tree):
        tree = Document(part.tree)
    else:
        # The parser knows what to make of conditions in a sentence, of one in another,
        # and warns of it where the query is searched.
        tree = parse(text).tree
    return _Part(_first((text,), tree), tree)


def _has_document(node: Node) -> bool:
    match node:
        case Document():
            return True
        case And(children) | Or(children):
            return any(map(_has_document, children))
        case Not(child) | Sentence(child):
            return _has_document(child)
    return False


def _is_text(node: Node) -> bool:
    if isinstance(node, And | Or):
        return all(_is_text(child) for child in node.children)
    return isinstance(node, Chunk | Phrase)


def _joined(parts: Sequence[_Part]) -> _Part:
    said = [part for part in parts if part.text]
    tree = conjunction(part.tree for part in said) or Everything()
    plain = " ".join(part.text for part in said)
    # An Or among others binds more loosely than a blank.
    bracketed = " ".join(
        f"({part.text})" if isinstance(part.tree, Or) else part.text for part in said
    )
    return _Part(_first((plain, bracketed), tree), tree)


def _first(texts: Sequence[str], tree: Node) -> str:
    """The first of ``texts`` that means ``tree``, else the tree written out."""
    for text in texts:
        query = parse(text)
        if query.tree == tree and not any(w.code == "unclosed-quote" for w in query.warnings):
            return text
    return render(tree)


def _years(dates: DateRange) -> tuple[str, str]:
    return (dates.start or "")[:4], (dates.end or "")[:4]


def _only_near(children: Sequence[Node]) -> Sentence | Document | None:
    """The sentence or document of a query in which all that is searched stands in it.

    One that excludes something within is no such: the form excludes outside.
    """
    searched = [child for child in children if not isinstance(child, Not | Everything)]
    only = searched[0] if len(searched) == 1 else None
    if not isinstance(only, Sentence | Document):
        return None
    inner = only.child.children if isinstance(only.child, And) else (only.child,)
    return None if any(isinstance(child, Not | Everything) for child in inner) else only


def _rows(node: Node) -> Iterator[Row]:
    match node:
        case Everything():
            return
        case Not(child):
            first, *others = _group(child)
            yield replace(first, join="not")
        case _:
            first, *others = _group(node)
            yield first
    yield from (replace(row, join="or") for row in others)


def _group(node: Node) -> list[Row]:
    """The alternatives of an Or whose children are texts, each a row; else one row."""
    if isinstance(node, Or) and all(isinstance(child, Chunk | Phrase) for child in node.children):
        return [_row(child) for child in node.children]
    return [_row(node)]


def _row(node: Node) -> Row:
    if not isinstance(node, Chunk | Phrase) or node.field is None:
        return Row(render(node))
    for text in (node.text, render(replace(node, field=None))):
        row = Row(text, node.field)
        if _row_part(row).tree == node:
            return row
    return Row(render(node))
