"""The pages of a file as its content, with notes on what could not be read as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.formats.content import Content, TextBuilder
from corpus.formats.layout.flow import Apart, write
from corpus.formats.layout.page import PageText
from corpus.policy import ParseWarning, WarningPlace

_SHOWN_PAGES = 10


def content_of(pages: Sequence[PageText]) -> Content:
    """The text of the pages; what stands apart from it (running heads, turned text) ends it."""
    without = [number for number, page in enumerate(pages, start=1) if not page.items]
    builder = TextBuilder()
    apart = write(pages, builder)
    notes = [*_notes(pages, without, apart)]
    builder.blank()
    for line in (*apart.heads, *(page.turned for page in pages)):
        builder.line(line)
    return Content(builder.text, builder.tables, notes=tuple(notes), page_starts=apart.starts)


def _notes(pages: Sequence[PageText], without: list[int], apart: Apart) -> Iterator[ParseWarning]:
    if without:
        shown = "、".join(map(str, without[:_SHOWN_PAGES]))
        more = f"等{len(without)}页" if len(without) > _SHOWN_PAGES else "页"
        message = f"第{shown}{more}没有文字，可能是图片或空白页"
        yield ParseWarning("page-without-text", message, WarningPlace(page=without[0]))
    if lost := sum(page.unmapped for page in pages):
        yield ParseWarning("characters-unmapped", f"有{lost}个字只有字形、没有编码，没有读出")
    if any(page.skipped_tables for page in pages):
        yield ParseWarning("table-unread", "有的页线条过多，其中的表格按普通文字读取")
    if apart.undecided:
        message = "有的表格没有框线，分不清其中的行列，按普通文字读取"
        yield ParseWarning("table-unread", message)
    if apart.heads:
        message = f"页眉页脚的文字（{len(apart.heads)}行）放在文末"
        yield ParseWarning("text-apart", message, WarningPlace(words=apart.heads[0]))
    if any(page.turned for page in pages):
        yield ParseWarning("text-apart", "竖排或旋转的文字放在文末")
