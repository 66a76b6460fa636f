"""BibTeX, RIS and GB/T 7714: every hit as an entry for a reference manager or a list.

One hit is one entry, so that a file holds as many as the search counted: a
record is cited by its place in its policy, a document as a whole.  The provenance
stands in front of the BibTeX entries, where BibTeX skips what is no entry; RIS and a
list of references have no place for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO

from indexer.citations.bibtex import bibtex
from indexer.citations.gbt7714 import cite
from indexer.citations.reference import Reference, of_policy, of_record
from indexer.citations.ris import ris
from indexer.exports.rows import PROVENANCE_LABEL, Provenance
from indexer.results.grouped import GroupedResults
from indexer.results.model import Hit, Results

#: An ``@`` in front of the entries would open one.
_ENTRY_SIGNS = re.compile(r"[@{}\x00-\x1f\x7f-\x9f\u2028\u2029]")

_LINE_ENDS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def reference_of(hit: Hit, visited: date) -> Reference:
    """The hit's record, with its themes and keywords."""
    entry = hit.record
    return of_record(entry.policy, entry.record, (*entry.themes, *entry.keywords), visited)


def _references(results: Results, visited: date) -> Iterator[Reference]:
    """What is cited: the hits, or the documents."""
    if isinstance(results, GroupedResults):
        return (of_policy(document.policy, visited) for document in results.grouped)
    return (reference_of(hit, visited) for hit in results.hits)


def write_bib(results: Results, provenance: Provenance, stream: IO[bytes]) -> None:
    """A comment with the provenance, and one ``@misc`` entry a hit."""
    note = _ENTRY_SIGNS.sub(" ", f"{PROVENANCE_LABEL}：{provenance.sentence()}")
    _write(stream, f"% {note}\n")
    for reference in _references(results, _day(provenance)):
        _write(stream, f"\n{bibtex(reference)}")


def write_ris(results: Results, provenance: Provenance, stream: IO[bytes]) -> None:
    """One reference a hit."""
    for reference in _references(results, _day(provenance)):
        _write(stream, ris(reference))


def write_gbt(results: Results, provenance: Provenance, stream: IO[bytes]) -> None:
    """A numbered list of references as GB/T 7714 sets them, one line a hit."""
    for number, line in enumerate(_lines(results, _day(provenance)), start=1):
        _write(stream, f"[{number}] {_LINE_ENDS.sub(' ', line)}\n")


def _lines(results: Results, visited: date) -> Iterator[str]:
    if isinstance(results, GroupedResults):
        return (cite(document.policy, visited=visited) for document in results.grouped)
    entries = (hit.record for hit in results.hits)
    return (cite(each.policy, record=each.record, visited=visited) for each in entries)


def _day(provenance: Provenance) -> date:
    return datetime.fromisoformat(provenance.exported_at).date()


def _write(stream: IO[bytes], text: str) -> None:
    # An unpaired surrogate cannot be UTF-8; a question mark is better than no file.
    stream.write(text.encode("utf-8", "replace"))
