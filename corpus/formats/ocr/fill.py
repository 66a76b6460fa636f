"""Pages without text, filled with what is recognised on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.errors import SourceError
from corpus.formats.content import Content
from corpus.formats.layout.content import content_of
from corpus.formats.layout.page import PageText
from corpus.formats.layout.ruled import read_print
from corpus.formats.limits import Budget
from corpus.formats.ocr.printed import print_of
from corpus.formats.ocr.process import INSTALL
from corpus.formats.ocr.recognition import Recognised, recognise
from corpus.policy import ParseWarning


def content_with_scans(
    data: bytes, name: str, pages: Sequence[PageText], scanned: Sequence[int], budget: Budget
) -> Content:
    """The content of ``pages``, those numbered ``scanned`` (from 1) as they are recognised.

    Where other pages have text, missing libraries are a note.  Raises as
    :func:`~corpus.formats.ocr.recognition.recognise` does, and :class:`SourceError`
    where there is no text at all.
    """
    filled = list(pages)
    try:
        found = recognise(data, name, scanned, budget) if scanned else Recognised({}, {})
    except SourceError as error:
        if not any(page.items for page in pages):
            raise
        content = content_of(filled)
        note = ParseWarning("ocr-missing", f"{error.message}。{error.hint}")
        return replace(content, notes=(*content.notes, note))
    for number, reading in found.pages.items():
        filled[number - 1] = read_print(print_of(reading))
    if not any(page.items or page.turned for page in filled):
        raise _nothing(name, found)
    content = content_of(filled)
    return replace(content, notes=(*content.notes, *found.notes()), ocr=found.ocr())


def _nothing(name: str, found: Recognised) -> SourceError:
    if found.failed:
        number, why = next(iter(found.failed.items()))
        message = f"文件“{name}”的文字识别没有成功（第{number}页：{why}）"
        return SourceError(message, f"请稍后再试；若总是如此，请重新执行 {INSTALL}")
    message = f"文件“{name}”没有文字，像是扫描件，识别后也没有得到文字"
    return SourceError(
        message,
        "请检查图像是否清楚、是否空白，重新扫描（每英寸 200 至 300 点）后再做文字识别（OCR）",
    )
