"""A researcher's way from a phrase to a report, with the mouse and with keys alone.

A phrase stands in three documents.  The researcher lists them, reads one along its hits
and its outline, puts all hits into a table of chosen columns, and takes it home as a Word
and an Excel file.  What the files must hold is known from the texts, not from the program.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from indexer.versions.ingest import add_paths
from tests.browser.test_accessibility import AXE, LEVELS, violations
from tests.browser.test_tables import choose, saved, sheet_cells, word_cells
from tests.support.serving import served

PHRASE = "共同缔造美好家园"
#: Each document: its title, its date, the number of its articles; every other one has the phrase.
LAWS = (
    ("甲市社区治理条例", "2019-05-01", 12),
    ("乙市物业管理办法", "2020-06-01", 6),
    ("丙市志愿服务规定", "2021-07-01", 3),
)
COLUMNS = ("序号", "实验主题", "实验内容", "文件标题", "成文日期")
NUMERALS = "一二三四五六七八九十"


def numeral(n: int) -> str:
    return NUMERALS[n - 1] if n <= len(NUMERALS) else f"十{NUMERALS[n - 11]}"


def articles(title: str, count: int) -> Iterator[tuple[str, str, str]]:
    """Chapter, name and text of every article."""
    for n in range(1, count + 1):
        chapter = f"第{numeral((n + 2) // 3)}章 第{numeral((n + 2) // 3)}部分"
        what = PHRASE if n % 2 else "公开办事结果"
        name = f"第{numeral(n)}条"
        yield chapter, name, f"{name} {title[:2]}的居民委员会应当{what}，接受第{n}次评议。"


def law(title: str, date: str, count: int) -> str:
    year, month, day = map(int, date.split("-"))
    lines, last = [title, f"{year}年{month}月{day}日{title[:2]}人民政府发布"], ""
    for chapter, _name, text in articles(title, count):
        lines += [text] if chapter == last else [chapter, text]
        last = chapter
    return "\n".join(lines)


def expected_rows() -> list[list[str]]:
    """The rows of all hits without their numbers, from the texts."""
    return sorted(
        [f"{chapter} › {name}", text, title, date]
        for title, date, count in LAWS
        for chapter, name, text in articles(title, count)
        if PHRASE in text
    )


@pytest.fixture(scope="module")
def laws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("story")
    for title, date, count in LAWS:
        (folder / f"{title}.txt").write_text(law(title, date, count), encoding="utf-8")
    add_paths(folder / "home", [folder / f"{title}.txt" for title, _date, _count in LAWS])
    with served(folder / "home") as address:
        yield address


class Mouse:
    """Clicks."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, target: Locator) -> None:
        target.click()

    def choose(self, columns: tuple[str, ...], where: str) -> None:
        choose(self.page, columns, where)

    def on(self) -> None:
        self.page.get_by_role("link", name="下一处命中").click()


class Keys(Mouse):
    """Goes with Tab, through a row of tools with arrows, and presses Enter or the space bar."""

    def open(self, target: Locator) -> None:
        self._reach(target)
        self.page.keyboard.press("Enter")

    def choose(self, columns: tuple[str, ...], where: str) -> None:
        for box in self.page.locator(f"{where} input[name=columns]").all():
            if box.is_checked() != (box.get_attribute("value") in columns):
                self._reach(box)
                self.page.keyboard.press("Space")

    def on(self) -> None:
        self.page.keyboard.press("n")

    def _reach(self, target: Locator) -> None:
        target.wait_for()
        for _step in range(80):
            if target.evaluate("one => one === document.activeElement"):
                return
            row = target.evaluate(
                "one => !!one.closest('[data-rove]')?.contains(document.activeElement)"
            )
            self.page.keyboard.press("ArrowRight" if row else "Tab")
        raise AssertionError("no key leads there")


@pytest.mark.parametrize("hand", [Mouse, Keys])
def test_from_a_phrase_to_a_report(
    browser: Browser, laws: str, tmp_path: Path, hand: Callable[[Page], Mouse]
) -> None:
    context = browser.new_context(base_url=laws, locale="zh-CN", accept_downloads=True)
    page = context.new_page()
    do = hand(page)
    page.goto("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type(f"“{PHRASE}”")
    page.keyboard.press("Enter")
    rows = expected_rows()
    tools = page.get_by_role("toolbar")
    expect(tools.locator(".tabs strong")).to_have_text(f"按条目 {len(rows)}")

    do.open(tools.get_by_role("link", name=f"按文件 {len(LAWS)}"))
    cards = page.locator("article.grouped")
    expect(cards).to_have_count(len(LAWS))
    expect(cards.first).to_contain_text("命中 6 处")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert violations(page, LEVELS) == []

    do.open(cards.first.get_by_role("link", name=LAWS[0][0]))
    hits = page.get_by_role("navigation", name="文中命中")
    expect(hits).to_contain_text("第 1 / 6 处")
    do.on()
    do.on()
    expect(page.locator("mark[aria-current]")).to_be_in_viewport()
    outline = page.get_by_role("navigation", name="目录")
    expect(outline).to_contain_text("第四章 第四部分")
    do.open(outline.get_by_role("link", name=re.compile("第四章")))
    expect(page.get_by_role("heading", name="第四章 第四部分")).to_be_in_viewport()

    page.goto("/?q=“" + PHRASE + "”&by=record")
    do.open(tools.get_by_role("link", name="表格", exact=True))
    page.locator("table.records").wait_for()
    do.open(page.locator(".choose summary"))
    do.choose(COLUMNS, ".choose")
    do.open(page.get_by_role("button", name="显示这些列"))
    page.wait_for_url(re.compile("columns="))

    do.open(page.get_by_role("link", name=f"导出 {len(rows)} 条"))
    panel = page.locator("dialog[open]")
    panel.locator(".preview").wait_for()
    for name, ending, read in (("Word", "docx", word_cells), ("Excel", "xlsx", sheet_cells)):
        button = panel.get_by_role("button", name=name)
        heads, *cells = read(saved(page, tmp_path / f"hits.{ending}", lambda b=button: do.open(b)))  # type: ignore[misc]
        assert heads == list(COLUMNS)
        assert [row[0] for row in cells] == [str(n) for n in range(1, len(rows) + 1)]
        assert sorted(row[1:] for row in cells) == rows
    context.close()
