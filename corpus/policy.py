"""What the corpus is made of: a policy, and the records one can find in it.

An official file becomes one :class:`ParsedPolicy`: the text as published, the
:class:`Policy` that describes it, and its :class:`Record` s, the units of
retrieval.  A record is a ``zone`` (one row of an appendix table) or a
``passage`` (one paragraph of the running text).  Everything here is a frozen
value without behaviour beyond conversion; the parsing lives in
:mod:`corpus.parsing.notice`, the storage in :mod:`corpus.library.library`.

Offsets are Unicode code points into :attr:`ParsedPolicy.text`, ``end``
exclusive.  What a source does not state is ``None``, never a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

Kind = Literal["zone", "passage"]
Status = Literal["confirmed", "continued"]
#: How high the organ stands that issued a policy.
Level = Literal["国家", "省级", "地级", "县级", "乡级"]
LEVELS: tuple[Level, ...] = ("国家", "省级", "地级", "县级", "乡级")


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range ``[start, end)`` of code points in a policy's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Region:
    """An administrative division, named as of the policy's date.

    ``code`` is the six-digit code of GB/T 2260 of the narrowest part that is
    known.  In a municipality ``city`` equals ``province``.
    """

    province: str | None
    city: str | None
    county: str | None
    code: str | None

    @property
    def full_name(self) -> str:
        """The name from the province down, a municipality named once: 浙江省杭州市上城区."""
        names = (self.province, self.city, self.county)
        return "".join(dict.fromkeys(name for name in names if name))


@dataclass(frozen=True, slots=True)
class Record:
    """The unit of retrieval: a row of an appendix table, or a paragraph.

    ``id`` is ``<policy id>/<kind>-<n>``.  For a zone ``title`` is the 实验主题,
    ``body`` the 实验内容 and ``unit`` the 实验单位; for a passage ``title`` is
    the heading path (may be empty), ``body`` the text, ``unit`` ``None``.
    ``status`` says whether a zone was ``confirmed`` or ``continued`` with a
    new theme.  ``place`` tells where in the source the record stands.
    """

    id: str
    kind: Kind
    n: int
    title: str
    body: str
    unit: str | None
    status: Status | None
    region: Region | None
    place: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Ocr:
    """How text was recognised on pictures of pages.

    ``confidence`` is the mean over the recognised characters, 0–1; ``low_lines``
    counts the lines that are not sure, ``pages`` the pages that were recognised.
    """

    engine: str
    confidence: float
    low_lines: int
    pages: int


@dataclass(frozen=True, slots=True)
class Policy:
    """An official document: what a citation needs, and where it came from.

    ``issuer`` names the issuing organs as published, ``issuers`` each of them.
    ``date`` is ISO 8601, to the day, or to the month or year (``2019-03``,
    ``2019``) where no more is known; :func:`first_day` says where such a span begins.
    ``region`` and ``level`` are those of the first organ; both are ``None`` where its
    name does not tell, ``region`` also for central organs.
    ``validity`` is 现行, 失效 or 已修改 where the source or a correction says so,
    ``validity_note`` why, ``successor`` the number or title of what took its place.  ``ocr`` is set
    where text was recognised on pictures (识别文字).
    """

    id: str
    title: str
    number: str | None
    issuer: str | None
    date: str | None
    category: str | None
    recipients: str | None
    url: str | None
    source: str
    sha256: str
    validity: str | None = None
    validity_note: str | None = None
    successor: str | None = None
    issuers: tuple[str, ...] = ()
    region: Region | None = None
    level: Level | None = None
    ocr: Ocr | None = None

    @property
    def organs(self) -> tuple[str, ...]:
        """Each issuing organ: ``issuers``, or ``issuer`` where it was not taken apart."""
        if self.issuer is None:
            return ()
        return self.issuers or (self.issuer,)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The policy that ``dataclasses.asdict`` made ``values`` of, perhaps by way of JSON."""
        region = values.get("region")
        issuers = tuple(values.get("issuers", ()))
        made = {"issuers": issuers, "region": Region(**region) if region else None}
        ocr = values.get("ocr")
        return cls(**{**values, **made, "ocr": Ocr(**ocr) if ocr else None})


def first_day(date: str) -> str:
    """The first day of a date that may be known to the month or the year only, in ISO 8601.

    A policy is sorted, and is within a range or not, by this day: 2019 is within
    2018-07-01 to 2019-06-30, since it may have begun by then.
    """
    return date + "0000-01-01"[len(date) :]


@dataclass(frozen=True, slots=True)
class WarningPlace:
    """What a warning is about, as far as the reader that gave it knows.

    ``row`` is the number of a zone, ``page`` that of a page, from 1.  ``words`` stand in
    the text: in the row's part of it where there is a row, on the page where there is a
    page.  ``span`` says outright where, and comes before ``words``.
    """

    row: int | None = None
    page: int | None = None
    words: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class ParseWarning:
    """Something in a source that a reader of the records should know.

    ``place`` is ``None`` where the warning is about the file as a whole.
    """

    code: str
    message: str
    place: WarningPlace | None = None

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The warning that ``dataclasses.asdict`` made ``values`` of, perhaps by way of JSON."""
        place = values.get("place")
        if place:
            span = place["span"]
            place = WarningPlace(**{**place, "span": Span(**span) if span else None})
        return cls(values["code"], values["message"], place)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was recognised: what, its value, and where it was found.

    ``field`` is a field of :class:`Policy`, or ``attachment``, ``heading`` or
    ``table``.  ``origin`` is ``text`` (``place`` then says where), ``stated`` (a
    field of the source), ``correction`` or ``file`` (the file's name).  A table's
    value is its shape, its number of rows and its columns: ``grid:31:序号<TAB>单位``.
    """

    field: str
    value: str
    origin: Literal["text", "stated", "correction", "file"]
    place: Span | None = None


@dataclass(frozen=True, slots=True)
class ParsedPolicy:
    """A source, read: its text, description, records and leftovers.

    The records' places and ``furniture`` (a table's head) together tile every
    non-blank line of ``text``.  ``findings`` say where each piece of the
    description comes from.
    """

    policy: Policy
    text: str
    records: tuple[Record, ...]
    furniture: tuple[Span, ...]
    warnings: tuple[ParseWarning, ...]
    findings: tuple[Finding, ...] = ()
    page_starts: tuple[int, ...] = ()
