"""DOCX: paragraphs, tables and text boxes in the order of the document.

python-docx opens the package; its XML is walked here, since what a reader sees
lies deeper than paragraphs: insertions are in, deletions are out, content
controls and links are walked through, a text box follows the paragraph that
anchors it, automatic numbers (第一条, 一、, the 序号 of a table) are written out
(:mod:`corpus.formats.office.numbering`).  Notes, headers and footers follow at the end.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree

from corpus.formats.content import Content, GridCell, TextBuilder
from corpus.formats.limits import Budget
from corpus.formats.office.numbering import Numbering
from corpus.formats.office.ooxml import check_package, damaged
from corpus.policy import ParseWarning, WarningPlace
from corpus.text.normalize import raised

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_GONE = {
    _W + name for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sectPr", "rt")
}
_BREAKS = {_W + "br", _W + "cr"}
_WRAPPERS = {_W + name for name in ("sdt", "sdtContent", "customXml", "ins")}
_BOX = _W + "txbxContent"
_PARTS = (  # the paragraphs of other parts, and what they are called
    (RELATIONSHIP_TYPE.FOOTNOTES, "footnote", "脚注"),
    (RELATIONSHIP_TYPE.ENDNOTES, "endnote", "尾注"),
    (RELATIONSHIP_TYPE.HEADER, None, "页眉"),
    (RELATIONSHIP_TYPE.FOOTER, None, "页脚"),
)
_DEEPEST = 200


def read(data: bytes, name: str, budget: Budget) -> Content:
    """The document's text; raises :class:`~corpus.errors.SourceError` when it is broken."""
    check_package(data, name, budget)
    try:
        document = Document(io.BytesIO(data))
        reader = _Reader(Numbering(document))
        reader.blocks(document.element.body)
        notes = tuple(reader.apart(document))
    except Exception as error:  # whatever a package that is no document makes the library raise
        raise damaged(name, error) from error
    return Content(reader.builder.text, reader.builder.tables, notes=notes)


class _Reader:
    """Walks a document's XML into a text."""

    def __init__(self, numbering: Numbering) -> None:
        self.builder = TextBuilder()
        self._numbering = numbering

    def blocks(self, parent: etree._Element, depth: int = 0) -> None:
        """The paragraphs and tables of ``parent``."""
        for element in _visible(parent):
            if element.tag == _W + "p":
                self._paragraph(element, depth)
            elif element.tag == _W + "tbl":
                self._table(element, depth)
            elif depth < _DEEPEST:  # a content control, custom XML, an alternative
                self.blocks(element, depth + 1)

    def apart(self, document: Document) -> Iterator[ParseWarning]:  # type: ignore[valid-type]
        """Adds notes, headers and footers, each text once, and tells of them."""
        for kind, tag, label in _PARTS:
            lines: dict[str, None] = {}
            for relation in document.part.rels.values():  # type: ignore[attr-defined]
                if relation.reltype == kind and not relation.is_external:
                    root = etree.fromstring(relation.target_part.blob, _parser())
                    lines.update(dict.fromkeys(self._lines_of(root, tag)))
            if lines:
                self.builder.blank()
                for line in lines:
                    self.builder.line(line)
                message = f"{label}的文字（{len(lines)}行）放在文末"
                yield ParseWarning("text-apart", message, WarningPlace(words=next(iter(lines))))

    def _lines_of(self, root: etree._Element, tag: str | None) -> Iterator[str]:
        for paragraph in root.iter(_W + "p"):
            line = "".join(self._inline(paragraph, []))
            if any(char.isalpha() for char in line):  # more than the number of a page
                yield line.strip()

    def _paragraph(self, paragraph: etree._Element, depth: int) -> None:
        text, boxes = self._text(paragraph)
        if text.strip():
            self.builder.line(text)
        elif not boxes:
            self.builder.blank()
        for box in boxes:
            if depth < _DEEPEST:
                self.blocks(box, depth + 1)

    def _text(self, paragraph: etree._Element) -> tuple[str, list[etree._Element]]:
        """A paragraph's text with its number, and the boxes anchored in it."""
        boxes: list[etree._Element] = []
        text = "".join(self._inline(paragraph, boxes))
        number = self._numbering.label(paragraph)
        return number + text if text.strip() or number else text, boxes

    def _inline(self, parent: etree._Element, boxes: list[etree._Element]) -> Iterator[str]:
        for element in _visible(parent):
            tag = element.tag
            if tag in (_W + "t", _MATH_TEXT):
                yield element.text or ""
            elif tag == _W + "tab" or tag == _W + "ptab":
                yield "\t"
            elif tag in _BREAKS:
                yield "\n"
            elif tag == _W + "noBreakHyphen":
                yield "-"
            elif tag == _W + "sym":
                yield _symbol(element)
            elif tag == _BOX:
                boxes.append(element)
            elif tag == _W + "r" and _is_hidden(element):
                continue
            elif tag == _W + "r" and _is_raised(element):
                yield from map(raised, self._inline(element, boxes))
            else:
                yield from self._inline(element, boxes)

    def _table(self, table: etree._Element, depth: int) -> None:
        cells = list(_grid(table))
        rows = {cell.row for cell, _ in cells}
        columns = {cell.column for cell, _ in cells}
        nested = any(next(element.iter(_W + "tbl"), None) is not None for _, element in cells)
        if nested or len(rows) < 2 or len(columns) < 2:  # a frame around text, no data
            for _, element in cells:
                self.blocks(element, depth + 1)
            return
        self.builder.table(
            GridCell(c.row, c.column, self._cell_text(element), c.rowspan, c.colspan)
            for c, element in cells
        )

    def _cell_text(self, cell: etree._Element) -> str:
        paragraphs = (p for p in cell.iter(_W + "p") if _within(p, cell))
        return "\n".join(self._text(paragraph)[0] for paragraph in paragraphs)


def _grid(table: etree._Element) -> Iterator[tuple[GridCell, etree._Element]]:
    """The cells with their places; one that goes on from above is counted there, not again."""
    rows = [row for row in _through(table, _W + "tr") if not _is_deleted(row)]
    open_cells: dict[int, int] = {}  # column -> index in found
    found: list[tuple[GridCell, etree._Element]] = []
    for at, row in enumerate(rows):
        column = _number(row, "trPr", "gridBefore", 0)
        for element in _through(row, _W + "tc"):
            width = _number(element, "tcPr", "gridSpan", 1)
            merge = element.find(f"{_W}tcPr/{_W}vMerge")
            if merge is not None and merge.get(_W + "val") != "restart" and column in open_cells:
                above, origin = found[open_cells[column]]
                height = at - above.row + 1
                found[open_cells[column]] = (
                    GridCell(above.row, above.column, "", height, above.colspan),
                    origin,
                )
                if not "".join(t.text or "" for t in element.iter(_W + "t")).strip():
                    column += width
                    continue
            elif merge is not None:
                open_cells[column] = len(found)
            else:
                open_cells.pop(column, None)
            found.append((GridCell(at, column, "", 1, width), element))
            column += width
    yield from found


def _visible(parent: etree._Element) -> Iterator[etree._Element]:
    """The children that a reader sees: of alternatives the first, of revisions the accepted."""
    for element in parent:
        if not isinstance(element.tag, str) or element.tag in _GONE:
            continue
        if element.tag == _MC + "AlternateContent":
            chosen = element.find(_MC + "Choice")
            if chosen is None:
                chosen = element.find(_MC + "Fallback")
            if chosen is not None:
                yield from _visible(chosen)
        else:
            yield element


def _through(parent: etree._Element, tag: str, depth: int = 0) -> Iterator[etree._Element]:
    """The children of the kind, those inside content controls and the like included."""
    for element in _visible(parent):
        if element.tag == tag:
            yield element
        elif element.tag in _WRAPPERS and depth < _DEEPEST:
            yield from _through(element, tag, depth + 1)


def _within(paragraph: etree._Element, cell: etree._Element) -> bool:
    """Whether the paragraph is to be seen: no part of a deletion, or of an unused alternative."""
    for parent in paragraph.iterancestors():
        if parent is cell:
            return True
        if parent.tag in _GONE or parent.tag == _MC + "Fallback":
            return False
    return True


def _is_deleted(row: etree._Element) -> bool:
    return row.find(f"{_W}trPr/{_W}del") is not None


def _is_hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(_W + "val", "true") not in ("0", "false")


def _is_raised(run: etree._Element) -> bool:
    align = run.find(f"{_W}rPr/{_W}vertAlign")
    return align is not None and align.get(_W + "val") == "superscript"


def _number(element: etree._Element, properties: str, name: str, otherwise: int) -> int:
    found = element.find(f"{_W}{properties}/{_W}{name}")
    value = found.get(_W + "val", "") if found is not None else ""
    return min(int(value), 1000) if value.isdecimal() and len(value) < 9 else otherwise


def _symbol(element: etree._Element) -> str:
    try:
        char = chr(int(element.get(_W + "char", ""), 16))
    except ValueError:
        return ""
    return "" if "\ud800" <= char <= "\uf8ff" else char  # a picture font's own


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)
