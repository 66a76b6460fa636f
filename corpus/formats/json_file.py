"""JSON and JSON Lines: a policy an object.

    {"title": "…", "text": "… Markdown …", "date": "2019-03-25", "number": "…",
     "issuer": "…", "category": "…", "url": "https://…"}

``date`` may be a month or a year, ``year`` (2019, "2019年") stands for it where it is
all there is, ``issuer`` may be a list.  ``text`` is needed; the others are stated
where they are known, and may be null or empty.  Chinese names of the fields
(标题, 正文, 成文日期 …) are understood too.  A list holds a policy an element, JSON
Lines one a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO
from typing import BinaryIO

from corpus.document import Refused, Stated
from corpus.errors import SourceError
from corpus.formats.address import is_web_address
from corpus.formats.content import Content, Member, Part, whole
from corpus.formats.encoding import decode
from corpus.formats.fields import FIELDS, field_of
from corpus.formats.limits import Budget
from corpus.formats.plain import without_tags
from corpus.policy import ParseWarning
from corpus.text.normalize import parse_date, parse_partial_date

_DOCUMENTED = '每个文件一个对象，例如 {"title": "标题", "text": "正文", "date": "2019-03-25"}'
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[T ].*)?")


def read(data: bytes, name: str, budget: Budget) -> Content | Iterator[Part]:
    """One object is a document, a list or several lines of objects are several."""
    text = decode(data, name).text
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if len(text.strip().splitlines()) > 1 and text.lstrip().startswith("{"):
            return read_lines(BytesIO(data), name, budget)
        raise _no_json(name, error) from None
    if isinstance(value, list):
        return _elements(value)
    return _document(value, name)


def read_lines(stream: BinaryIO, name: str, budget: Budget) -> Iterator[Part]:
    """The lines of a JSON Lines stream, one at a time."""
    most = budget.limits.file_bytes
    for n in _counted(stream, most):
        number, line = n
        label = f"第{number}行"
        if len(line) > most:
            budget.check_size(len(line), f"{name}/{label}")
        if line.strip():
            yield Member(label, f"{label}.json", line.strip().removeprefix(b"\xef\xbb\xbf"))


def _counted(stream: BinaryIO, most: int) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := stream.readline(most + 1):
        number += 1
        yield number, line


def _elements(values: list[object]) -> Iterator[Part]:
    for number, value in enumerate(values, start=1):
        label = f"第{number}项"
        if isinstance(value, dict):
            yield Member(label, f"{label}.json", dump(value))
        else:
            error = SourceError(f"“{label}”不是 JSON 对象，而是 {_type(value)}", _DOCUMENTED)
            yield Refused(label, error)


def dump(value: Mapping[str, object]) -> bytes:
    """A document's fields as the bytes that it is kept under."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", errors="replace")


def _document(value: object, name: str) -> Content:
    if not isinstance(value, dict):
        raise SourceError(f"文件“{name}”不是 JSON 对象，而是 {_type(value)}", _DOCUMENTED)
    fields: dict[str, str] = {}
    unknown: list[str] = []
    for key, content in value.items():
        field = field_of(key)
        said = _said(field, content)
        if field == "date" and said and field in fields:
            if _says_more(said, fields[field]):
                fields[field] = said
            elif not _says_more(fields[field], said):
                unknown.append(key)
        elif field is None or field in fields:
            unknown.append(key)
        elif said is not None:
            fields[field] = said
        elif content is not None:
            message = f"文件“{name}”的字段“{key}”应是文字，却是 {_type(content)}"
            raise SourceError(message, _DOCUMENTED)
    if "text" not in fields:
        raise SourceError(f"文件“{name}”没有正文字段 text", _DOCUMENTED)
    notes: list[ParseWarning] = []
    if unknown:
        message = f"没有采用的字段：{'、'.join(map(whole, unknown))}"
        notes.append(ParseWarning("fields-unknown", message))
    stated = _stated(fields, notes)
    return Content(without_tags(fields["text"]), stated=stated, notes=tuple(notes))


def _said(field: str | None, content: object) -> str | None:
    """What a field says, as text: a date may be a number, an issuer a list of names."""
    if isinstance(content, str):
        return whole(content)
    if field == "date" and isinstance(content, int) and not isinstance(content, bool):
        return str(content)
    if field == "issuer" and isinstance(content, list):
        names = [whole(each) for each in content if isinstance(each, str)]
        return " ".join(names) if len(names) == len(content) else None
    return None


def _says_more(text: str, than: str) -> bool:
    """Whether a date is known to the month or day of the year or month that another is."""
    fine, coarse = iso_date(text) or "", iso_date(than) or ""
    return len(fine) > len(coarse) and fine.startswith(coarse)


def _stated(fields: Mapping[str, str], notes: list[ParseWarning]) -> Stated:
    known = {key: fields[key].strip() or None for key in FIELDS if key != "text" and key in fields}
    if (given := known.get("date")) and (known.update(date=iso_date(given)) or not known["date"]):
        notes.append(ParseWarning("date-unread", f"字段 date 的“{given}”不是日期，没有采用"))
    if (url := known.get("url")) and not is_web_address(url):
        known["url"] = None
        notes.append(ParseWarning("url-unread", f"字段 url 的“{url}”不是网址，没有采用"))
    return Stated(**known)


def iso_date(text: str) -> str | None:
    """A date in ISO 8601, from that, from 2019/3/25 or from 2019年3月25日.

    A month (2019-03, 2019年3月) or a year (2019, 2019年) is one too.
    """
    if found := _ISO.fullmatch(text.strip()) or _COMPACT.fullmatch(text.strip()):
        try:
            return date(*map(int, found.groups())).isoformat()
        except ValueError:
            return None
    return parse_date(text) or parse_partial_date(text)


def _no_json(name: str, error: Exception) -> SourceError:
    where = (
        f"：第{error.lineno}行第{error.colno}个字符有误"
        if isinstance(error, json.JSONDecodeError)
        else ""
    )
    return SourceError(f"文件“{name}”不是有效的 JSON{where}", _DOCUMENTED)


def _type(value: object) -> str:
    names = {dict: "对象", list: "列表", str: "文字", bool: "是非值", int: "数字", float: "数字"}
    return names.get(type(value), "空值")
