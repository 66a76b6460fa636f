"""A researcher's way through the pages, in a real Chromium against a real server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import skip_or_fail

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server as a user starts it, on a fresh home and a free port."""
    home = tmp_path_factory.mktemp("browser-home")
    command = [sys.executable, "-m", "webapp.cli", "serve", "--port", "0", "--home", str(home)]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, f"serve printed no address but {line!r}"
        yield found.group().rstrip("/")
    finally:
        server.terminate()
        server.wait(timeout=20)
        server.stdout.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        skip_or_fail("no Chromium is installed (on Debian: apt-get install chromium)")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that fails the test on any script error, CSP violation or foreign request."""
    context = browser.new_context(base_url=address, locale="zh-CN", accept_downloads=True)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(address) else problems.append(f"loads {request.url}")
        ),
    )
    yield page
    context.close()
    assert problems == []


def test_from_a_search_to_an_export(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    page.get_by_role("searchbox").first.fill("三社联动")
    page.get_by_role("searchbox").first.press("Enter")
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
    with page.expect_download() as started:
        page.get_by_role("link", name="XLSX").first.click()
    saved = tmp_path / "export.xlsx"
    started.value.save_as(saved)
    rows = list(openpyxl.load_workbook(saved).worksheets[0].iter_rows(values_only=True))
    assert rows[0][0] == "附件序号"
    assert [row[0] for row in rows[1:]] == ["7"]
    assert rows[1][4] == "江苏省南京市雨花台区"


def test_every_page_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    addresses = ["/", "/?q=三社联动", "/themes", "/themes/三社联动", "/help", "/?q=火星基地"]
    page.goto("/?q=三社联动")
    record = page.locator("a[href*='/record/']").first.get_attribute("href")
    policy = page.locator("a[href*='/policy/']").first.get_attribute("href")
    for where in [*addresses, record, policy]:
        assert where is not None
        page.goto(where)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{where} scrolls sideways by {wider} px"


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
