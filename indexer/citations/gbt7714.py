"""Citations as GB/T 7714 prescribes them, for a policy and for one of its records.

An official document is type ``[Z]``; where its address is known it is cited
from there, ``[EB/OL]``, with the day of the visit.  After the edition of 2025,
and after that of 2015, which many journals still ask for and which sets
half-width punctuation::

    民政部. 民政部关于……的批复：民函〔2019〕41号[Z]. 2019-03-25.
    民政部. 民政部关于……的批复：民函〔2019〕41号[EB/OL]. （2019-03-25）[2026-01-02]. https://….

    民政部. 民政部关于……的批复:民函〔2019〕41号[Z]. 2019-03-25.
    民政部. 民政部关于……的批复:民函〔2019〕41号[EB/OL]. (2019-03-25)[2026-01-02]. https://….

Every issuer is named, with a comma between.  A record is named where the
standard has the cited pages (引文页码): after the date, or before the date of an
online document.  What is not known is left
out, only a missing date is stated as such.  A text that was recognised on pictures
is marked behind the citation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from corpus.policy import Policy, Record

UNDATED = "[日期不详]"


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of the standard: its year and its punctuation."""

    year: int
    colon: str
    comma: str
    opening: str
    closing: str


EDITION_2025 = Edition(2025, "：", "，", "（", "）")
EDITION_2015 = Edition(2015, ":", ",", "(", ")")


def locator(record: Record) -> str:
    """Where in its policy a record stands: 附件第7项, or 第12段."""
    return f"附件第{record.n}项" if record.kind == "zone" else f"第{record.n}段"


def recognised_note(policy: Policy) -> str:
    """That the text was recognised on pictures, and how sure that is; else empty."""
    return f"识别文字，平均置信度 {policy.ocr.confidence:.3f}" if policy.ocr else ""


def cite(
    policy: Policy,
    *,
    record: Record | None = None,
    visited: date,
    edition: Edition = EDITION_2025,
) -> str:
    """The citation of a policy, or of one of its records.

    ``visited`` is the day on which the text was read; it is printed only with
    an address.
    """
    issuer = f"{edition.comma.join(policy.organs)}. " if policy.organs else ""
    title = f"{policy.title}{edition.colon}{policy.number}" if policy.number else policy.title
    at = locator(record) if record else ""
    mark = f" （{recognised_note(policy)}）" if policy.ocr else ""
    if policy.url:
        issued = f"{edition.opening}{policy.date}{edition.closing}" if policy.date else ""
        return f"{issuer}{title}[EB/OL]. {at}{issued}[{visited.isoformat()}]. {policy.url}.{mark}"
    where = f"{edition.colon}{at}" if at else ""
    return f"{issuer}{title}[Z]. {policy.date or UNDATED}{where}.{mark}"
