"""The API and the exports over HTTP: shapes, failures, and agreement with the command line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import openpyxl
import pytest
from flask.testing import FlaskClient

from indexer.errors import EngineError
from tests.support.program import printed
from webapp import create_app
from webapp.settings import Settings

POLICY = "民函〔2019〕41号"
ZONE_1 = f"{POLICY}/zone-1"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(home))
    yield app.test_client()
    app.extensions["zhengsou"].searcher.close()


def get(client: FlaskClient, address: str, status: int = 200) -> Any:
    response = client.get(address)
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/json"
    return json.loads(response.data)


def failure(client: FlaskClient, address: str, status: int) -> dict[str, str]:
    """The one shape of failures: code, message and hint, and nothing beside them."""
    body = get(client, address, status)
    assert list(body) == ["error"]
    assert set(body["error"]) == {"code", "message", "hint"}
    assert body["error"]["message"]
    found: dict[str, str] = body["error"]
    return found


@pytest.mark.parametrize(
    ("parameters", "arguments"),
    [
        ({"q": "社区治理", "size": "5", "page": "2"}, ["社区治理", "--size", "5", "--page", "2"]),
        ({"q": "“三社联动”"}, ["“三社联动”"]),
        ({"q": "党建 -物业", "sort": "region"}, ["党建 -物业", "--sort", "region"]),
        (
            {"q": "", "province": "四川省", "kind": "zone", "from": "2019-01-01"},
            ["", "--province", "四川省", "--kind", "zone", "--from", "2019-01-01"],
        ),
        ({"q": "主题:"}, ["主题:"]),
    ],
)
def test_the_api_and_the_command_line_give_the_same_object(
    client: FlaskClient, home: Path, parameters: dict[str, str], arguments: list[str]
) -> None:
    query = "&".join(f"{name}={quote(value)}" for name, value in parameters.items())
    over_http = get(client, f"/api/search?{query}")
    on_the_terminal = json.loads(printed(home, "search", "--format", "json", *arguments))
    assert over_http.pop("took_ms") >= 0
    assert on_the_terminal.pop("took_ms") >= 0
    assert over_http == on_the_terminal
    assert list(over_http) == list(on_the_terminal)


def test_chinese_is_readable_in_the_answer(client: FlaskClient) -> None:
    assert "石景山区".encode() in client.get("/api/search?q=老街坊").data


def test_facet_values_can_be_repeated(client: FlaskClient) -> None:
    found = get(client, "/api/search?kind=zone&province=四川省&province=上海市&size=200")
    assert {hit["region"]["province"] for hit in found["hits"]} == {"四川省", "上海市"}
    chosen = {v["value"] for v in found["facets"]["province"] if v["selected"]}
    assert chosen == {"四川省", "上海市"}


def test_facets_can_be_cut_to_their_most_frequent_values(client: FlaskClient) -> None:
    whole = get(client, "/api/search?q=社区&county=西湖区")["facets"]
    some = get(client, "/api/search?q=社区&county=西湖区&facet_values=2")["facets"]
    for name, values in whole.items():
        assert some[name] == values[:2] + [v for v in values[2:] if v["selected"]]
    assert any(len(values) > len(some[name]) for name, values in whole.items())


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("page=0", "page"),
        ("page=eins", "page"),
        ("page=1e3", "page"),
        ("size=201", "size"),
        ("size=-1", "size"),
        ("facet_values=0", "facet_values"),
        ("facet_values=多", "facet_values"),
        ("sort=random", "sort"),
        ("from=2019-02-30", "from"),
        ("to=gestern", "to"),
        ("kind=foo", "kind"),
        ("year=abc", "year"),
        ("year=2019&year=19", "year"),
        ("provinz=四川省", "provinz"),
        ("q=a&q=b", "q"),
    ],
)
@pytest.mark.parametrize("address", ["/api/search", "/export/csv"])
def test_a_bad_parameter_is_400_and_named(
    client: FlaskClient, address: str, query: str, named: str
) -> None:
    response = client.get(f"{address}?{query}", headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert named in json.loads(response.data)["error"]["message"]


def test_a_page_past_the_end_is_404_and_names_the_last(client: FlaskClient) -> None:
    last = get(client, "/api/search?size=10")
    pages = -(-last["total"] // 10)
    get(client, f"/api/search?size=10&page={pages}")
    told = failure(client, f"/api/search?size=10&page={pages + 1}", 404)
    assert told["code"] == "page_out_of_range"
    assert str(pages) in told["message"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/themes/没有",
        "/api/policies/没有",
        "/api/records/没有",
        f"/api/records/{POLICY}/zone-99",
        "/api/nothing",
    ],
)
def test_what_is_not_there_is_404_in_the_one_shape(client: FlaskClient, address: str) -> None:
    told = failure(client, address, 404)
    asked = address.split("/", 3)[-1]
    assert asked in told["message"] or asked == "nothing"


@pytest.mark.parametrize(
    ("address", "listed"),
    [("/api/policies/没有", "/api/policies"), ("/api/themes/没有", "/api/themes")],
)
def test_what_is_not_there_is_told_where_all_are(
    client: FlaskClient, address: str, listed: str
) -> None:
    assert failure(client, address, 404)["hint"].endswith(listed)
    assert client.get(listed).status_code == 200


def test_errors_are_written_as_everything_else_is(client: FlaskClient) -> None:
    raw = client.get("/api/records/没有").get_data(as_text=True)
    assert "没有" in raw and raw.endswith("}\n")
    assert list(json.loads(raw)["error"]) == ["code", "message", "hint"]


def test_another_method_is_405_in_the_one_shape(client: FlaskClient) -> None:
    response = client.post("/api/search")
    assert response.status_code == 405
    assert set(json.loads(response.data)["error"]) == {"code", "message", "hint"}


def test_themes_are_listed_and_found_by_a_variant(client: FlaskClient) -> None:
    themes = get(client, "/api/themes")["themes"]
    assert all(list(theme) == ["name", "count", "variants", "automatic"] for theme in themes)
    theme = next(theme for theme in themes if theme["name"] == "三社联动")
    one = get(client, f"/api/themes/{quote('三社联动', safe='')}")
    assert list(one) == ["name", "variants", "records"]
    assert (len(one["records"]), one["variants"]) == (theme["count"], theme["variants"])
    for variant in theme["variants"]:
        assert get(client, f"/api/themes/{quote(variant, safe='')}") == one


def test_policies_carry_their_source_and_the_number_of_their_records(client: FlaskClient) -> None:
    (policy,) = get(client, "/api/policies")["policies"]
    assert list(policy) == [
        *("id", "title", "number", "issuer", "date", "category", "recipients", "url"),
        *("source", "sha256", "validity", "validity_note", "successor"),
        *("issuers", "region", "level", "ocr", "records"),
    ]
    assert (policy["id"], policy["date"], policy["issuer"]) == (POLICY, "2019-03-25", "民政部")
    assert (policy["issuers"], policy["region"], policy["level"]) == (["民政部"], None, "国家")
    everything = get(client, "/api/search?size=200&sort=source")
    assert policy["records"] == everything["total"]
    one = get(client, f"/api/policies/{quote(POLICY, safe='')}")
    assert one.pop("record_ids") == [hit["id"] for hit in everything["hits"]]
    made = {key: one.pop(key) for key in ("near_duplicates", "recognition", "problems")}
    assert one == policy
    second = get(client, f"/api/policies/{quote(POLICY, safe='')}?page=2&size=20")
    assert second["record_ids"] == [hit["id"] for hit in everything["hits"]][20:40]
    assert (second["records"], second["page"], second["size"]) == (policy["records"], 2, 20)
    assert made["near_duplicates"] == [] and made["recognition"]["zones"] == 31


@pytest.mark.parametrize("record_id", [ZONE_1, quote(ZONE_1, safe=""), quote(ZONE_1)])
def test_a_record_is_found_by_its_id_encoded_or_not(client: FlaskClient, record_id: str) -> None:
    record = get(client, f"/api/records/{record_id}?q=老街坊")
    assert record["unit"] == "北京市石景山区"
    assert record["highlights"]["title"]
    found = get(client, "/api/search?q=老街坊&size=1")["hits"][0]
    assert set(record) - set(found) == {"place", "evidence"}
    assert list(record["evidence"]) == record["themes"]
    for evidence in record["evidence"].values():
        for each in evidence:
            assert record[each["field"]][each["start"] : each["end"]] == each["phrase"]


def test_a_record_says_where_it_stands_in_its_source(client: FlaskClient, home: Path) -> None:
    from corpus.library.library import Library

    text = Library.open(home).parsed(POLICY).text
    record = get(client, f"/api/records/{quote(ZONE_1, safe='')}")
    placed = "".join(text[start:end] for start, end in record["place"])
    for part in (record["unit"], record["title"], record["body"]):
        assert part in placed


@pytest.mark.parametrize("format", ["csv", "xlsx", "json", "jsonl", "md"])
def test_an_export_is_a_file_with_every_full_hit(client: FlaskClient, format: str) -> None:
    response = client.get(f"/export/{format}?q=社区&kind=zone&size=1&page=3")
    assert response.status_code == 200
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert f"政搜-社区.{format}" in unquote(disposition)
    assert response.content_length == len(response.data)
    total = get(client, "/api/search?q=社区&kind=zone")["total"]
    assert _count(format, response.data) == total > 20


def _count(format: str, content: bytes) -> int:
    if format == "csv":
        return len(list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))) - 1
    if format == "xlsx":
        return openpyxl.load_workbook(io.BytesIO(content))["检索结果"].max_row - 1
    if format == "json":
        return len(json.loads(content)["hits"])
    lines = content.decode("utf-8").splitlines()
    return len(lines) if format == "jsonl" else sum(line.startswith("| ") for line in lines) - 2


def test_the_csv_of_all_zones_says_what_the_records_say(client: FlaskClient) -> None:
    content = client.get("/export/csv?kind=zone&sort=source").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content, newline="")))
    hits = get(client, "/api/search?kind=zone&sort=source&size=200")["hits"]
    assert [row["附件序号"] for row in rows] == [str(n) for n in range(1, 32)]
    for row, hit in zip(rows, hits, strict=True):
        region = hit["region"]
        assert (row["省级"], row["地级"], row["县级"]) == tuple(
            region[part] or "" for part in ("province", "city", "county")
        )
        assert (row["实验单位"], row["实验主题"], row["实验内容"]) == (
            hit["unit"],
            hit["title"],
            hit["body"],
        )
        assert row["议题"] == "、".join(hit["themes"])
        assert row["记录编号"] == hit["id"]


def test_an_unknown_export_format_is_404_and_names_the_known_ones(client: FlaskClient) -> None:
    told = failure(client, "/export/pdf", 404)
    for name in ("csv", "xlsx", "json", "jsonl", "md"):
        assert name in told["hint"]


def test_healthz_answers_with_the_index_it_searched(client: FlaskClient) -> None:
    found = get(client, "/healthz")
    assert found["status"] == "ok"
    assert found["records"] == get(client, "/api/search")["index"]["records"]


def test_healthz_is_503_when_searches_fail(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    searcher = client.application.extensions["zhengsou"].searcher

    def fail(*_: object, **__: object) -> None:
        raise EngineError("索引无法读取")

    monkeypatch.setattr(type(searcher), "search", fail)
    assert "索引无法读取" in failure(client, "/healthz", 503)["message"]


@pytest.mark.parametrize("q", ["三社联动 OR 党建", "“社区”", "社区 治理", "", "没有的词"])
def test_ids_alone_are_those_of_the_search(client: FlaskClient, q: str) -> None:
    whole = client.get("/api/search", query_string={"q": q, "facet_values": 5}).json
    light = client.get("/api/ids", query_string={"q": q, "facet_values": 5}).json
    assert whole and light
    full = [hit["id"] for hit in whole["hits"] if hit["match"] != "partial"]
    assert (light["total"], light["ids"]) == (whole["total"], full)
    if whole["total"]:
        shown = {
            name: [(each["value"], each["count"]) for each in values]
            for name, values in whole["facets"].items()
        }
        counted = {
            name: [(each["value"], each["count"]) for each in values]
            for name, values in light["facets"].items()
        }
        assert counted == shown


@pytest.mark.parametrize("wrong", ["page=2", "sort=date"])
def test_ids_alone_are_the_best_only(client: FlaskClient, wrong: str) -> None:
    answer = client.get(f"/api/ids?{wrong}")
    assert answer.json and answer.status_code == 400
    assert wrong.partition("=")[0] in answer.json["error"]["message"]
