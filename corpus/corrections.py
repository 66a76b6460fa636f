"""Corrections that a person writes beside a source, in ``<name>.toml``.

    title = "民政部关于……的批复"      # also number, issuer, date, category, url, recipients
    validity = "失效"                 # 现行, 失效 or 已修改
    validity_note = "被民发〔2021〕9号废止"
    successor = "民发〔2021〕9号"

    [[zone]]                          # a row of the appendix by its number
    n = 4
    unit = "黑龙江省双鸭山市岭东区"      # also title, body, region (a name or a code)

What is written here goes before what the text says; an empty value says that
there is none.  :func:`read_correction` accepts nothing that it does not know, so
that a misspelt key is not silently without effect.
"""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpus.errors import CorrectionError
from corpus.places.regions import region_of, resolve_whole
from corpus.policy import Region, first_day

#: What can be corrected of a policy and is reported of it, in the order in which it is
#: shown, and what it is called in Chinese.
FIELDS = {
    "title": "标题",
    "number": "发文字号",
    "issuer": "发文机关",
    "date": "成文日期",
    "category": "文种",
    "recipients": "主送机关",
    "url": "原文网址",
    "validity": "效力",
    "validity_note": "效力说明",
    "successor": "替代文件",
}
VALIDITIES = ("现行", "失效", "已修改")
_ZONE_FIELDS = ("n", "unit", "title", "body", "region")


@dataclass(frozen=True, slots=True)
class ZoneCorrection:
    """What is put right of the row ``n``; ``None`` leaves a field as it is.

    ``region`` is a division's full name, or its code of six digits.
    """

    n: int
    unit: str | None = None
    title: str | None = None
    body: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """What is put right of a policy: pairs of field and value, and its rows.

    A value of ``None`` says that the policy has none.
    """

    values: tuple[tuple[str, str | None], ...] = ()
    zones: tuple[ZoneCorrection, ...] = ()

    def has(self, name: str) -> bool:
        """Whether the field is corrected."""
        return any(name == each for each, _ in self.values)

    def get(self, name: str) -> str | None:
        """The field's value; ``None`` too where it is not corrected."""
        return next((value for each, value in self.values if each == name), None)


#: Nothing to put right.
NO_CORRECTION = Correction()


def read_correction(text: str, name: str) -> Correction:
    """The correction in ``text``, the content of the file ``name``.

    Raises :class:`~corpus.errors.CorrectionError` with the line of what is wrong.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"更正文件“{name}”不是有效的 TOML：{_in_chinese(str(error))}"
        hint = '每行写成 字段 = "值"，值放在英文双引号里，例如 date = "2019-03-25"'
        raise CorrectionError(message, hint) from None
    reader = _Reader(text, name)
    zones = content.pop("zone", [])
    if not isinstance(zones, list) or not all(isinstance(zone, dict) for zone in zones):
        reader.fail("zone", "“zone”不是一组行", "每行另起一段，以 [[zone]] 开头")
    values = tuple((key, reader.value(key, value)) for key, value in content.items())
    rows = tuple(reader.zone(at, zone) for at, zone in enumerate(zones))
    numbers = [row.n for row in rows]
    for at, n in enumerate(numbers):
        if n in numbers[:at]:
            reader.fail("n", f"第{n}行写了两次", "请把同一行的更正写在一段 [[zone]] 里", at)
    return Correction(values, rows)


def write_correction(correction: Correction) -> str:
    """The text of a correction file that says this; :func:`read_correction` gives it back."""
    lines = [f"{name} = {_basic_string(value or '')}" for name, value in correction.values]
    for zone in correction.zones:
        lines += ["", "[[zone]]", f"n = {zone.n}"]
        for name in _ZONE_FIELDS[1:]:
            value = getattr(zone, name)
            if value is not None:
                lines.append(f"{name} = {_basic_string(value)}")
    return "\n".join(lines).strip() + "\n" if lines else ""


def _basic_string(value: str) -> str:
    """A value as TOML writes it: as JSON does, but for the character DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


class _Reader:
    """Checks values, and knows on which line they stand."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = text.splitlines()
        self._name = name

    def value(self, key: str, value: Any) -> str | None:
        """The checked value of a policy's field; empty is ``None``."""
        if key not in FIELDS:
            known = "、".join(FIELDS)
            self.fail(key, f"没有“{key}”这个字段", f"可以更正的字段是 {known}，以及 [[zone]]")
        if isinstance(value, datetime.date):  # a day, or a time of it
            value = value.isoformat()[:10]
        if not isinstance(value, str):
            self.fail(key, f"“{key}”的值不是文字", f'请写成 {key} = "值"，值放在英文双引号里')
        value = value.strip()
        if not value and key == "title":
            self.fail(key, "标题不能为空", "请写出标题，或删去这一行")
        if value:
            self._check(key, value)
        return value or None

    def _check(self, key: str, value: str) -> None:
        if key == "date" and not _is_iso(value):
            hint = "请写成年-月-日，例如 2019-03-25；只知道年月的写 2019-03，只知道年份的写 2019"
            self.fail(key, f"“{value}”不是日期", hint)
        if key == "validity" and value not in VALIDITIES:
            self.fail(key, f"效力“{value}”不认识", f"请写 {'、'.join(VALIDITIES)} 之一")
        if key == "url" and not re.match(r"https?://[^\s/]+", value):
            hint = "请给出以 http:// 或 https:// 开头的完整网址"
            self.fail(key, f"“{value}”不是网址", hint)

    def zone(self, at: int, values: Mapping[str, Any]) -> ZoneCorrection:
        """The checked correction of a row."""
        for key, value in values.items():
            if key not in _ZONE_FIELDS:
                known = "、".join(_ZONE_FIELDS)
                self.fail(key, f"[[zone]] 中没有“{key}”这个字段", f"可以写的是 {known}", at)
            expected = int if key == "n" else str
            if not isinstance(value, expected) or isinstance(value, bool):
                hint = "n 是附件表格的行号，写成 n = 4；其余的值放在英文双引号里"
                self.fail(key, f"[[zone]] 中“{key}”的值不对", hint, at)
        if "n" not in values or values["n"] < 1:
            self.fail("[[zone]]", "没有写明是哪一行", "请加上行号，例如 n = 4", at)
        region = values.get("region")
        if region is not None and find_region(region) is None:
            hint = "请写全名（例如 浙江省杭州市江干区）或六位区划代码"
            self.fail("region", f"行政区划数据中查不到“{region}”", hint, at)
        if not set(values) - {"n"}:
            self.fail("[[zone]]", f"没有写明第{values['n']}行更正什么", "请加上 unit 等字段", at)
        return ZoneCorrection(**values)

    def fail(self, key: str, what: str, hint: str, zone: int | None = None) -> None:
        """Raises the error for ``key``, in the ``zone``-th row's part."""
        line = self._line(key, zone)
        where = f"第{line}行" if line else ""
        raise CorrectionError(f"更正文件“{self._name}”{where}：{what}", hint)

    def _line(self, key: str, zone: int | None) -> int | None:
        pattern = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*(?:=|\]|$)")
        heads = [n for n, line in enumerate(self._lines, 1) if line.strip().startswith("[[zone]]")]
        first = 1
        if zone is not None and zone < len(heads):
            first = heads[zone]
            if key == "[[zone]]":
                return first
        for n, line in enumerate(self._lines[first - 1 :], first):
            if pattern.match(line):
                return n
        return first if zone is not None else None


def find_region(name: str, date: str | None = None) -> Region | None:
    """The region of a full name or a code, as of ``date``."""
    return region_of(name, date) if name.isdecimal() else resolve_whole(name, date)


def _is_iso(value: str) -> bool:
    try:
        return datetime.date.fromisoformat(first_day(value)).isoformat() == first_day(value)
    except ValueError:
        return False


def _in_chinese(message: str) -> str:
    """tomllib's message with its place in front."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", message)
    if found:
        return f"第{found[1]}行第{found[2]}列无法识别"
    return "内容不完整" if "end of document" in message else "无法识别"
