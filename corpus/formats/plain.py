"""Plain text and Markdown: the text as published, character for character."""

from __future__ import annotations

from corpus.formats.content import Content
from corpus.formats.encoding import decode
from corpus.formats.limits import Budget


def read(data: bytes, name: str, budget: Budget) -> Content:
    """The text, line ends and Markdown's marks included."""
    decoded = decode(data, name)
    return Content(decoded.text, notes=decoded.notes)
