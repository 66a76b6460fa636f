"""What of a policy was understood, as its page shows it (:mod:`corpus.parsing.recognition`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from corpus.corrections import FIELDS
from corpus.evidence import Evidence, LocatedWarning
from corpus.library.library import Held
from corpus.library.review import warnings_of
from corpus.parsing.recognition import Recognised, RecognisedTable, Recognition, report
from corpus.policy import ParsedPolicy, Record
from webapp.presentation.naming import place_name
from webapp.web.languages import gettext as _
from webapp.web.languages import ngettext


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the report; ``official`` where ``value`` is quoted from the document.

    ``value`` is empty where nothing was recognised, ``origin`` where it was found.
    """

    label: str
    value: str
    origin: str = ""
    official: bool = True


@dataclass(frozen=True, slots=True)
class PlacedWarning:
    """A warning and where to look: the record that it is about, its page, its words.

    ``url`` is the address of the record on the page of its policy; ``where``, its name, is
    the line of the text where no record holds the words.  What is empty is not known.
    """

    message: str
    where: str
    url: str
    page: int | None
    evidence: Evidence | None


@dataclass(frozen=True, slots=True)
class Report:
    """The lines of a report, the parser's warnings, what else is still to be checked."""

    lines: tuple[Line, ...]
    warnings: tuple[PlacedWarning, ...]
    to_check: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many fields were not found."""
        return sum(not line.value for line in self.lines)


def recognised(parsed: ParsedPolicy, held: Held, url: Callable[[Record], str]) -> Report:
    """What of a policy was recognised and what was not.

    ``url`` is the address of a record on the page of the policy.  ``to_check`` leaves out
    the warnings of the parser, which stand at the head of the page, and fields that were
    not found, which are lines of their own.
    """
    found = report(parsed)
    records = {record.id: record for record in parsed.records} if found.warnings else {}
    shown = {warning.message for warning in parsed.warnings} | {f"no-{name}" for name in FIELDS}
    return Report(
        lines=(
            *map(_field, found.fields),
            *_jurisdiction(found),
            *map(_table, found.tables),
            *(Line(_("附件"), name) for name in found.attachments),
            Line(_("记录"), _counts(found.zones, found.passages), official=False),
            *([_headings(found.headings)] if found.headings else []),
            *_unresolved(found.unresolved),
        ),
        warnings=tuple(_warning(each, records, url) for each in found.warnings),
        to_check=tuple(d.message for d in warnings_of([held]) if not shown & {d.code, d.message}),
    )


def _warning(
    found: LocatedWarning, records: Mapping[str, Record], url: Callable[[Record], str]
) -> PlacedWarning:
    record = records.get(found.record or "")
    where = place_name(record) if record else ""
    if not where and found.evidence and found.evidence.line:
        where = _("正文第 %(n)s 行", n=found.evidence.line)
    address = url(record) if record else ""
    return PlacedWarning(found.message, where, address, found.page, found.evidence)


def _field(field: Recognised) -> Line:
    return Line(_labels().get(field.field, field.label), field.value or "", _origin(field))


def _jurisdiction(found: Recognition) -> Iterator[Line]:
    """Each of several issuers, the first one's level and area."""
    if len(found.issuers) > 1:
        yield Line(_("联合发文"), "、".join(found.issuers))
    if found.level:
        yield Line(_("层级"), _(found.level), official=False)
    if found.region:
        yield Line(_("发文地区"), found.region)


def _labels() -> dict[str, str]:
    return {
        "title": _("标题"),
        "number": _("发文字号"),
        "issuer": _("发文机关"),
        "date": _("成文日期"),
        "category": _("文种"),
        "recipients": _("主送机关"),
        "url": _("原文网址"),
        "validity": _("效力"),
        "validity_note": _("效力说明"),
        "successor": _("替代文件"),
    }


def _origin(field: Recognised) -> str:
    if field.line is not None:
        return _("正文第 %(n)s 行", n=field.line)
    origins = {
        "text": _("正文"),
        "stated": _("来源所注"),
        "correction": _("更正文件"),
        "file": _("文件名"),
    }
    return origins.get(field.origin or "", "")


def _table(table: RecognisedTable) -> Line:
    labels = {
        "grid": _("表格"),
        "flattened": _("逐行表格"),
        "listing": _("列表"),
        "named": _("正文列举"),
    }
    rows = ngettext("%(num)s 行", "%(num)s 行", table.rows)
    where = "" if table.line is None else _("正文第 %(n)s 行", n=table.line)
    origin = _("，").join(filter(None, (rows, where)))
    columns = "、".join(table.columns)
    return Line(labels[table.shape], columns or _("没有表头"), origin, official=bool(columns))


def _counts(zones: int, passages: int) -> str:
    return _("实验区 %(zones)s 条，正文段落 %(passages)s 条", zones=zones, passages=passages)


def _headings(count: int) -> Line:
    return Line(_("标题层次"), ngettext("%(num)s 个", "%(num)s 个", count), official=False)


def _unresolved(zones: tuple[tuple[int, str], ...]) -> Iterator[Line]:
    for n, unit in zones:
        yield Line(_("查不到的单位"), unit or "—", _("附件第 %(n)s 行", n=n))
