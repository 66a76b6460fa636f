"""The running text and the rows are held against each other, unit by unit."""

from __future__ import annotations

from importlib.resources import files

import pytest

from corpus.parsing.completeness import continued_codes, named_units
from corpus.parsing.notice import parse
from corpus.places.regions import resolve
from corpus.policy import ParsedPolicy, ParseWarning

NAME = "000_ecd089e9178dfbd0.txt"
TEXT = (files("corpus") / "texts" / NAME).read_text(encoding="utf-8")
DAY = "2019-03-25"


def read(text: str) -> ParsedPolicy:
    return parse(text, source=NAME, sha256="0" * 64)


def warned(text: str) -> dict[str, ParseWarning]:
    return {warning.code: warning for warning in read(text).warnings}


def named(text: str) -> list[str]:
    return [unit.region.full_name for listing in named_units([text], DAY) for unit in listing.units]


def without_row(n: int) -> str:
    """The notice without row ``n``, the rows after it renumbered as if it had never been."""
    parsed = read(TEXT)
    rows = [record for record in parsed.records if record.kind == "zone"]
    cut = [TEXT[: rows[0].place[0].start]]
    kept = [row for row in rows if row.n != n]
    for number, row in enumerate(kept, 1):
        cells = [TEXT[span.start : span.end] for span in row.place[1:]]
        cut.append("\n\n".join([str(number), *cells]) + "\n\n")
    return "".join(cut)


@pytest.mark.parametrize("n", range(1, 32))
def test_every_row_that_is_removed_is_named(n: int) -> None:
    row = next(r for r in read(TEXT).records if r.kind == "zone" and r.n == n)
    assert row.region is not None
    warnings = warned(without_row(n))
    assert set(warnings) == {"units-missing"}
    assert warnings["units-missing"].message.endswith("：" + row.region.full_name)


@pytest.mark.parametrize(
    ("abbreviated", "code"),
    [
        ("、徐州市鼓楼区", "第9行"),
        ("、宜都市", "第20行"),
        ("，浙江省杭州市江干区、绍兴市越城区、衢州市", "第13行"),
    ],
)
def test_a_row_that_the_text_does_not_name_is_extra(abbreviated: str, code: str) -> None:
    assert abbreviated in TEXT
    warnings = warned(TEXT.replace(abbreviated, ""))
    assert set(warnings) == {"units-extra"}
    assert code in warnings["units-extra"].message


def test_a_row_swapped_for_another_place_is_both() -> None:
    warnings = warned(TEXT.replace("江苏省徐州市鼓楼区\n", "江苏省南京市鼓楼区\n"))
    assert set(warnings) == {"units-missing", "units-extra"}
    assert "徐州市鼓楼区" in warnings["units-missing"].message
    assert "南京市鼓楼区" in warnings["units-extra"].message


def test_a_doubled_row_is_said() -> None:
    at = TEXT.index("31\n\n甘肃省酒泉市肃州区")
    doubled = TEXT[:at] + "31\n\n陕西省榆林市榆阳区\n\n主题\n\n内容\n\n32" + TEXT[at + 2 :]
    warnings = warned(doubled)
    assert set(warnings) == {"units-duplicate"}
    assert "第30、31行" in warnings["units-duplicate"].message


def test_no_rows_at_all_misses_every_unit() -> None:
    warnings = warned(TEXT[: TEXT.index("\n1\n")])
    assert set(warnings) == {"units-missing"}
    units = warnings["units-missing"].message.partition("：")[2].split("、")
    assert len(units) == len(set(units)) == 31


@pytest.mark.parametrize(
    ("stated", "fits"),
    [("31个", True), ("三十一个", True), ("29个", True), ("30个", False), ("三十二个", False)],
)
def test_a_stated_number_is_compared(stated: str, fits: bool) -> None:
    """31 rows, 29 of them newly confirmed: both may be what the text counts."""
    text = TEXT.replace("肃州区等单位确认", f"肃州区等{stated}单位确认")
    assert stated in text
    assert ("count-mismatch" not in warned(text)) is fits
    title = TEXT.replace("石景山区等单位确认", f"石景山区等{stated}单位确认", 1)
    assert ("count-mismatch" not in warned(title)) is fits


def test_a_number_that_fits_its_own_list_leaves_it_to_the_list() -> None:
    text = without_row(1).replace("肃州区等单位确认", "肃州区等29个单位确认")
    assert set(warned(text)) == {"units-missing"}


def test_recipients_are_no_units() -> None:
    assert warned(TEXT.replace(TEXT.splitlines()[3], "浙江省衢州市、绍兴市、金华市民政局：")) == {}


def test_an_abbreviated_mention_is_no_list() -> None:
    """Without the enumeration nothing can be extra: 北京市石景山区等单位 names one of many."""
    start = TEXT.index("，天津市河北区")
    end = TEXT.index("等单位确认为全国社区治理和服务创新实验区，已")
    assert warned(TEXT[:start] + TEXT[end:]) == {}


def test_places_in_passing_are_no_units() -> None:
    aside = "希望学习浙江省绍兴市和北京市东城区、西城区等地经验。希望上述"
    assert warned(TEXT.replace("希望上述", aside, 1)) == {}


@pytest.mark.parametrize(
    ("text", "units"),
    [
        (
            "江苏省南京市溧水区、徐州市鼓楼区、南通市崇川区等",
            ["江苏省南京市溧水区", "江苏省徐州市鼓楼区", "江苏省南通市崇川区"],
        ),
        (
            "湖北省武汉市江岸区、宜都市、咸宁市",
            ["湖北省武汉市江岸区", "湖北省宜昌市宜都市", "湖北省咸宁市"],
        ),
        (
            "四川省成都市金牛区、成都市新都区、邛崃市，陕西省西安市莲湖区",
            [
                "四川省成都市金牛区",
                "四川省成都市新都区",
                "四川省成都市邛崃市",
                "陕西省西安市莲湖区",
            ],
        ),
        (
            "江苏省南京市玄武区、鼓楼区和徐州市",
            ["江苏省南京市玄武区", "江苏省南京市鼓楼区", "江苏省徐州市"],
        ),
        (
            "天津市河北区、和平区以及河北省石家庄市",
            ["天津市河北区", "天津市和平区", "河北省石家庄市"],
        ),
        ("将北京市石景山区等单位确认", ["北京市石景山区"]),
        ("在北京市石景山区召开会议", []),
        ("北京市、天津市、辽宁省民政厅", []),
    ],
)
def test_abbreviated_names_are_completed(text: str, units: list[str]) -> None:
    assert named(text) == units


def test_continued_units_are_told_from_new_ones() -> None:
    listings = named_units(
        ["同意将北京市石景山区、上海市长宁区确认为实验区，上海市徐汇区等以新的主题开展工作。"], DAY
    )
    assert continued_codes(listings) == {"310104"}


def test_full_names() -> None:
    for unit in ("浙江省衢州市", "天津市河北区", "河南省济源市", "北京市"):
        region = resolve(unit, DAY)
        assert region is not None
        assert region.full_name == unit
