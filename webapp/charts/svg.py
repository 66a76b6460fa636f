"""SVG, element by element: whatever stands in the texts, the result is well-formed.

Only presentation attributes and classes are written, never ``style``, so that
drawings stand on pages under a content security policy without inline style.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from markupsafe import Markup, escape

NAMESPACE = "http://www.w3.org/2000/svg"
#: Families that hold Chinese on the usual systems, for files that leave the page.
FONT_FAMILY = (
    "PingFang SC, Hiragino Sans GB, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, "
    "Noto Sans SC, WenQuanYi Micro Hei, SimHei, sans-serif"
)
#: What XML 1.0 cannot hold, even escaped.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """The inside of an SVG and its size in user units (pixels at natural size).

    ``wide``: reads badly when made smaller, so a narrow screen scrolls it.
    """

    width: float
    height: float
    body: Markup
    wide: bool = False


def element(name: str, *children: str, **attributes: Value) -> Markup:
    """One element; text children are escaped, :class:`~markupsafe.Markup` is kept.

    ``class_`` means ``class``, other underscores mean hyphens (``text_anchor``);
    an attribute that is ``None`` is left out.
    """
    # Joined as plain text: a page may draw thousands, and every part is escaped here.
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is not None:
            label = key.rstrip("_").replace("_", "-")
            parts.append(f' {label}="{escape(_plain(value))}"')
    if not children:
        return Markup("".join((*parts, "/>")))
    inside = (child if isinstance(child, Markup) else escape(_plain(child)) for child in children)
    return Markup("".join((*parts, ">", *inside, f"</{name}>")))


def text(content: str, x: float, y: float, **attributes: Value) -> Markup:
    """A line of text in the colour of the surroundings unless ``fill`` says otherwise."""
    given: dict[str, Value] = {"x": x, "y": y, "fill": "currentColor"}
    return element("text", content, **(given | attributes))


def stacked(content: str, x: float, bottom: float, step: float, **attributes: Value) -> Markup:
    """A label set downwards, one character below the other, ending at ``bottom``.

    Each character has its own place, which every program that shows SVG
    understands; vertical writing modes many do not.
    """
    first = bottom - step * (len(content) - 1)
    ys = " ".join(f"{first + step * i:g}" for i in range(len(content)))
    xs = " ".join([f"{x:g}"] * len(content))
    given: dict[str, Value] = {"x": xs, "y": ys, "fill": "currentColor", "text_anchor": "middle"}
    return element("text", content, **(given | attributes))


def linked(
    url: str | None, label: str, *children: str, spoken: str = "", current: bool = False
) -> Markup:
    """``children`` as a link that says ``label``; only named where there is no address.

    ``spoken``: the name to be read out and said to voice control, where the
    printed words are shorter than ``label``, which it must hold as they stand.
    """
    named = (element("title", label), *children)
    if url is None:
        return element("g", *named)
    state = "true" if current else None
    return element(
        "a",
        *named,
        href=url,
        aria_label=spoken or label,
        aria_current=state,
        rel="nofollow",
        lang="zh-Hans",
    )


def text_width(content: str, size: float) -> float:
    """About how wide a line is: a Han character is as wide as high, a Latin one 0.6."""
    return size * sum(
        1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.6 for char in content
    )


def shortened(content: str, most: int) -> str:
    """At most ``most`` characters, the last one an ellipsis if any are left out."""
    return content if len(content) <= most else content[: most - 1] + "…"


def _plain(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return _NO_XML.sub("\ufffd", str(value))
