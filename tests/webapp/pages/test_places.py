"""The page of a place: one unit in notices of several years, under its names of the time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from flask.testing import FlaskClient

from corpus.library.library import Library
from corpus.places.places import names_of, place_of, region_of_place
from corpus.places.regions import divisions, region_of
from webapp import create_app
from webapp.api.schemas import components
from webapp.settings import Settings

NOTICE = """民政部关于确认{year}年度全国社区治理和服务创新实验区的通知
民函〔{year}〕{n}号

各省、自治区、直辖市民政厅（局）：
现将实验区名单印发给你们。

附件：全国社区治理和服务创新实验区名单

民政部
{year}年5月6日

附件
全国社区治理和服务创新实验区名单
序号\t实验单位\t实验主题\t实验内容
1\t{unit}\t{title}\t探索三社联动机制，推进居民自治。
2\t江苏省南京市鼓楼区\t社区协商\t完善社区协商制度。
"""
#: 江干区 went on in 上城区 in 2021.
EARLIER = ("浙江省杭州市江干区", "2019", "901", "钱塘先行")
LATER = ("浙江省杭州市上城区", "2022", "902", "上城续写")


@pytest.fixture(scope="module")
def client(
    home: Path, searcher: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FlaskClient]:
    where = tmp_path_factory.mktemp("places")
    copy = where / "home"
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("*.lock", ".lock"))
    library = Library.open(copy)
    for unit, year, n, title in (LATER, EARLIER):
        path = where / f"{n}.txt"
        path.write_text(NOTICE.format(unit=unit, year=year, n=n, title=title), encoding="utf-8")
        library.add(path)
    app = create_app(Settings(copy))
    yield app.test_client()
    app.extensions["zhengsou"].searcher.close()


def test_one_page_shows_a_place_under_its_names_of_the_time(client: FlaskClient) -> None:
    page = client.get("/place/330102").text
    assert page.count("2019-05-06") and page.count("2022-05-06")
    page = page[page.index('<time datetime="2019-05-06"') :]
    order = [
        page.index(text)
        for text in ("2019-05-06", "浙江省杭州市江干区", "钱塘先行", "2022-05-06", "上城续写")
    ]
    assert order == sorted(order)
    assert "社区协商" not in page
    assert "/record/%E6%B0%91%E5%87%BD%E3%80%942022%E3%80%95902%E5%8F%B7/zone-1" in page


def test_an_earlier_code_leads_to_the_place_of_today(client: FlaskClient) -> None:
    assert client.get("/place/330104").location == "/place/330102"


def test_a_record_leads_to_its_place(client: FlaskClient) -> None:
    page = client.get("/record/民函〔2019〕901号/zone-1").text
    assert 'href="/place/330102">历年</a>' in page
    english = client.get("/record/民函〔2019〕901号/zone-1?lang=en").text
    assert ">Over the years</a>" in english
    client.delete_cookie("lang", path="/")


@pytest.mark.parametrize("key", ["000000", "上城区", "330102/", "x" * 500])
def test_what_is_no_key_is_told(client: FlaskClient, key: str) -> None:
    page = client.get(f"/place/{key}")
    assert page.status_code == 404 and "的地方" in page.text
    told = client.get(f"/api/places/{key}")
    assert told.status_code == 404 and told.get_json()["error"]["code"] == "not_found"


def test_programs_are_told_the_same(client: FlaskClient) -> None:
    found = client.get("/api/places/330104").get_json()
    schema = {"$ref": "#/components/schemas/Place", "components": {"schemas": components()}}
    jsonschema.Draft202012Validator(schema).validate(found)
    assert found["place"]["key"] == "330102" and found["place"]["name"] == LATER[0]
    ids = ("民函〔2019〕901号", "民函〔2022〕902号")
    own = [record for record in found["records"] if record["policy"]["id"] in ids]
    assert [record["region"]["county"] for record in own] == ["江干区", "上城区"]


def test_every_name_in_the_data_belongs_to_one_place() -> None:
    for division in divisions():
        region = region_of(division.code)
        assert region is not None
        key = place_of(region)
        assert key is not None and region_of_place(key) is not None
        named = names_of(key)
        assert all(place_of(name) == key for name in named)
        assert any(division.name in (n.province, n.city, n.county) for n in named)
    assert names_of("000000") == ()
