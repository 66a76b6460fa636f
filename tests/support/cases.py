"""Cases: small inputs as users have them, with the right answers, run inside this process.

``tests/data/cases`` holds them, in ``cases.toml`` and ``more.toml``.  A case names files
that are added to a fresh home, one ``add`` for each list of ``adds``, and what must hold
afterwards of what the commands print and of what the API answers:

  policies  number of policies beside the bundled one
  fields    of the only added policy: title, number, issuer, date, recipients ("" means null)
  zones     its zones in order as "province/city/county", "-" where there is none
  cells     {"n" = ["unit", "title", "body"]}, compared without white space; "" is not compared
  finds     quoted phrases that must be found
  lacks     quoted phrases that must find nothing
  counts    {query = total}: full hits, over everything in the home
  themes    {"n" = [theme, ...]}: what zone n must carry;  without  {"n" = [theme, ...]}: must not
  complete  {typed = text}: /api/suggest offers a query that contains text
  says      regular expressions, each found in what ``add``, ``list --problems`` or the last
            answer's warnings print
  facet     {"issuer" = [value, ...]}: values that this facet must offer for the added policies

:func:`failures` gives a line for each point that does not hold.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import NUMBER
from webapp.commands import add
from webapp.commands import list as list_files
from webapp.settings import Settings
from webapp.web.state import State

FOLDER = Path(__file__).parent.parent / "data" / "cases"
FILES = ("cases.toml", "more.toml")
Case = dict[str, Any]


def cases() -> list[Case]:
    """Every case, in the order of the files."""
    found: list[Case] = []
    for name in FILES:
        found += tomllib.loads((FOLDER / name).read_text("utf-8"))["case"]
    return found


def failures(case: Case, home: Path, app: Flask) -> list[str]:
    """What of ``case`` does not hold in ``home``, which has the bundled notice only.

    The working directory must be that of the cases' files.  ``app`` is an application
    that may be led to the home, since making one for each case takes long.
    """
    runner = CliRunner()
    said = ""
    for group in case.get("adds", [case["files"]] if case.get("files") else []):
        said += runner.invoke(add.command, ["--home", str(home), *group]).output
    said += runner.invoke(list_files.command, ["--problems", "--home", str(home)]).output
    held = app.extensions["zhengsou"]
    app.extensions["zhengsou"] = led = State(Settings(home))
    try:
        return [*_Check(case, app.test_client(), said).all()]
    finally:
        led.searcher.close()
        app.extensions["zhengsou"] = held


class _Check:
    """One case against one home, asked over the API."""

    def __init__(self, case: Case, client: FlaskClient, said: str) -> None:
        self.case = case
        self._client = client
        self.said = said
        added = bool(case.get("files") or case.get("adds"))
        policies = self.get("/api/policies")["policies"] if added else []
        self.ids = [policy["id"] for policy in policies if policy["id"] != NUMBER]

    def get(self, path: str, **query: Any) -> Any:
        """The answer of the API; a value that is a list is given several times."""
        answer = self._client.get(f"{path}?{urlencode(query, doseq=True)}").get_json()
        return answer if "error" not in answer else {"total": -1, "hits": [], **answer}

    def all(self) -> Iterator[str]:
        if "policies" in self.case and len(self.ids) != self.case["policies"]:
            yield f"{len(self.ids)} policies, not {self.case['policies']}"
        if "fields" in self.case:
            yield from self.fields()
        zones = [
            hit
            for one in self.ids
            for hit in self.get(
                "/api/search", q="", kind="zone", policy=one, size=200, sort="source"
            )["hits"]
        ]
        if "zones" in self.case:
            yield from _regions(zones, self.case["zones"])
        by_number = {str(zone["n"]): zone for zone in zones}
        yield from self.cells(by_number)
        yield from self.themes(by_number)
        yield from self.phrases()
        yield from self.counts()
        yield from self.offers()
        for pattern in self.case.get("says", ()):
            if not re.search(pattern, self.said):
                yield f"nowhere said: {pattern}"

    def fields(self) -> Iterator[str]:
        policy = self.get(f"/api/policies/{quote(self.ids[0], safe='')}") if self.ids else {}
        for key, expected in self.case["fields"].items():
            value = policy.get(key)
            value = "；".join(value) if isinstance(value, list) else value or ""
            if _bare(value) != _bare(expected):
                yield f"{key} is {value!r}, not {expected!r}"

    def cells(self, zones: dict[str, Any]) -> Iterator[str]:
        for n, expected in self.case.get("cells", {}).items():
            cells = [zones.get(n, {}).get(key) or "" for key in ("unit", "title", "body")]
            if any(e and _bare(e) != _bare(c) for e, c in zip(expected, cells, strict=True)):
                yield f"zone {n} is {cells}, not {expected}"

    def themes(self, zones: dict[str, Any]) -> Iterator[str]:
        for key, must in (("themes", True), ("without", False)):
            for n, names in self.case.get(key, {}).items():
                carried = zones.get(n, {}).get("themes", [])
                if wrong := [name for name in names if (name in carried) != must]:
                    yield f"zone {n} {'lacks' if must else 'has'} themes {wrong} (has {carried})"

    def phrases(self) -> Iterator[str]:
        for key, must in (("finds", True), ("lacks", False)):
            for phrase in self.case.get(key, ()):
                answer = self.get("/api/search", q=f"“{phrase}”", policy=self.ids, size=1)
                if (_full(answer) > 0) != must:
                    yield f"“{phrase}” is {'not ' if must else ''}found"

    def counts(self) -> Iterator[str]:
        for query, expected in self.case.get("counts", {}).items():
            answer = self.get("/api/search", q=query, size=1)
            self.said += json.dumps(answer.get("warnings"), ensure_ascii=False)
            if _full(answer) != expected:
                yield f"{query!r} gives {_full(answer)}, not {expected}"

    def offers(self) -> Iterator[str]:
        for typed, expected in self.case.get("complete", {}).items():
            answer = self.get("/api/suggest", q=typed)
            if expected not in json.dumps(answer, ensure_ascii=False):
                yield f"{typed!r} does not complete to {expected!r}"
        for facet, values in self.case.get("facet", {}).items():
            answer = self.get("/api/search", q="", policy=self.ids, size=1)
            offered = [row["value"] for row in answer["facets"].get(facet, ()) if row["count"]]
            for value in values:
                if value not in offered:
                    yield f"facet {facet} lacks {value!r}, has {offered}"


def _full(answer: Any) -> int:
    """Full hits: records, and documents that hold in several places what no record does."""
    total: int = answer["total"] + answer.get("document_total", 0)
    return total


def _regions(zones: list[Any], expected: list[str]) -> Iterator[str]:
    found = [
        "/".join((zone["region"] or {}).get(key) or "-" for key in ("province", "city", "county"))
        for zone in zones
    ]
    if found != expected:
        yield f"the zones are {found}, not {expected}"


def _bare(text: str | None) -> str:
    return re.sub(r"\s+", "", text or "")
