"""MHTML: the page in a web archive, with its frames, read as HTML."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import Message

from corpus.document import SourceTable
from corpus.errors import SourceError
from corpus.formats.content import Content
from corpus.formats.encoding import decode
from corpus.formats.html.page import read_page
from corpus.formats.limits import Budget
from corpus.policy import ParseWarning, Span, WarningPlace

_PAGES = ("text/html", "application/xhtml+xml")


def read(data: bytes, name: str, budget: Budget) -> Content:
    """The archive's page; the texts of its frames follow at the end.

    Raises :class:`SourceError` when there is no page in it.
    """
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        parts = [part for part in message.walk() if part.get_content_type() in _PAGES]
        pages = [_page(part, name, message) for part in parts]
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError) as error:
        raise _damaged(name) from error
    if not pages:
        raise _damaged(name)
    main, *frames = pages
    for frame in frames:
        if frame.text.strip() and frame.text not in main.text:
            main = _joined(main, frame)
    return main


def _page(part: Message, name: str, archive: Message) -> Content:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    decoded = decode(content, name, part.get_content_charset()) if content else decode(b"", name)
    location = part.get("Content-Location") or archive.get("Snapshot-Content-Location")
    return read_page(decoded, name, str(location).strip() if location else None)


def _joined(main: Content, frame: Content) -> Content:
    """``frame`` after ``main``, with its tables at their new place."""
    before = main.text + "\n"
    first = frame.text.split("\n", 1)[0]
    begins = Span(len(before), len(before) + len(first))
    moved = (
        SourceTable(
            tuple(
                replace(cell, span=Span(cell.span.start + len(before), cell.span.end + len(before)))
                for cell in table.cells
            )
        )
        for table in frame.tables
    )
    note = ParseWarning("text-apart", "网页内嵌框架的文字放在文末", WarningPlace(span=begins))
    return replace(
        main,
        text=before + frame.text,
        tables=(*main.tables, *moved),
        notes=tuple(dict.fromkeys((*main.notes, *frame.notes, note))),
    )


def _damaged(name: str) -> SourceError:
    return SourceError(
        f"文件“{name}”中没有网页正文，可能已损坏", "请在浏览器中重新打开原网页，另存为网页后再试"
    )
