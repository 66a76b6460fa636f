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
    add_paths(own, [tmp_path / f"{name}.txt" for name in ("副本", "修订", "便条")])
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

    note = client.get("/api/policies/关于停水的便条").get_json()
    assert note["near_duplicates"] == []
    assert "发文字号" in note["recognition"]["missing"]
    assert "no-issuer" in {problem["code"] for problem in note["problems"]}
    report = Page(client.get("/policy/关于停水的便条?lang=en").text).one("details", "report")
    assert "Not recognised" in report.text
    app.extensions["zhengsou"].searcher.close()
