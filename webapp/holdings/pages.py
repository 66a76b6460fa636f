"""The holdings for readers: every document in a table, sorted and filtered.

    /documents?…                    one page of the list
    /export/documents.<csv|xlsx>?…  the whole list as a file

Parameters: :mod:`webapp.holdings.params`.  The page says in place what it cannot use.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from indexer.exports.holdings import holdings_export
from indexer.exports.registry import export_table, file_name, media_type
from indexer.query.parser import has_units
from indexer.results.holdings import HELD_FACETS, HELD_SORTS, HoldingsList
from webapp.errors import NotHere
from webapp.holdings.params import PAGE_SIZE, HoldingsParams, forgiving, strict
from webapp.holdings.table import COLUMNS, direction, holdings_table
from webapp.presentation import display
from webapp.web.addresses import encoded, url_for, with_parameters
from webapp.web.languages import gettext as _
from webapp.web.state import state

blueprint = Blueprint("holdings", __name__)

FORMATS = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Choice:
    """A facet of the form: its values, each with its label, count and whether it is chosen."""

    name: str
    label: str
    values: tuple[tuple[str, str, int, bool], ...]


@blueprint.get("/documents")
def documents() -> str | tuple[str, int]:
    """One page of the list; what an address has that cannot be used is named above it."""
    params, wrong = forgiving(request.args)
    problems = [(error.message, error.hint) for error in wrong]
    if params.q and not has_units(params.q, enders=False):
        problems.append(
            (_("“%(text)s”里没有可查找的文字", text=params.q[:80]), _("请输入词语或文号"))
        )
    found = state().searcher.holdings.select(params.query)
    last = max(1, -(-len(found.held) // PAGE_SIZE))
    status = 400 if wrong else 200
    if params.page > last:
        missing = _("没有第 %(page)s 页，最后一页是第 %(last)s 页", page=params.page, last=last)
        problems.append((missing, _("下面是最后一页")))
        params, status = replace(params, page=last), status if wrong else 404
    return _page(params, found, last, problems), status


def _page(
    params: HoldingsParams, found: HoldingsList, last: int, problems: list[tuple[str, str]]
) -> str:
    start = (params.page - 1) * PAGE_SIZE
    shown = found.held[start : start + PAGE_SIZE]
    holdings = state().searcher.holdings
    offered = [
        name
        for name in HELD_FACETS
        if len(params.filters.chosen(name)) < 2
        and (holdings.values[name] or params.filters.chosen(name))
    ]
    return render_template(
        "documents.html",
        params=params,
        problems=problems,
        total=len(found.held),
        known=len(holdings.everything),
        choices=[_choice(name, found, holdings.values[name]) for name in offered],
        carried=params.pairs("q", "page", *offered),
        chips=_chips(params),
        table=holdings_table(shown, params, state().near_duplicates, documents_url),
        sorts=_sorts(params),
        running=direction(params),
        exports=[(form.upper(), _export_url(params, form)) for form in FORMATS],
        last=last,
        numbers=display.page_numbers(params.page, last),
        at=lambda page: documents_url(replace(params, page=page)),
        everything=url_for("holdings.documents"),
    )


def documents_url(params: HoldingsParams) -> str:
    """The address of the list in a state."""
    return with_parameters(url_for("holdings.documents"), encoded(params.pairs()))


def _choice(name: str, found: HoldingsList, known: tuple[str, ...]) -> Choice:
    """A choice that stays where it is: values that no document of the list has count zero."""
    counts = {each.value: (each.count, each.selected) for each in found.facets[name]}
    values = tuple(
        (value, display.value_label(name, value, value), *counts.get(value, (0, False)))
        for value in dict.fromkeys((*counts, *known))
    )
    return Choice(name, display.facet_label(name), values)


def _chips(params: HoldingsParams) -> list[display.Chip]:
    return [
        display.Chip(
            display.facet_label(name),
            display.value_label(name, value, value),
            documents_url(params.without_value(name, value)),
        )
        for name in HELD_FACETS
        for value in params.filters.chosen(name)
    ]


def _sorts(params: HoldingsParams) -> list[tuple[str, str, bool]]:
    """Label, address and whether it is in force, for every order."""
    return [
        (_(label), documents_url(params.sorted_by(sort)), sort == params.sort)
        for sort, label, _dress in COLUMNS
        if sort in HELD_SORTS
    ]


def _export_url(params: HoldingsParams, form: str) -> str:
    address = url_for("holdings.export", form=form)
    return with_parameters(address, encoded(params.pairs("page")))


@blueprint.get("/export/documents.<form>")
def export(form: str) -> Response:
    """Every document of the list, in its order, as a table."""
    if form not in FORMATS:
        raise NotHere(
            _("没有导出格式 %(name)s", name=form[:40]),
            _("可用的格式：%(known)s", known=" ".join(FORMATS)),
        )
    params, searcher = strict(request.args), state().searcher
    label = next(label for sort, label, _dress in COLUMNS if sort == params.sort)
    table = holdings_export(
        searcher.holdings.select(params.query).held,
        replace(params.query, sort=label),
        searcher.info,
        datetime.now().astimezone(),
        say=_,
        address=_document_page,
    )
    stream = io.BytesIO()
    export_table(table, form, stream)
    response = Response(stream.getvalue(), content_type=media_type(form))
    name = quote(file_name(_("馆藏文件"), form))
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"zhengsou-documents.{form}\"; filename*=UTF-8''{name}"
    )
    return response


def _document_page(policy_id: str) -> str:
    return request.host_url.rstrip("/") + url_for("pages.policy", policy_id=policy_id, lang=None)
