"""Documents as the rows of a table on a page, as an export will have them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from indexer.exports.documents import (
    DOCUMENT_COLUMNS,
    DOCUMENT_REPORT_COLUMNS,
    document_cells,
)
from indexer.exports.table import Layout
from indexer.results.grouped import GroupedDocument
from webapp.presentation.hits_table import (
    BodyCell,
    BodyRow,
    Choice,
    HitsTable,
    Place,
    dress,
    head,
)
from webapp.web.addresses import policy_url
from webapp.web.columns import unknown_columns
from webapp.web.languages import gettext as _
from webapp.web.urls import SearchParams

#: The column that leads to a document's page.
_OPENS = "文件标题"


def documents_table(
    documents: Sequence[GroupedDocument],
    choice: Choice,
    place: Place,
    *,
    first: int = 1,
    params: SearchParams | None = None,
) -> HitsTable:
    """The table of ``documents``, the first of which is number ``first``.

    Those of a search ``params`` lead to their pages, and the heads to other orders.
    """
    columns = choice.columns or DOCUMENT_REPORT_COLUMNS
    layout = Layout(columns, _)
    return HitsTable(
        heads=tuple(head(name, params) for name in columns),
        rows=tuple(
            BodyRow(None, document.match == "partial", _cells(document, at, layout, params))
            for at, document in enumerate(documents, start=first)
        ),
        options=tuple((name, _(name), name in columns) for name in DOCUMENT_COLUMNS),
        place=place,
        chosen=bool(choice.columns),
        problem=unknown_columns(choice.unknown, "document") if choice.unknown else None,
    )


def _cells(
    document: GroupedDocument, at: int, layout: Layout, params: SearchParams | None
) -> tuple[BodyCell, ...]:
    page = policy_url(document.policy.id, params.q) if params else ""
    cells = zip(layout.columns, document_cells(document, at, layout), strict=True)
    return tuple(
        BodyCell(_(name), dress(name), _marked(pieces), None, page if name == _OPENS else "")
        for name, pieces in cells
    )


def _marked(pieces: Sequence[tuple[str, bool]]) -> Markup:
    return Markup().join(
        Markup("<mark>{}</mark>").format(text) if marked else escape(text)
        for text, marked in pieces
    )
