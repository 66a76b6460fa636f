"""Zone tables whose cells the format states: HTML, DOCX, XLSX, PDF, Markdown.

    cells  ->  matrix (merged cells filled in)  ->  head (anywhere in the first rows)
           ->  roles of the columns  ->  join rows broken over pages  ->  rows

A table goes on over several :class:`~corpus.document.SourceTable` s where pages
break: the next one has as many columns and its own head only as a repetition.
Whether it is a table of zones at all is for :mod:`corpus.parsing.tables.columns` to say; the
others are handed back row by row, to be passages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from corpus.parsing.tables.bands import NO_BAND, Band, miscounted, read_band
from corpus.parsing.tables.columns import (
    PLACE_ROLES,
    is_count,
    is_figures,
    is_zone_table,
    role_of,
)
from corpus.parsing.tables.guessed import guessed_columns, provinces_apart
from corpus.parsing.tables.matrix import Matrix
from corpus.parsing.tables.numbering import assign_numbers
from corpus.parsing.tables.rows import Column, Row, Table, compose
from corpus.parsing.tables.spread import renumbered, several_units, shared_out
from corpus.places.regions import resolve, resolve_whole
from corpus.policy import ParseWarning, Span, WarningPlace
from corpus.text.normalize import Line, joined, parse_integer

_HEAD_WITHIN = 8  # rows
_LONGEST_HEAD = 4  # rows


@dataclass(slots=True)
class _Draft:
    """A row in the making: its cells, where it stands, and its printed number.

    ``broken`` are the cells with their line breaks, ``band`` is the one that it stands
    under.
    """

    cells: list[str]
    broken: list[str]
    lines: list[int]
    places: list[Span]
    own: int | None
    band: Band = NO_BAND


@dataclass(slots=True)
class _Group:
    """A table of zones that may go on over several matrices."""

    columns: tuple[Column, ...]
    rows: list[_Draft] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    within: set[int] = field(default_factory=set)
    guessed: bool = False
    numbered: bool = False
    bands: list[Band] = field(default_factory=lambda: [NO_BAND])


def read_grids(
    lines: Sequence[Line], tables: Sequence[Matrix], date: str | None
) -> tuple[list[Table], list[Matrix]]:
    """The zone tables among ``tables``, and those that are none."""
    groups: list[tuple[_Group, list[Matrix]]] = []
    others: list[Matrix] = []
    for matrix in tables:
        before = groups[-1][0] if groups else None
        if before and _goes_on(before, matrix, lines):
            _add_rows(before, matrix, *_repeated_head(before, matrix), date, broken=True)
            groups[-1][1].append(matrix)
            continue
        group = _group(matrix, date)
        if group:
            groups.append((group, [matrix]))
        else:
            others.append(matrix)
    found: list[Table] = []
    highest = 0
    for group, parts in groups:
        table = _table(lines, group, date, highest)
        if table:
            found.append(table)
            highest = max(row.n for row in table.rows)
        else:
            others.extend(parts)
    return found, others


def _group(matrix: Matrix, date: str | None) -> _Group | None:
    """The zone table that ``matrix`` begins, if its head or its columns look like one."""
    head = _head(matrix)
    columns = _named_columns(matrix, *head) if head else guessed_columns(matrix, date)
    if not columns:
        return None
    start, stop = head or (0, 0)
    columns = provinces_apart(columns, matrix, stop, date)
    group = _Group(columns, guessed=head is None)
    _add_rows(group, matrix, start, stop, date, broken=False)
    return group


def _head(matrix: Matrix) -> tuple[int, int] | None:
    """The rows ``[start, stop)`` that name the columns."""
    for row in range(min(_HEAD_WITHIN, len(matrix.texts))):
        if _is_head_row(matrix.texts[row]):
            stop = row + 1
            while stop < min(row + _LONGEST_HEAD, len(matrix.texts)) and _continues_head(
                matrix, stop
            ):
                stop += 1
            return row, stop
    return None


def _is_head_row(texts: Sequence[str]) -> bool:
    names = {text for text in texts if text}
    known = [named for named in map(role_of, names) if named]
    roles = {named.role for named in known} - {"other", "figures"}
    placed = roles.intersection(PLACE_ROLES)
    says_all = "number" in roles and roles.intersection(("title", "body"))
    if not placed or (2 * len(known) < len(names) and not says_all):
        return False  # mostly unknown names, unless the known ones are all that a table needs
    return len(roles) > 1 or len(known) > 1 or len(names) == 1 < len(texts) + 1


def _continues_head(matrix: Matrix, row: int) -> bool:
    """Whether a row goes on with the head: names below a merged name."""
    if matrix.band(row):
        return False
    fresh = [
        text
        for text, filled in zip(matrix.texts[row], matrix.filled[row], strict=True)
        if text and not filled
    ]
    if not fresh:
        return any(matrix.filled[row])
    if not any(matrix.filled[row]) and not _is_head_row(matrix.texts[row]):
        return False
    return all(role_of(text) is not None for text in fresh)


def _named_columns(matrix: Matrix, start: int, stop: int) -> tuple[Column, ...]:
    """The columns by the names in the head's rows, the lowest known name first."""
    columns = []
    for at in range(matrix.width):
        names = [matrix.texts[row][at] for row in range(stop - 1, start - 1, -1)]
        names = list(dict.fromkeys(filter(None, names)))
        known = [(name, named) for name in names if (named := role_of(name))]
        name, named = max(known, key=lambda pair: pair[1].score, default=("", None))
        columns.append(Column(name or (names[0] if names else ""), named))
    return tuple(columns)


def _goes_on(group: _Group, matrix: Matrix, lines: Sequence[Line]) -> bool:
    """Whether ``matrix`` is the next page's part of ``group``."""
    if matrix.width != len(group.columns) or not matrix.lines or not group.within:
        return False
    between = lines[max(group.within) + 1 : min(matrix.lines)]
    if any(len(line.text) > 12 or not is_figures(line.text) for line in between):
        return False  # more than a page number stands between them
    head = _head(matrix)
    if head is None:
        return True
    columns = _named_columns(matrix, *head)
    if [c.name for c in columns] != [c.name for c in group.columns]:
        return False
    return _numbers_go_on(group, matrix, head[1])


def _numbers_go_on(group: _Group, matrix: Matrix, stop: int) -> bool:
    """Whether the first number of ``matrix`` follows the last one of ``group``."""
    at = _number_column(group.columns)
    if at is None:
        return True
    printed = [own for row in matrix.texts[stop:] if (own := _number(row[at])) is not None]
    before = [row.own for row in group.rows if row.own is not None]
    return not printed or not before or printed[0] == before[-1] + 1


def _repeated_head(group: _Group, matrix: Matrix) -> tuple[int, int]:
    """The rows of a head that is repeated; an empty range where there is none."""
    del group
    return _head(matrix) or (0, 0)


def _number_column(columns: Sequence[Column]) -> int | None:
    return next((at for at, column in enumerate(columns) if column.role == "number"), None)


def _number(text: str) -> int | None:
    return parse_integer("".join(text.split()).strip("（）().．、第"))


def _add_rows(
    group: _Group, matrix: Matrix, start: int, stop: int, date: str | None, *, broken: bool
) -> None:
    """Adds the rows of ``matrix`` below its head; rows above the head stay passages.

    ``broken``: a page breaks before it, and a row may go on behind the break.
    """
    group.within |= matrix.lines
    for row in range(start, stop):
        group.head.extend(matrix.own[row])
    number = _number_column(group.columns)
    first = True
    for row in range(stop, len(matrix.texts)):
        texts = _filled_down(group, matrix, row, first and not broken)
        if not any(texts):
            continue
        if _is_head_row(matrix.texts[row]) and _repeats_head(group, matrix, row):
            group.head.extend(matrix.own[row])
            continue
        own = _number(texts[number]) if number is not None else None
        lines, places = list(matrix.own[row]), list(matrix.places[row])
        if band := read_band(matrix, row, number, date):
            group.bands.append(band)
            continue
        draft = _Draft(texts, _breaks(matrix, row, texts), lines, places, own, group.bands[-1])
        printed = matrix.texts[row]
        if not draft.places:  # nothing but merged cells, or a line that another row has
            if group.rows:
                _join(group.rows[-1], draft, matrix.filled[row])
            continue
        if group.rows and _is_rest(
            group, draft, printed, matrix.filled[row], date, broken and first
        ):
            _join(group.rows[-1], draft, matrix.filled[row])
        else:
            group.rows.append(draft)
            group.numbered = group.numbered or own is not None
        first = False


def _breaks(matrix: Matrix, row: int, texts: Sequence[str]) -> list[str]:
    """A row's cells with their line breaks; what is filled in from above has none."""
    pairs = zip(matrix.broken[row], matrix.texts[row], texts, strict=True)
    return [broken if own else text for broken, own, text in pairs]


def _repeats_head(group: _Group, matrix: Matrix, row: int) -> bool:
    return [text for text in matrix.texts[row] if text] == [c.name for c in group.columns if c.name]


def _filled_down(group: _Group, matrix: Matrix, row: int, first: bool) -> list[str]:
    """A row's texts; an empty province or city is the one above, as a merged cell would be."""
    texts = list(matrix.texts[row])
    roles = [column.role for column in group.columns]
    if first or not group.rows:
        return texts
    above = group.rows[-1].cells
    named = {role for text, role in zip(texts, roles, strict=True) if text}
    for at, role in enumerate(roles):
        if texts[at] or role not in ("province", "city"):
            continue
        narrower = PLACE_ROLES[PLACE_ROLES.index(role) + 1 :]
        if named.intersection(narrower) and (
            role == "province" or _same_province(roles, texts, above)
        ):
            texts[at] = above[at]
    return texts


def _same_province(roles: Sequence[str], texts: Sequence[str], above: Sequence[str]) -> bool:
    return all(
        text == other
        for role, text, other in zip(roles, texts, above, strict=True)
        if role == "province"
    )


def _is_rest(
    group: _Group,
    draft: _Draft,
    printed: Sequence[str],
    filled: Sequence[bool],
    date: str | None,
    after_break: bool,
) -> bool:
    """Whether a row is the rest of the one before: without a number, and no unit of its own.

    ``printed`` are its texts before empty provinces were filled in.
    """
    if draft.own is not None:
        return False
    roles = [column.role for column in group.columns]
    if any(
        from_above and role in ("unit", "county")
        for role, from_above in zip(roles, filled, strict=True)
    ):
        return False  # a unit merged over several rows
    own = [at for at, text in enumerate(printed) if text and not filled[at]]
    places = [at for at in own if roles[at] in PLACE_ROLES]
    if not places:
        return bool(own)
    if not group.numbered or len(places) > 1:
        return False
    [at] = places
    before = group.rows[-1].cells[at]
    whole = before + printed[at]
    if after_break and resolve_whole(printed[at], date) is None:
        return True
    return resolve_whole(whole, date) is not None and resolve(whole, date) != resolve(before, date)


def _join(row: _Draft, rest: _Draft, filled: Sequence[bool]) -> None:
    """Adds the rest of a row to it, cell by cell."""
    for at, text in enumerate(rest.cells):
        if text and not filled[at] and text != row.cells[at]:
            row.cells[at] = joined(list(filter(None, (row.cells[at], text))))
            row.broken[at] = "\n".join(filter(None, (row.broken[at], rest.broken[at])))
    row.lines.extend(rest.lines)
    row.places.extend(rest.places)


def _table(lines: Sequence[Line], group: _Group, date: str | None, highest: int) -> Table | None:
    """The finished table; ``None`` where its cells are not those of zones."""
    fields = [compose(group.columns, row.cells, _known(group, row)) for row in group.rows]
    named = [column.named for column in group.columns if column.name or column.named]
    units = [found.get("unit", "") for found in fields]
    themes = [
        text
        for row in group.rows
        for column, text in zip(group.columns, row.cells, strict=True)
        if column.role in ("title", "body") and text
    ]
    counts = sum(is_count(column.name) for column in group.columns if column.role == "figures")
    if not is_zone_table(named, units, themes, date, counts):
        return None
    warnings: list[ParseWarning] = []
    if group.guessed:
        message = "附件表格没有表头，已按各列的内容推断单位、主题和内容"
        warnings.append(ParseWarning("head-missing", message))
    rows = tuple(_rows(lines, group, fields, date, highest, warnings))
    return Table(
        shape="grid",
        columns=tuple(column.name for column in group.columns),
        head=tuple(lines[at].span for at in sorted(group.head)),
        rows=rows,
        within=frozenset(group.within),
        claimed=frozenset((*group.head, *(at for row in group.rows for at in row.lines))),
        warnings=tuple(warnings),
    )


def _known(group: _Group, row: _Draft) -> dict[str, str]:
    """The place that a row takes over from a band above it."""
    own = {column.role for column, text in zip(group.columns, row.cells, strict=True) if text}
    name = row.band.name
    return {} if not name or "province" in own else {"province": name}


def _rows(
    lines: Sequence[Line],
    group: _Group,
    fields: Sequence[dict[str, str]],
    date: str | None,
    highest: int,
    warnings: list[ParseWarning],
) -> Iterator[Row]:
    """The group's rows, one for each unit where a cell names several."""
    several = [
        several_units(group.columns, row.broken, date, _known(group, row).get("province", ""))
        for row in group.rows
    ]
    counts = [len(each.names) if each else 1 for each in several]
    numbers = iter(_numbers(group, counts, highest, warnings))
    bands = [row.band for row, count in zip(group.rows, counts, strict=True) for _ in range(count)]
    warnings.extend(miscounted(group.bands, bands))
    for draft, found, units in zip(group.rows, fields, several, strict=True):
        places = sorted(draft.places, key=lambda span: span.start)
        names = units.names if units else (found.get("unit"),)
        shares = shared_out(places, lines, units.pieces) if units else [tuple(places)]
        for at, (name, place) in enumerate(zip(names, shares, strict=True)):
            n = next(numbers)
            if not at:
                warnings.extend(_missing(group.columns, n, found))
            yield Row(n, name, found.get("title"), found.get("body"), place)


def _numbers(
    group: _Group, counts: Sequence[int], highest: int, warnings: list[ParseWarning]
) -> list[int]:
    """The units' numbers; a number merged over several rows counts for the first."""
    owns: list[int | None] = [row.own for row in group.rows]
    through = _number_column(group.columns) is None
    if max(counts, default=1) > 1:
        owns = renumbered(owns, counts, warnings)
        through = through or not any(owns)
    if through:
        return [highest + n for n in range(1, len(owns) + 1)]
    return assign_numbers(owns, highest, warnings)


def _missing(columns: Sequence[Column], n: int, found: dict[str, str]) -> Iterator[ParseWarning]:
    """What row ``n`` lacks of the columns that the table has."""
    names = {"unit": ""}
    for column in columns:
        if column.role in ("title", "body"):
            names.setdefault(column.role, column.name)
        elif column.role in PLACE_ROLES:
            names["unit"] = column.name
    missing = [name or "单位" for role, name in names.items() if role not in found]
    if missing:
        whose = f"（{found['unit']}）" if "unit" in found else ""
        message = f"附件表格第{n}行{whose}不完整：缺{'、'.join(missing)}"
        yield ParseWarning("row-incomplete", message, WarningPlace(n, words=found.get("unit")))
