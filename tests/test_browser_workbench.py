"""A researcher's whole way, in a real Chromium: by mouse, by keyboard, without JavaScript."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import docx
import pytest
from playwright.sync_api import Browser, Page, Response

from corpus.library import Library
from tests import hostile_notice as hostile
from tests.conftest import served

POLICY = "民函〔2019〕41号"


def zone(n: int) -> str:
    return f"{POLICY}/zone-{n}"


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

    with page.expect_download() as started:
        page.get_by_role("link", name="DOCX").click()
    saved = tmp_path / "report.docx"
    started.value.save_as(saved)
    head, *rows = rows_of(saved)
    assert head[0] == "附件序号"
    assert [row[0] for row in rows] == ["7", "23", "31"]
    assert rows[0][4] == "江苏省南京市雨花台区"
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
    for _ in range(20):
        if page.evaluate("document.activeElement.textContent") == "DOCX":
            break
        page.keyboard.press("Tab")
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    saved = tmp_path / "keys.docx"
    started.value.save_as(saved)
    assert [row[-1] for row in rows_of(saved)[1:]] == [first, basket_of(page)[1]]


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
    page.get_by_label("在结果中检索").fill("三社联动")
    page.get_by_role("button", name="缩小").click()
    page.wait_for_url(lambda url: "社区 三社联动" in unquote(url).replace("+", " "))
    boxes = page.locator("[data-pick]")
    for n in (0, 1):
        boxes.nth(n).check()
    wanted = [boxes.nth(n).get_attribute("value") for n in (0, 1)]
    page.get_by_role("button", name="列出勾选的记录").click()
    page.wait_for_url(re.compile("/basket"))
    with page.expect_download() as started:
        page.get_by_role("link", name="DOCX").click()
    saved = tmp_path / "plain.docx"
    started.value.save_as(saved)
    assert [row[-1] for row in rows_of(saved)[1:]] == wanted
    page.get_by_role("button", name="并排比较").click()
    page.wait_for_url(re.compile("/compare"))
    page.locator("table.compare thead a").first.click()
    page.wait_for_url(re.compile("/record/"))
    page.get_by_text("GB/T 7714—2015").click()
    assert page.locator("#cite-gbt2015").is_visible()
    page.goto("/?q=社区&group=policy")
    page.get_by_role("link", name=re.compile("本文件另有")).click()
    page.wait_for_url(re.compile("policy="))
    context.close()


PAGES = (
    "/",
    "/?q=三社联动&province=江苏省",
    "/?q=社区&group=policy",
    "/basket",
    f"/basket?id={zone(7)}&id={zone(8)}&id=gone/zone-1",
    f"/compare?id={zone(7)}&id={zone(8)}&id={zone(9)}&id={zone(10)}",
    "/values/keyword?q=社区",
    f"/record/{zone(7)}",
)


def test_the_workbench_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    for where in PAGES:
        page.goto(where)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{where} scrolls sideways by {wider} px"


def test_a_first_visit_is_light_and_nothing_moves_or_waits(
    browser: Browser,
    address: str,
) -> None:
    for where in PAGES:
        context = browser.new_context(base_url=address)
        page = context.new_page()
        page.add_init_script(
            "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach("
            "entry => window.moved += entry.value)).observe({type: 'layout-shift', buffered: true})"
        )
        answers: list[Response] = []
        page.on("response", lambda answer, to=answers: to.append(answer))
        page.goto(where)
        page.wait_for_timeout(300)
        weight = sum(len(gzip.compress(answer.body())) for answer in answers)
        assert weight < 150 * 1024, f"{where}: {weight} bytes"
        assert page.evaluate("window.moved") < 0.01, where
        blocking = "script:not([defer]):not([async])[src]"
        assert page.locator(blocking).count() == 0
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
        "/?q=社区&group=policy",
        f"/policy/{number}?q=社区",
        f"/record/{number}/passage-5?q=社区",
        f"/basket?{ids}",
        f"/compare?{ids}",
        "/values/policy",
        f"/?policy={number}&q={hostile.RLO}社区",
    ):
        page.goto(where)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{where} scrolls sideways by {wider} px"
        assert "pwned" not in (page.title() if "/policy/" not in where else "")
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
