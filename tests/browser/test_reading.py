"""Reading in a real Chromium: from hit to hit from where one is, the outline, the printed page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from indexer.versions.ingest import add_paths
from tests.support.serving import served

LAW = "社区服务条例"
ARTICLES, CHAPTER = 120, 20
#: Every third article has a hit.
HITS = ARTICLES // 3


def text() -> str:
    lines = [LAW]
    for n in range(1, ARTICLES + 1):
        if n % CHAPTER == 1:
            lines.append(f"第{n // CHAPTER + 1}章 第{n // CHAPTER + 1}部分")
        what = "社区工作者" if n % 3 == 0 else "居民委员会"
        lines.append(f"第{n}条 {what}应当公开第{n}项服务，" + "并接受居民监督。" * 12)
    return "\n".join(lines)


@pytest.fixture(scope="module")
def law(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that holds one law."""
    folder = tmp_path_factory.mktemp("law")
    (folder / "law.txt").write_text(text(), encoding="utf-8")
    add_paths(folder / "home", [folder / "law.txt"])
    with served(folder / "home") as address:
        yield address


@pytest.fixture
def reader(browser: Browser, law: str) -> Iterator[Page]:
    context = browser.new_context(base_url=law, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"/policy/{LAW}?q=“社区工作者”")
    yield page
    context.close()


def current(page: Page) -> str:
    expect(page.locator("mark[aria-current]")).to_have_count(1)
    expect(page.locator("mark[aria-current]")).to_be_in_viewport()
    return page.locator("mark[aria-current]").get_attribute("id") or ""


def test_keys_go_on_from_where_one_is(reader: Page) -> None:
    bar = reader.get_by_role("navigation", name="文中命中")
    expect(bar).to_contain_text(f"第 1 / {HITS} 处")
    reader.keyboard.press("n")
    assert current(reader) == "hit-1"
    reader.keyboard.press("n")
    assert current(reader) == "hit-2"

    reader.locator("#passage-70").scroll_into_view_if_needed()
    expect(reader.locator("#hit-2")).not_to_be_in_viewport()
    top = reader.evaluate(
        "[...document.querySelectorAll('mark')].findIndex(m => m.getBoundingClientRect().top > 60)"
    )
    reader.keyboard.press("n")
    assert current(reader) == f"hit-{top + 1}"
    expect(bar).to_contain_text(f"第 {top + 1} / {HITS} 处")
    expect(bar).to_be_in_viewport()
    reader.keyboard.press("p")
    assert current(reader) == f"hit-{top}"
    bar.get_by_role("link", name="下一处命中").click()
    assert current(reader) == f"hit-{top + 1}"

    bar.get_by_text("列出").click()
    bar.get_by_role("listitem").nth(HITS - 1).get_by_role("link").click()
    assert current(reader) == f"hit-{HITS}"
    reader.keyboard.press("n")
    assert current(reader) == "hit-1"


def test_the_outline_stays_beside_the_text_and_says_where_one_is(reader: Page) -> None:
    outline = reader.get_by_role("navigation", name="目录")
    chapters = outline.locator("summary a")
    expect(chapters).to_have_count(ARTICLES // CHAPTER)
    for at in range(ARTICLES // CHAPTER):
        expect(chapters.nth(at)).to_be_visible()
    chapters.nth(3).click()
    expect(reader.locator("h2", has_text="第4章")).to_be_in_viewport()
    expect(chapters.nth(3)).to_be_in_viewport()
    reader.mouse.wheel(0, 200)
    expect(outline.locator("[aria-current]")).to_have_text("第4章 第4部分")


def test_on_a_phone_the_outline_is_a_drawer(reader: Page) -> None:
    reader.set_viewport_size({"width": 390, "height": 844})
    reader.mouse.wheel(0, 2000)
    drawer = reader.get_by_text("目录", exact=True)
    expect(drawer).to_be_in_viewport()
    chapter = reader.get_by_role("navigation", name="目录").locator("summary a").nth(4)
    expect(chapter).not_to_be_visible()
    drawer.click()
    expect(chapter).to_be_visible()
    chapter.click()
    expect(chapter).not_to_be_visible()
    expect(reader.locator("h2", has_text="第5章")).to_be_in_viewport()
    assert reader.evaluate("document.documentElement.scrollWidth") == 390


def test_without_a_script_links_lead_from_hit_to_hit(browser: Browser, law: str) -> None:
    context = browser.new_context(base_url=law, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/policy/{LAW}?q=“社区工作者”")
    page.get_by_role("navigation", name="文中命中").get_by_role("link", name="下一处").click()
    expect(page.locator("#hit-1")).to_be_in_viewport()
    page.locator("#hit-1 + .jump").get_by_role("link", name="下一处").click()
    expect(page.locator("#hit-2")).to_be_in_viewport()
    page.get_by_text("目录", exact=True).first.click(force=True)
    expect(page.get_by_role("navigation", name="目录")).to_be_visible()
    context.close()


def test_paper_holds_the_document_and_its_source(reader: Page) -> None:
    reader.emulate_media(media="print")
    for furniture in ("header.top", "footer.end", ".guide", ".strip .acts", ".about"):
        expect(reader.locator(furniture)).not_to_be_visible()
    expect(reader.locator("article.policy h1")).to_be_visible()
    source = reader.locator(".onpaper")
    expect(source).to_be_visible()
    expect(source).to_contain_text(f"/policy/{LAW}")


def test_at_most_six_tab_stops_from_the_box_to_the_first_hit(page: Page) -> None:
    page.goto("/?q=社区")
    page.locator("input.q").focus()
    for _stop in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.hit :is(h2, h3) > a')"):
            break
    else:
        raise AssertionError("the first hit is more than six Tab stops away")
    page.set_viewport_size({"width": 390, "height": 844})
    first = page.locator(".hit").first.bounding_box()
    assert first and first["y"] < 844 / 2
    menu = page.get_by_role("navigation", name="站内").get_by_role("link")
    tops = {round(box["y"]) for one in menu.all() if (box := one.bounding_box())}
    assert len(tops) == 1


def test_a_document_is_chosen_with_one_click(page: Page) -> None:
    page.goto("/policy/民函〔2019〕41号?q=“三社联动”")
    rows = page.locator("article.policy tr", has=page.locator("mark")).count()
    page.get_by_role("link", name=f"选定 {rows} 条").click()
    assert "/policy/" in page.url
    expect(page.locator("[data-basket] [data-count]")).to_have_text(str(rows))
