"""A place is one place over the years, whatever it was called."""

from __future__ import annotations

import pytest

from corpus.places.places import later_names, place_of, region_of_place
from corpus.places.regions import divisions, resolve
from corpus.policy import Region


def region(unit: str, date: str | None) -> Region:
    found = resolve(unit, date)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("unit", "date", "today"),
    [
        ("浙江省杭州市江干区", "2019-03-25", "浙江省杭州市上城区"),
        ("江苏省南通市崇川区", "2019-03-25", "江苏省南通市崇川区"),
        ("江苏省南通市港闸区", "2015-01-01", "江苏省南通市崇川区"),
        ("江苏省海门市", "2011-01-01", "江苏省南通市海门区"),
        ("江苏省南京市江宁县", "1995-01-01", "江苏省南京市江宁区"),
        ("四川省重庆市江北区", "1990-01-01", "重庆市江北区"),
        ("浙江省余杭市", "1998-01-01", "浙江省杭州市余杭区"),
        ("北京市石景山区", "2019-03-25", "北京市石景山区"),
        ("湖北省咸宁市", "2019-03-25", "湖北省咸宁市"),
    ],
)
def test_a_place_of_the_past_is_the_one_of_today(unit: str, date: str, today: str) -> None:
    key = place_of(region(unit, date))
    assert key is not None
    assert key == place_of(region(today, None))
    assert region_of_place(key) == region(today, None)


def test_places_that_stand_are_themselves() -> None:
    last = max(division.until for division in divisions())
    for division in divisions():
        if division.until == last:
            assert place_of(Region(None, None, None, division.code)) == division.code


def test_keys_are_places_themselves() -> None:
    for division in divisions():
        key = place_of(Region(None, None, None, division.code))
        assert key is not None
        assert place_of(Region(None, None, None, key)) == key


def test_later_names_are_shown_from_the_date_on() -> None:
    old = region("浙江省杭州市江干区", "2019-03-25")
    names = later_names(old, "2019-03-25")
    assert [(n.region.county, n.date) for n in names] == [
        ("上城区", "2021-03-11"),
        ("钱塘区", "2021-03-11"),
    ]
    assert all(name.source for name in names)
    assert later_names(old, "2022-01-01") == ()
    assert later_names(region("北京市石景山区", None)) == ()
    [district] = later_names(region("江苏省南京市溧水县", "2009-11-23"), "2009-11-23")
    assert (district.region.county, district.region.code) == ("溧水区", "320117")


def test_a_region_without_code_is_no_place() -> None:
    assert place_of(Region("某省", None, None, None)) is None
    assert region_of_place("999999") is None
