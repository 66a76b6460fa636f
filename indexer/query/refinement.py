"""Search within results: one query that asks for two at once.

The words of both are joined so that the parser reads exactly "the old one and
the new one": with brackets only where it would otherwise read something else.
"""

from __future__ import annotations

from indexer.query.normal_form import conjunction
from indexer.query.parser import parse
from indexer.query.rendering import render
from indexer.query.tree import Everything


def within(old: str, new: str) -> str:
    """A query for what both ``old`` and ``new`` find.

    Where their words cannot be joined as they stand (an open quote takes in
    all that follows it), they are written again from what they mean.
    """
    old, new = old.strip(), new.strip()
    if not old or not new:
        return old or new
    meant = conjunction((parse(old).tree, parse(new).tree)) or Everything()
    for text in (f"{old} {new}", f"({old}) {new}", f"{old} ({new})", f"({old}) ({new})"):
        if parse(text).tree == meant:
            return text
    return render(meant)
