"""PDF: the text layer, by pdfplumber; pages without one are recognised as pictures.

pdfminer trusts what it reads, so that a page is never begun when the time is
up, and streams are looked at before: one that unpacks without end is refused.
"""

from __future__ import annotations

import io
import logging
import re
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pdfplumber
import pypdfium2
from pdfminer.pdfdocument import PDFPasswordIncorrect

from corpus.errors import SourceError
from corpus.formats.content import Content
from corpus.formats.layout.page import PageText
from corpus.formats.layout.ruled import Print, read_print
from corpus.formats.limits import Budget
from corpus.formats.ocr.drawing import fitted_scale
from corpus.formats.ocr.fill import content_with_scans

if TYPE_CHECKING:
    from PIL.Image import Image

_STREAM = re.compile(rb"stream\r?\n(?=[\x08\x18\x28\x38\x48\x58\x68\x78])")
_CHUNK = 1 << 20


def read(data: bytes, name: str, budget: Budget) -> Content:
    """The text of all pages.

    Raises :class:`SourceError` when the file is broken, locked with a
    password, has no text, or is larger or slower than the limits allow.
    """
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # fonts without metrics lose no text
    _check_streams(data, name, budget)
    try:
        pages = list(_pages(data, name, budget))
    except SourceError:
        raise
    except Exception as error:  # of a broken file, anything from struct.error to RecursionError
        if _wants_password(error):
            hint = "请用密码打开，取消密码后另存一份再添加"
            raise SourceError(f"PDF 文件“{name}”设有打开密码，读不了", hint) from None
        message = f"PDF 文件“{name}”已损坏或没有下载完整，其中的页读不出来"
        raise SourceError(message, "请重新下载，或用 PDF 阅读器打开后另存一份再试") from error
    if not pages:
        raise SourceError(f"PDF 文件“{name}”中没有页", "请重新下载该文件后再试")
    scanned = [n for n, page in enumerate(pages, start=1) if page.is_picture]
    return content_with_scans(data, name, pages, scanned, budget)


def page_picture(data: bytes, name: str, number: int) -> tuple[Image, float]:
    """Page ``number`` (from 1) as it looks, and how many points a pixel of it is."""
    document = pypdfium2.PdfDocument(data)
    try:
        if not 1 <= number <= len(document):
            raise SourceError(f"PDF 文件“{name}”没有第 {number} 页", "请核对页码")
        page = document[number - 1]
        scale = fitted_scale(*page.get_size())
        return page.render(scale=scale, grayscale=True).to_pil(), 1 / scale
    except pypdfium2.PdfiumError as error:
        message = f"PDF 文件“{name}”的第 {number} 页画不出来"
        raise SourceError(message, "请用 PDF 阅读器打开检查，另存一份后再试") from error
    finally:
        document.close()


def _pages(data: bytes, name: str, budget: Budget) -> Iterator[PageText]:
    deadline = time.monotonic() + budget.limits.seconds
    with pdfplumber.open(io.BytesIO(data)) as document:
        for number, page in enumerate(document.pages, start=1):
            if number > budget.limits.pages:
                message = f"PDF 文件“{name}”超过 {budget.limits.pages} 页，没有读取"
                raise SourceError(message, "请拆分成几个文件再添加")
            if time.monotonic() > deadline:
                message = f"读取 PDF 文件“{name}”超过 {budget.limits.seconds:g} 秒，已停止"
                raise SourceError(message, "请拆分成几个文件，或转成 DOCX、文本再添加")
            yield _read_page(page)
            page.close()


def _read_page(page: Any) -> PageText:
    """The lines and tables of a page of pdfplumber."""
    chars = page.dedupe_chars().chars
    unmapped = [char for char in chars if char["text"].startswith("(cid:")]
    mapped = [char for char in chars if not char["text"].startswith("(cid:")]
    printed = Print(float(page.width), float(page.height), mapped, page.edges)
    found = replace(read_print(printed), unmapped=len(unmapped))
    found.is_picture = not found.items and bool(page.images or unmapped or page.edges)
    return found


def _check_streams(data: bytes, name: str, budget: Budget) -> None:
    """Unpacks every stream, and what is packed in it again, bit by bit, and forgets it."""
    for found in _STREAM.finditer(data):
        budget.check_ratio(len(data), _unpacked_size(data, found.end(), budget))


def _unpacked_size(data: bytes, start: int, budget: Budget) -> int:
    decoder, inner = zlib.decompressobj(), zlib.decompressobj()
    total, at, given = 0, start, b""
    try:
        while not decoder.eof:
            given = decoder.unconsumed_tail or data[at : at + _CHUNK]
            at += 0 if decoder.unconsumed_tail else len(given)
            if not given:
                break
            chunk = decoder.decompress(given, _CHUNK)
            total += len(chunk)
            budget.expand(len(chunk))
            while inner is not None and chunk:
                try:
                    again = inner.decompress(chunk, _CHUNK)
                except zlib.error:
                    break
                chunk = inner.unconsumed_tail
                total += len(again)
                budget.expand(len(again))
            budget.check_ratio(len(data), total)
    except zlib.error:
        pass  # not packed this way, or broken: the reader will say so
    return total


def _wants_password(error: BaseException) -> bool:
    reasons = (error, error.__cause__, error.__context__, *error.args)
    return any(isinstance(reason, PDFPasswordIncorrect) for reason in reasons)
