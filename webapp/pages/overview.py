"""The overview of any result in pictures, each picture as a file, and the table of themes.

    /overview?…                    the pictures of a search; the parameters of the search page
    /chart/<name>.<svg|png|csv>?…  one of them to keep, or its numbers
        count=document             documents are counted, not records
        for=word|slide             a PNG 16 cm wide at 300 dpi, or as large as a slide
    /export/themes-matrix.<csv|xlsx>?…   records × themes, 0 or 1

What the pictures show is worked out in :mod:`webapp.charts`.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urljoin

from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MultiDict

from indexer.exports.registry import THEME_TABLE_FORMATS, export_theme_table, media_type
from indexer.exports.rows import Provenance
from webapp.charts.captions import source
from webapp.charts.numbers import Numbers
from webapp.charts.pictures import PICTURES, data_of, make
from webapp.charts.saving import SIZES, Size, csv_file, png_file, svg_file
from webapp.errors import BadParameter, NotHere
from webapp.presentation import display
from webapp.web.addresses import encoded, url_for, with_parameters
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import SearchParams, search_url, single, whole

blueprint = Blueprint("overview", __name__)

#: The pictures of the overview, in reading order.
SHOWN = ("province", "theme", "year", "theme-province")
#: Pictures of two facets; they count records only.
CROSSED = ("theme-province", "theme-theme")
#: What ``count`` can be, the first where it is not stated.
COUNTED = ("record", "document")
_SAVED = {
    "svg": "image/svg+xml; charset=utf-8",
    "png": "image/png",
    "csv": "text/csv; charset=utf-8",
}


@blueprint.get("/overview")
def overview() -> str:
    """The pictures of a search."""
    listed = SearchParams.parse(request.args, also=("count",))
    params = _whole(listed)
    documents = _documents(request.args)
    numbers = Numbers(state().searcher, params, search_url, documents=documents)
    shown = [name for name in SHOWN if not documents or name not in CROSSED]
    return render_template(
        "overview.html",
        params=params,
        results=numbers.results,
        found=numbers.found,
        documents=documents,
        chips=display.chips(numbers.results, params, overview_url),
        pictures=[make(name, numbers) for name in shown],
        units=_units(params, documents),
        back=search_url(whole(listed)),
        beside=numbers.beside,
        as_documents=_as_documents(params),
        clear=overview_url(params.without_filters()),
        **addresses(params, documents),
    )


@blueprint.get("/chart/<name>.<form>")
def chart(name: str, form: str) -> Response:
    """A picture as a file, or its numbers."""
    if name not in PICTURES or form not in _SAVED:
        raise NotHere(
            _("没有图 %(name)s", name=f"{name}.{form}"[:60]),
            _(
                "可用的图：%(names)s；可用的格式：%(forms)s",
                names=" ".join(PICTURES),
                forms=" ".join(_SAVED),
            ),
        )
    params = _whole(SearchParams.parse(request.args, also=("count", "for")))
    documents, size = _documents(request.args), _size(request.args, form)
    if documents and name in CROSSED:
        raise BadParameter(
            "count",
            _("交叉的图只能按记录计数"),
            _("请去掉参数 count，或改用别的图"),
        )
    link = None if form == "csv" else _full_address
    numbers = Numbers(state().searcher, params, link, documents=documents)
    moment = datetime.now().astimezone()
    provenance = replace(Provenance.of(numbers.results, moment), count=numbers.found)
    if form == "csv":
        stream = io.BytesIO()
        csv_file(data_of(name, numbers), provenance, stream)
        return _download(stream.getvalue(), f"政搜-图表-{name}.csv", _SAVED[form])
    picture = make(name, numbers)
    drawn = svg_file(picture, provenance, source(numbers.results, moment.date()))
    about = f"{picture.caption.striptags()}；{provenance.sentence()}"
    content = drawn.encode("utf-8") if form == "svg" else png_file(drawn, size=size, about=about)
    return _download(content, f"政搜-图表-{name}.{form}", _SAVED[form])


@blueprint.get("/export/themes-matrix.<form>")
def theme_table(form: str) -> Response:
    """A row for each full hit of a search, a column of 0 and 1 for each theme of the library."""
    if form not in THEME_TABLE_FORMATS:
        raise NotHere(
            _("没有导出格式 %(name)s", name=form[:40]),
            _("可用的格式：%(known)s", known=" ".join(THEME_TABLE_FORMATS)),
        )
    params = SearchParams.parse(request.args)
    searcher = state().searcher
    results = searcher.export(
        params.q, filters=params.filters, sort=params.sort, synonyms=params.synonyms
    )
    themes = [theme.name for theme in searcher.themes() if theme.count]
    stream = io.BytesIO()
    export_theme_table(results, themes, form, stream)
    return _download(stream.getvalue(), f"政搜-议题矩阵.{form}", media_type(form))


def overview_url(params: SearchParams) -> str:
    """The address of the pictures of a search."""
    return with_parameters(url_for("overview.overview"), encoded(_whole(params).pairs()))


def chart_url(
    params: SearchParams, name: str, form: str, *, documents: bool = False, size: str = ""
) -> str:
    """The address of a picture of a search as a file, of a size of :data:`SIZES` if it says so."""
    address = url_for("overview.chart", name=name, form=form)
    return with_parameters(address, encoded(_counted(params, documents, size)))


def _counted(params: SearchParams, documents: bool, size: str = "") -> list[tuple[str, str]]:
    more = (("count", "document" if documents else ""), ("for", size))
    return [*_whole(params).pairs(), *((name, value) for name, value in more if value)]


def _documents(args: MultiDict[str, str]) -> bool:
    """Whether documents are counted; raises :class:`~webapp.errors.BadParameter`."""
    value = single(args, "count", "record")
    if value not in COUNTED:
        raise BadParameter(
            "count",
            _("参数 %(name)s=%(value)s 不能使用", name="count", value=value[:40]),
            _("可用的值：%(known)s", known=" ".join(COUNTED)),
        )
    return value == "document"


def _size(args: MultiDict[str, str], form: str) -> Size | None:
    """The size that a PNG is asked for; raises :class:`~webapp.errors.BadParameter`."""
    value = single(args, "for")
    if value and (value not in SIZES or form != "png"):
        raise BadParameter(
            "for",
            _("参数 %(name)s=%(value)s 不能使用", name="for", value=value[:40]),
            _("PNG 图可用的值：%(known)s", known=" ".join(SIZES)),
        )
    return SIZES.get(value)


def _units(params: SearchParams, documents: bool) -> list[tuple[str, str, bool]]:
    """What can be counted: label, address, and whether it is what is shown."""
    kinds = params.filters.chosen("kind")
    loose = params.without_facet("kind")
    zones = loose.with_value("kind", "zone")
    return [
        (_("实验区"), overview_url(zones), kinds == ("zone",) and not documents),
        (_("文件"), _as_documents(params), documents),
        (_("条目"), overview_url(loose), not kinds and not documents),
    ]


def _as_documents(params: SearchParams) -> str:
    """The address of the pictures that count documents."""
    pairs = _counted(params, documents=True)
    return with_parameters(url_for("overview.overview"), encoded(pairs))


def theme_table_url(params: SearchParams, form: str) -> str:
    """The address of the table of themes; of the zones, unless a kind is chosen."""
    params = _whole(params)
    if not params.filters.chosen("kind"):
        params = params.with_value("kind", "zone")
    return with_parameters(url_for("overview.theme_table", form=form), encoded(params.pairs()))


def addresses(params: SearchParams, documents: bool = False) -> dict[str, object]:
    """What a template with pictures needs beside them: where each is saved."""

    def saved(name: str) -> list[tuple[str, str]]:
        def address(form: str, size: str = "") -> str:
            return chart_url(params, name, form, documents=documents, size=size)

        return [
            *((form.upper(), address(form)) for form in _SAVED),
            (_("Word 图"), address("png", "word")),
            (_("幻灯片"), address("png", "slide")),
        ]

    return {
        "saved": saved,
        "theme_tables": [
            (form.upper(), theme_table_url(params, form)) for form in THEME_TABLE_FORMATS
        ],
    }


def _whole(params: SearchParams) -> SearchParams:
    """The state of all hits: how a page lists them does not matter to pictures."""
    return replace(whole(params), by="", versions="", columns=())


def _full_address(params: SearchParams) -> str:
    """The search's address with scheme and host, for links in files."""
    return urljoin(request.host_url, search_url(params))


def _download(content: bytes, name: str, kind: str) -> Response:
    response = Response(content, content_type=kind)
    plain = name.replace("政搜-图表", "zhengsou").replace("政搜-议题矩阵", "zhengsou-themes")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    )
    return response
