"""The export panel: what a search, a theme or a list of chosen records becomes as a file.

    /export?…             the columns to choose, three rows as they will be, the formats
    /export?…&format=docx goes on to /export/docx?…
    /export/comparison.<form>?id=…   a comparison as a table

One form does both: a button of it names the format.  With scripts the panel opens
over the page that it belongs to (``static/panel.js``).
"""

from __future__ import annotations

import io
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug import Response as BaseResponse
from werkzeug.datastructures import MultiDict

from indexer.exports.columns import report_columns
from indexer.exports.comparison import comparison_table
from indexer.exports.documents import DOCUMENT_REPORT_COLUMNS
from indexer.exports.registry import (
    FORMATS,
    TABLE_FORMATS,
    columns_for,
    export_table,
    file_name,
    media_type,
    most_records,
)
from indexer.exports.rows import Provenance
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.comparison import compare
from indexer.results.grouped import GroupedResults
from indexer.results.model import Results
from webapp.errors import NotHere
from webapp.pages.basket import compared, selected
from webapp.presentation.documents_table import documents_table
from webapp.presentation.hits_table import Choice, HitsTable, Place, hits_table
from webapp.web.addresses import encoded, url_for, with_parameters
from webapp.web.columns import table_columns
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import SearchParams, single, whole

blueprint = Blueprint("exporting", __name__)

#: Rows that are shown as they will be.
PREVIEW = 3
#: The formats by what they are for: a heading, then name and label of each.
GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (N_("写报告"), (("docx", N_("Word 表格（报告用）")), ("xlsx", N_("Excel 表格（分析用）")))),
    (N_("引文"), (("txt", "GB/T 7714"), ("bib", "BibTeX"), ("ris", "RIS"))),
    (
        N_("数据（程序用）"),
        (("csv", "CSV"), ("md", "Markdown"), ("json", "JSON"), ("jsonl", "JSONL")),
    ),
)


@dataclass(frozen=True, slots=True)
class Button:
    """A format to choose; ``most`` is its limit, ``fits`` whether these records keep to it."""

    name: str
    label: str
    most: int | None
    fits: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """What is exported: its parameters, how many records, and the first of them as a table.

    ``usual`` are the columns where none are chosen.  ``by`` document, ``count`` and the
    table are of documents.
    """

    place: Place
    back: str
    count: int
    preview: HitsTable
    usual: tuple[str, ...]
    by: str = "record"


@blueprint.get("/export")
def panel() -> str | BaseResponse:
    """The panel; with ``format`` it goes on to the file."""
    known, unknown = table_columns(request.args)
    form, by = single(request.args, "format"), single(request.args, "by")
    made = _panel(request.args, Choice(True, known, unknown))
    usual = made.usual
    if form in FORMATS and not unknown and _fits(form, made.count):
        return redirect(_file_url(made.place, form, known or usual))
    return render_template(
        "export.html",
        panel=made,
        groups=_groups(made.count),
        presets=(
            (
                _("报告常用的列") if by == "document" else _("报告常用的六列"),
                _panel_url(made.place, usual),
            ),
            (_("全部列"), _panel_url(made.place, columns_for(by))),
        ),
        unknown_format=form if form and form not in FORMATS else "",
        formats=FORMATS,
    )


def _panel(args: MultiDict[str, str], choice: Choice) -> Panel:
    searcher = state().searcher
    if "id" in args:
        results = selected(searcher, args, also=("format",))
        pairs = tuple(("id", each) for each in results.chosen)
        back = with_parameters(url_for("basket.basket"), encoded(pairs))
        hits, count = results.hits[:PREVIEW], len(results.hits)
        kinds: set[str] = {hit.record.record.kind for hit in results.hits}
    else:
        params = whole(SearchParams.parse(args, also=("format",), any_columns=True))
        results = searcher.answer(params.with_size(PREVIEW).request())
        pairs = params.pairs("columns")
        back = with_parameters(url_for("pages.search"), encoded(pairs))
        if isinstance(results, GroupedResults):
            place = Place(url_for("exporting.panel"), pairs)
            documents = results.grouped[: results.total_documents]
            shown = documents_table(documents, choice, place)
            count = results.total_documents
            return Panel(place, back, count, shown, DOCUMENT_REPORT_COLUMNS, by="document")
        hits = tuple(hit for hit in results.hits if hit.match != "partial")
        count = results.total
        counted = results.facets["kind"]
        kinds = {each.value for each in counted if each.selected}
        kinds = kinds or {each.value for each in counted if each.count}
    place = Place(url_for("exporting.panel"), pairs)
    usual = report_columns(kinds)
    choice = choice._replace(columns=choice.columns or usual)
    return Panel(place, back, count, hits_table(hits, choice, place), usual)


def _panel_url(place: Place, columns: Collection[str]) -> str:
    return with_parameters(place.action, encoded([*place.pairs, ("columns", ",".join(columns))]))


def _file_url(place: Place, form: str, columns: Collection[str]) -> str:
    chosen = [("columns", ",".join(columns))] if form in TABLE_FORMATS else []
    return with_parameters(url_for("api.export", format=form), encoded([*place.pairs, *chosen]))


def _fits(form: str, count: int) -> bool:
    most = most_records(form)
    return count > 0 and (most is None or count <= most)


def _groups(count: int) -> list[tuple[str, list[Button]]]:
    return [
        (
            _(heading),
            [
                Button(name, _(label), most_records(name), _fits(name, count))
                for name, label in forms
            ],
        )
        for heading, forms in GROUPS
    ]


@blueprint.get("/export/comparison.<form>")
def comparison(form: str) -> Response:
    """What stands side by side on the page of a comparison, as a table."""
    if form not in TABLE_FORMATS:
        raise NotHere(
            _("没有导出格式 %(name)s", name=form[:40]),
            _("可用的格式：%(known)s", known=" ".join(TABLE_FORMATS)),
        )
    searcher = state().searcher
    results: Results = compared(searcher, request.args)
    table = comparison_table(
        compare(results.hits, searcher.linguistics.keywords.telling),
        Provenance.of(results, datetime.now().astimezone()),
        _,
    )
    stream = io.BytesIO()
    export_table(table, form, stream)
    response = Response(stream.getvalue(), content_type=media_type(form))
    name = quote(file_name(_("并排比较"), form))
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"zhengsou.{form}\"; filename*=UTF-8''{name}"
    )
    return response
