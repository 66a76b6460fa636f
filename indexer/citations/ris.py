"""RIS: tagged lines, as EndNote, Zotero, NoteExpress and others take them.

A government document (``GOVDOC``); lines end with CR LF, as the format's
description has it.  A line is a value, so line ends in a text become spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.citations.reference import LANGUAGE, Reference

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def ris(reference: Reference) -> str:
    """The reference from ``TY`` to ``ER``, with an empty line after it."""
    lines = "".join(f"{tag}  - {value}\r\n" for tag, value in _tags(reference))
    return f"TY  - GOVDOC\r\n{lines}ER  - \r\n\r\n"


def _tags(reference: Reference) -> Iterator[tuple[str, str]]:
    issued = reference.issued or ""
    values = (
        ("ID", reference.key),
        *(("AU", issuer) for issuer in reference.issuers),
        ("TI", reference.title),
        ("PY", issued[:4]),
        ("DA", issued.replace("-", "/")),
        ("M1", reference.number),
        ("M3", reference.category),
        ("SP", reference.place),
        ("N1", reference.note),
        ("AB", reference.abstract),
        *(("KW", keyword) for keyword in reference.keywords),
        ("LA", LANGUAGE),
        ("UR", reference.url),
        ("Y2", reference.visited.strftime("%Y/%m/%d") if reference.url else ""),
    )
    for tag, value in values:
        line = _UNPRINTABLE.sub(" ", value or "").strip()
        if line:
            yield tag, line
