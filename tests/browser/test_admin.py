"""The management pages in a real browser: the whole story, their looks, and without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_accessibility import AXE, LEVELS, UNFOLD, violations
from tests.conftest import NUMBER
from tests.support.program import printed
from tests.support.serving import served
from tests.support.site import in_language
from webapp.admin.access.sessions import ROOT
from webapp.admin.pages import audit_file, login
from webapp.admin.routes import _ROUTES
from webapp.admin.task_pages import task_status
from webapp.admin.tasks import Task, Tasks
from webapp.admin.upload.pages import batch_status

NOTICE = """海东市人民政府关于开展社区治理试点的通知
东政〔2020〕{n}号

各县区人民政府：
为推进三社联动，决定开展试点。

海东市人民政府
2020年5月{n}日
"""
THEMES = """[[theme]]
name = "陪同服务"
variants = ["爱心银行"]
"""
DROP = """files => {
    const data = new DataTransfer();
    for (const file of document.querySelector('#files').files) data.items.add(file);
    for (const [name, text] of Object.entries(files))
        data.items.add(new File([text], name, {type: 'text/plain'}));
    document.querySelector('[data-drop]').dispatchEvent(
        new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
}"""
PAGES = (
    *("", "/upload", "/policies", f"/policies/remove?id={NUMBER}", "/audit"),
    *(f"/policies/correct?id={NUMBER}", f"/policies/versions?id={NUMBER}"),
    *("/themes", "/themes/edit?name=三社联动", "/themes/candidates", "/themes/near"),
    "/tasks/candidates",
)
#: Both languages, both colours, both widths; a language is as wide in all colours.
DRESSES: tuple[tuple[str, Literal["light", "dark"], int], ...] = (
    ("zh", "light", 1440),
    ("en", "dark", 320),
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("admin-home")


@pytest.fixture(scope="module")
def where(home: Path, browser: Browser) -> Iterator[str]:
    with served(home) as address:
        yield address


@pytest.fixture(scope="module")
def token(home: Path, where: str) -> str:
    return printed(home, "token", "--new").strip()


def log_in(page: Page, token: str) -> None:
    page.goto("/admin/login")
    page.locator("#token").fill(token)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("管理")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_files_are_uploaded_confirmed_found_and_removed(
    browser: Browser, where: str, token: str, tmp_path: Path, scripts: bool
) -> None:
    n = 7 if scripts else 8
    good, bad = tmp_path / "通知.txt", tmp_path / "坏.txt"
    good.write_text(NOTICE.format(n=n), encoding="utf-8")
    bad.write_bytes(b"\x00\x01\x02")
    context = browser.new_context(base_url=where, locale="zh-CN", java_script_enabled=scripts)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    log_in(page, token)
    page.get_by_role("link", name="上传", exact=True).click()
    page.locator("#files").set_input_files([good, bad])
    page.get_by_role("button", name="上传并识别").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("待确认", timeout=30_000)
    expect(page.locator(".outcome.refused")).to_contain_text("坏.txt")
    expect(page.locator(".outcome.added")).to_contain_text(f"东政〔2020〕{n}号")
    page.get_by_role("button", name=re.compile("加入馆藏")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已加入馆藏", timeout=30_000)
    page.goto(f"/?q=“东政〔2020〕{n}号”")
    assert page.locator(f"main a[href*='2020'][href*='{n}']").count()
    page.goto("/admin/policies")
    page.get_by_role("row", name=re.compile(f"〔2020〕{n}号")).get_by_text("移除").click()
    page.get_by_role("button", name="移除").click()
    expect(page.locator(".done-note")).to_contain_text("已移除", timeout=30_000)
    answer = page.request.get(f"/policy/东政〔2020〕{n}号")
    assert answer.status == 404
    context.close()
    assert problems == []


@pytest.fixture(scope="module")
def manager(browser: Browser, where: str, token: str) -> Iterator[Page]:
    context = browser.new_context(base_url=where, locale="zh-CN")
    page = context.new_page()
    log_in(page, token)
    yield page
    context.close()


def test_files_can_be_dropped_and_a_refusal_is_shown(manager: Page) -> None:
    page = manager
    page.goto("/admin/upload")
    page.evaluate(DROP, {"拖放.txt": NOTICE.format(n=9)})
    expect(page.locator("[data-chosen]")).to_contain_text("拖放.txt")
    page.locator("[name=csrf_token]").nth(1).evaluate("field => field.value = 'stale'")
    page.get_by_role("button", name="上传并识别").click()
    expect(page.locator("main h1")).to_have_text("没有权限")
    expect(page.locator("main")).to_contain_text("没有做任何改动")


def test_the_report_of_a_batch_and_all_pages_break_no_rule(manager: Page) -> None:
    page = manager
    page.goto("/admin/upload")
    page.evaluate(DROP, {"拖放.txt": NOTICE.format(n=9), "再拖.txt": NOTICE.format(n=9) + "。\n"})
    page.evaluate(DROP, {"坏.exe": "MZ"})
    page.get_by_role("button", name="上传并识别").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("待确认", timeout=30_000)
    expect(page.locator(".outcome.refused")).to_contain_text("坏.exe")
    expect(page.locator(".near-duplicates")).to_have_count(2)
    batch = page.url
    correcting = f"{batch}/correct?file=拖放.txt"
    page.goto("/admin/themes")
    page.get_by_text("直接编辑词表文件").click()
    page.get_by_label("议题词表").fill(THEMES)
    page.get_by_role("button", name="预览改动").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("预览议题的改动", timeout=30_000)
    looked_at = [batch, correcting, page.url, *(f"/admin{each}" for each in PAGES)]
    found: dict[tuple[str, str], list[str]] = {}
    for address in looked_at:
        for language, colours, width in DRESSES:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=colours)
            page.goto(in_language(address, language))
            page.evaluate(UNFOLD)
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found[address, language] = violations(page, LEVELS)
            for narrow in (width, 320):
                page.set_viewport_size({"width": narrow, "height": 900})
                wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                found[address, language] += [f"{wider} px too wide"] if wider > 0 else []
    page.goto(in_language("/admin", "zh"))
    assert not any(found.values()), {name: each for name, each in found.items() if each}
    assert {urlsplit(each).path for each in looked_at} == set(pages(batch))


def pages(batch: str) -> Iterator[str]:
    """The path of every management page that is not a file, but for the login."""
    paths = {"batch_id": batch.rpartition("/")[2], "name": "candidates"}
    for rule, view, methods in _ROUTES:
        if "GET" in methods and view not in (login, audit_file, batch_status, task_status):
            yield ROOT + re.sub("<(.*?)>", lambda name: paths[name[1]], rule)


def test_a_page_that_follows_work_asks_for_the_token_when_the_session_ends(
    browser: Browser, where: str, token: str, home: Path
) -> None:
    Tasks(home).put(Task("removal", NUMBER, step="移除文件", done=1, total=2))
    context = browser.new_context(base_url=where, locale="zh-CN")
    page = context.new_page()
    log_in(page, token)
    page.goto("/admin/tasks/removal")
    step = page.locator("[data-step]")
    expect(step).to_have_text("移除文件 1 / 2")
    page.route("**/status", lambda route: route.fulfill(status=502, body="Bad Gateway"))
    expect(step).to_have_text("…")  # a proxy, while the server starts anew
    page.unroute("**/status")
    expect(step).to_have_text("移除文件 1 / 2")
    context.clear_cookies()
    expect(page.locator("#token")).to_be_visible(timeout=10_000)
    context.close()


def test_the_login_breaks_no_rule(browser: Browser, where: str, token: str) -> None:
    context = browser.new_context(base_url=where, locale="zh-CN")
    page = context.new_page()
    page.goto("/admin/login")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert violations(page, LEVELS) == []
    context.close()
