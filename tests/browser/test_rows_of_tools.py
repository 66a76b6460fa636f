"""From the box to the hits by keyboard: one Tab stop for each row of tools, arrows within it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

FIRST_HIT = ".hit :is(h2, h3) > a:focus, tr.hit a:focus, tr.hit input:focus"


def stops_to_the_first_hit(page: Page) -> int:
    page.locator("input.q").focus()
    for stop in range(1, 20):
        page.keyboard.press("Tab")
        if page.locator(FIRST_HIT).count():
            return stop
    raise AssertionError("no hit is reached")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
@pytest.mark.parametrize(
    "where",
    [
        "/?q=三社联动",
        "/?q=三社联动&by=document",
        "/?q=三社联动&province=江苏省&kind=zone",
        "/?q=民政部&by=record",
    ],
)
def test_the_first_hit_is_near_with_card_and_filters(
    browser: Browser, address: str, where: str, size: tuple[int, int]
) -> None:
    width, height = size
    context = browser.new_context(base_url=address, viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(where)
    assert stops_to_the_first_hit(page) <= 6
    first = page.locator(".hit").first.bounding_box()
    assert first and first["y"] < height / 2
    context.close()


def test_without_scripts_the_rows_fold(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    for where in ("/?q=三社联动", "/?q=三社联动&province=江苏省&kind=zone", "/?q=网格化 智慧社区"):
        page.goto(where)
        assert stops_to_the_first_hit(page) <= 6, where
    page.locator(".fold > summary").click()
    expect(page.get_by_role("link", name="按文件")).to_be_visible()
    context.close()


def test_arrows_go_through_a_row(page: Page) -> None:
    page.goto("/?q=三社联动")
    tools = page.get_by_role("toolbar", name="结果的工具")
    stops = [one for one in tools.locator("a, summary").all() if one.is_visible()]
    stops[0].focus()
    for one in stops[1:]:
        page.keyboard.press("ArrowRight")
        expect(one).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(stops[-1]).to_be_focused()
    page.keyboard.press("Home")
    expect(stops[0]).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(stops[-1]).to_be_focused()


def test_what_the_card_holds_opens_on_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/?q=三社联动")
    card = page.locator(".answer")
    expect(card.get_by_role("link", name="议题页")).not_to_be_visible()
    card.get_by_text("更多").click()
    card.get_by_role("link", name="议题页").click()
    assert page.url.endswith("/themes/%E4%B8%89%E7%A4%BE%E8%81%94%E5%8A%A8")
