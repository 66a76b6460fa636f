"""BibTeX: one ``@misc`` entry, read by BibTeX, biber and every reference manager.

``date`` and ``urldate`` are biblatex's, ``year`` and ``month`` BibTeX's own.
The texts are data: whatever TeX would act on is written as a command that
prints it.  Braces, too, are commands and not escaped ones, because BibTeX
counts every brace when it looks for the end of a value.
"""

from __future__ import annotations

import re

from indexer.citations.reference import Reference

_COMMANDS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}
_SPECIAL = re.compile(r"[\\{}~^&%$#_]")
#: TeX reads an address verbatim, so the braces are percent-encoded.
_URL_COMMANDS = {"{": "%7B", "}": "%7D", "\\": "%5C", " ": "%20"}
_URL_SPECIAL = re.compile(r"[{}\\ ]")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def escape(text: str) -> str:
    """``text`` on one line, so that TeX prints it and acts on nothing in it."""
    return _SPECIAL.sub(lambda sign: _COMMANDS[sign[0]], _one_line(text))


def _one_line(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text).strip()


def bibtex(reference: Reference) -> str:
    """The entry, its last line ended."""
    year, _, rest = (reference.issued or "").partition("-")
    url = _URL_SPECIAL.sub(lambda sign: _URL_COMMANDS[sign[0]], _one_line(reference.url or ""))
    fields = {
        # Doubled braces keep an institution one name and a title as it is.
        "author": " and ".join(f"{{{escape(issuer)}}}" for issuer in reference.issuers),
        "title": f"{{{escape(reference.title)}}}",
        "howpublished": escape(reference.number or ""),
        "type": escape(reference.category or ""),
        "date": reference.issued or "",
        "year": year,
        "month": rest[:2].lstrip("0"),
        "note": escape("，".join(part for part in (reference.place, reference.note) if part)),
        "abstract": escape(reference.abstract),
        "keywords": escape(", ".join(reference.keywords)),
        "language": "chinese",
        "url": url,
        "urldate": reference.visited.isoformat() if url else "",
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{reference.key},\n" + ",\n".join(lines) + "\n}\n"
