"""Who made a law and when, from the lines below its title.

A law tells its history there, a line for each step:

    1989年12月26日第七届全国人民代表大会常务委员会第十一次会议通过
    2018年12月29日第十三届全国人民代表大会常务委员会第七次会议《关于修改……的决定》修正

The date of the text as it stands is that of the last step (the day from which it
applies, 施行, is none), and its issuer the body of the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.places.regions import match
from corpus.text.normalize import Line, find_dates

_STEP = re.compile(r"通过|公布|发布|修正|修订|批准|修改|颁布|制定")
_STEP_OR_MEETING = re.compile(_STEP.pattern + "|施行|会议")
_NUMERAL = "[0-9〇零一二三四五六七八九十百]+"
_CONGRESS = re.compile(
    rf"(?P<place>[\u4e00-\u9fff]{{0,24}}?)第{_NUMERAL}届(?P<nation>全国)?人民代表大会"
    r"(?P<standing>常务委员会)?"
)
_COURT = re.compile(
    r"(?P<court>最高人民法院|最高人民检察院)(?:审判委员会|[\u4e00-\u9fff]{0,6}检察委员会|第|公告)"
)
_ORDER = re.compile(r"(?P<office>[\u4e00-\u9fff]{2,24}?)(?:令|公告)第?")
_MEETING = re.compile(
    r"(?P<office>国务院|[\u4e00-\u9fff]{2,16}人民政府)(?:第|常务会议|发布|公布|批准)"
)
_LONGEST_STEP = 200
_STEPS_WITHIN = 24  # lines below the title


@dataclass(frozen=True, slots=True)
class Adoption:
    """The lines of a text's history, its last date (ISO 8601) and its first body."""

    lines: tuple[int, ...]
    date: str | None
    date_line: int | None
    issuer: str | None
    issuer_line: int | None


def read_adoption(lines: Sequence[Line], below: int) -> Adoption:
    """The steps on the lines that follow line ``below``, the title's last."""
    own: list[int] = []
    last: tuple[str, int] | None = None
    issuer: tuple[str, int] | None = None
    for at in range(below + 1, min(below + 1 + _STEPS_WITHIN, len(lines))):
        text = lines[at].text
        dates = find_dates(text) if len(text) <= _LONGEST_STEP else ()
        if not dates or dates[0][1] > 1:  # a line of steps begins with a date
            if own:
                break
            continue
        stops = [start for _, start, _ in dates[1:]]
        parts = [text[end:stop] for (_, _, end), stop in zip(dates, [*stops, None], strict=True)]
        if any(map(_STEP_OR_MEETING.search, parts)):
            own.append(at)
        for (date, _, _), part in zip(dates, parts, strict=True):
            if not _STEP.search(part):
                continue
            if last is None or date >= last[0]:
                last = (date, at)
            if issuer is None and (body := _body(part)):
                issuer = (_placed(body, lines[below].text if below >= 0 else ""), at)
    return Adoption(tuple(own), *(last or (None, None)), *(issuer or (None, None)))


def _placed(body: str, title: str) -> str:
    """A body that is named without its place (县人民代表大会) with that of the title."""
    found = match(title.lstrip("# ")) if body[0] in "省市县旗州" else None
    place = found and title.lstrip("# ")[: found.end]
    return place[:-1] + body if place and place[-1] == body[0] else body


def _body(text: str) -> str | None:
    """The body that took a step."""
    text = text.strip(" \u3000，,由")
    if found := _CONGRESS.match(text.removeprefix("经")):
        return (found["place"] + (found["nation"] or "") + "人民代表大会") + (
            found["standing"] or ""
        )
    if found := _COURT.match(text):
        return found["court"]
    if found := _MEETING.match(text) or _ORDER.match(text):
        return found["office"].replace("中华人民共和国国务院", "国务院")
    return None
