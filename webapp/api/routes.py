"""The JSON API and the exports: thin views over the searcher.

Every object is the one that the core gives; nothing is computed here that the
command line could not give too.  Parameters are checked by
:mod:`webapp.web.urls`, failures are rendered by :mod:`webapp.web.error_pages`.

    /api/search?…            the results object, as ``zhengsou search --format json``;
                             ``facet_values=`` so many values of each facet at most;
                             ``by=document`` grouped by document, ``versions=all`` with
                             near-duplicates each by itself
    /api/ids?…               {"query", "total", "ids", "facets"}: ids of the best, no texts;
                             facets only with ``facet_values=``
    /api/suggest?q=&limit=   {"query", "suggestions": [{"kind", "query", "label", "count"}]}
    /api/themes              {"themes": [{"name", "count", "variants", "automatic"}]}
    /api/themes/<name>       {"name", "variants", "records": [hit + "evidence"]}
    /api/policies            {"policies": [policy + "records": how many]}
    /api/policies?…          the same sorted and narrowed, with "total"; with page or size,
                             so many of them and "page", "size"
    /api/policies/<id>       policy + "records" + "record_ids": [id], in document order (with
                             page or size, so many of them and "page", "size")
                             + "near_duplicates" (null while they are not known yet),
                             "recognition" and "problems": [{"code", "message"}]
    /api/records/<id>?q=     hit + "place": [[start, end]] + "evidence": {theme: […]}
    /api/places/<key>        {"place": {"key", "name", "region"}, "records": [hit]}
    /export/<format>?…       every full hit as a file
    /export/<format>?…&by=document   every document as a file
    /export/<format>?id=…    these records, in this order
    /export/<format>?…&columns=…   a table with these columns only
    /healthz                 {"status": "ok", "records", "index"}, 503 if it cannot search
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import IO, Any, TypeVar
from urllib.parse import quote

from flask import Blueprint, Response, request

from corpus.errors import PolicyNotFound
from corpus.library.review import warnings_of
from corpus.parsing.recognition import report
from corpus.policy import Policy
from indexer.errors import EngineError, IndexerError, PageOutOfRange
from indexer.exports.registry import FORMATS, file_name, media_type
from indexer.exports.registry import export as write_export
from indexer.exports.table import Layout
from indexer.request import BY
from indexer.results.holdings import Held
from indexer.results.model import SORTS, Results
from indexer.suggest.completion import DEFAULT_COMPLETIONS, MAX_COMPLETIONS
from webapp.errors import BadParameter, NotHere
from webapp.holdings.params import MOST_ON_A_PAGE, NAMES, PAGE_SIZE, strict
from webapp.pages.basket import selected
from webapp.web.addresses import url_for
from webapp.web.columns import checked_columns, columns_of
from webapp.web.json_text import respond_json
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import (
    MOST_FACET_VALUES,
    SearchParams,
    check_names,
    number,
    single,
)

blueprint = Blueprint("api", __name__)
_Item = TypeVar("_Item")

#: A larger export goes through a temporary file instead of memory.
SPOOL_BYTES = 8 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
SUGGEST_SECONDS = 60
#: Common words, so that the check reads the index and not only its manifest.
_HEALTH_QUERY = "社区 政策"


@blueprint.get("/api/search")
def search() -> Response:
    """One page of a search; with ``facet_values`` no more of each facet, beside chosen ones."""
    params = SearchParams.parse(request.args, also=("facet_values",))
    most = number(request.args, "facet_values", 0, MOST_FACET_VALUES) or None
    return respond_json(state().searcher.answer(params.request(most)).to_dict())


@blueprint.get("/api/ids")
def ids() -> Response:
    """Exact total and the ids of the best full hits, without their texts."""
    params = SearchParams.parse(request.args, also=("facet_values",))
    asked = {
        "page": params.page > 1,
        "sort": params.sort != SORTS[0],
        "by": params.by not in ("", BY[0]),
        "versions": params.versions,
    }
    if parameter := next((name for name, given in asked.items() if given), None):
        raise BadParameter(
            parameter,
            _("这里只给出最相关的编号，没有 %(name)s 参数", name=parameter),
            _("请用 size 多取一些，或改用 /api/search"),
        )
    found = state().searcher.find(
        params.q,
        filters=params.filters,
        size=params.size,
        synonyms=params.synonyms,
        facet_values=number(request.args, "facet_values", 0, MOST_FACET_VALUES),
    )
    return respond_json({"query": params.q, **found.to_dict()})


@blueprint.get("/api/suggest")
def suggest() -> Response:
    """Ways to go on typing ``q``, at most ``limit`` (1 to 20) of them."""
    check_names(request.args, ("q", "limit"))
    q = single(request.args, "q")
    limit = number(request.args, "limit", DEFAULT_COMPLETIONS, MAX_COMPLETIONS)
    found = state().searcher.complete(q, limit)
    response = respond_json({"query": q, "suggestions": [each.to_dict() for each in found]})
    # A user who deletes a letter and types another asks again for what was just answered.
    response.cache_control.private, response.cache_control.max_age = True, SUGGEST_SECONDS
    return response


@blueprint.get("/api/themes")
def themes() -> Response:
    """All themes with the number of records that carry them."""
    check_names(request.args, ())
    return respond_json({"themes": [asdict(theme) for theme in state().searcher.themes()]})


@blueprint.get("/api/themes/<path:name>", merge_slashes=False)
def theme(name: str) -> Response:
    """One theme, by name or variant, with its records and their evidence."""
    check_names(request.args, ())
    return respond_json(state().searcher.theme(name).to_dict())


@blueprint.get("/api/policies")
def policies() -> Response:
    """The policies of the library, each with the number of its records.

    All in library order, unless parameters of :mod:`webapp.holdings.params` narrow, sort
    or page them.
    """
    params = strict(request.args, also=("size",), sort="")
    held: Sequence[Held] = state().searcher.holdings.select(params.query).held
    answer: dict[str, Any] = {}
    if any(request.args.get(name) for name in (*NAMES, "size")):
        answer["total"] = len(held)
    held, paged = _paged(held, params.page)
    listed = [{**asdict(each.policy), "records": each.records} for each in held]
    return respond_json({"policies": listed, **answer, **paged})


def _paged(items: Sequence[_Item], page: int) -> tuple[Sequence[_Item], dict[str, int]]:
    """The items of a page, and what says which it is: all of them where none is asked for."""
    if not (request.args.get("page") or request.args.get("size")):
        return items, {}
    size = number(request.args, "size", PAGE_SIZE, MOST_ON_A_PAGE)
    last = max(1, -(-len(items) // size))
    if page > last:
        raise PageOutOfRange(page, last)
    return items[(page - 1) * size : page * size], {"page": page, "size": size}


@blueprint.get("/api/policies/<path:policy_id>", merge_slashes=False)
def policy(policy_id: str) -> Response:
    """One policy, the ids of its records in document order, and what was made of it.

    ``page`` and ``size`` cut the ids into pages; without them all are given.
    """
    check_names(request.args, ("page", "size"))
    found = _find_policy(policy_id)
    ids = state().searcher.record_ids(found.id)
    listed, paged = _paged(ids, number(request.args, "page", 1, None))
    library = state().library
    near = state().near_duplicates.of(found.id)
    return respond_json(
        {
            **asdict(found),
            "records": len(ids),
            "record_ids": listed,
            **paged,
            "near_duplicates": None if near is None else [one.to_dict() for one in near],
            "recognition": report(library.parsed(found.id)).to_dict(),
            "problems": [
                {"code": warning.code, "message": warning.message}
                for warning in warnings_of([library.describe(found.id)])
            ],
        }
    )


def _find_policy(policy_id: str) -> Policy:
    for candidate in state().searcher.policies():
        if candidate.id == policy_id:
            return candidate
    raise PolicyNotFound(f"馆藏中没有“{policy_id}”")


@blueprint.get("/api/records/<path:record_id>", merge_slashes=False)
def record(record_id: str) -> Response:
    """One record, highlighted for ``q``, with its place in the source and its evidence."""
    check_names(request.args, ("q",))
    hit = state().searcher.record(record_id, single(request.args, "q"))
    place = [[span.start, span.end] for span in hit.record.record.place]
    evidence = {name: [asdict(e) for e in found] for name, found in hit.record.themes.items()}
    return respond_json({**hit.to_dict(), "place": place, "evidence": evidence})


@blueprint.get("/export/<format>")
def export(format: str) -> Response:
    """Every full hit of a search, or the records named by ``id``, as a file."""
    if format not in FORMATS:
        raise NotHere(
            _("没有导出格式 %(name)s", name=format[:40]),
            _("可用的格式：%(known)s", known=" ".join(FORMATS)),
        )
    if "id" in request.args:
        results = selected(state().searcher, request.args)
        name = quote(file_name(_("已选记录"), format))
        columns = columns_of(checked_columns(request.args), "record")
    else:
        params = SearchParams.parse(request.args)
        results, columns = _full_hits(params), columns_of(params.columns, params.by)
        name = quote(file_name(results.query, format))
    page = _document_page if results.by == "document" else _record_page
    stream = _written(results, format, Layout(columns, _, page))
    response = Response(_chunks(stream), content_type=media_type(format))
    response.call_on_close(stream.close)
    response.content_length = stream.tell()
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"zhengsou.{format}\"; filename*=UTF-8''{name}"
    )
    return response


def _full_hits(params: SearchParams) -> Results:
    """``page``, ``size``, ``group`` and ``view`` do not matter to an export."""
    return state().searcher.all_of(params.request())


def _record_page(record_id: str) -> str:
    """The whole address of a record's page, for a file that is opened elsewhere."""
    return request.host_url.rstrip("/") + url_for("pages.record", record_id=record_id, lang=None)


def _document_page(policy_id: str) -> str:
    """The same for a policy's page."""
    return request.host_url.rstrip("/") + url_for("pages.policy", policy_id=policy_id, lang=None)


def _written(results: Results, format: str, layout: Layout) -> IO[bytes]:
    """The whole export before the first byte is sent: a failure still has a status."""
    stream = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - sent later
    try:
        write_export(results, format, stream, layout)
    except BaseException:
        stream.close()
        raise
    return stream


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The stream from its beginning, piece by piece, closed at its end."""
    with stream:
        stream.seek(0)
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk


@blueprint.get("/healthz")
def healthz() -> Response:
    """Answers 200 only after a search has gone through."""
    check_names(request.args, ())
    try:
        results = state().searcher.search(_HEALTH_QUERY, size=1)
    except (IndexerError, OSError) as error:
        raise EngineError(
            f"现在不能检索：{error}",
            "请运行 zhengsou check 查看原因，再运行 zhengsou index --rebuild",
        ) from error
    return respond_json(
        {
            "status": "ok",
            "records": results.index.records,
            "index": {"version": results.index.version, "built_at": results.index.built_at},
        }
    )
