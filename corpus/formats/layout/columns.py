"""Tables of a PDF that have no ruling lines: columns recognised by where the words stand.

    lines of a page  ->  a head that names known columns (may be broken over lines)
                     ->  the columns: what stands below each name, white space between
                     ->  over the pages on which they go on  ->  rows (pdfrows)

A table begins with its head alone (:func:`corpus.parsing.tables.columns.role_of`): running text
is set on a grid of squares, where white space proves nothing.  It ends at the
first line that runs across two columns.  What cannot be decided stays text, and
a note says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from corpus.formats.content import GridCell
from corpus.formats.layout.page import Line, PageTable, PageText, Run, cell_text, line_of_runs
from corpus.formats.layout.rows import Cells, Keys, Part, has_key, may_go_on, read_rows
from corpus.parsing.tables.columns import PLACE_ROLES, role_of

_BEHIND = re.compile(r"（此件|[备附]?注[:：]|附\s*件")  # what follows a table
_HEAD_LINES = 5
_SENTENCE = re.compile(r"[。，；：！？]|.{80}")  # no line of a head
_HEAD_STEP = 2.5  # sizes, from one line of a head to the next
_WITHIN_NAME = 4.0  # sizes, between the characters of 序　号
_LONGEST_NAME = 4  # runs
_NEARER = 2.0  # times, for a run between two columns to be the nearer one's
_MOST_BEHIND = 5  # short lines that may follow a table as if they were its own


@dataclass(frozen=True, slots=True)
class Head:
    """The lines ``[start, stop)`` of a page that name columns, and where the names stand."""

    start: int
    stop: int
    names: tuple[str, ...]
    reach: tuple[tuple[float, float], ...]


def find_head(lines: Sequence[object], start: int) -> Head | None:
    """The head of a table that begins with line ``start`` of a page's items.

    Of several lines as many as make the names that are known best.
    """
    best: Head | None = None
    surest = 0.0
    block: list[Line] = []
    for stop in range(start, min(start + _HEAD_LINES, len(lines))):
        line = lines[stop]
        if not isinstance(line, Line) or _SENTENCE.search(line.text):
            break
        if block and line.top - block[-1].top > _HEAD_STEP * line.size:
            break
        block.append(line)
        named = _names([run for each in block for run in each.runs])
        known = [role for name, _ in named if (role := role_of(name))]
        roles = {each.role for each in known}
        sure = sum(each.score for each in known)
        if (
            roles.intersection(PLACE_ROLES)
            and roles.intersection(("title", "body"))
            and sure >= surest
        ):
            names, reach = zip(*named, strict=True)
            best, surest = Head(start, stop + 1, names, reach), sure
    return best


def take_tables(pages: Sequence[PageText]) -> int:
    """Puts tables in the place of their lines; returns how many heads stayed mere text.

    A table that goes on over several pages stands on its first.
    """
    undecided: set[tuple[int, int]] = set()  # lines that repeat a head belong to its table
    count = 0
    for number, page in enumerate(pages):
        at = 0
        while at < len(page.items):
            head = find_head(page.items, at)
            if head is None or (number, id(page.items[at])) in undecided:
                at += 1
                continue
            table, stretches = _read(pages, number, head)
            if table:
                for stretch in stretches:
                    del pages[stretch.page].items[stretch.begin : stretch.stop]
                page.items.insert(at, table)
            else:
                count += 1
                undecided.update(
                    (each.page, id(pages[each.page].items[each.begin])) for each in stretches
                )
            at += 1
    return count


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where a table stands on a page: all of its lines, and those below the head."""

    page: int
    begin: int
    start: int
    stop: int


def _read(
    pages: Sequence[PageText], number: int, head: Head
) -> tuple[PageTable | None, list[_Stretch]]:
    """The table below ``head``, ``None`` where it cannot be decided, and where it stands."""
    columns, keys = _Columns(head.reach), _keys(head)
    stretches = _stretches(pages, number, head, columns)
    if not columns.settle():
        return None, stretches
    parts = [_part(pages, each, columns, each is stretches[0]) for each in stretches]
    count = len(parts)
    while count > 1 and not has_key(parts[count - 1], keys):
        if stretches[count - 1].start > stretches[count - 1].begin:  # the head is repeated
            return None, stretches
        count -= 1  # the table ends at the page break
    behind = parts[count : count + 1]
    del stretches[count:], parts[count:]
    last = stretches[-1]
    for spare in range(min(_MOST_BEHIND, last.stop - last.start) + 1):
        stretches[-1] = replace(last, stop=last.stop - spare)
        parts[-1] = _part(pages, stretches[-1], columns, count == 1)
        if not has_key(parts[-1], keys):
            break
        rows = read_rows(parts, keys)
        if rows is None:
            continue
        lines = [_lines(pages[each.page], each.start, each.stop) for each in stretches]
        dealt = _characters([cell for row in rows for cell in row])
        if dealt != _characters(lines) or (
            behind and not spare and may_go_on(rows[-1], behind[0], rows)
        ):
            break
        first = _lines(pages[number], head.start, stretches[0].stop)
        return _table(head, columns, rows, first), stretches
    return None, stretches


def _part(pages: Sequence[PageText], stretch: _Stretch, columns: _Columns, first: bool) -> Part:
    return Part(columns.deal(_lines(pages[stretch.page], stretch.start, stretch.stop)), first)


def _characters(cells: Sequence[Sequence[Line]]) -> Counter[str]:
    """What stands in the cells: as much must be in a table as was taken from the page."""
    return Counter("".join(run.text for cell in cells for run in _runs(cell)))


def _table(
    head: Head, columns: _Columns, rows: Sequence[Cells], lines: Sequence[Line]
) -> PageTable:
    """The table of ``rows``; ``lines`` are those on its first page."""
    cells = [GridCell(0, at, name) for at, name in enumerate(head.names)]
    rights = [
        max((line.x1 for row in rows for line in row[at]), default=0.0)
        for at in range(len(head.names))
    ]
    for at, row in enumerate(rows, start=1):
        cells.extend(
            GridCell(at, column, cell_text(own, right))
            for column, (own, right) in enumerate(zip(row, rights, strict=True))
        )
    return PageTable(lines[0].top, lines[-1].bottom, cells, columns.edges())


def _keys(head: Head) -> Keys:
    roles = [named.role if (named := role_of(name)) else "other" for name in head.names]
    numbered = "number" in roles
    places = [role for role in PLACE_ROLES if role in roles]
    key = roles.index("number" if numbered else places[-1])
    merged = [at for at, role in enumerate(roles) if role in ("province", "city") and at != key]
    return Keys(key, numbered, tuple(merged))


def _stretches(
    pages: Sequence[PageText], number: int, head: Head, columns: _Columns
) -> list[_Stretch]:
    """The lines of the table, page by page, up to the first that crosses two columns."""
    stretches: list[_Stretch] = []
    begin, start = head.start, head.stop
    for where in range(number, len(pages)):
        items = pages[where].items
        if where > number:
            again = find_head(items, 0)
            begin = start = 0
            if again and again.names == head.names:
                start = again.stop
                if not columns.take(_runs(_lines(pages[where], 0, start))):
                    break
            elif again:
                break
        stop = start
        while stop < len(items) and not (stop > start and _is_other(items, stop, head)):
            line = items[stop]
            if not isinstance(line, Line) or _BEHIND.match(line.text):
                break
            if not columns.take(line.runs):
                break
            stop += 1
        if stop > start or where == number:
            stretches.append(_Stretch(where, begin, start, stop))
        if stop < len(items) or (stop == start and where > number):
            break
    return stretches


def _is_other(items: Sequence[object], at: int, head: Head) -> bool:
    """Whether another table's head begins there."""
    other = find_head(items, at)
    return other is not None and other.names == head.names


def _lines(page: PageText, start: int, stop: int) -> list[Line]:
    return [item for item in page.items[start:stop] if isinstance(item, Line)]


def _runs(lines: Sequence[Line]) -> list[Run]:
    return [run for line in lines for run in line.runs]


class _Columns:
    """Columns in the making: from where to where each reaches so far."""

    def __init__(self, reach: Sequence[tuple[float, float]]) -> None:
        self._reach = list(reach)
        self._waiting: list[Run] = []  # between two columns so far

    def take(self, runs: Sequence[Run]) -> bool:
        """Takes the runs of a line into the columns; ``False``, and none, where one crosses two."""
        before, waiting = list(self._reach), []
        for run in runs:
            at = self._at(run)
            if at is None:
                waiting.append(run)
            elif not self._extend(at, run):
                self._reach = before
                return False
        self._waiting.extend(waiting)
        return True

    def settle(self) -> bool:
        """Gives the runs between two columns to the nearer; ``False`` where both are near."""
        for run in self._waiting:
            at = self._at(run)
            if at is None:
                near, *far = self._nearest(run)
                if far and near[0] * _NEARER > far[0][0]:
                    return False
                at = near[1]
            if not self._extend(at, run):
                return False
        return True

    def deal(self, lines: Sequence[Line]) -> tuple[list[Line], ...]:
        """The lines of each column, from top to bottom."""
        columns: list[list[Run]] = [[] for _ in self._reach]
        for run in _runs(lines):
            at = self._at(run)  # a mark without a width at a column's end is in none
            columns[self._nearest(run)[0][1] if at is None else at].append(run)
        return tuple(_lines_of_runs(column) for column in columns)

    def edges(self) -> list[float]:
        """Where the columns are divided, the outer ends included."""
        inner = [(one[1] + other[0]) / 2 for one, other in pairwise(self._reach)]
        return [self._reach[0][0], *inner, self._reach[-1][1]]

    def _at(self, run: Run) -> int | None:
        """The column that a run stands in already."""
        reach = enumerate(self._reach)
        return next((at for at, (left, right) in reach if run.x0 < right and run.x1 > left), None)

    def _nearest(self, run: Run) -> list[tuple[float, int]]:
        """How far a run is from each column, and which that is; the nearest first."""
        reach = enumerate(self._reach)
        return sorted((max(left - run.x1, run.x0 - right), at) for at, (left, right) in reach)

    def _extend(self, at: int, run: Run) -> bool:
        left, right = min(self._reach[at][0], run.x0), max(self._reach[at][1], run.x1)
        others = (each for other, each in enumerate(self._reach) if other != at)
        if any(left < end and right > start for start, end in others):
            return False
        self._reach[at] = (left, right)
        return True


def _lines_of_runs(runs: Sequence[Run]) -> list[Line]:
    """The runs of one column as its lines."""
    groups: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (run.top + run.bottom, run.x0)):
        above = groups[-1][0] if groups else None
        if above and abs(run.top + run.bottom - above.top - above.bottom) <= min(
            run.size, above.size
        ):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [line_of_runs(sorted(group, key=lambda run: run.x0)) for group in groups]


def _names(runs: Sequence[Run]) -> list[tuple[str, tuple[float, float]]]:
    """The names of columns that the runs are, all of them; empty where one is no known name."""
    clusters: list[list[Run]] = []
    right = 0.0
    for run in sorted(runs, key=lambda run: run.x0):
        if clusters and run.x0 < right:
            clusters[-1].append(run)
        else:
            clusters.append([run])
        right = max(right, run.x1) if len(clusters[-1]) > 1 else run.x1
    best: list[list[tuple[str, tuple[float, float]]] | None] = [[]]
    for stop in range(1, len(clusters) + 1):
        found = None
        for start in range(stop - 1, max(-1, stop - 1 - _LONGEST_NAME), -1):
            before = best[start]
            named = _name(clusters[start:stop])
            if before is not None and named and (found is None or len(before) >= len(found)):
                found = [*before, named]
        best.append(found)
    return best[-1] or []


def _name(clusters: Sequence[Sequence[Run]]) -> tuple[str, tuple[float, float]] | None:
    runs = [run for cluster in clusters for run in cluster]
    size = max(run.size for run in runs)
    ends = [(min(r.x0 for r in each), max(r.x1 for r in each)) for each in clusters]
    if any(other[0] - one[1] > _WITHIN_NAME * size for one, other in pairwise(ends)):
        return None
    name = "".join(line.text for line in _lines_of_runs(runs))
    name = "".join(name.split())
    return (name, (ends[0][0], ends[-1][1])) if role_of(name) else None
