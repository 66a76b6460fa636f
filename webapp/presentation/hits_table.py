"""Hits as the rows of a table: which columns, what stands in a cell, what a head sorts by.

The same table stands on the search page, on the page of a theme and on that of the
basket.  The address says what is shown (``view=table``, ``columns=…``); each page
says by a :class:`Place` where its forms and links lead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from corpus.policy import Record
from indexer.exports.columns import ALL_COLUMNS, BY_COLUMN, report_columns
from indexer.exports.table import Layout, cells_of, text_of
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.model import Hit
from webapp.presentation.display import mark
from webapp.web.addresses import encoded, policy_url, record_url, url_for, with_parameters
from webapp.web.columns import columns_of, table_columns, unknown_columns
from webapp.web.languages import gettext as _
from webapp.web.urls import VIEWS, SearchParams, one_of, search_url

#: What the table of a page has beside the columns of a report.
_SOURCE = ("文件标题", "成文日期")
#: A longer text stands folded under its snippet, in characters.
LONG_TEXT = 300
#: The columns whose head sorts, the order it asks for, and in which direction that runs.
_SORTS: Mapping[str, tuple[str, str]] = {
    "地区": ("region", "ascending"),
    "省级": ("region", "ascending"),
    "附件序号": ("source", "ascending"),
    "匹配方式": ("relevance", "descending"),
    "成文日期": ("date", "descending"),
}
#: The columns that open the record, the first that has something.
_OPENS = ("条目名称", "实验主题", "记录编号", "序号")
#: How a column is set; the others take what they need.
_DRESS: Mapping[str, str] = {
    "条目名称": "tight",
    "序号": "narrow", "附件序号": "narrow", "实验主题": "title", "实验内容": "body",
    "文件标题": "name", "记录编号": "name", "成文日期": "tight", "匹配方式": "tight",
    "效力": "tight", "省级": "tight", "地级": "tight", "县级": "tight",
    "层级": "tight", "命中条目": "narrow", "最佳摘录": "body", "文件编号": "name",
}  # fmt: skip


#: What heads say where a row is no zone: an article of a law is no 实验主题.
_NEUTRAL: Mapping[str, str] = {
    "实验单位": N_("单位"),
    "实验主题": N_("标题"),
    "实验内容": N_("内容"),
}


class Choice(NamedTuple):
    """What an address says of the table: whether there is one, its columns, unknown names."""

    shown: bool
    columns: tuple[str, ...]
    unknown: tuple[str, ...]

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> Choice:
        """Raises :class:`~webapp.errors.BadParameter` for a view that there is not."""
        return cls(one_of(args, "view", VIEWS) == "table", *table_columns(args))


@dataclass(frozen=True, slots=True)
class Place:
    """The page that shows a table: its address and the parameters to keep."""

    action: str
    pairs: tuple[tuple[str, str], ...]

    def url(self, view: str, columns: Sequence[str] = ()) -> str:
        """The same page as a list, or as a table with these columns."""
        added = [("view", view)] if view else []
        added += [("columns", ",".join(columns))] if columns else []
        return with_parameters(self.action, encoded([*self.pairs, *added]))


@dataclass(frozen=True, slots=True)
class HeadCell:
    """The head of a column; ``url`` sorts by it, ``sorted`` is the direction in force."""

    label: str
    dress: str
    url: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class BodyCell:
    """A cell with its marks; ``brief`` stands for a long text until that is unfolded."""

    label: str
    dress: str
    html: Markup
    brief: Markup | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class BodyRow:
    """A row: its record, none for a document, and whether it is a partial hit."""

    record: Record | None
    partial: bool
    cells: tuple[BodyCell, ...]


@dataclass(frozen=True, slots=True)
class HitsTable:
    """All that a template needs; ``options`` are name, label and whether it is shown."""

    heads: tuple[HeadCell, ...]
    rows: tuple[BodyRow, ...]
    options: tuple[tuple[str, str, bool], ...]
    place: Place
    chosen: bool
    problem: tuple[str, str] | None


def hits_table(
    hits: Sequence[Hit],
    choice: Choice,
    place: Place,
    *,
    first: int = 1,
    params: SearchParams | None = None,
) -> HitsTable:
    """The table of ``hits``, the first of which is number ``first``.

    With ``params``, heads sort the search that they are the state of.
    """
    columns = columns_of(choice.columns, "record") or _page_columns(hits)
    q = params.q if params else ""
    labels = _labels(columns, hits)
    return HitsTable(
        heads=tuple(head(name, params, label) for name, label in labels.items()),
        rows=tuple(_row(hit, at, labels, q) for at, hit in enumerate(hits, start=first)),
        options=tuple((name, _(name), name in columns) for name in ALL_COLUMNS),
        place=place,
        chosen=bool(choice.columns),
        problem=unknown_columns(choice.unknown) if choice.unknown else None,
    )


def _page_columns(hits: Iterable[Hit]) -> tuple[str, ...]:
    """What the table of a page begins with."""
    return (*report_columns({hit.record.record.kind for hit in hits}), *_SOURCE)


def _labels(columns: Sequence[str], hits: Sequence[Hit]) -> dict[str, str]:
    """What each column is called above these rows: neutrally, unless all are zones."""
    zones = all(hit.record.record.kind == "zone" for hit in hits)
    return {name: _(name if zones else _NEUTRAL.get(name, name)) for name in columns}


def dress(name: str) -> str:
    """How a column is set, empty for one that takes what it needs."""
    return _DRESS.get(name, "")


def views(place: Place, choice: Choice) -> tuple[tuple[str, str, bool], ...]:
    """Label, address and whether it is the current one, for list and table."""
    return (
        (_("列表"), place.url("", choice.columns), not choice.shown),
        (_("表格"), place.url("table", choice.columns), choice.shown),
    )


def of_search(params: SearchParams, choice: Choice) -> Place:
    """The search page in a state, without what the table says itself."""
    return Place(url_for("pages.search"), params.pairs("view", "columns"))


def head(name: str, params: SearchParams | None, label: str = "") -> HeadCell:
    """The head of a column, with the address of the order by it where there is one.

    ``label`` is what it says, if not the column's own name.
    """
    label = label or _(name)
    sort, direction = _SORTS.get(name, ("", ""))
    if not params or not sort or (sort == "relevance" and not params.q):
        return HeadCell(label, dress(name))
    if params.sort == sort:
        return HeadCell(label, dress(name), sorted=direction)
    return HeadCell(label, dress(name), search_url(params.with_sort(sort)))


def _row(hit: Hit, at: int, labels: Mapping[str, str], q: str) -> BodyRow:
    columns = tuple(labels)
    texts = [text_of(cell) for cell in cells_of(hit, at, Layout(columns, _))]
    filled = [name for name, text in zip(columns, texts, strict=True) if text]
    opening = next((name for name in _OPENS if name in filled), filled[0] if filled else "")
    cells = tuple(
        _cell(hit, name, labels[name], text, _address(hit, name, opening, q))
        for name, text in zip(columns, texts, strict=True)
    )
    return BodyRow(hit.record.record, hit.match == "partial", cells)


def _address(hit: Hit, name: str, opening: str, q: str) -> str:
    record = hit.record.record
    if name == opening:
        return record_url(record.id, q)
    if name == "文件标题":
        return policy_url(hit.record.policy.id, q, f"{record.kind}-{record.n}")
    return ""


def _cell(hit: Hit, name: str, label: str, text: str, url: str) -> BodyCell:
    field = BY_COLUMN[name].field
    if name == "议题":
        return BodyCell(label, dress(name), _theme_links(hit))
    html = mark(text, hit.highlights.get(field, ())) if field else escape(text)
    if field and len(text) > LONG_TEXT and not url:
        brief = Markup(hit.snippets.get(field) or escape(text[:LONG_TEXT]) + "…")
        return BodyCell(label, dress(name), html, brief)
    return BodyCell(label, dress(name), html, None, url)


def _theme_links(hit: Hit) -> Markup:
    return Markup("、").join(
        Markup('<a href="{}">{}</a>').format(url_for("pages.theme", name=name), name)
        for name in hit.record.themes
    )
