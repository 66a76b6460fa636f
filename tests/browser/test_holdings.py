"""The list of documents in a browser: sorted and filtered by keyboard, read on a phone."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.support.site import POLICY


def test_the_list_is_sorted_filtered_and_opened_by_keyboard(page: Page) -> None:
    page.goto("/documents")
    page.get_by_role("link", name="发文机关", exact=True).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("sort=issuer"))
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("发文机关")
    page.get_by_label("标题、文号或机关").fill("没有这份文件")
    page.keyboard.press("Enter")
    expect(page.locator(".nothing")).to_be_visible()
    assert "sort=issuer" in page.url
    page.get_by_label("标题、文号或机关").fill("民政部 41号")
    page.get_by_label("类型").select_option("zone")
    page.get_by_role("button", name="筛选").click()
    page.locator("td a.open").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/policy/{re.escape(quote(POLICY))}"))


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_nothing_is_cut_off_and_the_menu_keeps_to_one_line(
    page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for language in ("en", "zh"):
        page.goto(f"/documents?lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        tops = page.evaluate(
            "[...document.querySelectorAll('.menu a')].map(a => a.getBoundingClientRect().top)"
        )
        assert len({round(top) for top in tops}) == 1
        box = page.locator("td.title a.open").bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
