"""CSL-JSON: the input of citation processors (citeproc, Pandoc, Zotero)."""

from __future__ import annotations

import json
from typing import Any

from indexer.citations.reference import LANGUAGE, Reference


def csl_item(reference: Reference) -> dict[str, Any]:
    """One item as the CSL 1.0.2 data schema has it, without what is not known."""
    visited = reference.visited
    item: dict[str, Any] = {
        "id": reference.key,
        "type": "document",
        "title": reference.title,
        "author": [{"literal": issuer} for issuer in reference.issuers],
        "number": reference.number,
        "genre": reference.category,
        "issued": _date(reference.issued) if reference.issued else None,
        "locator": reference.place,
        "note": reference.note,
        "abstract": reference.abstract,
        "keyword": ", ".join(reference.keywords),
        "language": LANGUAGE,
        "URL": reference.url,
        "accessed": _date(visited.isoformat()) if reference.url else None,
    }
    return {name: value for name, value in item.items() if value}


def _date(iso: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in iso.split("-")]]}


def csl_json(reference: Reference) -> str:
    """An array of one item, as processors read it; the last line is ended."""
    return json.dumps([csl_item(reference)], ensure_ascii=False, indent=2) + "\n"
