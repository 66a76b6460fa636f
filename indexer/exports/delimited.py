"""CSV that spreadsheets open as it was meant: UTF-8 with BOM, CRLF, no formulas.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a
formula, whatever the text is from.  Such cells get an apostrophe in front, also
where blanks or invisible characters hide the sign, because programs differ in
what they trim before they look.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from typing import IO

from indexer.exports.rows import PROVENANCE_LABEL, Provenance
from indexer.exports.table import Say, Table

_FORMULA_SIGNS = frozenset("=+-@")
_MINUS_SIGN = "\N{MINUS SIGN}"
_OPENING_CONTROLS = frozenset("\t\r\n")
_IGNORABLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def guard(text: str) -> str:
    """``text``, with an apostrophe in front if it could be read as a formula."""
    return f"'{text}" if _looks_like_formula(text) else text


def _looks_like_formula(text: str) -> bool:
    for char in text:
        if char in _OPENING_CONTROLS:
            return True
        if unicodedata.category(char) not in _IGNORABLE:
            # NFKC maps full-width, small and raised forms onto the ASCII sign.
            return char == _MINUS_SIGN or unicodedata.normalize("NFKC", char) in _FORMULA_SIGNS
    return False


def write_csv(table: Table, stream: IO[bytes]) -> None:
    """A head and one line a row; the provenance is in the last column of the first."""
    write_lines(table.labels, table.texts(), table.provenance, stream, table.say)


def write_lines(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    provenance: Provenance,
    stream: IO[bytes],
    say: Say = str,
) -> None:
    """Any lines: ``head``, then ``rows`` of as many cells; provenance as in :func:`write_csv`."""
    # An unpaired surrogate cannot be UTF-8; a question mark is better than no file.
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace", newline="")
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow((*map(guard, head), say(PROVENANCE_LABEL)))
        note = guard(provenance.sentence(say))
        for cells in rows:
            writer.writerow((*map(guard, cells), note))
            note = ""
        if note:  # without a hit it has a line of its own
            writer.writerow((*[""] * len(head), note))
        text.flush()
    finally:
        text.detach()
