"""Joint issuers, levels and areas, and dates known in part, on every face."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from webapp import create_app
from webapp.commands import add, export
from webapp.settings import Settings

JOINT = """民政部 财政部关于加强社区治理的通知
民发〔2024〕61号
各省民政厅：
加强治理甲。
民政部
财政部
2024年4月1日
"""
LOCAL = """市民政局关于社区服务的通知
各区民政局：
加强治理乙。
市民政局
2019年3月
"""
YEARS = [
    {"title": "工作报告", "text": "加强治理丙。", "year": 2018},
    {
        "title": "工作要点",
        "text": "加强治理丁。",
        "date": "2018-07",
        "issuer": ["江苏省民政厅", "财政厅"],
    },
]


@pytest.fixture(scope="module")
def filled(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    place = folder / "浙江省" / "杭州市"
    place.mkdir(parents=True)
    (place / "通知.txt").write_text(LOCAL, "utf-8")
    (folder / "联合.txt").write_text(JOINT, "utf-8")
    lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in YEARS)
    (folder / "年.jsonl").write_text(lines, "utf-8")
    own = folder / "home"
    shutil.copytree(home, own)
    given = [str(place / "通知.txt"), str(folder / "联合.txt"), str(folder / "年.jsonl")]
    done = CliRunner().invoke(add.command, ["--home", str(own), *given], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return own


@pytest.fixture(scope="module")
def client(filled: Path) -> FlaskClient:
    return create_app(Settings(filled)).test_client()


def search(client: FlaskClient, q: str = "“加强治理”", **query: Any) -> dict[str, Any]:
    answer = client.get(f"/api/search?{urlencode({'q': q, 'size': 50, **query}, doseq=True)}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def bodies(answer: dict[str, Any]) -> list[str]:
    return [hit["body"] for hit in answer["hits"] if hit["body"].startswith("加强治理")]


def test_each_issuer_is_counted_and_filtered_by(client: FlaskClient) -> None:
    values = {value["value"]: value["count"] for value in search(client)["facets"]["issuer"]}
    assert values["民政部"] >= 1 and values["财政部"] == 1
    assert values["江苏省民政厅"] == values["江苏省财政厅"] == 1
    assert bodies(search(client, issuer="财政部")) == ["加强治理甲。"]
    assert "加强治理甲。" in bodies(search(client, issuer=["民政部", "江苏省财政厅"]))
    assert search(client, "机关:“民政部 财政部”")["total"] > 0


def test_levels_and_areas(client: FlaskClient) -> None:
    assert bodies(search(client, level="国家")) == ["加强治理甲。"]
    assert bodies(search(client, level="地级")) == ["加强治理乙。"]  # the folder says which city
    assert bodies(search(client, area="浙江省")) == ["加强治理乙。"]
    assert bodies(search(client, area="浙江省杭州市")) == ["加强治理乙。"]
    (hit,) = search(client, area="江苏省")["hits"]
    assert hit["policy"]["level"] == "省级"
    assert hit["policy"]["region"]["province"] == "江苏省"


@pytest.mark.parametrize("place", ["省:浙江", "市:杭州", "省:浙江 市:杭州"])
def test_a_place_is_that_of_a_zone_or_of_the_issuer(client: FlaskClient, place: str) -> None:
    """The notice has a zone in Hangzhou; the other document is issued there."""
    answer = search(client, place)
    zones = [hit for hit in answer["hits"] if hit["kind"] == "zone"]
    issued = [hit for hit in answer["hits"] if hit["kind"] == "passage"]
    assert {hit["region"]["province"] for hit in zones} == {"浙江省"}
    assert {hit["policy"]["title"] for hit in issued} == {"市民政局关于社区服务的通知"}
    assert "加强治理乙。" in bodies(answer)
    said = f"（实验区所在地 {len(zones)} 条，发文机关所在地 {len(issued)} 条）"
    assert answer["interpretation"].count(said) == place.count(":")
    # Facets keep both apart.
    assert {v["value"]: v["count"] for v in answer["facets"]["province"]}["浙江省"] == len(zones)
    assert {v["value"]: v["count"] for v in answer["facets"]["area"]}["浙江省"] == len(issued)


def test_a_place_that_nobody_issued_from_is_not_explained(client: FlaskClient) -> None:
    assert search(client, "省:四川")["interpretation"] == "省级名称以“四川”开头"
    assert search(client, "省:浙江", kind="zone")["interpretation"] == "省级名称以“浙江”开头"
    assert search(client, "加强治理 -省:浙江")["total"] == search(client, "加强治理")["total"] - 1
    page = client.get("/?q=省:浙江&lang=en").get_data(as_text=True)
    assert "by the issuer’s)" in page


def test_dates_known_in_part_are_found_shown_and_sorted(client: FlaskClient) -> None:
    assert set(bodies(search(client, "年:2018 加强治理"))) == {"加强治理丙。", "加强治理丁。"}
    between = search(client, **{"from": "2018-01-02", "to": "2019-03-01"})
    assert set(bodies(between)) == {"加强治理乙。", "加强治理丁。"}
    assert bodies(search(client, to="2018-01-01")) == ["加强治理丙。"]
    assert bodies(search(client, sort="date"))[:4] == [
        *("加强治理甲。", "加强治理乙。", "加强治理丁。", "加强治理丙。")
    ]
    dates = {h["body"]: h["policy"]["date"] for h in search(client)["hits"]}
    assert (dates["加强治理丙。"], dates["加强治理丁。"]) == ("2018", "2018-07")
    page = client.get("/?q=加强治理丁").get_data(as_text=True)
    assert '<time datetime="2018-07">2018-07</time>' in page


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (
            "ris",
            ["AU  - 民政部", "AU  - 财政部", "AU  - 江苏省财政厅", "DA  - 2018/07", "DA  - 2018\n"],
        ),
        ("bib", ["{{民政部} and {财政部}}", "date = {2018-07}", "month = {7}", "date = {2018}"]),
    ],
)
def test_references_name_each_issuer(
    filled: Path, tmp_path: Path, form: str, expected: list[str]
) -> None:
    file = tmp_path / f"out.{form}"
    done = CliRunner().invoke(
        export.command, ["--home", str(filled), "加强治理", "-o", str(file)], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output
    text = file.read_text("utf-8")
    assert [each for each in expected if each not in text] == []
