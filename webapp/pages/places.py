"""One place over the years: ``/place/<key>`` and ``/api/places/<key>``.

A district that was renamed, merged or given another code is one place
(:mod:`corpus.places.places`).  Its zones are found with the public search call, under
every name that the place has borne; as a name may stand in several provinces,
only the hits whose own region is this place are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug import Response as BaseResponse

from corpus.places.places import names_of, place_of, region_of_place
from corpus.policy import Policy, Region
from indexer.results.model import Filters, Hit
from webapp.errors import NotHere
from webapp.web.addresses import url_for
from webapp.web.json_text import respond_json
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import check_names

blueprint = Blueprint("places", __name__)

#: A longer key is no key; an error repeats only so much of it.
_LONGEST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Stay:
    """What one policy says of a place: its name as of the policy's date, and its zones."""

    policy: Policy
    name: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it is today, and every zone that lay in it, the earliest first."""

    key: str
    region: Region
    hits: tuple[Hit, ...]

    @property
    def name(self) -> str:
        """The full name of today."""
        return self.region.full_name

    @property
    def stays(self) -> tuple[Stay, ...]:
        """Its zones by policy and name, in the order of the dates."""

        def of(hit: Hit) -> tuple[str, str]:
            region = hit.record.record.region
            return hit.record.policy.id, region.full_name if region else ""

        runs = ((name, tuple(run)) for (__, name), run in groupby(self.hits, key=of))
        return tuple(Stay(hits[0].record.policy, name, hits) for name, hits in runs)

    def to_dict(self) -> dict[str, Any]:
        """The object of the API."""
        place = {"key": self.key, "name": self.name, "region": asdict(self.region)}
        return {"place": place, "records": [hit.to_dict() for hit in self.hits]}


def find_place(key: str) -> Place:
    """The place of a key; a code that it bore earlier does as well.

    Raises :class:`~webapp.errors.NotHere` for what is no code of GB/T 2260.
    """
    asked = region_of_place(key)
    present = place_of(asked) if asked else None
    region = region_of_place(present) if present else None
    if present is None or region is None:
        raise NotHere(
            _("没有编码为“%(key)s”的地方", key=key[:_LONGEST_SHOWN]),
            _("请从一条记录的“历年”打开，或用六位行政区划代码（GB/T 2260）"),
        )
    found = state().searcher.export("", filters=_filters(names_of(present)), sort="source").hits
    own = [hit for hit in found if _key(hit) == present]
    return Place(present, region, tuple(sorted(own, key=_when)))


def _filters(names: Sequence[Region]) -> Filters:
    """What every name of a place passes: the narrowest level that all of them have."""
    counties, cities = ([getattr(name, level) for name in names] for level in ("county", "city"))
    if all(counties):
        return Filters(kind=("zone",), county=tuple(dict.fromkeys(counties)))
    if all(cities):
        return Filters(kind=("zone",), city=tuple(dict.fromkeys(cities)))
    provinces = dict.fromkeys(name.province for name in names if name.province)
    return Filters(kind=("zone",), province=tuple(provinces))


def _key(hit: Hit) -> str | None:
    region = hit.record.record.region
    return place_of(region) if region else None


def _when(hit: Hit) -> tuple[bool, str, str, int]:
    """The earliest policy first, undated ones last; within one as it is written."""
    policy = hit.record.policy
    return policy.date is None, policy.date or "", policy.id, hit.record.record.n


@blueprint.get("/place/<path:key>", merge_slashes=False)
def place(key: str) -> str | BaseResponse:
    """A place's names and zones over the years; an earlier code leads to today's."""
    check_names(request.args, ())
    found = find_place(key)
    if found.key != key:
        return redirect(url_for("places.place", key=found.key))
    return render_template("place.html", place=found)


@blueprint.get("/api/places/<path:key>", merge_slashes=False)
def answer(key: str) -> Response:
    """The same for programs."""
    check_names(request.args, ())
    return respond_json(find_place(key).to_dict())
