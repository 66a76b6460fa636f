"""OFD (GB/T 33190-2016), the format of fixed pages in which offices send documents.

    package -> OFD.xml -> a document, or several, each read as a file of its own
            -> Document.xml -> pages with their templates -> characters and ruling lines
            -> lines, paragraphs and tables as those of a PDF

Signatures and seals are no text and are left out; attachments and annotations
are named.
"""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from corpus.errors import SourceError
from corpus.formats.content import Content, Part
from corpus.formats.layout.page import PageText
from corpus.formats.limits import Budget, Limits
from corpus.formats.ocr.fill import content_with_scans
from corpus.formats.ofd.bodies import Document, members
from corpus.formats.ofd.package import Package, local
from corpus.formats.ofd.page import Drawing, page_text
from corpus.formats.ofd.pictures import draw_pictures
from corpus.policy import ParseWarning

if TYPE_CHECKING:
    from PIL.Image import Image

_ROOT = "OFD.xml"
_SHOWN = 10


def read(data: bytes, name: str, budget: Budget) -> Content | Iterator[Part]:
    """The text of the document in the package, or the documents where there are several.

    Raises :class:`SourceError` when the file is broken, encrypted, has no text,
    or is larger or slower than the limits allow.
    """
    package = Package(data, name, budget)
    try:
        bodies = _bodies(package)
        if len(bodies) > 1:
            return members(package, bodies)
        return _read_document(data, Document(package, bodies[0]), budget)
    except SourceError:
        raise
    except (zipfile.BadZipFile, OSError, ValueError, RecursionError) as error:
        raise package.broken(type(error).__name__) from error


def _read_document(data: bytes, document: Document, budget: Budget) -> Content:
    pages = list(_pages(document, budget))
    name = document.package.name
    if not pages:
        raise SourceError(f"OFD 文件“{name}”中没有页", "请重新下载该文件后再试")
    scanned = [number for number, (page, _) in enumerate(pages, start=1) if page.is_picture]
    if not scanned and not any(page.items or page.turned for page, _ in pages):
        raise _no_text(name, pages)
    content = content_with_scans(data, name, [page for page, _ in pages], scanned, budget)
    return replace(content, notes=(*content.notes, *_notes(document)))


def page_picture(data: bytes, name: str, number: int) -> tuple[Image, float]:
    """The pictures on page ``number`` (from 1), and how many points a pixel is."""
    limits = Limits()
    package = Package(data, name, Budget(limits, name))
    document = Document(package, _bodies(package)[0])
    if not 1 <= number <= len(document.pages):
        raise SourceError(f"OFD 文件“{name}”没有第 {number} 页", "请核对页码")
    roots = document.page_roots(document.pages[number - 1])
    drawn = Drawing(document.units, limits.objects, package.broken).draw(roots)
    return draw_pictures(document, drawn, document.size_of(roots[-1]), limits)


def _bodies(package: Package) -> list[etree._Element]:
    """The documents of the package, at least one."""
    bodies = [each for each in package.xml(_ROOT) if local(each) == "DocBody"]
    if not bodies:
        raise package.broken(f"{_ROOT} 中没有文档")
    return bodies


def _pages(document: Document, budget: Budget) -> Iterator[tuple[PageText, bool]]:
    """Each page, and whether shapes are drawn on it."""
    name, limits = document.package.name, budget.limits
    deadline = time.monotonic() + limits.seconds
    drawing = Drawing(document.units, limits.objects, document.package.broken)
    for number, place in enumerate(document.pages, start=1):
        if number > limits.pages:
            message = f"OFD 文件“{name}”超过 {limits.pages} 页，没有读取"
            raise SourceError(message, "请拆分成几个文件再添加")
        if time.monotonic() > deadline:
            message = f"读取 OFD 文件“{name}”超过 {limits.seconds:g} 秒，已停止"
            raise SourceError(message, "请拆分成几个文件，或转成 DOCX、文本再添加")
        roots = document.page_roots(place)
        drawn = drawing.draw(roots)
        page = page_text(drawn, document.size_of(roots[-1]))
        page.is_picture = bool(drawn.pictures) and not page.items
        yield page, drawn.paths > 0


def _no_text(name: str, pages: list[tuple[PageText, bool]]) -> SourceError:
    if any(page.unmapped for page, _ in pages):
        message = f"OFD 文件“{name}”的文字没有字符编码（只有字形），读不出来"
    elif any(shapes for _, shapes in pages):
        message = f"OFD 文件“{name}”中只有图形，没有文字，文字可能已转成曲线（共{len(pages)}页）"
    else:
        return SourceError(f"OFD 文件“{name}”中没有文字", "请检查文件内容是否完整")
    return SourceError(message, "请用 OFD 阅读器打开，打印或另存为 PDF，再添加该 PDF")


def _notes(document: Document) -> Iterator[ParseWarning]:
    if attached := document.attachments():
        shown = "、".join(attached[:_SHOWN])
        more = f"等{len(attached)}个" if len(attached) > _SHOWN else ""
        message = f"文件带有附件（{shown}{more}），其中的文字没有读取，可取出后另行添加"
        yield ParseWarning("file-attached", message)
    if count := document.annotations():
        message = f"批注、水印等标注（{count}处）中的文字没有读取"
        yield ParseWarning("annotation-unread", message)
