"""Region and level of an issuer, from its name, its folder or the title of a law."""

from __future__ import annotations

import pytest

from corpus.places.jurisdiction import jurisdiction


@pytest.mark.parametrize(
    ("issuer", "region", "level"),
    [
        ("国务院", None, "国家"),
        ("最高人民法院", None, "国家"),
        ("全国人民代表大会常务委员会", None, "国家"),
        ("民政部办公厅", None, "国家"),
        ("上海市人民代表大会常务委员会", "上海市", "省级"),
        ("中共北京市委办公厅", "北京市", "省级"),
        ("国家税务总局北京市税务局", "北京市", "省级"),
        ("新疆生产建设兵团", "新疆维吾尔自治区", "省级"),
        ("杭州市民政局", "浙江省杭州市", "地级"),
        ("恩施土家族苗族自治州人民政府", "湖北省恩施土家族苗族自治州", "地级"),
        ("北京市第一中级人民法院", "北京市", "地级"),
        ("北京市石景山区人民政府", "北京市石景山区", "县级"),
        ("宜都市人民政府办公室", "湖北省宜昌市宜都市", "县级"),
        ("昆山市周庄镇人民政府", "江苏省苏州市昆山市", "乡级"),
        ("深圳市南山区粤海街道办事处", "广东省深圳市南山区", "乡级"),
        ("某市民政局", None, None),
        ("省民政厅", None, None),
    ],
)
def test_a_name_says_where_and_how_high(issuer: str, region: str | None, level: str | None) -> None:
    found, height = jurisdiction([issuer], "关于工作的通知", "通知", "通知.txt", "2019-03-25")
    assert (found.full_name if found else None, height) == (region, level)


@pytest.mark.parametrize(
    ("source", "issuer", "region", "level"),
    [
        ("浙江省/通知.txt", "省民政厅", "浙江省", "省级"),
        ("浙江/杭州/通知.txt", "市民政局", "浙江省杭州市", "地级"),
        ("北京市/通知.txt", "朝阳区人民政府", "北京市朝阳区", "县级"),
        ("浙江省/杭州市/通知.txt", "省民政厅", "浙江省", "省级"),
        ("浙江省/通知.txt", "国务院", None, "国家"),
        ("浙江省/通知.txt", "江苏省民政厅", "江苏省", "省级"),
    ],
)
def test_a_folder_says_what_a_name_leaves_out(
    source: str, issuer: str, region: str | None, level: str | None
) -> None:
    found, height = jurisdiction([issuer], "关于工作的通知", "通知", source)
    assert (found.full_name if found else None, height) == (region, level)


@pytest.mark.parametrize(
    ("title", "category", "region", "level"),
    [
        ("上海市住宅物业管理规定", "规定", "上海市", "省级"),
        ("深圳经济特区物业管理条例", "条例", "广东省深圳市", "地级"),
        ("中华人民共和国城市居民委员会组织法", "法", None, "国家"),
        ("志愿服务条例", "行政法规", None, "国家"),
        ("志愿服务条例", "条例", None, None),
    ],
)
def test_a_law_without_issuer(
    title: str, category: str, region: str | None, level: str | None
) -> None:
    found, height = jurisdiction([], title, category)
    assert (found.full_name if found else None, height) == (region, level)
