"""已选记录, the basket, and the comparison of a few records.

The basket itself is kept in the browser (``static/basket.js``); the server
only ever sees the ids in an address, so that every list can be shared as a
link, and works without JavaScript::

    /basket?id=…&id=…     these records, in this order
    /basket?id=…&view=table     the same as a table, with columns=…
    /compare?id=…&id=…    two to four of them, side by side, what they share marked
    /export/<format>?id=… the same list as a file
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from indexer.errors import RecordNotFound
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.comparison import compare as compare_hits
from indexer.results.model import Results
from indexer.searcher import Searcher
from indexer.selection import missing, select
from webapp.errors import BadParameter
from webapp.presentation import hits_table
from webapp.web.addresses import panel_url, url_for
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import check_names, record_ids

blueprint = Blueprint("basket", __name__)

#: Records in one list; their ids must fit into an address.
MOST_CHOSEN = 500
#: Records that fit side by side.
FEWEST_COMPARED, MOST_COMPARED = 2, 4
#: The formats of a comparison, and what they are called.
COMPARISON_FILES = (
    ("docx", N_("Word 表格（报告用）")),
    ("xlsx", N_("Excel 表格（分析用）")),
    ("csv", "CSV"),
    ("md", "Markdown"),
)


def selected(searcher: Searcher, args: MultiDict[str, str], also: Collection[str] = ()) -> Results:
    """The records that an address names by ``id``; ``columns`` and ``also`` may stand beside it.

    Raises :class:`~webapp.errors.BadParameter` for another parameter, for
    too many and for no ids, :class:`~indexer.errors.RecordNotFound` where not
    one of the records exists.
    """
    check_names(args, ("id", "columns", *also))
    ids = record_ids(args, MOST_CHOSEN)
    if not ids:
        raise BadParameter("id", _("参数 id 是空的"), _("请至少给出一条记录的编号"))
    results = select(searcher, ids)
    if not results.hits:
        raise RecordNotFound(
            f"没有这些记录：{'、'.join(ids)[:200]}", "请核对记录编号；文件可能已从馆藏移除"
        )
    return results


@blueprint.get("/basket")
def basket() -> str:
    """The chosen records as a list or a table; without any, how to choose them."""
    check_names(request.args, ("id", "view", "columns"))
    results = select(state().searcher, record_ids(request.args, MOST_CHOSEN))
    found = [hit.record.record.id for hit in results.hits]
    pairs = tuple(("id", each) for each in found)
    choice = hits_table.Choice.of(request.args)
    place = hits_table.Place(url_for("basket.basket"), pairs)
    return render_template(
        "basket.html",
        results=results,
        missing=missing(results),
        found=found,
        without={each: _address(other for other in found if other != each) for each in found},
        export=panel_url(pairs),
        views=hits_table.views(place, choice),
        table=hits_table.hits_table(results.hits, choice, place) if choice.shown else None,
        fewest=FEWEST_COMPARED,
        most=MOST_COMPARED,
    )


def _address(ids: Iterable[str]) -> str:
    return url_for("basket.basket", id=list(ids))


def compared(searcher: Searcher, args: MultiDict[str, str]) -> Results:
    """The records that an address compares.

    Raises :class:`~webapp.errors.BadParameter` for a parameter besides and for too few
    or too many, :class:`~indexer.errors.RecordNotFound` where not one exists.
    """
    check_names(args, ("id",))
    ids = record_ids(args, MOST_CHOSEN)
    if not FEWEST_COMPARED <= len(ids) <= MOST_COMPARED:
        raise BadParameter("id", *_wrong_count(len(ids)))
    results = select(searcher, ids)
    if not results.hits:
        raise RecordNotFound(f"没有这些记录：{'、'.join(ids)}", "请核对记录编号")
    return results


def _wrong_count(count: int) -> tuple[str, str]:
    """Cause and hint where so many records cannot be compared."""
    bounds = {"fewest": FEWEST_COMPARED, "most": MOST_COMPARED}
    return (
        _("并排比较要 %(fewest)s 到 %(most)s 条记录，这里有 %(n)s 条", n=count, **bounds),
        _("请在“已选记录”里勾选 %(fewest)s 到 %(most)s 条，再点“并排比较”", **bounds),
    )


@blueprint.get("/compare")
def compare() -> str | tuple[str, int]:
    """Two to four records side by side; of any other number, those to choose from."""
    check_names(request.args, ("id",))
    searcher, ids = state().searcher, record_ids(request.args, MOST_CHOSEN)
    if not FEWEST_COMPARED <= len(ids) <= MOST_COMPARED:
        chosen = select(searcher, ids)
        page = render_template(
            "compare_choose.html",
            hits=chosen.hits,
            problem=_wrong_count(len(ids)),
            most=MOST_COMPARED,
            back=_address(hit.record.record.id for hit in chosen.hits),
        )
        return page, 400
    results = compared(searcher, request.args)
    found = [hit.record.record.id for hit in results.hits]
    return render_template(
        "compare.html",
        comparison=compare_hits(results.hits, searcher.linguistics.keywords.telling),
        missing=missing(results),
        back=_address(found),
        exports=[
            (_(label), url_for("exporting.comparison", form=form, id=found))
            for form, label in COMPARISON_FILES
        ]
        if len(found) >= FEWEST_COMPARED
        else [],
    )
