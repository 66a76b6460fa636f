"""Asking without syntax, in a real Chromium: the first visit, the form, letters and Enter."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect


def test_who_comes_first_can_type_at_once(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("三社联动")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))
    expect(page.locator(".answer")).to_contain_text("五社联动")
    assert page.evaluate("document.activeElement.id") != "q"


def test_letters_and_enter_search_what_was_suggested(page: Page) -> None:
    page.goto("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("sanshe")
    first = page.locator("[role=option] .label").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("typed=sanshe"))
    expect(page.locator(".read-as")).to_contain_text(first)
    assert page.locator(".results mark").count() >= 3
    page.get_by_role("link", name="仍按字母检索 sanshe").click()
    expect(page.locator("#count")).to_contain_text("没有命中")
    assert page.locator("#q").input_value() == "sanshe"


def test_the_form_says_its_query_and_count_while_it_is_filled_in(page: Page) -> None:
    page.goto("/?q=社区")
    page.get_by_role("link", name="高级检索").first.click()
    assert page.get_by_label("第 1 行的检索词").input_value() == "社区"
    page.get_by_label("第 1 行在哪里找").select_option("title")
    page.get_by_label("第 2 行与上面的关系").select_option("not")
    page.get_by_label("第 2 行的检索词").fill("机制")
    expect(page.locator("[data-query]")).to_have_text("主题:社区 -机制")
    said = page.locator("output")
    expect(said).to_have_text(re.compile(r"共 \d+ 条"))
    count = re.search(r"\d+", said.inner_text())
    page.get_by_label("成文年份", exact=True).fill("19")
    expect(said).to_contain_text("年份“19”不能使用")
    page.get_by_label("成文年份", exact=True).fill("")
    expect(said).to_have_text(re.compile(r"共 \d+ 条"))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "q=主题:社区+-机制" in unquote(url))
    assert count and count[0] in page.locator("#count").inner_text()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_form_works_without_javascript(browser: Browser, address: str, width: int) -> None:
    context = browser.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="高级检索").first.click()
    page.get_by_label("第 1 行的检索词").fill("平台")
    page.get_by_label("第 2 行的检索词").fill("信息")
    page.get_by_text("更多行").click()
    page.get_by_label("第 4 行与上面的关系").select_option("not")
    page.get_by_label("第 4 行的检索词").fill("网格")
    page.get_by_label("同一句").check()
    page.get_by_label("省级", exact=True).select_option("江苏省")
    page.locator("form.advanced").get_by_role("button", name="检索").click()
    page.wait_for_url(re.compile("province="))
    assert page.locator("#q").input_value() == "同句:(平台 信息) -网格"
    context.close()
