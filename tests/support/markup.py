"""Reads a page the way a test needs it: elements with their text, language and attributes."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img", "hr"}


@dataclass
class Element:
    """An element with its parent; ``text`` is all text inside, in order."""

    tag: str
    attrs: dict[str, str]
    parent: Element | None
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.parts).split())

    @property
    def lang(self) -> str | None:
        """The language in force here."""
        if "lang" in self.attrs:
            return self.attrs["lang"]
        return self.parent.lang if self.parent else None

    def inside(self, tag: str, css_class: str = "") -> bool:
        """Whether an ancestor has that tag and class."""
        above = self.parent
        while above:
            if above.tag == tag and (not css_class or css_class in above.classes):
                return True
            above = above.parent
        return False

    @property
    def classes(self) -> list[str]:
        return self.attrs.get("class", "").split()


class Page(HTMLParser):
    """All elements of a page, and every piece of text with the element it stands in."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.texts: list[tuple[Element, str]] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {[e.tag for e in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"attribute given twice in <{tag}>: {names}"
        parent = self._open[-1] if self._open else None
        element = Element(tag, {name: value or "" for name, value in attrs}, parent)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1].tag == tag, f"</{tag}> closes {self._open[-1:]}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.parts.append(data)
        if data.strip() and self._open:
            self.texts.append((self._open[-1], data))

    def all(self, tag: str, css_class: str = "") -> list[Element]:
        """Elements of a tag, in document order, optionally with a class."""
        return [
            e for e in self.elements if e.tag == tag and (not css_class or css_class in e.classes)
        ]

    def one(self, tag: str, css_class: str = "") -> Element:
        """The only element of that tag and class."""
        found = self.all(tag, css_class)
        assert len(found) == 1, f"{len(found)} × <{tag} class={css_class!r}>"
        return found[0]

    def links(self) -> list[str]:
        """Every address that an anchor leads to."""
        return [e.attrs["href"] for e in self.all("a")]
