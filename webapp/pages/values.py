"""Every value of one facet of a search, on a page of its own: ``/values/<facet>?…&find=``.

The side column lists the most frequent values; a large library has thousands
of keywords.  ``find`` keeps the values that contain a text, whatever its
width, case or script.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request

from indexer.analysis.folding import fold_text
from indexer.results.facets import FACETS
from webapp.errors import NotHere
from webapp.presentation import display
from webapp.web.addresses import encoded, url_for, with_parameters
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import SearchParams, search_url, single, toggle_urls

blueprint = Blueprint("values", __name__)

#: Values that a page lists at most; more are found with ``find``.
MOST_LISTED = 1000


@blueprint.get("/values/<facet>")
def values(facet: str) -> str:
    """The values of ``facet``, most frequent first, each narrowing the search."""
    if facet not in FACETS:
        raise NotHere(
            _("没有筛选项 %(name)s", name=facet[:40]),
            _("可用的筛选项：%(known)s", known=" ".join(FACETS)),
        )
    params = SearchParams.parse(request.args, also=("find",)).with_page(1)
    find = single(request.args, "find").strip()
    results = state().searcher.search(
        params.q, filters=params.filters, sort=params.sort, size=1, synonyms=params.synonyms
    )
    wanted = fold_text(find)
    found = [v for v in results.facets.get(facet, ()) if wanted in fold_text(v.label)]
    address = toggle_urls(params, facet)
    return render_template(
        "values.html",
        facet=facet,
        label=display.facet_label(facet),
        params=params,
        find=find,
        total=len(found),
        links=[
            display.FacetLink(
                display.value_label(facet, v.value, v.label),
                v.count,
                v.selected,
                address(v.value),
            )
            for v in found[:MOST_LISTED]
        ],
        back=search_url(params),
        everything=with_parameters(url_for("values.values", facet=facet), encoded(params.pairs())),
    )
