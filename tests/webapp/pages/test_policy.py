"""A policy's page and its object in the API: what else is like it, and what was recognised."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import quote

from indexer.versions.ingest import add_paths
from tests.conftest import NUMBER
from tests.support.markup import Page
from webapp import create_app
from webapp.settings import Settings


def test_near_duplicates_and_the_recognition_are_told(
    home: Path, searcher: object, tmp_path: Path
) -> None:
    own = tmp_path / "home"
    shutil.copytree(home, own, ignore=shutil.ignore_patterns("*.lock", ".lock"))
    [bundled] = (Path(__file__).parents[3] / "corpus" / "texts").glob("*.txt")
    text = bundled.read_text(encoding="utf-8")
    (tmp_path / "副本.txt").write_text(text.replace("。", "。 "), encoding="utf-8")
    amended = text.replace(NUMBER, "民函〔2021〕5号").replace("2019年3月25日", "2021年4月2日")
    (tmp_path / "修订.txt").write_text(amended, encoding="utf-8")
    (tmp_path / "便条.txt").write_text("关于停水的便条\n明天停水一天。\n", encoding="utf-8")
    given = [
        ["序号", "实验单位", "实验主题", "实验内容"],
        ["1", "江苏省南京市鼓楼区", "三社联动", "探索三社联动机制。"],
        ["2", "四川省成都市武侯区", "", ""],
    ]
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in given)
    table = f"<table>{rows}</table>"
    (tmp_path / "缺.html").write_text(f"<h1>关于缺行的通知</h1>{table}", encoding="utf-8")
    names = ("副本.txt", "修订.txt", "便条.txt", "缺.html")
    add_paths(own, [tmp_path / name for name in names])
    app = create_app(Settings(own))
    client = app.test_client()

    found = client.get(f"/api/policies/{NUMBER}").get_json()
    kinds = {one["id"]: one["kind"] for one in found["near_duplicates"]}
    assert kinds == {f"{NUMBER}.2": "同文", "民函〔2021〕5号": "修订"}
    assert found["recognition"]["zones"] == 31 and found["recognition"]["missing"] == []
    page = client.get(f"/policy/{NUMBER}").text
    for other in kinds:
        assert f"/policy/{quote(other)}" in page
    assert "内容相同" in page and "像是同一文件的不同版本" in page and "31 行" in page
    assert f"/policy/{quote(NUMBER)}" in client.get("/policy/民函〔2021〕5号").text

    shown = Page(client.get("/policy/关于缺行的通知").text)
    [place] = [each for each in shown.all("a") if each.inside("ul", "warnings")]
    assert (place.text, place.attrs["href"].rpartition("#")[2]) == ("附件第2项", "zone-2")
    [words] = [each.text for each in shown.all("mark") if each.inside("ul", "warnings")]
    assert words == "四川省成都市武侯区", "the words that a warning is about"

    note = client.get("/api/policies/关于停水的便条").get_json()
    assert note["near_duplicates"] == []
    assert "发文字号" in note["recognition"]["missing"]
    assert "no-issuer" in {problem["code"] for problem in note["problems"]}
    report = Page(client.get("/policy/关于停水的便条?lang=en").text).one("details", "report")
    assert "Not recognised" in report.text
    app.extensions["zhengsou"].searcher.close()
