"""What a segment holds: the names of its arrays, their types and shapes.

A segment is an :mod:`~indexer.engines.embedded.segments.array_file` with ``n`` documents.
Texts lie in two *groups* of up to four fields: ``text``, the fields
that are searched by default, and ``meta``, those of the policy.  The place of a
field in its group is its *field slot*, and a *key* is ``document * 4 + slot``.
What is searched in all slots of a group, as most queries are, is one list per
term instead of three, and a phrase, which stands in one field, stands at one key.

Of each group ``g`` and stream ``s`` (``words``, ``literal``; of ``text`` also ``pairs``):

    g/s/blob            uint8 [bytes]      terms, sorted by their bytes (not of pairs)
    g/s/blob_offsets    int64 [terms + 1]
    g/s/codes           int64 [terms]      of pairs: first unit << 32 | second, sorted
    g/s/offsets         int64 [terms + 1]  each term's postings:
    g/s/keys            int32 [postings]   ascending in each list
    g/s/freqs           uint8 [postings]   255: see over_freq (not of literal)
    g/s/over_at         int64 [few]        places in keys, ascending, …
    g/s/over_freq       int32 [few]        … and the frequencies there
    g/s/dfs             int32 [terms, 5]   documents, then those of each slot
    g/pairs/places      int64 [terms + 1]  each pair's positions:
    g/pairs/positions   int32 [pairs]      places in g/units, ascending in each list
    g/pairs/lengths     int32 [n * 4]      pairs of each key
    g/words/lengths     int32 [n * 4]      words of each key

    g/s/maps            uint64 [few, words of n bits]   documents of frequent terms, as bitmaps
    g/s/map_of          int32 [terms]      row of maps, -1 for the others (neither of literal)

The texts themselves, as numbers, for phrases, sentences and counts:

    g/units             int32 [units]      numbers in g/literal
    g/unit_starts       int64 [n * 4 + 1]
    g/sequence          int32 [words]      numbers in g/words; -1 ends a sentence, -2 is no word
    g/sequence_starts   int64 [n * 4 + 1]

So a unit's positions are where it stands in ``g/units``; there is no limit to
them.  Columns, by document:

    columns/order       int64 [n]          place in the library
    columns/dates       int64 [n]          yyyymmdd, 0 for none
    columns/codes       int64 [n]          region, NO_CODE for none
    single/values/f     uint8 [bytes]      values of the single-valued facet f, sorted, …
                                           … \\x1f between them
    single/codes        int32 [n, facets]  numbers of values, -1 for none
    many/f/values       uint8 [bytes]      … of a multi-valued one (but not of themes)
    many/f/starts       int64 [n + 1]
    many/f/codes        int32 [values]     in each record's own order

Stored records, decoded piece by piece: three texts and the id in UTF-8, the rest in JSON
(the themes lie in a file of their own, :mod:`~indexer.engines.embedded.segments.themes`):

    stored/blob         uint8 [bytes]
    stored/offsets      int64 [n * 5 + 1]
    stored/policy       int32 [n]          row of policies
    policies/blob, policies/offsets        one JSON each

Whole policies, as a reader goes through them, are described in
:mod:`~indexer.engines.embedded.segments.documents`.
Other fields, such as ``id``, are those of any Whoosh index
(:mod:`indexer.engines.embedded.segments.fields`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from indexer.results.facets import MULTI_FACETS
from indexer.schema import DEFAULT_FIELDS, POLICY_FIELDS

FIELD_SLOTS: Mapping[str, tuple[str, ...]] = {"text": DEFAULT_FIELDS, "meta": POLICY_FIELDS}
STREAMS: Mapping[str, tuple[str, ...]] = {
    "text": ("words", "literal", "pairs"),
    "meta": ("words", "literal"),
}
#: Bits of a key that tell the slot.
SLOT_BITS = 2
ALL_SLOTS = (1 << (1 << SLOT_BITS)) - 1

#: The facet whose values lie in the file of themes.
THEME = "theme"
#: The multi-valued facets whose values lie in the segment itself.
LISTED_FACETS = tuple(name for name in MULTI_FACETS if name != THEME)
#: Sorts behind every region code.
NO_CODE = 1_000_000
#: Pieces of a stored record: the default fields, then the id and the rest.
PIECES = len(DEFAULT_FIELDS) + 2


def stream_of(name: str) -> tuple[str, str, int] | None:
    """Group, stream and slot of a Whoosh field ``<field>_<stream>``, ``None`` if it is none."""
    field, _, stream = name.rpartition("_")
    for group, slots in FIELD_SLOTS.items():
        if field in slots and stream in STREAMS[group]:
            return group, stream, slots.index(field)
    return None


@cache
def slots_of(field: str | None) -> tuple[str, int]:
    """The group and the mask of slots where a field is searched; ``None``: the default fields."""
    if field is None:
        return "text", ALL_SLOTS
    for group, fields in FIELD_SLOTS.items():
        if field in fields:
            return group, 1 << fields.index(field)
    raise KeyError(field)
