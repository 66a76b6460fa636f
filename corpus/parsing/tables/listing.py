"""Zones that a text lists without a table: 单位：任务, one after the other.

    1. 北京市石景山区：打造“老街坊”品牌。以“老街坊”组织化建设为抓手……
    浙江省
    （一）杭州市江干区——探索打造“双网共生”社区治理机制
    河北省：石家庄市鹿泉区、平山县

An item begins with a mark or none, names a unit, and goes on behind a colon or a
dash; the paragraphs up to the next item are its own.  A first sentence that is
followed by more is the theme, what is alone is the content.  Items stand under
the province that a line of its own names above them.  A line that gives a
province and only units behind it is a zone for each of them.  Fewer than three
items are running text.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from corpus.parsing.headings import recognise
from corpus.parsing.tables.columns import compose_unit, is_figures
from corpus.parsing.tables.numbering import assign_numbers
from corpus.parsing.tables.rows import Row, Table
from corpus.places.regions import Match, match, resolve, resolve_whole
from corpus.policy import ParseWarning, Span
from corpus.text.normalize import Line, joined, parse_integer

_NUMERAL = "0-9０-９一二三四五六七八九十百"
_MARK = re.compile(
    rf"(?:(?P<a>[{_NUMERAL}]{{1,4}})\s*[.．、]\s*|[（(](?P<b>[{_NUMERAL}]{{1,4}})[）)]\s*"
    r"|[-*•●·◆■▪]\s+|[①-⑳]\s*)"
)
_SEPARATOR = re.compile(r"\s*(?:——?|—|--|[:：])\s*")
_REST_OF_UNIT = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{0,14}(?:[（(][^（）()]{1,20}[）)])?")
_OFFICE = re.compile(r"(厅|局|委|办|部|处|院|公司|大学|学会|中心|政府|会)(?:[（(].*[）)])?$")
_PART = re.compile(
    r"[\u4e00-\u9fff](街道|镇|乡|苏木|社区|村|嘎查|开发区|新区|园区|产业园|管委会|居委会|村委会)$"
)
_GROUP = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,12}?)\s*(?:[（(][^（）()]{1,12}[）)])?\s*[:：]?")
_BETWEEN = re.compile(r"\s*[、，,；;]\s*|以及|[和及与]|\s+")
_TAIL = re.compile(r"[。；;\s等]*$")
_AFTER = re.compile(
    r"附\s*[件表录]\s*[0-9０-９一二三四五六七八九十]*\s*[:：]?|（此件.*）|[备附]?注[:：].*"
)
_LIST_OF_NAMES = re.compile(r"名\s*单|附\s*件|入选|公布")
_PROVINCE = re.compile("省|自治区|北京|天津|上海|重庆|特别行政区")
_COUNTED = re.compile(r"(?:[（(][^（）()]{1,12}[）)])?\s*[:：]\s*")
_FEWEST = 3
_LONGEST_NAME = 60  # with its mark
_LONGEST_THEME = 60


@dataclass(slots=True)
class _Item:
    """An item in the making: number, unit, what follows on its line, and further lines."""

    at: int
    own: int | None
    unit: str
    content: str
    spans: list[Span]
    lines: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Run:
    """Items that follow each other, and the province headings between them."""

    items: list[_Item] = field(default_factory=list)
    stop: int = 0
    end: int = 0  # where it was left, perhaps behind headings without items
    usual: int = 0  # further lines of the items but the last


def read_listings(
    lines: Sequence[Line], date: str | None, apart: Container[int], highest: int
) -> Iterator[Table]:
    """The lists of zones among the lines that do not stand ``apart``."""
    at = 0
    named_before = False
    while at < len(lines):
        if at in apart:
            at += 1
            continue
        text = lines[at].text
        if len(text) < 40 and _LIST_OF_NAMES.search(text):
            named_before = True
        if not _may_begin(lines[at], at, date, named_before):
            at += 1
            continue
        run = _run(lines, at, date, apart, named_before)
        if _is_list(run):
            table = _table(lines, run, at, date, highest)
            yield table
            highest = max(row.n for row in table.rows)
        at = max(run.stop if run.items else run.end, at + 1)


def _may_begin(line: Line, at: int, date: str | None, bare: bool) -> bool:
    """Whether a list may begin on ``line``; most lines are no part of any."""
    if _province(line.text, date):
        return True
    if _SEPARATOR.search(line.text, 0, _LONGEST_NAME):
        return bool(_item(line, at, "", date) or _several(line, at, date))
    return bare and _bare(line, at, "", date) is not None


def _run(
    lines: Sequence[Line], at: int, date: str | None, apart: Container[int], bare: bool
) -> _Run:
    """Items from ``at`` on, with their further paragraphs, up to what cannot be one."""
    run = _Run(stop=at)
    group = ""
    while at < len(lines) and at not in apart:
        line = lines[at]
        if _AFTER.fullmatch(line.text):
            break
        several = _several(line, at, date) if not group else None
        if several:
            run.items.extend(several)
        elif province := _province(line.text, date):
            group = province
        elif item := _item(line, at, group, date) or (
            _bare(line, at, group, date) if bare else None
        ):
            if run.items:
                run.usual = max(run.usual, len(run.items[-1].lines))
            run.items.append(item)
        elif run.items and _belongs(run, line, lines, at, date):
            run.items[-1].lines.append(at)
        else:
            break
        at += 1
        if run.items:
            run.stop = at
    run.end = at
    _trim(run)
    return run


def _item(line: Line, at: int, group: str, date: str | None) -> _Item | None:
    """The item 单位：任务 on ``line``."""
    mark = _MARK.match(line.text)
    start = mark.end() if mark else 0
    found = match(line.text, start, date=date) or _within(line.text, start, group, date)
    if found is None:
        return None
    rest = _REST_OF_UNIT.match(line.text, found.end)
    end = rest.end() if rest else found.end
    separator = _SEPARATOR.match(line.text, end)
    unit = line.text[start:end]
    if separator is None or _OFFICE.search(unit):
        return None
    content = line.text[separator.end() :]
    if not content or is_figures(content):
        return None
    own = parse_integer(mark["a"] or mark["b"] or "") if mark else None
    return _Item(at, own, compose_unit([unit], group), content, [line.span])


def _within(text: str, start: int, group: str, date: str | None) -> Match | None:
    """A unit whose name is known only below the province that stands above it."""
    region = resolve(group, date) if group else None
    return match(text, start, date=date, within=region.code[:2]) if region and region.code else None


def _bare(line: Line, at: int, group: str, date: str | None) -> _Item | None:
    """A line that names a unit and nothing else."""
    if len(line.text) > _LONGEST_NAME:
        return None
    mark = _MARK.match(line.text)
    text = line.text[mark.end() if mark else 0 :].rstrip("；;。，,、 ")
    unit = compose_unit([text], group)
    region = resolve_whole(unit, date) or (resolve(unit, date) if _PART.search(unit) else None)
    if region is None or region.code is None or region.code.endswith("0000"):
        return None
    own = parse_integer(mark["a"] or mark["b"] or "") if mark else None
    return _Item(at, own, unit, "", [line.span])


def _several(line: Line, at: int, date: str | None) -> list[_Item] | None:
    """A zone for each unit of 河北省：石家庄市鹿泉区、平山县; ``None`` for any other line."""
    mark = _MARK.match(line.text)
    start = mark.end() if mark else 0
    group = match(line.text, start, date=date)
    if group is None or not (group.region.code or "").endswith("0000"):
        return None
    counted = _COUNTED.match(line.text, group.end)
    if counted is None or not group.region.code:
        return None
    pieces: list[tuple[int, int]] = []
    position = counted.end()
    within = group.region.code[:2]
    while position < len(line.text):
        found = match(line.text, position, date=date, within=within) or match(
            line.text, position, date=date
        )
        if found is None:
            return None
        pieces.append((position, found.end))
        gap = _BETWEEN.match(line.text, found.end)
        if gap is None:
            if not _TAIL.fullmatch(line.text, found.end):
                return None
            break
        position = gap.end()
    name = line.text[start : group.end]
    return _pieces(line, at, name, pieces) if pieces else None


def _pieces(line: Line, at: int, group: str, pieces: Sequence[tuple[int, int]]) -> list[_Item]:
    """The items of one line, which share it out between them."""
    cuts = [0, *(start for start, _ in pieces[1:]), len(line.text)]
    items = []
    for number, (start, end) in enumerate(pieces):
        span = Span(line.span.start + cuts[number], line.span.start + cuts[number + 1])
        items.append(_Item(at, None, compose_unit([line.text[start:end]], group), "", [span]))
    return items


def _province(text: str, date: str | None) -> str:
    """The province that a line names as a heading; empty for any other line."""
    if len(text) > 24 or not _PROVINCE.search(text):
        return ""
    text = text.lstrip("# ")
    mark = _MARK.match(text)
    found = _GROUP.fullmatch(text, mark.end() if mark else 0)
    name = found["name"] if found else ""
    region = resolve_whole(name, date) if name else None
    return name if region and (region.code or "").endswith("0000") else ""


def _belongs(run: _Run, line: Line, lines: Sequence[Line], at: int, date: str | None) -> bool:
    """Whether a paragraph is the last item's own: no item but the first sets how many there are."""
    item = run.items[-1]
    if not item.content or recognise(line.text):
        return False
    if len(run.items) > 1:
        return len(item.lines) < run.usual
    following = lines[at + 1 : at + 4]
    return any(_item(other, 0, "", date) or _province(other.text, date) for other in following)


def _trim(run: _Run) -> None:
    """Leaves what stands behind the last item out of the run."""
    last = run.items[-1] if run.items else None
    if last:
        run.stop = max((last.at, *last.lines)) + 1


def _is_list(run: _Run) -> bool:
    items = run.items
    units = {item.unit for item in items}
    return len(items) >= _FEWEST and len(units) * 2 > len(items)


def _table(lines: Sequence[Line], run: _Run, start: int, date: str | None, highest: int) -> Table:
    warnings: list[ParseWarning] = []
    owns = [item.own for item in run.items]
    if any(own is not None for own in owns):
        numbers = assign_numbers(owns, highest, warnings)
    else:
        numbers = [highest + n for n in range(1, len(owns) + 1)]
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
        within=frozenset(range(start, run.stop)),
        claimed=frozenset(claimed),
        warnings=tuple(warnings),
    )


def _fields(item: _Item, lines: Sequence[Line]) -> tuple[str | None, str | None]:
    """Theme and content of an item."""
    further = joined([lines[at].text for at in item.lines])
    if further:
        return item.content.rstrip("。；;"), further
    theme, stop, rest = item.content.partition("。")
    if stop and rest.strip() and len(theme) <= _LONGEST_THEME:
        return theme, rest.strip()
    return None, item.content or None
