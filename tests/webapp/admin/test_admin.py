"""The management pages: nobody gets in without the token, and what they do is logged."""

from __future__ import annotations

import errno
import io
import json
import re
import shutil
import threading
import time
from html import unescape
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from corpus.progress import Progress
from indexer.curation.admin import ThemePlan, plan_text
from tests.conftest import NUMBER
from tests.support.markup import Page
from tests.support.samples import NOTICE
from webapp.admin import jobs, theme_previews
from webapp.admin.access.credentials import new_token, read_credentials, revoke_token
from webapp.admin.access.sessions import ROOT
from webapp.admin.routes import _ROUTES


def csrf(client: FlaskClient, address: str) -> str:
    """The token that the forms of a page carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert found, address
    return found[1]


def log_in(client: FlaskClient, token: str) -> TestResponse:
    form = {"token": token, "csrf_token": csrf(client, "/admin/login")}
    return client.post("/admin/login", data=form)


def send(client: FlaskClient, *files: tuple[str, bytes]) -> str:
    """Uploads files; the address of their batch once it was examined."""
    form = {
        "csrf_token": csrf(client, "/admin/upload"),
        "files": [(io.BytesIO(data), name) for name, data in files],
    }
    answer = client.post("/admin/upload", data=form, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.text
    return finished(client, answer.location)


def finished(client: FlaskClient, address: str) -> str:
    """Waits for the step of a batch that is under way."""
    for _ in range(600):
        if not client.get(f"{address}/status").get_json()["running"]:
            return address
        time.sleep(0.05)
    raise AssertionError("the batch is still being worked on after 30 s")


def actions(home: Path) -> list[tuple[str, str]]:
    lines = (home / "admin" / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    return [(entry["action"], entry["outcome"]) for entry in map(json.loads, lines)]


def test_every_management_page_asks_for_a_session(client: FlaskClient, own_home: Path) -> None:
    new_token(own_home)
    for rule, view, methods in _ROUTES:
        address = ROOT + rule.replace("<batch_id>", "0" * 16)
        for method in set(methods) & {"GET", "POST"}:
            if view.__name__ == "login":
                continue
            answer = client.open(address, method=method)
            if method == "GET":
                assert answer.status_code == 302, address
                assert "/admin/login" in answer.location
            else:
                assert answer.status_code == 403, address


def test_only_a_form_changes_anything(client: FlaskClient, own_home: Path) -> None:
    log_in(client, new_token(own_home))
    batch = send(client, ("通知.txt", NOTICE.encode())).rpartition("/")[2]
    before = actions(own_home)
    for rule, view, methods in _ROUTES:
        address = ROOT + rule.replace("<batch_id>", batch).replace("<name>", "removal")
        address += f"?id={NUMBER}" if view.__name__ == "remove" else ""
        asked = client.get(address).status_code
        assert client.head(address).status_code == asked, address
        allowed = client.options(address)
        assert allowed.status_code == 200 and set(methods) <= set(allowed.allow), address
    assert actions(own_home) == before
    assert client.get(f"/policy/{NUMBER}").status_code == 200


def test_without_a_token_the_pages_stay_closed(client: FlaskClient, own_home: Path) -> None:
    assert "zhengsou token --new" in client.get("/admin/login").text
    assert client.post("/admin/login", data={"token": ""}).status_code == 200
    assert client.get("/admin").status_code == 302


def test_the_token_is_shown_once_and_kept_as_a_hash(own_home: Path) -> None:
    token = new_token(own_home)
    for path in (own_home / "admin").rglob("*"):
        assert path.is_dir() or token.encode() not in path.read_bytes()
    found = read_credentials(own_home)
    assert found is not None and found.fits(token) and not found.fits(token + "x")


def test_a_wrong_token_is_refused_and_logged(client: FlaskClient, own_home: Path) -> None:
    new_token(own_home)
    assert log_in(client, "zs_wrong").status_code == 403
    assert client.get("/admin").status_code == 302
    assert ("login", "refused") in actions(own_home)


def test_a_new_token_ends_the_sessions_of_the_old_one(client: FlaskClient, own_home: Path) -> None:
    assert log_in(client, new_token(own_home)).status_code == 302
    assert client.get("/admin").status_code == 200
    new_token(own_home)
    assert client.get("/admin").status_code == 302
    revoke_token(own_home)
    assert client.get("/admin").status_code == 302


def test_the_login_leads_nowhere_else(client: FlaskClient, own_home: Path) -> None:
    token = new_token(own_home)
    for after in (
        "//evil.example",
        "https://evil.example",
        "/../themes",
        "/\\evil",
        "/a?\r\nb",
        "?\\",
    ):
        form = {"token": token, "csrf_token": csrf(client, "/admin/login")}
        answer = client.post("/admin/login", query_string={"next": after}, data=form)
        assert answer.location == "/admin"
        client.post("/admin/logout", data={"csrf_token": csrf(client, "/admin/upload")})


def test_the_cookie_is_for_these_pages_alone(client: FlaskClient, own_home: Path) -> None:
    cookie = log_in(client, new_token(own_home)).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/admin" in cookie
    for address in ("/", "/?q=社区", "/themes", "/api/search"):
        assert "zhengsou_admin" not in client.get(address).headers.get("Set-Cookie", "")


def test_a_change_without_our_form_is_refused(client: FlaskClient, own_home: Path) -> None:
    log_in(client, new_token(own_home))
    form = {"csrf_token": "made up"}
    for data in ({}, form):
        answer = client.post("/admin/policies/remove", query_string={"id": NUMBER}, data=data)
        assert answer.status_code == 403
    assert client.get(f"/policy/{NUMBER}").status_code == 200


def test_an_upload_is_shown_before_it_is_added(client: FlaskClient, own_home: Path) -> None:
    log_in(client, new_token(own_home))
    [bundled] = (Path(__file__).parents[3] / "corpus" / "texts").glob("*.txt")
    copy = bundled.read_text(encoding="utf-8").replace("。", "。 ")
    batch = send(
        client,
        ("通知.txt", NOTICE.encode()),
        ("通知.txt.toml", 'validity_note = "试点期满"'.encode()),
        ("坏.txt", b"\x00\x01\x02"),
        ("通知副本.txt", NOTICE.replace("。", "。 ").encode()),
        ("批复副本.txt", copy.encode()),
    )
    page = client.get(batch).text
    assert "东政〔2020〕7号" in page and "坏.txt" in page and "不能加入" in page
    assert "试点期满" in page, "the correction file is followed"
    found = [each.text for each in Page(page).all("ul", "near-duplicates")]
    assert len(found) == 3 and all("内容相同" in each and "100%" in each for each in found)
    assert sum("在这批文件中" in each for each in found) == 2
    assert f'href="/policy/{quote(NUMBER)}"' in page, "the copy names what is in the library"
    assert "in this upload" in client.get(f"{batch}?lang=en").text
    assert client.get("/policy/东政〔2020〕7号").status_code == 404

    client.post(f"{batch}/add", data={"csrf_token": csrf(client, batch)})
    finished(client, batch)
    assert client.get("/policy/东政〔2020〕7号").status_code == 200
    found = client.get("/api/search", query_string={"q": '"海东市人民政府"'}).get_json()
    assert found["total"] >= 1
    assert [each for each in actions(own_home) if each[0] in ("upload", "examining", "adding")]


def test_a_batch_can_be_thrown_away(client: FlaskClient, own_home: Path) -> None:
    log_in(client, new_token(own_home))
    batch = send(client, ("通知.txt", NOTICE.encode()))
    client.post(f"{batch}/discard", data={"csrf_token": csrf(client, batch)})
    assert client.get(batch).status_code == 404
    assert client.get("/policy/东政〔2020〕7号").status_code == 404
    assert not any((own_home / "admin" / "uploads").iterdir())


@pytest.mark.parametrize(
    "name",
    ["../../library/library.json", "..\\..\\x.txt", "con.txt", "😀" * 80 + ".txt", "文" * 250],
)
def test_the_name_of_an_upload_leads_nowhere(
    client: FlaskClient, own_home: Path, name: str
) -> None:
    log_in(client, new_token(own_home))
    before = {path for path in own_home.rglob("*") if "uploads" not in path.parts}
    send(client, (name, NOTICE.encode()))
    files = [path for path in own_home.rglob("*") if "files" in path.parts and path.is_file()]
    assert len(files) == 1
    after = {path for path in own_home.rglob("*") if "uploads" not in path.parts}
    assert {path.name for path in after - before} <= {"audit.jsonl", "audit.jsonl.lock", "admin"}


def test_too_large_an_upload_is_refused_unread(client: FlaskClient, own_home: Path) -> None:
    assert client.post("/admin/upload", data=b"x" * 100_000).status_code == 403
    log_in(client, new_token(own_home))
    stated = {"CONTENT_LENGTH": str(2**31)}
    answer = client.post("/admin/upload", environ_overrides=stated)
    assert answer.status_code == 413
    assert all(each in answer.text for each in ("200 个文件", "500 MB", "zhengsou add"))
    answer = client.post("/admin/themes/preview", environ_overrides=stated)
    assert answer.status_code == 413 and "4 MB" in answer.text
    chunked = {"Transfer-Encoding": "chunked"}
    assert client.post("/admin/upload", headers=chunked).status_code == 411
    assert client.post("/admin/logout", data=b"x" * 100_000).status_code == 413


def test_a_policy_is_removed_after_a_question(client: FlaskClient, own_home: Path) -> None:
    log_in(client, new_token(own_home))
    address = f"/admin/policies/remove?id={NUMBER}"
    page = client.get(address).text
    assert "移除这份文件" in page
    assert client.get(f"/policy/{NUMBER}").status_code == 200
    answer = client.post(address, data={"csrf_token": csrf(client, address)})
    assert answer.status_code == 302
    assert client.get(f"/policy/{NUMBER}").status_code == 404
    assert ("remove", "ok") in actions(own_home)


THEMES = """[[theme]]
name = "陪同服务"
variants = ["爱心银行"]
"""


def preview(client: FlaskClient, **form: str) -> str:
    token = csrf(client, "/admin/themes")
    form = {"csrf_token": token, **form}
    answer = client.post("/admin/themes/preview", data=form, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def apply(client: FlaskClient, page: str) -> TestResponse:
    """Sends the form of a preview as a browser would."""
    fields = dict(re.findall(r'name="(csrf_token|base|goes_on)" value="([^"]*)"', page))
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    assert text, page
    sent = unescape(text[1]).replace("\n", "\r\n")
    return client.post("/admin/themes/apply", data={**fields, "text": sent})


def test_a_theme_is_previewed_applied_and_undone(client: FlaskClient, own_home: Path) -> None:
    log_in(client, new_token(own_home))
    assert client.get("/themes/陪同服务").status_code == 404
    page = preview(client, change="text", text=THEMES)
    assert "陪同服务" in page
    assert not (own_home / "themes.toml").exists(), "a preview writes nothing"
    assert apply(client, page).status_code == 302
    assert (own_home / "themes.toml").read_bytes() == THEMES.encode()
    assert client.get("/themes/陪同服务").status_code == 200

    apply(client, preview(client, change="undo"))
    assert client.get("/themes/陪同服务").status_code == 404
    assert ("themes", "ok") in actions(own_home)


def test_a_preview_that_takes_long_is_followed(
    client: FlaskClient, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = new_token(own_home)
    log_in(client, secret)
    go = threading.Event()

    def slow(home: Path, text: str, progress: Progress) -> ThemePlan:
        progress("比较议题", 1, 2)
        go.wait(30)
        return plan_text(home, text, progress)

    monkeypatch.setattr(theme_previews, "plan_text", slow)
    monkeypatch.setattr(jobs, "PATIENCE", 0.0)
    form = {"csrf_token": csrf(client, "/admin/themes"), "change": "text", "text": THEMES}
    following = client.post("/admin/themes/preview", data=form).location
    assert following == "/admin/tasks/preview"
    page = client.get(following).text
    assert "预览议题的改动" in page and 'data-poll="/admin/tasks/preview/status"' in page
    busy = client.post("/admin/themes/preview", data={**form, "text": THEMES + "#"})
    assert busy.status_code == 400 and "另一项预览正在进行" in busy.text
    assert THEMES + "#" in unescape(busy.text), "what was typed is not lost"
    go.set()
    finished(client, following)
    shown = client.get(client.get("/admin/themes/preview").location)
    assert "陪同服务" in client.get(shown.location).text
    client.post("/admin/logout", data=form)
    asked = client.get(shown.location).location
    token = csrf(client, asked)
    entered = client.post(asked, data={"csrf_token": token, "token": secret})
    assert entered.location == shown.location, "the login leads back to it"
    assert client.get("/admin/themes/preview?of=0123").status_code == 404


def test_what_changed_since_the_preview_is_not_overwritten(
    client: FlaskClient, own_home: Path
) -> None:
    log_in(client, new_token(own_home))
    page = preview(client, change="text", text=THEMES)
    (own_home / "themes.toml").write_text('[[theme]]\nname = "别的"\n', encoding="utf-8")
    answer = apply(client, page)
    assert answer.status_code >= 400 and "又改动过" in answer.text
    assert "别的" in (own_home / "themes.toml").read_text(encoding="utf-8")


def test_a_mistake_in_the_themes_is_named_with_its_line(
    client: FlaskClient, own_home: Path
) -> None:
    log_in(client, new_token(own_home))
    token = csrf(client, "/admin/themes")
    form = {"csrf_token": token, "change": "text", "text": THEMES + "oops ="}
    answer = client.post("/admin/themes/preview", data=form)
    assert answer.status_code == 400
    assert "第4行" in answer.text.replace(" ", "") and "oops =" in answer.text


def test_candidates_are_decided_on(client: FlaskClient, own_home: Path) -> None:
    log_in(client, new_token(own_home))
    # Without these the notice's own words are new to the lexicon.
    gone = ("三社联动", "党建引领", "居民自治", "共建共治共享")
    lines = [f'[[theme]]\nname = "{name}"\nremove = true\n' for name in gone]
    (own_home / "themes.toml").write_text("\n".join(lines), encoding="utf-8")
    page = client.get("/admin/themes/candidates").text
    assert "自动提取" in page
    phrases = [unescape(each) for each in re.findall(r'name="phrase" value="([^"]+)"', page)]
    assert len(phrases) > 1
    answers = ["accept", "reject", *[""] * (len(phrases) - 2)]
    form = {
        "csrf_token": csrf(client, "/admin/themes/candidates"),
        "change": "decisions",
        "phrase": phrases,
        "answer": answers,
        "name": [""] * len(phrases),
    }
    page = client.post("/admin/themes/preview", data=form, follow_redirects=True).text
    assert apply(client, page).status_code == 302
    assert client.get(f"/themes/{phrases[0]}").status_code == 200
    again = client.get("/admin/themes/candidates").text
    assert f'name="phrase" value="{phrases[1]}"' not in again
    assert client.get("/admin/themes/candidates?again=1").status_code == 400
    kept = own_home / "admin" / "tasks" / "candidates.json"
    failed = json.loads(kept.read_bytes()) | {"state": "failed", "message": "磁盘已满"}
    kept.write_text(json.dumps(failed), encoding="utf-8")
    page = client.get("/admin/themes/candidates").text
    assert "磁盘已满" in page and 'action="/admin/themes/candidates" method="post"' in page
    token = csrf(client, "/admin/themes/candidates")
    assert client.post("/admin/themes/candidates").status_code == 403
    answer = client.post("/admin/themes/candidates", data={"csrf_token": token})
    assert answer.status_code == 303 and phrases[2] in client.get(answer.location).text


def test_a_step_that_died_with_its_process_is_tried_again(
    client: FlaskClient, own_home: Path
) -> None:
    log_in(client, new_token(own_home))
    batch = send(client, ("通知.txt", NOTICE.encode()))
    path = own_home / "admin" / "uploads" / batch.rpartition("/")[2] / "batch.json"
    state = json.loads(path.read_bytes())
    state |= {"state": "adding", "seen_at": "2020-01-01T00:00:00+00:00"}
    path.write_text(json.dumps(state), encoding="utf-8")
    page = client.get(batch).text
    assert "处理中断，可以再试" in page and "再试一次" in page
    client.post(f"{batch}/add", data={"csrf_token": csrf(client, batch)})
    finished(client, batch)
    assert client.get("/policy/东政〔2020〕7号").status_code == 200


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"token_sha256": 1, "key": 2, "created_at": 3}'])
def test_a_damaged_token_file_is_named_with_its_mend(
    client: FlaskClient, own_home: Path, damage: bytes
) -> None:
    new_token(own_home)
    (own_home / "admin" / "credentials.json").write_bytes(damage)
    answer = client.get("/admin/login")
    assert answer.status_code == 500
    assert "已损坏" in answer.text and "zhengsou token --new" in answer.text


def test_what_cannot_be_logged_is_not_done(client: FlaskClient, own_home: Path) -> None:
    token = new_token(own_home)
    (own_home / "admin" / "audit.jsonl").mkdir()
    answer = log_in(client, token)
    assert answer.status_code == 500 and "无法写入操作日志" in answer.text
    assert client.get("/admin").status_code == 302


def test_too_many_files_are_refused_with_the_number(client: FlaskClient, own_home: Path) -> None:
    log_in(client, new_token(own_home))
    files = [(io.BytesIO(b"x"), f"{n}.txt") for n in range(201)]
    form = {"csrf_token": csrf(client, "/admin/upload"), "files": files}
    answer = client.post("/admin/upload", data=form, content_type="multipart/form-data")
    assert answer.status_code == 400 and "201" in answer.text and "200" in answer.text
    assert not (own_home / "admin" / "uploads").exists()


def test_a_full_disk_is_told_and_leaves_nothing(
    client: FlaskClient, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(client, new_token(own_home))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    form = {"csrf_token": csrf(client, "/admin/upload"), "files": (io.BytesIO(b"x"), "a.txt")}
    answer = client.post("/admin/upload", data=form, content_type="multipart/form-data")
    assert answer.status_code == 500 and "请检查磁盘空间" in answer.text
    assert not any((own_home / "admin" / "uploads").iterdir())
