"""A researcher's way through the pages, in a real Chromium against a real server."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import openpyxl
from playwright.sync_api import Browser, Page


def test_from_a_search_to_an_export(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    page.get_by_role("combobox").first.fill("三社联动")
    page.get_by_role("combobox").first.press("Enter")
    page.wait_for_url(re.compile("q="))
    assert "三社联动" in unquote(page.url)
    assert page.locator("mark").first.inner_text() == "三社联动"

    page.locator("a.value", has_text="江苏省").click()
    page.wait_for_url(re.compile("province="))
    narrowed = page.url
    page.get_by_role("link", name=re.compile("四聚式")).first.click()
    page.wait_for_url(re.compile("/record/"))
    body = page.locator("main").inner_text()
    assert "江苏省南京市雨花台区" in body
    assert "聚焦平台、聚焦需求、聚焦协同、聚焦治理" in body
    assert "附件第7项" in body

    page.go_back()
    assert page.url == narrowed
    page.get_by_role("link", name="导出 1 条").click()
    page.get_by_label("附件序号").check()
    with page.expect_download() as started:
        page.get_by_role("button", name="Excel").click()
    saved = tmp_path / "export.xlsx"
    started.value.save_as(saved)
    rows = list(openpyxl.load_workbook(saved).worksheets[0].iter_rows(values_only=True))
    assert rows[0][2] == "附件序号"
    assert [row[2] for row in rows[1:]] == [7]
    assert rows[1][3] == "江苏省南京市雨花台区"


def test_all_content_is_there_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/?q=三社联动")
    assert page.locator("mark").count() >= 5
    page.locator("a.value", has_text="江苏省").click()
    page.wait_for_url(re.compile("province="))
    page.get_by_role("link", name=re.compile("四聚式")).first.click()
    assert "附件第7项" in page.locator("main").inner_text()
    page.goto("/")
    page.get_by_role("searchbox").first.fill("网格化")
    page.get_by_role("searchbox").first.press("Enter")
    page.wait_for_url(re.compile("q="))
    assert page.locator("mark").count() >= 3
    context.close()


def test_the_search_box_and_the_first_hit_are_reached_by_keyboard(page: Page) -> None:
    page.goto("/?q=三社联动")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.press("Control+A")
    page.keyboard.type("网格化")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "网格化" in unquote(url))
    for _ in range(60):
        page.keyboard.press("Tab")
        if "/record/" in (page.evaluate("document.activeElement.href || ''")):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/record/"))


def test_the_interface_switches_to_english(page: Page) -> None:
    page.goto("/?q=三社联动")
    page.get_by_role("link", name="English").first.click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto("/help")
    assert page.locator("html").get_attribute("lang") == "en"
