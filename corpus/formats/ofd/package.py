"""The package of an OFD file: a ZIP of XML, whose parts name each other by place.

A place is relative to the part that names it, or to the package where it begins
with ``/`` (GB/T 33190-2016, 7.2).  Writers differ in case, in back slashes and
in a slash too many; a place is looked up without regard to them.
"""

from __future__ import annotations

import io
import posixpath
import zipfile

from lxml import etree

from corpus.errors import SourceError
from corpus.formats.limits import Budget
from corpus.formats.office.ooxml import check_package

_MEND = "请用 OFD 阅读器（如数科阅读器、福昕 OFD、WPS）打开检查，另存一份或转成 PDF 后再添加"
#: Where an encrypted package keeps its keys (GM/T 0099).
_KEYS = "encryptions.xml"


class Package:
    """The parts of one OFD file, looked through for bombs and entities before they are read.

    Raises :class:`SourceError` where the file is damaged, hostile or encrypted.
    """

    def __init__(self, data: bytes, name: str, budget: Budget) -> None:
        self.name = name
        check_package(data, name, budget, "OFD 阅读器")
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        infos = [info for info in self._archive.infolist() if not info.is_dir()]
        self.parts = {_key(info.filename): info for info in infos}
        if _KEYS in self.parts:
            hint = "请用 OFD 阅读器打开，取消加密后另存一份再添加"
            raise SourceError(f"OFD 文件“{name}”是加密的，读不了", hint)

    def __contains__(self, place: str) -> bool:
        return _key(place) in self.parts

    def read(self, place: str) -> bytes:
        """The bytes of a part; raises :class:`SourceError` where it is not there."""
        info = self.parts.get(_key(place))
        if info is None:
            raise self.broken(f"缺少 {place.lstrip('/')}")
        return self._archive.read(info)

    def xml(self, place: str) -> etree._Element:
        """The root of a part that is XML; raises :class:`SourceError` where it is not."""
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(self.read(place).strip(), parser)
        except etree.XMLSyntaxError as error:
            raise self.broken(f"{place.lstrip('/')} 不是完整的 XML：{error}") from error

    def broken(self, why: str) -> SourceError:
        return SourceError(f"OFD 文件“{self.name}”已损坏或没有下载完整（{why}）", _MEND)


def beside(part: str, place: str) -> str:
    """The place in the package of what ``part`` names as ``place``."""
    place = place.strip().replace("\\", "/")
    return place if place.startswith("/") else posixpath.join(posixpath.dirname(part), place)


def local(element: etree._Element) -> str:
    """An element's name without its namespace, of which writers use several."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: etree._Element, name: str) -> etree._Element | None:
    return next((each for each in element if local(each) == name), None)


def child_text(element: etree._Element, name: str) -> str:
    """The text of the first child of that name; empty where there is none."""
    found = child(element, name)
    return (found.text or "").strip() if found is not None else ""


def _key(place: str) -> str:
    return posixpath.normpath(place.replace("\\", "/").strip().lstrip("/")).lower()
