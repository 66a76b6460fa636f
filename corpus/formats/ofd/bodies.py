"""The documents of an OFD package: their pages, templates, resources and attachments."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import PurePosixPath

from lxml import etree

from corpus.formats.content import Member
from corpus.formats.ofd.geometry import numbers
from corpus.formats.ofd.package import Package, beside, child, child_text, local

_A4 = (210.0, 297.0)  # millimetres
_DATE = (1980, 1, 1, 0, 0, 0)  # of every member: the same documents give the same bytes
_PACKAGE_ROOT = "OFD.xml"
_IN_FRONT = "foreground"


class Document:
    """One document, by its ``DocBody``; raises :class:`~corpus.errors.SourceError` when broken."""

    def __init__(self, package: Package, body: etree._Element) -> None:
        self.package = package
        self._place = _root_of(package, body)
        self._root = package.xml(self._place)
        common = child(self._root, "CommonData")
        self._common = etree.Element("CommonData") if common is None else common
        #: Composite objects and pictures by ``ID``; pages may add their own.
        self.units: dict[str, etree._Element] = {}
        self.media: dict[str, str] = {}
        for each in self._common:
            if local(each) in ("PublicRes", "DocumentRes"):
                self._take_resources(beside(self._place, each.text or ""))

    @property
    def pages(self) -> list[str]:
        """Where the pages are, in their order."""
        listed = child(self._root, "Pages")
        if listed is None:
            return []
        found = (each.get("BaseLoc", "") for each in listed if local(each) == "Page")
        return [beside(self._place, place) for place in found]

    def page_roots(self, place: str) -> list[etree._Element]:
        """The roots of a page's templates and, last, of the page at ``place``."""
        page = self.package.xml(place)
        for each in page:
            if local(each) == "PageRes":
                self._take_resources(beside(place, each.text or ""))
        used = (each.get("TemplateID", "") for each in page if local(each) == "Template")
        return [*(self._templates[each] for each in used if each in self._templates), page]

    def size_of(self, page: etree._Element) -> tuple[float, float]:
        """Width and height of a page in millimetres."""
        for area in (child(page, "Area"), child(self._common, "PageArea")):
            box = numbers(child_text(area, "PhysicalBox")) if area is not None else []
            if len(box) == 4 and box[2] > 0 and box[3] > 0:
                return box[2], box[3]
        return _A4

    def attachments(self) -> list[str]:
        """The names of the files that are attached."""
        place = child_text(self._root, "Attachments")
        if not place or (place := beside(self._place, place)) not in self.package:
            return []
        files = (each for each in self.package.xml(place) if local(each) == "Attachment")
        return [each.get("Name") or child_text(each, "FileLoc") for each in files]

    def annotations(self) -> int:
        """How many annotations hold text: remarks, watermarks."""
        place = child_text(self._root, "Annotations")
        if not place or (place := beside(self._place, place)) not in self.package:
            return 0
        files = (child_text(each, "FileLoc") for each in self.package.xml(place))
        there = [found for each in files if each and (found := beside(place, each)) in self.package]
        annotations = (each for found in there for each in self.package.xml(found))
        return sum(any(local(part) == "TextCode" for part in each.iter()) for each in annotations)

    @cached_property
    def _templates(self) -> dict[str, etree._Element]:
        return {
            each.get("ID", ""): self.package.xml(beside(self._place, each.get("BaseLoc", "")))
            for each in self._common
            if local(each) == "TemplatePage"
        }

    def _take_resources(self, place: str) -> None:
        if place not in self.package:
            return  # fonts and pictures that are missing lose no text
        root = self.package.xml(place)
        base = beside(place, f"{root.get('BaseLoc', '')}/")
        for each in root.iter():
            if local(each) == "CompositeGraphicUnit":
                self.units[each.get("ID", "")] = each
            elif local(each) == "MultiMedia":
                self.media[each.get("ID", "")] = beside(base, child_text(each, "MediaFile"))


def members(package: Package, bodies: Sequence[etree._Element]) -> Iterator[Member]:
    """Each document of a package as a package of its own, without the folders of the others."""
    folders = [PurePosixPath(_root_of(package, body)).parent.as_posix() for body in bodies]
    for at, body in enumerate(bodies):
        others = {folder.lower() for folder in folders if folder not in (folders[at], ".")}
        info = child(body, "DocInfo")
        title = child_text(info, "Title") if info is not None else ""
        label = f"{at + 1} {title}".strip().replace("/", "／")
        yield Member(label, f"{label}.ofd", _repacked(package, at, others))


def _repacked(package: Package, kept: int, others: set[str]) -> bytes:
    root = package.xml(_PACKAGE_ROOT)
    for at, body in enumerate([each for each in root if local(each) == "DocBody"]):
        if at != kept:
            root.remove(body)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(_PACKAGE_ROOT, _DATE), etree.tostring(root))
        for key in sorted(package.parts):
            if key != _PACKAGE_ROOT.lower() and not any(key.startswith(f"{o}/") for o in others):
                archive.writestr(zipfile.ZipInfo(key, _DATE), package.read(key))
    return file.getvalue()


def _root_of(package: Package, body: etree._Element) -> str:
    place = child_text(body, "DocRoot")
    if not place:
        raise package.broken(f"{_PACKAGE_ROOT} 没有指出文档")
    return place.replace("\\", "/").lstrip("/")
