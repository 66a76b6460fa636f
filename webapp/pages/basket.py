"""已选记录, the basket, and the comparison of a few records.

The basket itself is kept in the browser (``static/basket.js``); the server
only ever sees the ids in an address, so that every list can be shared as a
link, and works without JavaScript::

    /basket?id=…&id=…     these records, in this order
    /compare?id=…&id=…    two to four of them, side by side, what they share marked
    /export/<format>?id=… the same list as a file
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from indexer.errors import RecordNotFound
from indexer.exports.registry import FORMATS
from indexer.results.comparison import compare as compare_hits
from indexer.results.model import Results
from indexer.searcher import Searcher
from indexer.selection import missing, select
from webapp.errors import BadParameter
from webapp.web.addresses import url_for
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import check_names, record_ids

blueprint = Blueprint("basket", __name__)

#: Records in one list; their ids must fit into an address.
MOST_CHOSEN = 500
#: Records that fit side by side.
FEWEST_COMPARED, MOST_COMPARED = 2, 4


def selected(searcher: Searcher, args: MultiDict[str, str]) -> Results:
    """The records that an address names by ``id``; ``columns`` may stand beside it.

    Raises :class:`~webapp.errors.BadParameter` for another parameter, for
    too many and for no ids, :class:`~indexer.errors.RecordNotFound` where not
    one of the records exists.
    """
    check_names(args, ("id", "columns"))
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
    """The chosen records; without any, how to choose them."""
    check_names(request.args, ("id",))
    results = select(state().searcher, record_ids(request.args, MOST_CHOSEN))
    found = [hit.record.record.id for hit in results.hits]
    return render_template(
        "basket.html",
        results=results,
        missing=missing(results),
        found=found,
        without={each: _address(other for other in found if other != each) for each in found},
        exports=[(name.upper(), url_for("api.export", format=name, id=found)) for name in FORMATS],
        fewest=FEWEST_COMPARED,
        most=MOST_COMPARED,
    )


def _address(ids: Iterable[str]) -> str:
    return url_for("basket.basket", id=list(ids))


@blueprint.get("/compare")
def compare() -> str:
    """Two to four records side by side."""
    check_names(request.args, ("id",))
    ids = record_ids(request.args, MOST_CHOSEN)
    if not FEWEST_COMPARED <= len(ids) <= MOST_COMPARED:
        raise BadParameter(
            "id",
            _(
                "并排比较要 %(fewest)s 到 %(most)s 条记录，这里有 %(n)s 条",
                fewest=FEWEST_COMPARED,
                most=MOST_COMPARED,
                n=len(ids),
            ),
            _("请在“已选记录”里勾选 %(fewest)s 到 %(most)s 条，再点“并排比较”",
              fewest=FEWEST_COMPARED, most=MOST_COMPARED),
        )  # fmt: skip
    results = select(state().searcher, ids)
    if not results.hits:
        raise RecordNotFound(f"没有这些记录：{'、'.join(ids)}", "请核对记录编号")
    return render_template(
        "compare.html",
        comparison=compare_hits(results.hits),
        missing=missing(results),
        back=_address(hit.record.record.id for hit in results.hits),
    )
