"""Plain text and Markdown: the text as published, character for character.

Of the tags that Markdown may hold, those that stand within words are read: a
superscript becomes one (10⁴), a reading (ruby) is left out, as on a page.
"""

from __future__ import annotations

import re

from corpus.formats.content import Content
from corpus.formats.encoding import decode
from corpus.formats.limits import Budget
from corpus.text.normalize import raised

_MARKDOWN = (".md", ".markdown")
_SUPERSCRIPT = re.compile(r"<sup>([^<>\n]{0,40})</sup>", re.IGNORECASE)
_READING = re.compile(r"<(rt|rp|rtc)>[^<>\n]{0,80}</\1>|</?(?:ruby|rb)>", re.IGNORECASE)


def read(data: bytes, name: str, budget: Budget) -> Content:
    """The text, line ends and Markdown's marks included."""
    decoded = decode(data, name)
    text = decoded.text
    if name.lower().endswith(_MARKDOWN):
        text = without_tags(text)
    return Content(text, notes=decoded.notes)


def without_tags(text: str) -> str:
    """Markdown without the tags that stand within words."""
    if "<" not in text:
        return text
    text = _SUPERSCRIPT.sub(lambda found: raised(found[1]), text)
    return _READING.sub("", text) if "<ruby>" in text.lower() else text
