"""No page breaks a rule of WCAG 2.1 A or AA that axe-core knows, in any dress.

axe-core reads each page as a browser shows it: in Chinese and English, wide
and narrow, light and dark, with everything unfolded.  Reflow (1.4.10), which it does
not check, is measured: nothing scrolls sideways at 320 pixels.  What no machine
can judge (whether a text says the right thing) is left to people.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize

from tests.conftest import watched
from tests.support.site import PAGES, in_language, zone
from webapp import create_app
from webapp.settings import Settings

AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"
WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
NARROWEST: ViewportSize = {"width": 320, "height": 844}
LEVELS = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
#: What a change of colours alone can break.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN = """only => axe.run(document, {runOnly: only, resultTypes: ['violations']}).then(found =>
    [found.passes.length, found.violations.flatMap(one => one.nodes.map(node =>
        `${one.id} at ${node.target.join(' ')}: ${node.failureSummary}`))])"""
#: How the page of a language is looked at; colours are the same in both.
DRESSES: dict[str, tuple[tuple[ViewportSize, Literal["light", "dark"], dict[str, Any]], ...]] = {
    "zh": (
        (WIDE, "light", LEVELS), (WIDE, "dark", COLOURS),
        (NARROW, "dark", LEVELS), (NARROW, "light", COLOURS),
    ),
    "en": ((WIDE, "light", LEVELS), (NARROW, "dark", COLOURS)),
}  # fmt: skip
#: Folded parts hide what stands in them, and an empty history has no entries.
UNFOLD = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.fixture(scope="module")
def visitor(browser: Browser, address: str) -> Iterator[Page]:
    """A page of somebody who has searched and chosen before."""
    context = browser.new_context(base_url=address, locale="zh-CN")
    page = context.new_page()
    page.goto("/?q=三社联动&province=江苏省")
    page.get_by_label("选定").first.check()
    yield page
    context.close()


@pytest.fixture(scope="module")
def problems(visitor: Page, address: str) -> list[str]:
    """What goes wrong on the visitor's pages."""
    return watched(visitor, address)


def violations(page: Page, rules: dict[str, Any]) -> list[str]:
    passed, found = page.evaluate(RUN, rules)
    assert passed, "axe-core has checked nothing"
    return list(found)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_no_rule_is_broken_in_any_language_width_or_colours(
    visitor: Page, problems: list[str], name: str, language: str
) -> None:
    page = visitor
    problems.clear()
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    page.goto(in_language(PAGES[name], language))
    page.evaluate(UNFOLD)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = {}
    for width, colours, rules in DRESSES[language]:
        page.set_viewport_size(width)
        page.emulate_media(color_scheme=colours)
        found[width["width"], colours] = violations(page, rules)
    assert not any(found.values()), found
    for width in (NARROW, NARROWEST):
        page.set_viewport_size(width)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"scrolls sideways by {wider} px at {width}"
    # A page that answers with an error is one for the console as well.
    assert problems == [] or name.startswith("error")


def test_the_open_list_of_suggestions_breaks_no_rule(visitor: Page) -> None:
    page = visitor
    page.goto("/?lang=zh")
    page.locator("input.q").press_sequentially("三社")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert violations(page, LEVELS) == []


def test_a_fault_is_found(visitor: Page) -> None:
    page = visitor
    page.goto(f"/record/{zone(7)}?lang=zh")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate("document.querySelectorAll('label').forEach(one => one.remove())")
    # A placeholder would name the box as well.
    page.evaluate("document.querySelectorAll('input').forEach(one => (one.placeholder = ''))")
    page.evaluate("document.querySelector('h1').append(new Image())")
    found = " ".join(violations(page, LEVELS))
    assert "label at #" in found and "image-alt" in found


def test_every_page_is_among_those_that_are_looked_at(home: Path) -> None:
    app = create_app(Settings(home))
    client = app.test_client()
    reached = set()
    for address in PAGES.values():
        path = address.partition("?")[0]
        reached.add(app.url_map.bind("localhost").match(path)[0])
        assert client.get(address).mimetype == "text/html", address
    assert reached == pages_of(app) | {"places.place"}
    app.extensions["zhengsou"].searcher.close()


def pages_of(app: Flask) -> set[str]:
    """The endpoints that answer with a page, by the rooms that hold them."""
    rooms = (
        *("pages.", "help.", "advanced.", "overview.", "basket.", "values.", "exporting."),
        "holdings.",
    )
    files = {
        "pages.source",
        "pages.page_image",
        "pages.without_slash",
        "overview.chart",
        "holdings.export",
        "overview.theme_table",
    }
    files |= {"exporting.comparison", "advanced.count"}
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert files <= endpoints
    return {one for one in endpoints if one.startswith(rooms)} - files
