"""The pages: search, record, policy, themes, help.

Views only fetch and hand over: :mod:`webapp.web.urls` reads the address, the
searcher answers, :mod:`webapp.presentation.display` and :mod:`webapp.pages.reading` prepare what
the templates print.  Failures are raised, and rendered by :mod:`webapp.web.error_pages`.
"""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file
from werkzeug import Response as BaseResponse
from werkzeug.datastructures import MultiDict

from corpus.errors import SourceError
from corpus.formats.ocr.page_picture import page_picture
from corpus.formats.read import is_web_address, read_bytes
from corpus.places.places import later_names, place_of
from indexer.citations.gbt7714 import cite
from indexer.inspection import inspect_text
from indexer.query.refinement import within
from indexer.results.grouped import GroupedResults
from indexer.results.model import Results
from indexer.searcher import Searcher
from webapp.errors import BadParameter, NotHere
from webapp.pages import advanced, citations, overview, reading, theme_view
from webapp.pages.feeds import feed_url
from webapp.pages.help import first_zone
from webapp.presentation import (
    answers,
    display,
    documents,
    hits_table,
    letters,
    naming,
    regional,
)
from webapp.presentation.documents_table import documents_table
from webapp.presentation.help_tasks import HEIGHT, WIDTH, tasks, terms
from webapp.presentation.help_topics import example_queries, topics
from webapp.presentation.recognised import recognised
from webapp.presentation.start import start
from webapp.presentation.wordings import interpretation
from webapp.reading import blocks, document, parts
from webapp.reading.surroundings import surroundings
from webapp.web import languages
from webapp.web.addresses import (
    panel_url,
    policy_url,
    record_url,
    same_parameters,
    switch_url,
    url_for,
)
from webapp.web.assets import asset_url
from webapp.web.error_pages import wants_json
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import (
    SearchParams,
    check_names,
    search_url,
    single,
    value_url,
    whole,
)

blueprint = Blueprint("pages", __name__)

#: No longer text is analysed on a page, in characters.
LONGEST_ANALYSIS = 2000
#: So many near-duplicates of a policy stand open at the head of its page.
OPEN_NEAR_DUPLICATES = 3
_IMAGE_SECONDS = 3600  # that a browser keeps a page's picture; a source never changes
#: What a header cannot hold, though a file's name may.
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@blueprint.app_context_processor
def _shared() -> dict[str, Any]:
    """What every template may use."""
    return {
        "info": state().searcher.info,
        "lexicon_problem": state().searcher.linguistics.in_force.problem,
        "lang": languages.chosen(),
        "languages": languages.LANGUAGES,
        "language_url": switch_url,
        "explicit_lang": languages.explicit(),
        "match_label": display.match_label,
        "match_explanation": display.match_explanation,
        "kind_label": display.kind_label,
        "document_places": documents.places,
        "marked_title": documents.marked_title,
        "place_label": naming.place_label,
        "place_name": naming.place_name,
        "list_name": naming.list_name,
        "chapter_line": naming.chapter_line,
        "marked_name": naming.marked_name,
        "is_chinese": display.is_chinese,
        "facet_label": display.facet_label,
        "asset_url": asset_url,
        "moment": display.moment,
        "mark": display.mark,
        "is_web_address": is_web_address,
        "warning_text": display.warning_text,
        "interpretation": _interpretation,
        "search_url": search_url,
        "record_url": record_url,
        "policy_url": _policy_url,
        "overview_url": overview.overview_url,
        "advanced_url": advanced.advanced_url,
        "value_url": value_url,
        "blank": SearchParams(),
    }


def _policy_url(policy_id: str, q: str = "", anchor: str = "") -> str:
    """The address of a policy's page, and of the part of it that holds an anchor."""
    long = anchor and state().library.describe(policy_id).records > parts.LONGEST
    return policy_url(policy_id, q, anchor, at=anchor if long else "")


def _interpretation(results: Results) -> str:
    return interpretation(results, state().searcher.linguistics.analyzer)


@blueprint.get("/")
def search() -> str | BaseResponse | tuple[str, int]:
    """The search page; without query and choice it opens as the start page.

    ``within`` searches in the results of ``q``; the address becomes that of
    the search for both.  ``typed`` is what was typed where pinyin was read
    (:mod:`webapp.pages.readings`).
    """
    params, unusable = _stated(request.args)
    if params.group:  # how this was asked for before answers by document
        return redirect(search_url(replace(params, group="", by="document")))
    if narrower := single(request.args, "within"):
        both = params.with_query(within(params.q, narrower))
        return redirect(url_for("pages.search", **both.to_args()))
    searcher = state().searcher
    results = _found(params, searcher)
    typed = single(request.args, "typed")
    if elsewhere := letters.meant(results, params, typed, searcher):
        return redirect(elsewhere)
    # What stays with the listing says what is listed; another query or choice decides again.
    listed = replace(params, by=results.by) if results.by != "record" else params
    page = render_template(
        "search.html",
        params=params,
        unusable=unusable,
        listed=listed,
        tabs=documents.tabs(results, params),
        results=results,
        examples=example_queries(),
        answer=answers.answer(results, params, searcher),
        reading=letters.reading(params, typed, searcher),
        start=start(searcher) if params == SearchParams() else None,
        facets=regional.nested(display.facet_groups(results, params), results, params),
        feed=feed_url(params),
        chips=display.chips(results, params),
        advice=display.advice(results, params),
        sorts=display.sort_links(listed),
        sizes=[(n, search_url(listed.with_size(n)), n == params.size) for n in display.PAGE_SIZES],
        export=panel_url(whole(listed).pairs()),
        pages=display.page_numbers(results.page, results.last_page),
        **_listing(results, listed),
    )
    return (page, unusable.status) if unusable else page


def _stated(args: MultiDict[str, str]) -> tuple[SearchParams, BadParameter | None]:
    """The state of an address, and what is wrong with its ``by``.

    A page lists records or documents all the same and says so; a program is refused.
    """
    also = ("within", "typed")
    try:
        return SearchParams.parse(args, also=also, any_columns=True), None
    except BadParameter as problem:
        if problem.parameter != "by" or wants_json():
            raise
        others = MultiDict(pair for pair in args.items(multi=True) if pair[0] != "by")
        return SearchParams.parse(others, also=also, any_columns=True), problem


def _found(params: SearchParams, searcher: Searcher) -> Results:
    """By document where that is asked for, or where hits are in many and nothing is asked for."""
    if not (params.by or params.view or params.page > 1 or params == SearchParams()):
        grouped = searcher.documents(params.with_by("document").request())
        if grouped.total_documents > documents.FEW:
            return grouped
    return searcher.answer(params.request())


def _listing(results: Results, params: SearchParams) -> dict[str, Any]:
    """The results as cards or as a table, for the template."""
    choice = hits_table.Choice.of(request.args)
    place = hits_table.of_search(params, choice)
    views = hits_table.views(place, choice)
    first = (results.page - 1) * results.size + 1
    if isinstance(results, GroupedResults):
        cards = documents.cards(results, params)
        table = documents_table(results.grouped, choice, place, first=first, params=params)
    else:
        cards, hits = (), results.hits
        table = hits_table.hits_table(hits, choice, place, first=first, params=params)
    return {"views": views, "cards": cards, "table": table if choice.shown else None}


@blueprint.get("/<any(themes, analyze, help):page>/")
def without_slash(page: str) -> BaseResponse:
    """The address that was meant, as each page has but one."""
    return redirect(same_parameters(f"pages.{page}"), 308)


@blueprint.get("/record/<path:record_id>", merge_slashes=False)
def record(record_id: str) -> str:
    """One record, at its place in the source, ready to be cited."""
    check_names(request.args, ("q",))
    q = single(request.args, "q")
    searcher = state().searcher
    hit = searcher.record(record_id, q)
    entry = hit.record
    region = entry.record.region
    library, policy_id = state().library, entry.policy.id
    parsed = library.parsed(policy_id)
    siblings = parsed.records
    at = next(i for i, other in enumerate(siblings) if other.id == entry.record.id)
    return render_template(
        "record.html",
        q=q,
        hit=hit,
        later=later_names(region, entry.policy.date) if region else (),
        place_key=place_of(region) if region else None,
        evidence=reading.evidence_lines(entry),
        excerpt=reading.excerpt(parsed, entry.record),
        images=reading.pages_of(parsed, entry.record),
        place=surroundings(siblings, document.settings_of(library, policy_id), hit),
        printed_url=request.base_url,
        address=_policy_url(policy_id, q, blocks.anchor(entry.record)),
        citation=cite(entry.policy, record=entry.record, visited=date.today()),
        citations=citations.of_hit(hit),
        previous=siblings[at - 1] if at else None,
        following=siblings[at + 1] if at + 1 < len(siblings) else None,
        similar=searcher.similar(entry.record.id),
        near_zones=searcher.near_zones(entry.record.id),
    )


@blueprint.get("/policy/<path:policy_id>", merge_slashes=False)
def policy(policy_id: str) -> str:
    """A policy, with the hits of ``q`` marked and numbered.

    One of thousands of records is shown part by part: the part that holds the
    record ``at``.
    """
    check_names(request.args, ("q", "at"))
    q, at = single(request.args, "q"), single(request.args, "at")
    library = state().library
    parsed = library.parsed(policy_id)

    def url(anchor: str) -> str:
        return policy_url(policy_id, q, at=anchor)

    return render_template(
        "policy.html",
        q=q,
        policy=parsed.policy,
        near_duplicates=state().near_duplicates.of(policy_id),
        open_near_duplicates=OPEN_NEAR_DUPLICATES,
        report=recognised(
            parsed,
            library.describe(policy_id),
            lambda record: f"{url(blocks.anchor(record))}#{blocks.anchor(record)}",
        ),
        page_count=len(parsed.page_starts),
        reading=document.read(library, state().searcher, policy_id, q, at, url),
        leaf_rows=blocks.LEAF_ROWS,
        citation=cite(parsed.policy, visited=date.today()),
        citations=citations.of(parsed.policy),
        page_url=policy_url(policy_id),
        printed_url=request.base_url,
    )


@blueprint.get("/source/<path:policy_id>", merge_slashes=False)
def source(policy_id: str) -> Response:
    """The original file, byte for byte, under its own name."""
    check_names(request.args, ())
    held = state().library
    path = held.source_path(policy_id)
    name = _NOT_IN_NAMES.sub("_", held.file_name(policy_id))
    return send_file(path, as_attachment=True, download_name=name)


@blueprint.get("/source/<path:policy_id>/page/<int:number>.png", merge_slashes=False)
def page_image(policy_id: str, number: int) -> Response:
    """The picture of a page whose text was recognised."""
    check_names(request.args, ())
    held = state().library
    path = held.source_path(policy_id)
    if held.describe(policy_id).policy.ocr is None:
        raise NotHere(_("这份文件的文字不是识别得到的，没有页面图像"), _("请下载原始文件查看"))
    try:
        picture, _points = page_picture(read_bytes(path), path.name, number)
    except SourceError as error:
        raise NotHere(error.message, error.hint) from error
    file = io.BytesIO()
    picture.save(file, "PNG")
    file.seek(0)
    return send_file(file, mimetype="image/png", max_age=_IMAGE_SECONDS)


@blueprint.get("/themes")
def themes() -> str:
    """All themes with the number of their records, sorted and searched, and what goes together."""
    check_names(request.args, ("q", "sort"))
    q = single(request.args, "q")
    sort = theme_view.check_sort(single(request.args, "sort", "count"))
    searcher = state().searcher
    everything = searcher.themes()
    found = theme_view.listed(everything, q, sort)
    return render_template(
        "themes.html",
        themes=found,
        known=len(everything),
        q=q,
        sort=sort,
        picture=theme_view.together(searcher, found),
        **overview.addresses(SearchParams()),
    )


@blueprint.get("/themes/<path:name>", merge_slashes=False)
def theme(name: str) -> str:
    """A theme's records by province or as a table, each with the evidence marked."""
    check_names(request.args, ("view", "columns"))
    found = state().searcher.theme(name, theme_view.MOST_RECORDS)
    params = SearchParams().with_value("theme", found.name)
    choice = hits_table.Choice.of(request.args)
    place = hits_table.Place(url_for("pages.theme", name=found.name), ())
    return render_template(
        "theme.html",
        theme=found,
        view=theme_view.view(state().searcher, found),
        most=theme_view.MOST_RECORDS,
        search=search_url(params),
        pictures=overview.overview_url(params),
        export=panel_url(params.pairs()),
        views=hits_table.views(place, choice),
        table=hits_table.hits_table(theme_view.marked_hits(found), choice, place)
        if choice.shown
        else None,
        **overview.addresses(params),
    )


@blueprint.get("/analyze")
def analyze() -> str:
    """What index and query make of a text."""
    check_names(request.args, ("text",))
    text = single(request.args, "text")
    if len(text) > LONGEST_ANALYSIS:
        raise BadParameter(
            "text",
            _("文字太长（%(n)s 个字符）", n=len(text)),
            _("请缩短到 %(most)s 个字符以内", most=LONGEST_ANALYSIS),
        )
    found = inspect_text(text, state().searcher.linguistics) if text else None
    return render_template("analyze.html", text=text, found=found, longest=LONGEST_ANALYSIS)


@blueprint.get("/help", endpoint="help")
def help_page() -> str:
    """Five tasks with pictures, the words, the query language, the keys."""
    check_names(request.args, ())
    return render_template(
        "help.html",
        tasks=tasks(first_zone(state().searcher)),
        terms=terms(),
        topics=topics(),
        width=WIDTH,
        height=HEIGHT,
    )
