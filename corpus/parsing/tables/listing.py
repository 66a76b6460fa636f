"""Zones that a text lists without a table, line by line.

    1. 北京市石景山区：打造“老街坊”品牌。以“老街坊”组织化建设为抓手……
    浙江省
    （一）杭州市江干区——探索打造“双网共生”社区治理机制
    河北省：石家庄市鹿泉区、平山县

An item begins with a mark or none, names a unit, and goes on behind a colon or a
dash; the paragraphs up to the next item are its own.  A first sentence that is
followed by more is the theme, what is alone is the content.  Units that nothing is
said of stand below a caption (名单), under the province or city of a heading, or
behind its colon (:mod:`.list_lines`).  Fewer than three items are running text,
unless a caption stands above them or a list before.

A page number, or a line or two that are none of the list's, do not end it: they stay
passages.  Where a heading says how many units it has, they are counted.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from corpus.parsing.headings import recognise
from corpus.parsing.tables.bands import count_warning
from corpus.parsing.tables.list_lines import (
    Above,
    Heading,
    Item,
    Items,
    may_be_an_item,
    may_begin,
    read_bare,
    read_heading,
    read_item,
    read_led,
)
from corpus.parsing.tables.numbering import assign_numbers
from corpus.parsing.tables.rows import Row, Table
from corpus.places.regions import is_name
from corpus.places.units import level_of, within
from corpus.policy import ParseWarning, WarningPlace
from corpus.text.normalize import Line, joined

_AFTER = re.compile(
    r"附\s*[件表录]\s*[0-9０-９一二三四五六七八九十]*\s*[:：]?|（此件.*）|[备附]?注[:：].*"
)
_LIST_OF_NAMES = re.compile(r"名\s*单|附\s*件|入选|公布")
_PAGE = re.compile(r"[\s—–\-·~]*第?\s*[0-9０-９]{1,4}\s*页?[\s—–\-·~]*(?:/?\s*共?\s*[0-9]+\s*页?)?")
_FEWEST = 3
_LONGEST_CAPTION = 40
_LINES_BELOW_CAPTION = 3
_LONGEST_THEME = 60
_LONGEST_GAP = 2  # lines
_LONGEST_GAP_LINE = 24


@dataclass(slots=True)
class _Group:
    """A heading, the line where it stands, and how many units are listed under it."""

    at: int
    heading: Heading
    count: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.count and self.heading.stated is None and not self.heading.colon


@dataclass(slots=True)
class _Run:
    """Items that follow each other, and the headings between them.

    ``named``: a caption announced names, so that bare ones are units; ``gaps`` are
    lines in between that are none of the list's; ``usual`` is how many further
    lines items but the last have.
    """

    named: bool
    items: list[Item] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)
    above: Above = field(default_factory=Above)
    gaps: set[int] = field(default_factory=set)
    led: bool = False
    end: int = 0
    usual: int = 0


def read_listings(
    lines: Sequence[Line], date: str | None, apart: Container[int], highest: int
) -> Iterator[Table]:
    """The lists of zones among the lines that do not stand ``apart``."""
    at = 0
    named = listed = False
    caption = -_LONGEST_CAPTION
    while at < len(lines):
        if at in apart:
            at += 1
            continue
        text = lines[at].text
        if len(text) < _LONGEST_CAPTION and _LIST_OF_NAMES.search(text):
            named, caption = True, at
        captioned = at - caption <= _LINES_BELOW_CAPTION
        if not _may_begin(lines[at], at, date, named, captioned):
            at += 1
            continue
        run = _run(lines, at, date, apart, named)
        if _is_list(run, captioned or listed):
            table = _table(lines, run, at, date, highest)
            yield table
            listed = True
            highest = max(row.n for row in table.rows)
            at = max(table.within) + 1
        else:
            at = max(run.end, at + 1)


def _may_begin(line: Line, at: int, date: str | None, bare: bool, captioned: bool) -> bool:
    """Whether a list may begin on ``line``; most lines are no part of any.

    ``bare``: a caption stands somewhere above, ``captioned``: just above; then it may
    even begin with a name that several divisions have.
    """
    if not may_begin(line.text):
        return False
    if read_heading(line, Above(), date):
        return True
    if may_be_an_item(line.text) and (
        read_led(line, at, Above(), date) or read_item(line, at, Above(), date)
    ):
        return True
    items = read_bare(line, at, Above(), date) if bare else []
    return any(item.region or (captioned and is_name(item.unit)) for item in items)


def _run(
    lines: Sequence[Line], at: int, date: str | None, apart: Container[int], named: bool
) -> _Run:
    """Items from ``at`` on, with their further paragraphs, up to what cannot be one."""
    run = _Run(named)
    while at < len(lines) and at not in apart:
        line = lines[at]
        if _AFTER.fullmatch(line.text):
            break
        if not _take(run, lines, at, date):
            if run.items and _belongs(run, line, lines, at, date):
                run.items[-1].lines.append(at)
            elif not (gap := _gap(run, lines, at, date, apart)):
                break
            else:
                run.gaps.update(range(at, at + gap))
                at += gap - 1
        at += 1
    run.end = at
    _close(run, lines)
    return run


def _take(run: _Run, lines: Sequence[Line], at: int, date: str | None) -> bool:
    """Takes a line into the run as a heading or as items, if it is either."""
    found, above = _read(run, lines, at, date)
    if found is None:
        return False
    if isinstance(found, Heading):
        run.above = run.above.under(found.context)
        run.groups.append(_Group(at, found))
        return True
    run.above = above
    if run.items:
        run.usual = max(run.usual, len(run.items[-1].lines))
    _count(run, found.items)
    if found.lead:
        run.led = True
        run.groups.append(_Group(at, found.lead, len(found.items)))
    run.items.extend(found.items)
    return True


def _read(
    run: _Run, lines: Sequence[Line], at: int, date: str | None
) -> tuple[Heading | Items | None, Above]:
    """What a line is to the run, and the headings that it stands under."""
    line = lines[at]
    heading = read_heading(line, run.above, date)
    if heading and (heading.sure or _leads(heading, lines, at, run, date)):
        return heading, run.above
    for depth in range(len(run.above.contexts), -1, -1):
        above = Above(run.above.contexts[:depth])
        found = _items_under(run, above, line, at, date)
        if found and (not depth or _lies(above, found)):
            return found, above
    return None, run.above


def _items_under(run: _Run, above: Above, line: Line, at: int, date: str | None) -> Items | None:
    if may_be_an_item(line.text):
        if led := read_led(line, at, above, date):
            return led
        if items := read_item(line, at, above, date):
            return Items(items, None)
    if not run.named and not above.contexts:
        return None
    bare = read_bare(line, at, above, date)
    known = any(item.region and level_of(item.region) for item in bare)
    announced = run.named and (run.items or any(i.region or is_name(i.unit) for i in bare))
    return Items(bare, None) if bare and (known or announced) else None


def _lies(above: Above, found: Items) -> bool:
    """Whether the first of the items stands under the narrowest heading."""
    outer, region = above.context.region, found.items[0].region
    return region is None or region == outer or within(outer, region)


def _count(run: _Run, items: Sequence[Item]) -> None:
    """Counts items for every heading in force."""
    in_force = set(map(id, run.above.contexts))
    for group in reversed(run.groups):
        if id(group.heading.context) in in_force:
            in_force.discard(id(group.heading.context))
            group.count += len(items)


def _leads(heading: Heading, lines: Sequence[Line], at: int, run: _Run, date: str | None) -> bool:
    """Whether a bare name heads what follows: the next line's units lie there, unsaid."""
    if at + 1 >= len(lines):
        return False
    following = lines[at + 1]
    under = run.above.under(heading.context)
    items = read_bare(following, at + 1, under, date) if not may_be_an_item(following.text) else []
    items = items or read_item(following, at + 1, under, date)
    if not items or (heading.own is not None and items[0].own == heading.own + 1):
        return False
    name = heading.context.name
    return all(
        within(heading.context.region, item.region) or item.region == heading.context.region
        for item in items
    ) and (items[0].unit.startswith(name) and items[0].unit != name)


def _gap(run: _Run, lines: Sequence[Line], at: int, date: str | None, apart: Container[int]) -> int:
    """How many lines from ``at`` interrupt the list, which goes on behind them; 0: it ends."""
    if not run.items or run.items[-1].lines:
        return 0
    for gap in range(1, _LONGEST_GAP + 1):
        text = lines[at + gap - 1].text
        if at + gap >= len(lines) or at + gap in apart or _AFTER.fullmatch(text):
            return 0
        if not _PAGE.fullmatch(text) and (
            len(text) > _LONGEST_GAP_LINE or text.endswith("。") or not run.named
        ):
            return 0
        found, _ = _read(run, lines, at + gap, date)
        if found and (isinstance(found, Heading) or _fits(run, found)):
            return gap
    return 0


def _fits(run: _Run, found: Items) -> bool:
    """Whether items behind a gap are like those before it."""
    bare = not run.items[-1].content
    known = [item for item in found.items if item.region]
    return len(known) == len(found.items) and all(bare == (not i.content) for i in found.items)


def _belongs(run: _Run, line: Line, lines: Sequence[Line], at: int, date: str | None) -> bool:
    """Whether a paragraph is the last item's own: no item but the first sets how many there are."""
    item = run.items[-1]
    if not item.content or recognise(line.text):
        return False
    if len(run.items) > 1:
        return len(item.lines) < run.usual
    following = enumerate(lines[at + 1 : at + 4], at + 1)
    return any(
        read_item(other, here, run.above, date) or read_heading(other, run.above, date)
        for here, other in following
    )


def _close(run: _Run, lines: Sequence[Line]) -> None:
    """Turns headings with nothing below them into units: 上海市 in a list of cities is one."""
    empty = [group for group in run.groups if group.is_empty]
    if not run.named or not (run.items or len(empty) >= _FEWEST):
        return
    for group in empty:
        last = group.at == run.end - 1
        if last and run.end < len(lines) and not _AFTER.fullmatch(lines[run.end].text):
            continue  # what it heads could not be read
        context, line = group.heading.context, lines[group.at]
        item = Item(group.at, group.heading.own, context.name, context.region, "", [line.span])
        run.items.append(item)
    run.items.sort(key=lambda item: item.at)


def _is_list(run: _Run, announced: bool) -> bool:
    items = run.items
    known = [item for item in items if item.region]
    bare = not any(item.content for item in items)
    if not known or len(known) * 2 <= len(items):
        return False
    if not bare and len({item.unit for item in items}) * 2 <= len(items):
        return False  # 北京市：…… again and again is no list
    if len(items) >= _FEWEST:
        return True
    return announced and bare and len(known) == len(items)


def _table(lines: Sequence[Line], run: _Run, start: int, date: str | None, highest: int) -> Table:
    warnings: list[ParseWarning] = list(_miscounted(run, lines))
    numbers = _numbers(run, highest, warnings)
    rows = []
    claimed: set[int] = set()
    for n, item in zip(numbers, run.items, strict=True):
        title, body = _fields(item, lines)
        place = (*item.spans, *(lines[at].span for at in item.lines))
        rows.append(Row(n, item.unit, title, body, place))
        claimed.update((item.at, *item.lines))
    return Table(
        shape="listing",
        columns=(),
        head=(),
        rows=tuple(rows),
        within=frozenset(range(start, max(claimed) + 1)),
        claimed=frozenset(claimed),
        warnings=tuple(warnings),
    )


def _numbers(run: _Run, highest: int, warnings: list[ParseWarning]) -> list[int]:
    """The items' numbers: as printed, unless what is numbered are lines or provinces."""
    owns = [item.own for item in run.items]
    several = sum(own is None for own in owns)
    if run.led or 3 * several > len(owns):
        return [highest + n for n in range(1, len(owns) + 1)]
    return assign_numbers(owns, highest, warnings)


def _miscounted(run: _Run, lines: Sequence[Line]) -> Iterator[ParseWarning]:
    """Headings whose stated number is not that of the units under them."""
    for group in run.groups:
        stated = group.heading.stated
        if stated is not None and stated != group.count:
            place = WarningPlace(span=lines[group.at].span)
            yield count_warning(group.heading.context.name, stated, group.count, place)


def _fields(item: Item, lines: Sequence[Line]) -> tuple[str | None, str | None]:
    """Theme and content of an item."""
    further = joined([lines[at].text for at in item.lines])
    if further:
        return item.content.rstrip("。；;"), further
    theme, stop, rest = item.content.partition("。")
    if stop and rest.strip() and len(theme) <= _LONGEST_THEME:
        return theme, rest.strip()
    return None, item.content or None
