"""A researcher's whole way, in a real Chromium: by mouse, by keyboard, without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import docx
import pytest
from playwright.sync_api import Browser, Page

from corpus.library.library import Library
from tests.support import hostile_notice as hostile
from tests.support.serving import served
from tests.support.site import zone


def basket_of(page: Page) -> list[str]:
    """The ids that the page's link to the basket carries."""
    href = page.locator("[data-basket]").get_attribute("href") or ""
    return parse_qs(urlsplit(href).query).get("id", [])


def rows_of(path: Path) -> list[list[str]]:
    table = docx.Document(str(path)).tables[0]
    return [[cell.text for cell in row.cells] for row in table.rows]


def press_until(page: Page, wanted: str, most: int = 150) -> None:
    """Presses Tab until the focused element matches a selector."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement.matches(s)", wanted):
            return
    raise AssertionError(f"Tab never reaches {wanted}")


def test_the_whole_story_by_mouse(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    page.get_by_label("检索词").fill("三社联动")
    page.get_by_role("button", name="检索", exact=True).first.click()
    page.wait_for_url(re.compile("q="))

    page.locator("a.value", has_text="江苏省").click()
    page.wait_for_url(re.compile("province="))
    page.get_by_label("选定").first.check()
    assert basket_of(page) == [zone(7)]
    page.locator(".chips a").click()
    page.wait_for_url(lambda url: "province" not in url)
    assert page.locator("[data-pick]:checked").count() == 1
    page.locator(".hit", has_text="党建领航").get_by_label("选定").check()
    page.locator(".hit", has_text="欠发达地区").get_by_label("选定").check()

    page.get_by_role("link", name=re.compile("已选记录")).click()
    page.wait_for_url(re.compile("/basket"))
    listed = page.locator("[data-id]").evaluate_all("all => all.map(one => one.dataset.id)")
    assert listed == [zone(7), zone(23), zone(31)]
    page.get_by_role("button", name="并排比较").click()
    page.wait_for_url(re.compile("/compare"))
    assert page.locator("mark", has_text="三社联动").count() >= 3
    page.get_by_role("navigation", name="所在位置").get_by_role("link").click()
    page.wait_for_url(re.compile("/basket"))

    page.get_by_role("link", name="导出 3 条").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Word 表格").click()
    saved = tmp_path / "report.docx"
    started.value.save_as(saved)
    head, *rows = rows_of(saved)
    assert head == ["序号", "地区", "实验单位", "实验主题", "实验内容", "议题"]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert rows[0][2] == "江苏省南京市雨花台区"
    assert any("逐条选定" in p.text for p in docx.Document(str(saved)).paragraphs)


def test_the_whole_story_by_keyboard_only(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("三社联动")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))

    press_until(page, "a.value[href*='province=']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("province="))
    page.keyboard.press("j")
    page.keyboard.press("s")
    (first,) = basket_of(page)
    press_until(page, ".chips a")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "province" not in url)

    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("p")
    page.keyboard.press("k")
    picked = page.evaluate("document.activeElement.closest('.hit').querySelector('input').value")
    if picked == first:
        page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(re.compile("/record/"))
    page.keyboard.press("s")
    assert len(basket_of(page)) == 2

    page.keyboard.press("b")
    page.wait_for_url(re.compile("/basket"))
    press_until(page, "#compare button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/compare"))
    assert page.locator("table.compare thead th").count() == 2
    page.go_back()

    page.keyboard.press("e")
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    press_until(page, "[name=columns][value=记录编号]")
    page.keyboard.press("Space")
    page.locator("dialog .preview th", has_text="记录编号").wait_for()
    page.keyboard.press("Shift+Tab")
    for _ in range(30):
        if page.evaluate("document.activeElement.value") == "docx":
            break
        page.keyboard.press("Shift+Tab")
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    saved = tmp_path / "keys.docx"
    started.value.save_as(saved)
    assert [row[-1] for row in rows_of(saved)[1:]] == [first, basket_of(page)[1]]


def saved_rows(page: Page, folder: Path) -> list[list[str]]:
    """The rows below the head of the Word table with all columns that the export panel gives."""
    page.get_by_role("link", name=re.compile("^导出")).click()
    page.get_by_role("link", name="全部列").click()
    page.locator("dialog .preview th", has_text="记录编号").wait_for()
    with page.expect_download() as started:
        page.get_by_role("button", name="Word").click()
    page.keyboard.press("Escape")
    saved = folder / "saved.docx"
    started.value.save_as(saved)
    return rows_of(saved)[1:]


def test_from_a_theme_over_the_map_to_a_record_and_the_report(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    page.get_by_role("navigation", name="站内").get_by_role("link", name="议题").click()
    page.wait_for_url(re.compile("/themes"))
    page.get_by_label("查找议题").fill("三社")
    page.get_by_role("button", name="查找").click()
    page.wait_for_url(re.compile("q="))
    page.get_by_role("rowheader").get_by_role("link", name="三社联动").click()
    page.wait_for_url(re.compile("/themes/"))
    provinces = page.locator(".group h2").all_inner_texts()
    assert sorted(name.rstrip("1").strip() for name in provinces) == sorted(
        ["江苏省", "山东省", "湖南省", "重庆市", "甘肃省"]
    )
    assert page.locator(".group mark", has_text="三社联动").count() >= 5
    page.keyboard.press("j")
    page.keyboard.press("s")
    assert len(basket_of(page)) == 1
    rows = saved_rows(page, tmp_path)
    assert len(rows) == 5 and all("三社联动" in row[10] for row in rows)

    page.locator("svg a", has_text="江苏").click()
    page.wait_for_url(re.compile("province="))
    assert page.locator(".chips a:not(.quiet)").count() == 2
    page.locator(".hit h2 a").click()
    page.wait_for_url(re.compile("/record/"))
    similar = page.get_by_role("region", name="相似记录")
    assert "三社联动" in similar.inner_text()
    similar.get_by_role("link", name="党建领航").click()
    page.wait_for_url(re.compile("/record/"))
    assert "株洲市" in page.locator("main").inner_text()


def test_a_tile_and_its_picture_are_reached_by_keyboard(page: Page, tmp_path: Path) -> None:
    page.goto("/overview?q=三社联动")
    press_until(page, "svg a[href*='province=']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("province="))
    page.go_back()
    press_until(page, ".province summary")
    page.keyboard.press("Enter")
    assert page.locator(".province table").is_visible()
    for form in ("SVG", "PNG", "CSV"):
        press_until(page, f".province .exports a[href*='.{form.lower()}']")
        with page.expect_download() as started:
            page.keyboard.press("Enter")
        started.value.save_as(tmp_path / f"map.{form}")
        assert (tmp_path / f"map.{form}").stat().st_size > 100


def test_dates_sort_size_and_the_links_to_copy_keep_the_search(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/?q=社区")
    page.get_by_label("从", exact=True).fill("2019-01-01")
    page.get_by_label("到", exact=True).fill("2019-12-31")
    page.get_by_role("group", name="成文日期").get_by_role("button").click()
    page.wait_for_url(re.compile("from=2019-01-01"))
    page.get_by_text("排序与更多").click()
    page.get_by_role("link", name="地区", exact=True).click()
    page.wait_for_url(re.compile("sort=region"))
    page.get_by_role("navigation", name="翻页").get_by_role("link", name="50").click()
    page.wait_for_url(re.compile("size=50"))
    page.get_by_text("排序与更多").click()
    page.get_by_role("button", name="复制链接").click()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied == page.url
    assert page.locator(".hit").count() == 34
    page.locator(".chips a").click()
    page.wait_for_url(lambda url: "from=" not in url)
    assert "sort=region" in page.url and "size=50" in page.url


def test_keys_leave_typing_and_modifiers_alone_and_can_be_switched_off(
    page: Page,
) -> None:
    page.goto("/?q=三社联动")
    box = page.locator("input.q")
    box.fill("")
    box.press_sequentially("jsb/?")
    assert box.input_value() == "jsb/?"
    assert basket_of(page) == []
    page.locator(".hit h2 a").first.focus()
    for chord in ("Control+s", "Alt+s", "Meta+s"):
        page.keyboard.press(chord)
    assert basket_of(page) == []
    page.keyboard.press("?")
    page.wait_for_url(re.compile("/help"))
    page.get_by_label("使用这些单键").uncheck()
    page.goto("/?q=三社联动")
    page.keyboard.press("j")
    page.keyboard.press("s")
    assert basket_of(page) == []


def test_a_shared_basket_does_not_touch_the_visitors_own(page: Page) -> None:
    page.goto(f"/record/{zone(1)}")
    page.get_by_label("选定").check()
    page.goto(f"/basket?id={zone(7)}&id={zone(8)}")
    assert basket_of(page) == [zone(1)]
    page.get_by_role("button", name="收进我的已选记录").click()
    assert basket_of(page) == [zone(1), zone(7), zone(8)]
    page.goto("/basket")
    page.wait_for_url(re.compile("id="))
    page.locator("[data-drop]").first.click()
    page.wait_for_load_state()
    assert basket_of(page) == [zone(7), zone(8)]
    page.get_by_role("button", name="清空我的已选记录").click()
    page.wait_for_url(re.compile("/basket$"))
    assert basket_of(page) == []


def test_a_damaged_store_is_an_empty_basket(page: Page) -> None:
    page.goto("/help")
    page.evaluate(
        "() => { localStorage['zhengsou.basket:/basket'] = '{\"a\":'; "
        "localStorage['zhengsou.history'] = '[1, null, {}]'; }"
    )
    page.goto("/")
    assert basket_of(page) == []
    page.locator("[data-history] summary").click()
    assert page.locator("[data-history] li").count() == 0


def test_the_history_lists_searches_and_can_be_cleared(page: Page) -> None:
    for q in ("三社联动", "党建", "三社联动"):
        page.goto(f"/?q={q}&size=50")
    page.goto("/?q=党建&province=四川省")
    page.goto("/")
    page.locator("[data-history] summary").click()
    links = page.locator("[data-history] li a")
    assert links.all_inner_texts() == ["党建 · 四川省", "三社联动", "党建"]
    links.first.click()
    page.wait_for_url(re.compile("province="))
    page.goto("/")
    page.locator("[data-history] summary").click()
    page.get_by_role("button", name="清除历史").click()
    assert links.count() == 0
    assert page.evaluate("localStorage.getItem('zhengsou.history')") is None


def test_a_facets_list_narrows_while_one_types(page: Page) -> None:
    page.goto("/?q=社区")
    box = page.get_by_label("在省级里查找")
    facet = page.locator(".facet", has=box)
    before = facet.locator("li:visible").count()
    box.fill("湖")
    labels = facet.locator("li:visible .label").all_inner_texts()
    assert sorted(labels) == ["湖北省", "湖南省"]
    box.fill("")
    assert facet.locator("li:visible").count() == before
    box.fill("湖")
    box.press("Enter")
    page.wait_for_url(re.compile("/values/province"))
    assert sorted(page.locator(".values .label").all_inner_texts()) == ["湖北省", "湖南省"]


def test_citations_and_links_are_copied(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/record/{zone(7)}?q=三社联动")

    def copied() -> str:
        return str(page.evaluate("navigator.clipboard.readText()"))

    page.get_by_role("button", name="复制链接").click()
    assert unquote(copied()) == f"{address}/record/{zone(7)}"
    page.get_by_role("button", name="复制全文").click()
    assert copied().startswith("探索四聚式“三社联动”路径\n聚焦平台")
    page.get_by_text("BibTeX").click()
    page.locator("details[open]").get_by_role("button", name="复制").click()
    assert copied().startswith("@misc{zhengsou2019-")


def test_everything_but_the_browsers_memory_works_without_javascript(
    browser: Browser,
    address: str,
    tmp_path: Path,
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/?q=社区")
    page.locator(".fold > summary").click()
    page.get_by_text("排序与更多").click()
    page.get_by_label("在结果中检索").fill("三社联动")
    page.get_by_role("button", name="缩小").click()
    page.wait_for_url(lambda url: "社区 三社联动" in unquote(url).replace("+", " "))
    boxes = page.locator("[data-pick]")
    for n in (0, 1):
        boxes.nth(n).check()
    wanted = [boxes.nth(n).get_attribute("value") for n in (0, 1)]
    page.get_by_role("button", name="列出勾选的记录").click()
    page.wait_for_url(re.compile("/basket"))
    page.get_by_role("link", name=re.compile("^导出")).click()
    page.wait_for_url(re.compile("/export"))
    page.get_by_label("记录编号").check()
    with page.expect_download() as started:
        page.get_by_role("button", name="Word").click()
    saved = tmp_path / "plain.docx"
    started.value.save_as(saved)
    page.get_by_role("link", name="回到记录").click()
    page.wait_for_url(re.compile("/basket"))
    assert [row[-1] for row in rows_of(saved)[1:]] == wanted
    page.get_by_role("button", name="并排比较").click()
    page.wait_for_url(re.compile("/compare"))
    page.locator("table.compare thead a").first.click()
    page.wait_for_url(re.compile("/record/"))
    page.get_by_text("GB/T 7714—2015").click()
    assert page.locator("#cite-gbt2015").is_visible()
    page.goto("/?q=社区&by=document")
    page.get_by_role("link", name=re.compile("展开其余")).click()
    page.wait_for_url(re.compile("policy="))
    context.close()


# Hostile text


@pytest.fixture(scope="module")
def hostile_address(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """A server whose library holds a hostile notice."""
    folder = tmp_path_factory.mktemp("hostile")
    Library.open(folder / "home").add(hostile.write(folder))
    with served(folder / "home") as where:
        yield where


@pytest.mark.parametrize("width", [1440, 390])
def test_hostile_text_runs_nothing_and_breaks_no_layout(
    browser: Browser,
    hostile_address: str,
    width: int,
) -> None:
    context = browser.new_context(
        base_url=hostile_address, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("dialog", lambda dialog: (problems.append("dialog"), dialog.dismiss()))
    number = hostile.NUMBER
    ids = "&".join(f"id={number}/passage-{n}" for n in range(3, 7))
    for where in (
        "/?q=社区",
        f"/?q={'社' * 300}A{'b' * 500}",
        "/?q=社区&by=document",
        f"/policy/{number}?q=社区",
        f"/record/{number}/passage-5?q=社区",
        f"/basket?{ids}",
        f"/compare?{ids}",
        "/values/policy",
        "/overview",
        f"/overview?q={hostile.SCRIPT}{hostile.RLO}社区",
        f"/analyze?text={hostile.IMAGE}{hostile.LONG_MARKS}",
        f"/themes?q={hostile.LONG_WORD}",
        f"/?q={hostile.IMAGE}",
        f"/?policy={number}&q={hostile.RLO}社区",
    ):
        page.goto(where)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{where} scrolls sideways by {wider} px"
        assert page.title() not in ("pwned", "1")
    assert problems == []
    context.close()


def test_a_reversed_label_does_not_reverse_what_stands_beside_it(
    browser: Browser,
    hostile_address: str,
) -> None:
    context = browser.new_context(base_url=hostile_address, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"/?q=社区&policy={hostile.NUMBER}")
    value = page.locator("a.value.on")
    label, count = value.locator(".label").bounding_box(), value.locator(".n").bounding_box()
    assert label and count and label["x"] + label["width"] <= count["x"] + 1
    chip = page.locator(".chips a", has_text="关于")
    name, cross = chip.locator(".name").bounding_box(), chip.locator(".x").bounding_box()
    assert name and cross and name["x"] < cross["x"]
    context.close()
