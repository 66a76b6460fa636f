"""From a search to a report: the table, its columns, the panel, Word, Excel and the clipboard."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from urllib.request import urlopen

import docx
import openpyxl
from playwright.sync_api import Browser, Page

from tests.browser.test_accessibility import AXE, LEVELS, violations
from tests.support.site import zone

Q = "三社联动"
COLUMNS = ("序号", "实验单位", "实验主题", "议题", "发文字号", "成文日期")


def hits_of(address: str, q: str) -> list[dict[str, Any]]:
    with urlopen(f"{address}/api/search?q={quote(q)}&size=200", timeout=30) as response:
        found: list[dict[str, Any]] = json.load(response)["hits"]
    return [hit for hit in found if hit["match"] != "partial"]


def rows_of(hits: list[dict[str, Any]]) -> list[list[str]]:
    """The chosen columns of the hits, as the API gives their values."""
    return [
        [
            *(str(at), hit["unit"] or "", hit["title"], "、".join(hit["themes"])),
            *(hit["policy"]["number"] or "", hit["policy"]["date"] or ""),
        ]
        for at, hit in enumerate(hits, start=1)
    ]


def saved(page: Page, path: Path, press: Callable[[], None]) -> Path:
    with page.expect_download() as started:
        press()
    started.value.save_as(path)
    return path


def word_cells(path: Path) -> list[list[str]]:
    table = docx.Document(str(path)).tables[0]
    return [[cell.text for cell in row.cells] for row in table.rows]


def sheet_cells(path: Path) -> list[list[str]]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    shown = lambda value: value.date().isoformat() if hasattr(value, "date") else str(value)  # noqa: E731
    return [[shown(cell.value) for cell in row] for row in sheet.iter_rows()]


def choose(page: Page, columns: tuple[str, ...], where: str) -> None:
    for box in page.locator(f"{where} input[name=columns]").all():
        box.set_checked(box.get_attribute("value") in columns)


def test_a_table_with_chosen_columns_becomes_a_report_and_a_sheet(
    page: Page, address: str, tmp_path: Path
) -> None:
    page.goto(f"/?q={Q}")
    page.get_by_role("link", name="表格", exact=True).click()
    page.locator("table.records").wait_for()
    page.get_by_text("选择列").click()
    choose(page, COLUMNS, ".choose")
    page.get_by_role("button", name="显示这些列").click()
    page.wait_for_url(re.compile("columns="))
    heads = [head.rstrip("↑↓") for head in page.locator("table.records thead th").all_inner_texts()]
    assert heads[1:] == list(COLUMNS)
    page.locator("tr.hit").nth(1).get_by_label("选定").check()
    assert "%2F" in (page.locator("[data-basket]").get_attribute("href") or "")

    page.get_by_role("link", name=re.compile("导出 5 条")).click()
    dialog = page.locator("dialog[open]")
    dialog.locator(".preview").wait_for()
    assert dialog.locator(".preview th").all_inner_texts() == list(COLUMNS)
    expected = [list(COLUMNS), *rows_of(hits_of(address, Q))]
    word, excel = (
        dialog.get_by_role("button", name="Word"),
        dialog.get_by_role("button", name="Excel"),
    )
    assert word_cells(saved(page, tmp_path / "report.docx", word.click)) == expected
    assert sheet_cells(saved(page, tmp_path / "sheet.xlsx", excel.click)) == expected
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert violations(page, LEVELS) == []
    page.keyboard.press("Escape")
    assert dialog.count() == 0
    assert page.evaluate("document.activeElement.matches('[data-panel]')")


def test_the_preview_follows_the_boxes(page: Page) -> None:
    page.goto(f"/export?q={Q}")
    page.get_by_label("记录编号").check()
    page.locator(".preview th", has_text="记录编号").wait_for()
    page.get_by_role("link", name="报告常用的六列").click()
    page.locator(".preview th", has_text="记录编号").wait_for(state="detached")
    assert not page.get_by_label("记录编号").is_checked()


def test_the_table_is_copied_for_word_and_for_a_spreadsheet(browser: Browser, address: str) -> None:
    context = browser.new_context(base_url=address, locale="zh-CN")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    page.goto(f"/?q={Q}&view=table&columns={','.join(COLUMNS)}")
    page.get_by_role("button", name="复制表格").click()
    page.get_by_text("已复制").wait_for()
    copied = page.evaluate(
        """async () => { const [item] = await navigator.clipboard.read();
        const read = async (type) => (await item.getType(type)).text();
        const page = new DOMParser().parseFromString(await read('text/html'), 'text/html');
        return [await read('text/plain'),
            [...page.querySelectorAll('tr')].map(
                row => [...row.cells].map(cell => cell.textContent))]; }"""
    )
    partial = page.locator("tr.parted ~ tr").count()
    expected = [list(COLUMNS), *rows_of(hits_of(address, Q))]
    lines = [line.split("\t") for line in copied[0].split("\r\n")]
    assert lines[: len(expected)] == expected and len(lines) == len(expected) + partial
    assert copied[1] == lines
    context.close()


def test_what_a_spreadsheet_would_calculate_is_copied_as_text(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(base_url=address, locale="zh-CN")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    page.goto(f"/?q={Q}&view=table&columns=实验主题")
    for at, text in enumerate(["=1+1", "\u3000＝cmd", 'a"b\tc', "5分钟"]):
        page.evaluate(
            "([at, text]) => document.querySelectorAll('tr.hit a.open')[at].textContent = text",
            [at, text],
        )
    page.get_by_role("button", name="复制表格").click()
    page.get_by_text("已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.split("\r\n")[1:5] == ["'=1+1", "'＝cmd", '"a""b\tc"', "5分钟"]
    context.close()


def test_columns_and_exports_work_without_javascript(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    context = browser.new_context(
        base_url=address, locale="zh-CN", java_script_enabled=False, accept_downloads=True
    )
    page = context.new_page()
    page.goto(f"/?q={Q}&view=table")
    page.locator(".choose summary").click()
    choose(page, COLUMNS, ".choose")
    page.get_by_role("button", name="显示这些列").click()
    page.locator("tr.hit").nth(0).get_by_label("选定").check()
    page.get_by_role("button", name="列出勾选的记录").click()
    page.wait_for_url(re.compile("/basket"))
    assert zone(23) in unquote(page.url)
    page.go_back()
    page.locator(".fold > summary").click()
    page.get_by_role("link", name=re.compile("导出 5 条")).click()
    page.wait_for_url(re.compile("/export"))
    choose(page, ("序号", "实验主题"), ".panel")
    page.get_by_role("button", name="更新预览").click()
    assert page.locator(".preview th").all_inner_texts() == ["序号", "实验主题"]
    word = page.get_by_role("button", name="Word")
    cells = word_cells(saved(page, tmp_path / "plain.docx", word.click))
    assert cells == [[row[0], row[2]] for row in [list(COLUMNS), *rows_of(hits_of(address, Q))]]
    context.close()


def test_the_head_of_the_table_stays_in_view(page: Page) -> None:
    page.goto("/?q=社区&view=table&size=50")
    for size in ({"width": 1440, "height": 800}, {"width": 1024, "height": 700}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.locator("tr.hit").nth(20).scroll_into_view_if_needed()
        box = page.locator("table.records thead th").nth(2).bounding_box()
        assert box and 0 <= box["y"] < size["height"]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
