"""Documents and columns: how a record lies in a Whoosh index.

Each text field has three streams: ``<field>_words`` (frequencies),
``<field>_literal`` (positions) and, for the default fields, ``<field>_pairs``.
Columns hold the facets and sort keys; ``stored`` is the record as JSON.
Everything here turns one of our values into Whoosh's, or back.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from whoosh import columns, fields, formats
from whoosh.reading import IndexReader

from indexer.analysis import Analyzer, literal_texts
from indexer.engines.assigned import Assigned
from indexer.engines.evaluate import pairs_of
from indexer.engines.facets import Docs, FacetColumn, FacetTable
from indexer.engines.postings import PostingReader
from indexer.engines.ranking import Lengths, length_fields
from indexer.results import FACETS, IndexRecord
from indexer.schema import (
    DEFAULT_FIELDS,
    TEXT_FIELDS,
    facet_values,
    from_stored,
    text_of,
    to_stored,
)

_SEPARATOR = "\x1f"  # between the values of a multi-valued facet; stands in no text
_NO_CODE = 1_000_000  # sorts behind every region code


def make_schema() -> fields.Schema:
    """The Whoosh schema of all streams, columns and the stored record."""

    def stream(posting_format: formats.Format) -> fields.FieldType:
        # Values arrive as lists of tokens, so the analyzer never runs.
        field = fields.KEYWORD(scorable=True)
        field.format = posting_format
        return field

    schema: dict[str, fields.FieldType] = {
        "id": fields.ID(),
        "policy_id": fields.ID(),
        "order": fields.COLUMN(columns.NumericColumn("q", default=0)),
        "date": fields.COLUMN(columns.NumericColumn("q", default=0)),
        "code": fields.COLUMN(columns.NumericColumn("q", default=_NO_CODE)),
        "stored": fields.STORED(),
    }
    for name in FACETS:
        schema[f"facet_{name}"] = fields.COLUMN(columns.VarBytesColumn())
    for name in TEXT_FIELDS:
        schema[f"{name}_words"] = stream(formats.Frequency())
        schema[f"{name}_literal"] = stream(formats.Positions())
    for name in DEFAULT_FIELDS:
        schema[f"{name}_pairs"] = stream(formats.Frequency())
    return fields.Schema(**schema)


def to_document(entry: IndexRecord, analyzer: Analyzer) -> dict[str, Any]:
    date = entry.policy.date
    region = entry.record.region
    document: dict[str, Any] = {
        "id": entry.record.id,
        "policy_id": entry.policy.id,
        "order": entry.order,
        "date": int(date.replace("-", "")) if date else 0,
        "code": int(region.code) if region and region.code else _NO_CODE,
        "stored": json.dumps(to_stored(entry), ensure_ascii=False),
    }
    for name, values in facet_values(entry).items():
        document[f"facet_{name}"] = _SEPARATOR.join(values).encode("utf-8")
    for name in TEXT_FIELDS:
        text = text_of(entry, name)
        units = literal_texts(text)
        if units:
            document[f"{name}_literal"] = units
            document[f"{name}_words"] = analyzer.word_texts(text)
            if name in DEFAULT_FIELDS:
                document[f"{name}_pairs"] = pairs_of(units)
    return document


def read_stored(reader: IndexReader, doc: int) -> IndexRecord:
    return from_stored(json.loads(reader.stored_fields(doc)["stored"]))


def read_texts(reader: IndexReader, doc: int) -> dict[str, str]:
    """The default fields' texts of a document."""
    record = json.loads(reader.stored_fields(doc)["stored"])["record"]
    return {field: record[field] or "" for field in DEFAULT_FIELDS}


def read_table(reader: IndexReader, assigned: Assigned) -> FacetTable:
    """All columns of a generation, with the themes assigned since; one pass over each."""
    size = reader.doc_count_all()
    live = np.ones(size, dtype=np.bool_)
    live[[doc for doc in range(size) if reader.is_deleted(doc)]] = False

    def column(name: str) -> list[Any]:
        values = reader.column_reader(name, translate=False)
        return [values[doc] for doc in range(size)]

    def facet(name: str) -> FacetColumn:
        cells = [bytes(cell).decode("utf-8") for cell in column(f"facet_{name}")] if size else []
        values = [cell.split(_SEPARATOR) if cell else [] for cell in cells]
        if name == "theme":
            postings = PostingReader(reader)
            for record, themes in assigned.themes.items():
                for doc in postings.docs("id", record).tolist():
                    values[doc] = list(themes)
        return FacetColumn.build(values)

    def numbers(name: str) -> Docs:
        return np.array(column(name) if size else [], dtype=np.int64)

    facets = {name: facet(name) for name in FACETS}
    return FacetTable(facets, numbers("order"), numbers("date"), numbers("code"), live)


def read_lengths(reader: IndexReader) -> Lengths:
    """The field lengths that ranking needs; one pass over each."""
    size = reader.doc_count_all()
    # A document without the field has no length, not even 0.
    fields = {
        name: np.array([reader.doc_field_length(d, name) or 0 for d in range(size)], dtype=float)
        for name in length_fields()
    }
    return Lengths(fields, size)
