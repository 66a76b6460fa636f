"""The advanced search: rows of a form that are written as an ordinary query.

    /advanced?q=…&province=…     the form, filled in from a search
    /advanced?text=…&field=…&join=…&within=…&since=…&until=…&province=…
                                 what the form sends: leads to the search page
    /advanced/count?…            the same as JSON: the query and its exact count

``text``, ``field`` and ``join`` are given once for each row, in the same order.
The other parameters are those of the search page; what is chosen there and has no
place in the form is carried along.  :mod:`indexer.query.rows` says what rows mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import get_args

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug import Response as BaseResponse
from werkzeug.datastructures import MultiDict

from indexer.labels import FIELD_LABELS
from indexer.query.rows import JOINS, ROW_FIELDS, WITHIN, Form, Join, Row, Within, form_of, query_of
from indexer.query.tree import TextField
from indexer.results.facets import FACETS
from indexer.searcher import Searcher
from webapp.errors import BadParameter
from webapp.presentation import display
from webapp.web.addresses import encoded, url_for, with_parameters
from webapp.web.json_text import respond_json
from webapp.web.languages import gettext as _
from webapp.web.languages import ngettext
from webapp.web.state import state
from webapp.web.urls import SearchParams, search_url, single

blueprint = Blueprint("advanced", __name__)

#: Rows that stand open, rows that the form has at least, and rows it can send.
OPEN_ROWS, ROWS, MOST_ROWS = 3, 8, 64
#: Facets of which the form chooses one value.
CHOICES = ("province", "area", "kind", "validity")
#: What the form sends beside the parameters of a search.
_ROW_NAMES = ("text", "field", "join")
_NAMES = (*_ROW_NAMES, "within", "since", "until")
_YEAR = re.compile("[1-9][0-9]{3}")


@dataclass(frozen=True, slots=True)
class Choice:
    """A facet of the form: its values in the library with what they are called."""

    name: str
    label: str
    values: tuple[tuple[str, str], ...]
    chosen: str


@blueprint.get("/advanced")
def advanced() -> str | BaseResponse:
    """The form; what it sends leads to the search page with the query written out."""
    params = SearchParams.parse(request.args, also=_NAMES).with_page(1)
    if "text" not in request.args:
        return _page(params, form_of(params.q))
    form, cause = _form(request.args)
    asked = params.with_query(query_of(form))
    if not cause and asked == params.without_filters().with_query(""):
        cause = _("还没有填检索词，也没有选条件。请至少填一行。")
    if cause:
        return _page(params, form, cause)
    return redirect(search_url(asked))


@blueprint.get("/advanced/count")
def count() -> Response:
    """The query that the form means, its exact count, and both in words."""
    params = SearchParams.parse(request.args, also=_NAMES)
    form, cause = _form(request.args)
    query = query_of(form)
    if cause:
        return respond_json({"query": query, "total": None, "said": cause})
    total = state().searcher.find(query, filters=params.filters, size=1).total
    said = ngettext("共 %(num)s 条", "共 %(num)s 条", total)
    return respond_json({"query": query, "total": total, "said": said})


def advanced_url(params: SearchParams) -> str:
    """The address of the form, filled in from a search."""
    return with_parameters(url_for("advanced.advanced"), encoded(params.with_page(1).pairs()))


def _page(params: SearchParams, form: Form, cause: str = "") -> str:
    rows = (*form.rows, *(Row("") for _row in range(len(form.rows), ROWS)))
    chosen = [name for name in CHOICES if len(params.filters.chosen(name)) < 2]
    choices = [choice for name in chosen if (choice := _choice(name, params)).values]
    offered = {choice.name for choice in choices}
    return render_template(
        "advanced.html",
        params=params,
        form=form,
        cause=cause,
        open_rows=rows[:OPEN_ROWS],
        more_rows=rows[OPEN_ROWS:],
        fields=[("", _("全部")), *((name, _(FIELD_LABELS[name])) for name in ROW_FIELDS)],
        joins=list(zip(JOINS, (_("且"), _("或"), _("不含")), strict=True)),
        withins=list(zip(WITHIN, (_("同一条记录"), _("同一句"), _("同一份文件")), strict=True)),
        choices=choices,
        carried=params.pairs("q", *offered),
        kept=_kept(params, offered),
        query=query_of(form),
    )


def _choice(name: str, params: SearchParams) -> Choice:
    chosen = "".join(params.filters.chosen(name))
    known = _values(state().searcher)[name]
    values = dict.fromkeys((*known, *([chosen] if chosen else [])))
    labels = tuple((value, display.value_label(name, value, value)) for value in values)
    return Choice(name, display.facet_label(name), labels, chosen)


@lru_cache(maxsize=1)
def _values(searcher: Searcher) -> dict[str, tuple[str, ...]]:
    """The values in the whole library; counted once for an opened index."""
    facets = searcher.search("", size=1, sort="source").facets
    return {name: tuple(each.value for each in facets.get(name, ())) for name in CHOICES}


def _kept(params: SearchParams, offered: set[str]) -> Iterator[tuple[str, str]]:
    """What a search has chosen that the form does not show, by label and value."""
    for name in FACETS:
        if name not in offered:
            for value in params.filters.chosen(name):
                yield display.facet_label(name), display.value_label(name, value, value)
    start, end = params.filters.date_from, params.filters.date_to
    if start or end:
        yield _("日期"), f"{start or '…'} — {end or '…'}"


def _form(args: MultiDict[str, str]) -> tuple[Form, str]:
    """The form as it was sent, and what is wrong with it in words, if anything is.

    Raises :class:`~webapp.errors.BadParameter` for what no form of ours sends.
    """
    texts, fields, joins = (args.getlist(name) for name in _ROW_NAMES)
    if max(len(texts), len(fields), len(joins)) > MOST_ROWS:
        raise BadParameter(
            "text",
            _("参数 text 给了太多行，最多 %(most)s 行", most=MOST_ROWS),
            _("请直接写检索式"),
        )
    rows = tuple(
        Row(text, _field(field), _join(join or "and"))
        for text, field, join in zip_longest(texts, fields, joins, fillvalue="")
    )
    since, until = (single(args, name).strip() for name in ("since", "until"))
    wrong = next((year for year in (since, until) if year and not _YEAR.fullmatch(year)), "")
    cause = (
        _("年份“%(year)s”不能使用，请写成四位数字，例如 2019。", year=wrong[:20]) if wrong else ""
    )
    return Form(rows, _within(single(args, "within", "record")), since, until), cause


def _field(name: str) -> TextField | None:
    known = [each for each in get_args(TextField) if each in ROW_FIELDS and each == name]
    if name and not known:
        raise _unknown("field", name, ROW_FIELDS)
    return known[0] if known else None


def _join(name: str) -> Join:
    for join in JOINS:
        if name == join:
            return join
    raise _unknown("join", name, JOINS)


def _within(name: str) -> Within:
    for within in WITHIN:
        if name == within:
            return within
    raise _unknown("within", name, WITHIN)


def _unknown(name: str, value: str, known: tuple[str, ...]) -> BadParameter:
    shown = "".join(char if char.isprintable() else "�" for char in value[:80])
    return BadParameter(
        name,
        _("参数 %(name)s=%(value)s 不能使用", name=name, value=shown),
        _("可用的值：%(known)s", known=" ".join(known)),
    )
