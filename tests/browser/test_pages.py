"""On every page, in a real Chromium: it is light, stands still and needs no script."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from indexer.versions.ingest import add_paths
from tests.support.serving import served
from tests.support.site import PAGES
from webapp.reading.blocks import LEAF_ROWS

#: Bytes of all that a first visit loads, as they come over the wire.
MOST = 150 * 1024
#: The sum of layout shifts that is let pass (0.1 counts as good): a browser that is slow to
#: read a page paints its first half, and then fills up lines.
STILL = 0.02
OBSERVE = """() => {
    window.moved = [];
    new PerformanceObserver(list => list.getEntries().forEach(entry => window.moved.push([
        entry.value, entry.sources.map(one => one.node?.className || one.node?.nodeName)
    ]))).observe({type: 'layout-shift', buffered: true});
}"""
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
#: What only a script can do, or what it tells of what the browser remembers.
NEEDS_SCRIPT = ", ".join(
    f"[data-{one}]"
    for one in ("copy", "copy-address", "copy-table", "keep-all", "empty", "keys", "print")
)
SEEN = """needless => {
    document.querySelectorAll('details').forEach(one => one.open = true);
    document.querySelectorAll(needless).forEach(one => one.remove());
    return {
        lines: document.body.innerText.split('\\n').map(one => one.trim()).filter(Boolean),
        links: [...document.querySelectorAll('a:not(.basket)')].map(
            one => one.getAttribute('href')),
        fields: [...document.querySelectorAll('form :is(input, button, textarea)')].map(
            one => one.name || one.textContent.trim()),
    };
}"""


@pytest.fixture(scope="module")
def remembered(browser: Browser, address: str) -> Any:
    """What the browser of somebody holds who has chosen a record and searched before."""
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/?q=三社联动")
    page.get_by_label("选定").first.check()
    state = context.storage_state()
    context.close()
    return state


def test_a_long_law_and_its_other_version_fit_a_phone(browser: Browser, tmp_path: Path) -> None:
    articles = [f"第{n}条 社区居民委员会应当公开第{n}项服务。" for n in range(1, 2 * LEAF_ROWS)]
    for year, changed in ((2018, ""), (2020, "第一千条 本条例自公布之日起施行。")):
        law = "\n".join(["社区服务条例", f"（{year}年5月1日公布）", *articles, changed])
        (tmp_path / f"{year}.txt").write_text(law, encoding="utf-8")
    home = tmp_path / "home"
    add_paths(home, sorted(tmp_path.glob("*.txt")))
    with served(home) as address:
        page = browser.new_page(base_url=address, viewport={"width": 390, "height": 844})
        page.goto("/policy/社区服务条例")
        page.locator(".near-duplicates a").click()
        expect(page.locator(".leaf")).to_have_count(3)
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        page.close()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_first_visit_is_light_and_nothing_moves_or_waits(
    browser: Browser, address: str, remembered: Any, width: int
) -> None:
    context = browser.new_context(
        base_url=address, storage_state=remembered, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.add_init_script(f"({OBSERVE})()")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    network = context.new_cdp_session(page)
    for name, where in PAGES.items():
        network.send("Network.clearBrowserCache")
        answers.clear()
        page.goto(where, wait_until="load")
        page.evaluate(SETTLED)
        sizes = [(each.url, each.request.sizes()["responseBodySize"]) for each in answers]
        # The first size of each: the empty basket goes on to the one that is remembered.
        assert min(dict(reversed(sizes)).values()) > 0, f"{name}: kept from the page before"
        weight = sum(size for _, size in sizes)
        assert weight < MOST, f"{name}: {weight} bytes"
        moved = page.evaluate("window.moved")
        assert sum(value for value, _ in moved) <= STILL, f"{name}: {moved}"
        assert page.locator("script:not([defer])").count() == 0
        sheets = page.locator("link[rel=stylesheet]")
        assert sheets.count() == 1
    context.close()


def test_what_a_page_loads_is_kept_by_the_browser(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address)
    page = context.new_page()
    page.goto("/?q=三社联动")
    page.goto("/?q=社区")
    carried = page.evaluate(
        "performance.getEntriesByType('resource').filter(one => one.name.includes('/static/site.'))"
        ".map(one => one.transferSize)"
    )
    assert carried == [0, 0]
    context.close()


@pytest.fixture(scope="module")
def scriptless(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    yield context.new_page()
    context.close()


def seen(page: Page, where: str) -> dict[str, list[str]]:
    page.goto(where)
    return dict(page.evaluate(SEEN, NEEDS_SCRIPT))


def test_without_javascript_nothing_is_missing(
    browser: Browser, address: str, scriptless: Page
) -> None:
    context = browser.new_context(base_url=address)
    scripted = context.new_page()
    for name, where in PAGES.items():
        full, plain = seen(scripted, where), seen(scriptless, where)
        for what in full:
            missing = set(full[what]) - set(plain[what])
            assert not missing, f"{name} lacks {what} without JavaScript: {missing}"
        assert len(plain["lines"]) > 8, name
    context.close()
