"""Short names lead to the division that they are short for, or to none."""

from __future__ import annotations

from collections import Counter

import pytest

from corpus.places.regions import divisions, region_of, resolve_whole
from corpus.places.short_names import short_forms, stem

DAY = "2019-03-25"
MONTH = 2019 * 12 + 3


def in_force() -> dict[str, str]:
    return {d.code: d.name for d in divisions() if d.since <= MONTH <= d.until}


def test_a_short_name_below_its_prefecture_is_that_division_or_nothing() -> None:
    """An independent count says which short names are the only ones of their kind there."""
    names = in_force()
    shorts = [
        (code, short)
        for code, name in names.items()
        if not code.endswith("00")
        for short in short_forms(name, code)
    ]
    taken = Counter((code[:4], short) for code, short in shorts)
    taken.update((code[:4], name) for code, name in names.items())
    assert len(shorts) > 150
    for code, short in shorts:
        around = region_of(code[:4] + "00", DAY) or region_of(code[:2] + "0000", DAY)
        assert around is not None
        region = resolve_whole(around.full_name + short, DAY)
        if taken[code[:4], short] == 1 and code[:4] + "00" in names:
            assert region is not None, short
            assert region.code == code, short
        elif region is not None:
            assert region.code != code or taken[code[:4], short] == 1


def test_every_full_name_goes_before_what_is_short() -> None:
    for code, name in in_force().items():
        province = region_of(code[:2] + "0000", DAY)
        assert province is not None
        found = resolve_whole(f"{province.province}{name}", DAY)
        if found and not code.endswith("0000"):
            assert name in (found.county, found.city)


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("甘南州舟曲县", "623023"),
        ("内蒙古科左中旗", "150521"),
        ("包头市达茂旗", "150223"),
        ("内蒙古达茂旗", "150223"),
        ("前郭县", "220721"),
        ("黑龙江省杜蒙县", "230624"),
        ("阜蒙县", "210921"),
        ("内蒙古达旗", None),  # 达拉特旗, 达尔罕茂明安联合旗
        ("内蒙古鄂尔多斯市达旗", "150621"),
        ("新疆巴州", "652800"),
        ("四川省巴中市巴州区", "511902"),
        ("辽宁省喀左县", "211324"),
        ("兵团第一师阿拉尔市", "659002"),
        ("新疆生产建设兵团第八师", "650000"),
        ("浙江杭州上城区", "330102"),
        ("浙江杭州", "330100"),
        ("辽宁朝阳", None),  # 朝阳市, 朝阳县
        ("吉林省吉林市", "220200"),
        ("河南省省直辖县级行政单位济源市", "419001"),
        ("阿旗", None),
    ],
)
def test_short_names(unit: str, code: str | None) -> None:
    region = resolve_whole(unit, DAY)
    assert (region.code if region else None) == code


@pytest.mark.parametrize(
    ("name", "code", "bare"),
    [
        ("恩施土家族苗族自治州", "422800", "恩施"),
        ("积石山保安族东乡族撒拉族自治县", "622927", "积石山"),
        ("大同市", "140200", "大同"),
        ("内蒙古自治区", "150000", "内蒙古"),
        ("单县", "371722", ""),
    ],
)
def test_stems(name: str, code: str, bare: str) -> None:
    assert stem(name, code) == bare
