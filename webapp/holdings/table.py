"""Documents of the library as the rows of the table that hits stand in, too."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup, escape

from indexer.labels import LEVEL_LABELS, VALIDITY_LABELS
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.holdings import Held
from webapp.holdings.params import HoldingsParams
from webapp.presentation.hits_table import BodyCell, BodyRow, HeadCell, HitsTable, Place
from webapp.web.addresses import policy_url
from webapp.web.languages import chosen, ngettext
from webapp.web.languages import gettext as _
from webapp.web.near_duplicates import NearDuplicates

#: What a column sorts by, its label, how it is set.
COLUMNS = (
    ("title", N_("文件标题"), "title"),
    ("number", N_("发文字号"), "tight"),
    ("issuer", N_("发文机关"), "name"),
    ("date", N_("成文日期"), "tight"),
    ("", N_("效力"), "tight"),
    ("level", N_("层级"), "tight"),
    ("area", N_("地区"), ""),
    ("records", N_("条目"), "tight"),
)
#: What most libraries know of no document.
_OPTIONAL = ("效力",)


def holdings_table(
    held: Sequence[Held],
    params: HoldingsParams,
    near: NearDuplicates,
    address: Callable[[HoldingsParams], str],
) -> HitsTable:
    """The table of ``held``; its heads sort the list that ``params`` are the state of.

    Columns of :data:`_OPTIONAL` are left out where they have nothing to show.
    """
    rows = [_cells(each, near) for each in held]
    kept = [at for at, column in enumerate(COLUMNS) if _shown(column[1], at, rows)]
    return HitsTable(
        heads=tuple(_head(*COLUMNS[at], params, address) for at in kept),
        rows=tuple(BodyRow(None, False, tuple(cells[at] for at in kept)) for cells in rows),
        options=(),
        place=Place(address(params), ()),
        chosen=False,
        problem=None,
    )


def _shown(label: str, at: int, rows: Sequence[Sequence[BodyCell]]) -> bool:
    return label not in _OPTIONAL or any(cells[at].html for cells in rows)


def direction(params: HoldingsParams) -> str:
    """Which way the list runs, as ``aria-sort`` says it."""
    return "descending" if params.descending else "ascending"


def _head(
    sort: str,
    label: str,
    dress: str,
    params: HoldingsParams,
    address: Callable[[HoldingsParams], str],
) -> HeadCell:
    if not sort:
        return HeadCell(_(label), dress)
    running = direction(params) if sort == params.sort else ""
    return HeadCell(_(label), dress, address(params.sorted_by(sort)), running)


def _cells(held: Held, near: NearDuplicates) -> tuple[BodyCell, ...]:
    policy = held.policy
    date = Markup('<time datetime="{0}">{0}</time>').format(policy.date) if policy.date else ""
    texts = (
        _title(held, near),
        policy.number or "",
        "、".join(policy.organs),
        date,
        _spoken(_(VALIDITY_LABELS.get(policy.validity, policy.validity)))
        if policy.validity
        else "",
        _spoken(_(LEVEL_LABELS[policy.level])) if policy.level else "",
        policy.region.full_name if policy.region else "",
        _spoken(_records(held)),
    )
    pairs = zip(COLUMNS, texts, strict=True)
    return tuple(BodyCell(_(label), dress, escape(text)) for (_by, label, dress), text in pairs)


def _title(held: Held, near: NearDuplicates) -> Markup:
    """The title, which opens the document, and what a reader should know before."""
    policy = held.policy
    notes = []
    if policy.ocr:
        said = _("识别文字 %(mean)s", mean=f"{policy.ocr.confidence:.3f}")
        notes.append(Markup('<span class="status">{}</span>').format(_spoken(said)))
    if others := near.of(policy.id, patience=0):
        said = ngettext("相近文件 %(num)s 份", "相近文件 %(num)s 份", len(others))
        where = f"{policy_url(policy.id)}#near-duplicates"
        notes.append(Markup('<a class="status" href="{}">{}</a>').format(where, _spoken(said)))
    title = Markup('<a class="open" href="{}">{}</a>').format(policy_url(policy.id), policy.title)
    if not notes:
        return title
    return title + Markup(' <span class="notes">{}</span>').format(Markup(" ").join(notes))


def _records(held: Held) -> str:
    counts = (
        (held.zones, ngettext("%(num)s 个实验区", "%(num)s 个实验区", held.zones)),
        (held.passages, ngettext("%(num)s 个段落", "%(num)s 个段落", held.passages)),
    )
    return _("、").join(said for count, said in counts if count)


def _spoken(text: str) -> Markup:
    """Words of the interface within a cell of official text."""
    if chosen() == "zh":
        return escape(text)
    return Markup('<span lang="en">{}</span>').format(text)
