"""Corrections on the management pages: what is typed is followed, shown, logged and undone."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from corpus.corrections import read_correction
from corpus.library.library import Library
from tests.conftest import NUMBER
from tests.support.markup import Page
from tests.support.samples import NOTICE
from tests.webapp.admin.test_admin import actions, csrf, finished, log_in, send
from webapp.admin.access.credentials import new_token

ROWS = (
    "<h1>关于确认实验区的批复</h1><p>民政部</p><table><tr><th>序号</th><th>实验单位</th>"
    "<th>实验主题</th><th>实验内容</th></tr><tr><td>1</td><td>江苏省南京市鼓楼区</td>"
    "<td>三社联动</td><td>探索三社联动机制。</td></tr></table>"
)
CORRECT = f"/admin/policies/correct?id={NUMBER}"


@pytest.fixture
def admin(client: FlaskClient, own_home: Path) -> Iterator[FlaskClient]:
    log_in(client, new_token(own_home))
    yield client


def filled(client: FlaskClient, address: str) -> dict[str, str]:
    """The form of a page as a browser would send it back, untouched."""
    return filled_in(Page(client.get(address).text))


def filled_in(page: Page) -> dict[str, str]:
    inputs = [each for each in page.all("input") if each.inside("form", "correct")]
    areas = [each for each in page.all("textarea") if each.inside("form", "correct")]
    form = {each.attrs["name"]: each.attrs.get("value", "") for each in inputs}
    form |= {each.attrs["name"]: each.text for each in areas}
    chosen = [each for each in page.all("option") if "selected" in each.attrs]
    return {**form, "validity": chosen[0].text if chosen else ""}


def batch_of(admin: FlaskClient) -> str:
    return send(admin, ("通知.txt", NOTICE.encode()))


def test_the_words_that_a_field_was_read_from_are_shown(admin: FlaskClient) -> None:
    page = Page(admin.get(batch_of(admin)).text)
    said = {dt.text: dt.parent for dt in page.all("dt")}
    number = said["发文字号"]
    assert number is not None and "正文第 2 行" in number.text
    words = [mark.text for mark in page.all("mark") if mark.parent and mark.parent.tag == "q"]
    assert {"东政〔2020〕7号", "海东市人民政府", "2020年5月6日", "通知"} <= {*words}


def test_a_file_is_corrected_before_it_is_added(admin: FlaskClient, own_home: Path) -> None:
    batch = batch_of(admin)
    address = f"{batch}/correct?file=通知.txt"
    form = filled(admin, address)
    assert form["number"] == "东政〔2020〕7号"
    answer = admin.post(address, data={**form, "number": "东政〔2020〕8号", "issuer": ""})
    assert answer.status_code == 302
    finished(admin, batch)
    written = own_home / "admin" / "uploads" / batch.rpartition("/")[2] / "files" / "通知.txt.toml"
    correction = read_correction(written.read_text(encoding="utf-8"), "通知.txt.toml")
    assert correction.values == (("number", "东政〔2020〕8号"), ("issuer", None))
    shown = unescape(admin.get(batch).text)
    assert "东政〔2020〕8号" in shown and "更正文件" in shown
    form = filled(admin, address)
    assert form["issuer"] == "", "what was corrected is what the form shows"
    admin.post(address, data={**form, "number": "东政〔2020〕7号"})
    finished(admin, batch)
    again = read_correction(written.read_text(encoding="utf-8"), "通知.txt.toml")
    assert again.values == (("issuer", None),), "a value set back is corrected no longer"
    admin.post(f"{batch}/add", data={"csrf_token": form["csrf_token"]})
    finished(admin, batch)
    policy = admin.get("/api/policies/东政〔2020〕7号").get_json()
    assert policy["issuer"] is None
    assert [action for action, _ in actions(own_home)].count("correct") == 2


def zipped(*members: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def test_what_is_inside_an_archive_is_corrected_before_it_is_added(
    admin: FlaskClient, own_home: Path
) -> None:
    other = NOTICE.replace("东政〔2020〕7号", "东政〔2020〕9号").replace("的通知", "的通告")
    inside = zipped(
        ("市里/通知.txt", NOTICE.encode()), ("表.html", ROWS.encode()), ("坏.pdf", b"%PDF-")
    )
    lines = json.dumps({"title": "另一份", "text": other}, ensure_ascii=False)
    batch = send(admin, ("一批.zip", inside), ("清单.jsonl", f"{lines}\n".encode()))
    ways = [
        link.attrs["href"] for link in Page(admin.get(batch).text).all("a") if "更正" in link.text
    ]
    files = [parse_qs(urlsplit(way).query)["file"][0] for way in ways]
    assert files[:2] == ["一批.zip/市里/通知.txt", "一批.zip/表.html"] and len(files) == 3
    for way, change in zip(
        ways,
        (
            {"number": "东政〔2020〕8号"},
            {"zone-1-unit": "江苏省南京市玄武区"},
            {"issuer": "民政部"},
        ),
        strict=True,
    ):
        form = filled(admin, way)
        assert admin.post(way, data={**form, **change}).status_code == 302
        finished(admin, batch)
        assert {**filled(admin, way), **change} == filled(admin, way)
    refused = admin.post(ways[0], data={**filled(admin, ways[0]), "date": "去年"})
    assert refused.status_code == 400 and "不是日期" in refused.text
    assert admin.get(f"{batch}/correct?file=一批.zip/坏.pdf").status_code == 404
    admin.post(f"{batch}/add", data={"csrf_token": csrf(admin, batch)})
    finished(admin, batch)
    library = Library.open(own_home)
    held = {each.source: each.id for each in library.policies()}
    notice, rows, listed = (library.parsed(held[file]) for file in files)
    assert notice.policy.number == "东政〔2020〕8号"
    assert next(r.unit for r in rows.records if r.kind == "zone") == "江苏省南京市玄武区"
    assert listed.policy.issuer == "民政部"
    assert [v.n for v in library.history(notice.policy.id)] == [1]
    kept = library.uncorrected(notice.policy.id)
    assert kept[0].policy.number == "东政〔2020〕7号" and "8号" in (kept[1] or "")


def test_what_cannot_be_followed_is_said_and_not_lost(admin: FlaskClient) -> None:
    batch = batch_of(admin)
    address = f"{batch}/correct?file=通知.txt"
    form = filled(admin, address)
    answer = admin.post(address, data={**form, "date": "去年三月"})
    assert answer.status_code == 400
    page = Page(answer.text)
    assert "去年三月" in page.one("div", "warnings").text and "不是日期" in answer.text
    assert filled_in(page)["date"] == "去年三月"
    assert admin.get(f"{batch}/correct?file=没有.txt").status_code == 404
    assert admin.post(address, data={**form, "csrf_token": "x"}).status_code == 403


def test_an_untouched_form_corrects_nothing(admin: FlaskClient, own_home: Path) -> None:
    version = Library.open(own_home).version
    form = filled(admin, CORRECT)
    assert form["zone-4-unit"] == "黑龙江省双鸭山市岭东区"
    assert sum(name.startswith("zone-") for name in form) == 31 * 4
    admin.post(CORRECT, data=form)
    library = Library.open(own_home)
    assert (len(library.history(NUMBER)), library.version) == (1, version)


def test_a_policy_is_corrected_and_brought_back(admin: FlaskClient, own_home: Path) -> None:
    form = filled(admin, CORRECT)
    changes = {
        "validity": "失效",
        "zone-4-unit": "黑龙江省双鸭山市尖山区",
        "zone-5-title": "新主题\r\n二",
    }
    answer = admin.post(CORRECT, data={**form, **changes}, follow_redirects=True)
    assert answer.status_code == 200 and "已保存更正" in answer.text
    zone = admin.get(f"/api/records/{NUMBER}/zone-4").get_json()
    assert zone["region"]["county"] == "尖山区"
    assert admin.get(f"/api/policies/{NUMBER}").get_json()["validity"] == "失效"
    found = admin.get("/api/search", query_string={"q": "“新主题”"}).get_json()
    assert [hit["n"] for hit in found["hits"] if hit["kind"] == "zone"] == [5]

    address = f"/admin/policies/versions?id={NUMBER}"
    page = admin.get(address).text
    assert "尖山区" in page
    token = csrf(admin, address)
    answer = admin.post(address, data={"csrf_token": token, "n": "1"}, follow_redirects=True)
    assert "已恢复到第 1 个状态" in answer.text
    assert admin.get(f"/api/policies/{NUMBER}").get_json()["validity"] is None
    assert [v.n for v in Library.open(own_home).history(NUMBER)] == [1, 2, 3]
    assert {("correct", "ok"), ("restore", "ok")} <= {*actions(own_home)}
    bad = admin.post(address, data={"csrf_token": token, "n": "9"})
    assert bad.status_code == 400


def test_what_an_update_would_replace_is_shown_before_it_is_added(
    admin: FlaskClient,
    own_home: Path,
) -> None:
    first = batch_of(admin)
    admin.post(f"{first}/add", data={"csrf_token": csrf(admin, first)})
    finished(admin, first)
    second = send(
        admin,
        (
            "修改后.txt",
            NOTICE.replace("海东市人民政府", "海东市人民政府", 1).encode()
            + "\n补充一段。\n".encode(),
        ),
    )
    shown = Page(admin.get(second).text).one("ul", "replaces").text
    assert "更新“东政〔2020〕7号”" in shown and "第 1 个状态" in shown and "正文段落" in shown
    other = send(admin, ("另一份.txt", NOTICE.replace("的通知", "的通告").encode()))
    assert "作为另一份文件“东政〔2020〕7号.2”加入" in unescape(admin.get(other).text)
    assert json.loads((own_home / "library" / "library.json").read_bytes())["format_version"] == 3
