"""Suggestions while typing, in a real browser: keys, pointer, input method, no scripts."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

COMPOSE = """([kind, data]) => document.querySelector("input.q").dispatchEvent(
    new CompositionEvent(kind, {data, bubbles: true}))"""
PRESS = """([key, composing, code]) => {
    const event = new KeyboardEvent("keydown",
        {key, isComposing: composing, keyCode: code, bubbles: true, cancelable: true});
    document.querySelector("input.q").dispatchEvent(event);
    return event.defaultPrevented;
}"""
#: Well over the pause after which the server is asked.
LONG = 500


def query(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("q", [""])[0]


def asked(url: str) -> str:
    """The text for which suggestions are asked at an address; empty at any other."""
    parts = urlsplit(url)
    return parse_qs(parts.query)["q"][0] if parts.path == "/api/suggest" else ""


def opened(page: Page, typed: str) -> tuple[Locator, Locator]:
    """The box with ``typed`` in it, and the rows that it brought."""
    box = page.get_by_role("combobox")
    rows = page.get_by_role("option")
    # On a slow machine parts of the text are answered first: those lists do not count.
    with page.expect_response(lambda answer: asked(answer.url) == typed):
        box.press_sequentially(typed, delay=20)
    page.wait_for_timeout(100)
    expect(rows.first).to_be_visible()
    return box, rows


def test_pinyin_brings_rows_and_the_keyboard_takes_one(page: Page) -> None:
    page.goto("/")
    box, rows = opened(page, "ssld")
    expect(box).to_have_attribute("aria-expanded", "true")
    listed = page.get_by_role("listbox")
    assert listed.get_attribute("id") == box.get_attribute("aria-controls")
    expect(rows.first).to_contain_text("三社联动")
    box.press("ArrowDown")
    first = rows.first.get_attribute("id")
    assert first
    expect(box).to_have_attribute("aria-activedescendant", first)
    expect(rows.first).to_have_attribute("aria-selected", "true")
    box.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    box.press("ArrowUp")
    expect(rows.last).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(re.compile("q="))
    assert query(page) == "议题:三社联动"
    assert page.locator("article").count() >= 5


def test_the_last_chunk_is_completed_and_the_rest_kept(page: Page) -> None:
    page.goto("/")
    _, rows = opened(page, "网格化 dangjianyinl")
    rows.filter(has_text="词语").first.click()
    page.wait_for_url(re.compile("q="))
    assert query(page) == "网格化 党建引领"


def test_enter_without_a_marked_row_searches_what_was_typed(page: Page) -> None:
    page.goto("/")
    box, _ = opened(page, "党建")
    box.press("Enter")
    page.wait_for_url(re.compile("q="))
    assert query(page) == "党建"


def test_escape_closes_the_list_and_keeps_the_text(page: Page) -> None:
    page.goto("/")
    box, rows = opened(page, "党建")
    box.press("Escape")
    expect(rows).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("党建")


def test_tab_takes_the_marked_row_and_moves_on(page: Page) -> None:
    page.goto("/")
    box, rows = opened(page, "sansheliand")
    box.press("ArrowUp")
    box.press("Tab")
    expect(rows).to_have_count(0)
    expect(box).to_have_value("三社联动")
    expect(box).not_to_be_focused()


def test_the_list_waits_for_the_input_method(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/api/suggest" in r.url else None)
    page.goto("/")
    box = page.get_by_role("combobox")
    box.focus()
    page.evaluate(COMPOSE, ["compositionstart", ""])
    for text in ("s", "san", "sanshe"):
        page.evaluate(
            """text => { const box = document.querySelector("input.q"); box.value = text;
            box.dispatchEvent(new InputEvent("input", {isComposing: true, bubbles: true})); }""",
            text,
        )
    page.wait_for_timeout(LONG)
    assert asked == []
    # Enter and the arrows choose among the input method's own candidates now.
    for key, composing, code in (
        ("Enter", True, 13),
        ("ArrowDown", True, 40),
        ("Enter", False, 229),
    ):
        assert page.evaluate(PRESS, [key, composing, code]) is False
    page.wait_for_timeout(LONG)
    assert asked == []
    page.evaluate("() => { document.querySelector('input.q').value = '三社'; }")
    page.evaluate(COMPOSE, ["compositionend", "三社"])
    expect(page.get_by_role("option").first).to_contain_text("三社联动")
    assert len(asked) == 1
    assert parse_qs(urlsplit(asked[0]).query)["q"] == ["三社"]


def test_a_slow_answer_does_not_replace_a_newer_one(page: Page) -> None:
    held = []
    page.route(re.compile(r"/api/suggest.*q=%E5%85%9A(&|$)"), lambda route: held.append(route))
    page.goto("/")
    box = page.get_by_role("combobox")
    with page.expect_request(re.compile("/api/suggest")):
        box.press_sequentially("党")
    box.fill("三社")
    expect(page.get_by_role("option").first).to_contain_text("三社联动")
    assert len(held) == 1
    held[0].abort()
    page.wait_for_timeout(LONG)
    expect(page.get_by_role("option").first).to_contain_text("三社联动")


def test_an_emptied_box_has_no_list(page: Page) -> None:
    page.goto("/")
    box, rows = opened(page, "党建")
    box.fill("")
    expect(rows).to_have_count(0)


def test_the_list_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/?q=三社联动")
    box = page.get_by_role("combobox")
    box.fill("民政部关于")
    expect(page.get_by_role("option").first).to_be_visible()
    bounds = page.get_by_role("listbox").bounding_box()
    assert bounds
    assert bounds["x"] >= 0
    assert bounds["x"] + bounds["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_did_you_mean_is_a_link_that_keeps_the_filters(page: Page) -> None:
    page.goto("/?q=三设联动&province=江苏省")
    link = page.locator(".suggestions .spelling a")
    expect(link).to_have_text("三社联动")
    link.click()
    page.wait_for_url(lambda url: "三社联动" in parse_qs(urlsplit(url).query)["q"])
    assert parse_qs(urlsplit(page.url).query)["province"] == ["江苏省"]
    assert page.locator("article").count() >= 1


def test_without_scripts_the_box_is_a_plain_search_box(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/?q=三设联动")
    assert page.get_by_role("searchbox", name="检索词").count() == 1
    page.locator(".suggestions .spelling a").click()
    page.wait_for_url(lambda url: "三社联动" in parse_qs(urlsplit(url).query)["q"])
    context.close()
