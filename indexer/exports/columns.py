"""The columns that a table of hits can have: the one place that knows them.

A column is a row of :data:`_TABLE`: its name, what a hit has in it, how wide it
is in a spreadsheet and on paper, and what kind of value it holds.  Exports, the
table on the search page, the addresses and the command line follow from it.

:data:`COLUMNS` are those that a researcher cites by, and what an export has
where nobody chose; a passage uses the same ones (its heading path stands under
实验主题, its text under 实验内容).  What a record does not have is an empty cell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from corpus.policy import Record, Region
from indexer.labels import MATCH_LABELS
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.facets import BY_NAME
from indexer.results.model import Hit
from indexer.results.naming import row_name

Kind = Literal["text", "number", "date"]
#: Between the names in one value of an address or an option.
_COMMAS = str.maketrans("，、", ",,")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``text`` gives a hit's cell from the hit and its place in the table, from 1.

    ``sheet_width`` counts characters, ``paper_width`` is a share in cm.
    ``field`` names the record's own text that the column shows, whose marks it keeps.
    """

    name: str
    text: Callable[[Hit, int], str]
    sheet_width: float
    paper_width: float
    kind: Kind = "text"
    field: str = ""


def _record(hit: Hit) -> Record:
    return hit.record.record


def _of_facet(name: str, sheet_width: float, paper_width: float) -> Column:
    """The column of a facet: its label, and a hit's values."""
    facet = BY_NAME[name]
    return Column(
        facet.label,
        lambda hit, _at: "、".join(facet.values_of(hit.record)),
        sheet_width,
        paper_width,
    )


def _region(hit: Hit) -> str:
    """The zone's region, else that of the issuer; a name that repeats stands once."""
    region: Region | None = _record(hit).region or hit.record.policy.region
    if region is None:
        return ""
    names = (region.province, region.city, region.county)
    return "".join(dict.fromkeys(name for name in names if name))


def _own_number(hit: Hit, _at: int) -> str:
    """A zone's number in its appendix."""
    return str(_record(hit).n) if _record(hit).kind == "zone" else ""


_TABLE = (
    Column(N_("序号"), lambda _hit, at: str(at), 7, 0.9, "number"),
    Column(N_("地区"), lambda hit, _at: _region(hit), 22, 2.0),
    Column(N_("附件序号"), _own_number, 9, 0.9, "number"),
    _of_facet("province", 12, 1.3),
    _of_facet("city", 12, 1.3),
    _of_facet("county", 12, 1.3),
    Column(N_("条目名称"), lambda hit, _at: row_name(_record(hit)), 16, 1.7),
    Column(N_("实验单位"), lambda hit, _at: _record(hit).unit or "", 24, 2.1, field="unit"),
    Column(N_("实验主题"), lambda hit, _at: _record(hit).title, 36, 3.2, field="title"),
    Column(N_("实验内容"), lambda hit, _at: _record(hit).body, 64, 5.5, field="body"),
    _of_facet("theme", 24, 1.9),
    _of_facet("keyword", 30, 1.8),
    Column(N_("匹配方式"), lambda hit, _at: MATCH_LABELS[hit.match] if hit.match else "", 9, 0.9),
    Column(N_("文件标题"), lambda hit, _at: hit.record.policy.title, 40, 2.3),
    Column(N_("发文字号"), lambda hit, _at: hit.record.policy.number or "", 20, 1.5),
    _of_facet("issuer", 16, 1.2),
    Column(N_("成文日期"), lambda hit, _at: hit.record.policy.date or "", 12, 1.5, "date"),
    Column(N_("效力"), lambda hit, _at: hit.record.policy.validity or "", 10, 1.0),
    Column(N_("记录编号"), lambda hit, _at: _record(hit).id, 30, 1.7),
)
BY_COLUMN: Mapping[str, Column] = {column.name: column for column in _TABLE}
#: Every column, in the order in which they are offered.
ALL_COLUMNS = tuple(BY_COLUMN)
#: What a table has where no columns are chosen.
COLUMNS = tuple(name for name in ALL_COLUMNS if name not in ("序号", "地区", "条目名称", "效力"))
#: What a table in a report begins with.
REPORT_COLUMNS = ("序号", "地区", "实验单位", "实验主题", "实验内容", "议题")


def report_columns(kinds: Collection[str]) -> tuple[str, ...]:
    """What a table in a report begins with, for the kinds of its rows.

    A passage has no unit: with passages among them, rows are named by unit or article,
    so that none is a number alone.
    """
    if "passage" not in kinds:
        return REPORT_COLUMNS
    return tuple("条目名称" if name == "实验单位" else name for name in REPORT_COLUMNS)


def read_columns(
    values: Iterable[str], columns: Collection[str] = ALL_COLUMNS
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of ``columns`` named by ``values``, and the names of none.

    A value is a name or several with commas.  Both in the order given, each name once;
    what is empty is no name.
    """
    given = (name.strip() for value in values for name in value.translate(_COMMAS).split(","))
    names = tuple(dict.fromkeys(name for name in given if name))
    known = tuple(name for name in names if name in columns)
    return known, tuple(name for name in names if name not in columns)
