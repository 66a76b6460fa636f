"""The Whoosh schema of an index of records.

Each text field has three streams: ``<field>_words`` (frequencies),
``<field>_literal`` (positions) and, for the default fields, ``<field>_pairs``.
Records are written whole, so no field's analyzer ever runs; the schema tells
Whoosh what can be asked for.  Any Whoosh program in whose environment this
package is installed can open a version's directory with
``whoosh.index.open_dir`` and search it (``tests/data/whoosh_example.py``): words
with ``Term("body_words", "社区")``, text with ``Phrase("body_literal", list("三社联动"))``;
a pair is two units with a blank between them.  ``id``, ``unit``, ``title`` and
``body`` are stored.
"""

from __future__ import annotations

from whoosh import fields, formats

from indexer.schema import DEFAULT_FIELDS, TEXT_FIELDS


def make_schema() -> fields.Schema:
    """The Whoosh schema of all streams and of what is stored."""

    def stream(posting_format: formats.Format) -> fields.FieldType:
        field = fields.KEYWORD(scorable=True)
        field.format = posting_format
        return field

    schema: dict[str, fields.FieldType] = {
        "id": fields.ID(stored=True, unique=True),
        "policy_id": fields.ID(),
    }
    for name in DEFAULT_FIELDS:
        schema[name] = fields.STORED()
        schema[f"{name}_pairs"] = stream(formats.Frequency())
    for name in TEXT_FIELDS:
        schema[f"{name}_words"] = stream(formats.Frequency())
        schema[f"{name}_literal"] = stream(formats.Positions())
    return fields.Schema(**schema)
