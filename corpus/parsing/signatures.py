"""Who signed a text and when: the lines below it.

    民政部                                    民政部　2019年3月25日
    2019年3月25日

A text that forwards or issues another (转发, 印发) is followed by it, and that one
has a signature and a date of its own; the first that is signed is then the
notice's.  Each signature ends the headings above it.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from corpus.parsing.attachments import is_attachment
from corpus.parsing.headings import recognise
from corpus.parsing.titles import SENTENCE, looks_like_title
from corpus.places.organs import is_organ, split_issuers
from corpus.text.normalize import Line, find_dates, is_date, parse_date, parse_partial_date

_LONGEST_SIGNATURE = 30
_DATE_ENDS = frozenset("日0123456789０１２３４５６７８９")
_PARTIAL_ENDS = frozenset("年月")
_NO_NAME = re.compile(r"特此.{2,6}|[（(].{1,20}[）)]|.{0,6}(?:盖章|公章|印章)")
_FORWARDS = re.compile(r"批转|转发|印发|颁发|下发|发布|公布")


@dataclass(frozen=True, slots=True)
class Signature:
    """A date (ISO 8601; ``None``: an impossible one), its line, and who signed above it.

    ``signed`` names whoever signed, on the lines ``own``; ``None`` where nobody did.
    """

    date: str | None
    at: int
    signed: str | None
    own: tuple[int, ...]

    @property
    def organs(self) -> tuple[str, ...]:
        """The organs that signed."""
        return split_issuers(self.signed) if self.signed and is_organ(self.signed) else ()


@dataclass(frozen=True, slots=True)
class End:
    """The signature of a document, and all lines at which headings end."""

    signature: Signature | None
    breaks: frozenset[int]
    lines: frozenset[int]


def read_end(
    lines: Sequence[Line],
    tabular: Container[int],
    stop: int,
    below: int,
    title: str | None,
    issuers: Sequence[str],
) -> End:
    """The end of the document whose text begins below line ``below`` and goes to ``stop``.

    ``issuers`` are the organs that ``title`` names.
    """
    found = list(_signatures(lines, tabular, stop, below))
    chosen = _chosen(found, lines, stop, title, issuers)
    if chosen is None:
        return End(None, frozenset(), frozenset())
    breaks: set[int] = set()
    for each in found:
        if each is chosen or (each.organs and each.at > chosen.at):
            breaks.update(each.own)
            if each.at > below + 1:
                breaks.add(each.at)
            if each.organs and each.at + 1 < stop and looks_like_title(lines[each.at + 1].text):
                breaks.add(each.at + 1)
    own = {*chosen.own, chosen.at} if chosen.at > below + 1 else set(chosen.own)
    return End(chosen, frozenset(breaks), frozenset(own))


def _chosen(
    found: Sequence[Signature],
    lines: Sequence[Line],
    stop: int,
    title: str | None,
    issuers: Sequence[str],
) -> Signature | None:
    """The notice's own: the last, unless an earlier one is shown to be it."""
    if not found:
        return None
    forwards = title is not None and _FORWARDS.search(title) is not None
    for each in found[:-1]:
        if not each.organs:
            continue
        signs = bool(set(each.organs).intersection(issuers))
        follows = each.at + 1 < stop and looks_like_title(lines[each.at + 1].text)
        if forwards or follows or (signs and not set(found[-1].organs).intersection(issuers)):
            return each
    return found[-1]


def _signatures(
    lines: Sequence[Line], tabular: Container[int], stop: int, below: int
) -> Iterator[Signature]:
    """Every date that stands below a text, from the top; cells of tables are none."""
    for at in range(min(stop, len(lines))):
        text = lines[at].text
        ends = text[-1]
        if ends not in _DATE_ENDS and ends not in _PARTIAL_ENDS:
            continue
        if len(text) > 2 * _LONGEST_SIGNATURE or at in tabular:
            continue
        if ends in _DATE_ENDS:
            signature = _dated(lines, at, below, tabular)
        else:
            signature = _partly_dated(lines, at, below, tabular, at + 1 >= stop)
        if signature:
            yield signature


def _dated(lines: Sequence[Line], at: int, below: int, tabular: Container[int]) -> Signature | None:
    text = lines[at].text
    if is_date(text):
        return _signed(parse_date(text), lines, at, below, tabular)
    dates = find_dates(text) if at > below else ()
    if dates and dates[-1][2] == len(text):  # 民政部 2019年3月25日
        date, start, _ = dates[-1]
        office = text[:start].strip()
        if is_organ(office):
            above = _names_above(lines, at, below, tabular)
            return Signature(date, at, " ".join([*(lines[o].text for o in above), office]), above)
    return None


def _partly_dated(
    lines: Sequence[Line], at: int, below: int, tabular: Container[int], ends: bool
) -> Signature | None:
    """A month or a year alone, where an organ signed above it or the text ``ends`` with it."""
    date = parse_partial_date(lines[at].text) if at > below else None
    signature = _signed(date, lines, at, below, tabular) if date else None
    return signature if signature and (signature.organs or ends) else None


def _signed(
    date: str | None, lines: Sequence[Line], at: int, below: int, tabular: Container[int]
) -> Signature:
    own = _names_above(lines, at, below, tabular)
    signed = " ".join(lines[each].text for each in own) or None
    return Signature(date, at, signed, own)


def _names_above(
    lines: Sequence[Line], date_at: int, top: int, tabular: Container[int]
) -> tuple[int, ...]:
    """The lines between text and date that say who signed: organs, else whatever is short."""
    at = date_at
    while at - 1 > top and at - 1 not in tabular:
        text = lines[at - 1].text
        if len(text) > _LONGEST_SIGNATURE or SENTENCE.search(text) or recognise(text):
            break
        if is_attachment(text) or is_date(text):  # the last name of a list, another signature
            break
        at -= 1
    short = [each for each in range(at, date_at) if not _NO_NAME.fullmatch(lines[each].text)]
    organs = [each for each in short if is_organ(lines[each].text)]
    if not organs:
        return tuple(short)
    first = short.index(organs[0])
    for place in range(len(short) - 1, first, -1):
        if short[place] in organs and short[place - 1] not in organs:
            first = place
            break
    return tuple(short[first:])
