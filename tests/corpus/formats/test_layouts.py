"""Notices laid out as ministries do, each read for what it says and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.parsing.notice import parse
from corpus.policy import ParsedPolicy, Record
from tests.support.shared_lines import without_shared_lines

FOLDER = Path(__file__).parents[2] / "data" / "notices"
FILES = sorted(path.name for path in FOLDER.iterdir() if path.name != "README.md")


def read(name: str) -> ParsedPolicy:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return parse(text, source=name, sha256="0" * 64)


def zones(parsed: ParsedPolicy) -> list[Record]:
    return [record for record in parsed.records if record.kind == "zone"]


def rows(name: str) -> list[tuple[int, str | None, str | None, str, str]]:
    return [
        (z.n, z.unit, z.region.code if z.region else None, z.title, z.body)
        for z in zones(read(name))
    ]


@pytest.mark.parametrize("name", FILES)
def test_no_character_is_lost_or_taken_twice(name: str) -> None:
    parsed = read(name)
    records = without_shared_lines(parsed)
    spans = [span for record in records for span in record.place] + list(parsed.furniture)
    covered = sorted(at for span in spans for at in range(span.start, span.end))
    assert len(covered) == len(set(covered))
    rest = set(range(len(parsed.text))) - set(covered)
    assert "".join(parsed.text[at] for at in sorted(rest)).strip() == ""
    assert len({record.id for record in parsed.records}) == len(parsed.records)


def test_a_list_of_nothing_but_units() -> None:
    assert [(n, unit, code) for n, unit, code, _, _ in rows("units_only.txt")] == [
        (1, "北京市东城区", "110101"),
        (2, "江苏省南京市鼓楼区", "320106"),
        (3, "江苏省南通市崇川区", "320602"),
        (4, "浙江省杭州市上城区", "330102"),
        (5, "湖北省宜昌市", "420500"),
        (6, "湖北省宜都市", "420581"),
    ]
    assert read("units_only.txt").warnings == ()


def test_a_joint_notice_with_letterhead_and_merged_provinces() -> None:
    parsed = read("joint_letterhead.txt")
    policy = parsed.policy
    assert policy.title == "民政部　财政部关于公布第二批城乡社区治理试点项目名单的通知"
    assert (policy.number, policy.issuer) == ("民发〔2021〕998号", "民政部　财政部")
    assert (policy.date, policy.category) == ("2021-11-30", "通知")
    assert policy.recipients is not None
    assert policy.recipients.endswith("新疆生产建设兵团民政局、财政局")
    found = [f.value for f in parsed.findings if f.field == "attachment"]
    assert found == ["第二批试点项目名单", "项目管理要求"]
    assert [(z.unit, z.title) for z in zones(parsed)] == [
        ("浙江省杭州市上城区", "“邻里中心”运营机制"),
        ("浙江省绍兴市越城区", "契约化共建"),
        ("四川省成都市新都区", "信托制物业"),
    ]
    bodies = [z.body for z in zones(parsed)]
    assert bodies[0] == "引入专业机构运营邻里中心，建立积分兑换制度\n备注：第一类"
    assert bodies[1] == "组织驻区单位签订共建契约"
    assert parsed.warnings == ()


def test_a_table_with_tabs_beside_one_of_figures() -> None:
    assert [(n, unit, code) for n, unit, code, _, _ in rows("tabs.txt")] == [
        (1, "河北省张家口市", "130700"),
        (2, "河北省定州市", "130682"),
        (3, "山西省孝义市", "141181"),
        (4, "湖北省潜江市", "429005"),
        (5, "贵州省遵义市播州区", "520304"),
    ]
    assert rows("tabs.txt")[1][4] == "推进城乡要素平等交换\n批次：第三批"
    figures = [r.body for r in read("tabs.txt").records if "7425" in r.body]
    assert figures == ["河北省\t7425\t51.3"]
    assert read("tabs.txt").policy.date == "2016-11-29"


def test_units_under_their_provinces() -> None:
    units = [unit for _, unit, _, _, _ in rows("grouped_by_province.txt")]
    assert units[:3] == ["河北省石家庄市鹿泉区", "河北省平山县", "江苏省海安市"]
    assert units[3:] == [
        "江苏省南京市江宁区",
        "江苏省东台市",
        "四川省邛崃市",
        "四川省眉山市东坡区",
    ]
    assert [n for n, *_ in rows("grouped_by_province.txt")] == list(range(1, 8))


def test_several_units_on_a_line() -> None:
    parsed = read("province_lines.txt")
    assert len(zones(parsed)) == 8
    first, second = zones(parsed)[:2]
    assert (first.unit, second.unit) == ("河北省石家庄市鹿泉区", "河北省平山县")
    pieces = [parsed.text[z.place[0].start : z.place[0].end] for z in (first, second)]
    assert pieces == ["河北省：石家庄市鹿泉区、", "平山县"]
    assert (parsed.policy.date, parsed.policy.issuer) == ("2019-07-02", "农业农村部")


def test_items_with_paragraphs_of_their_own() -> None:
    parsed = read("list_of_tasks.txt")
    assert [(z.unit, z.title) for z in zones(parsed)] == [
        ("北京市石景山区", "“老街坊”议事厅"),
        ("上海市长宁区", "社区分类治理"),
        ("浙江省杭州市江干区", "网格自治"),
        ("四川省邛崃市", "驻区单位共治"),
    ]
    assert zones(parsed)[3].body == "机关企事业单位认领微心愿。"
    assert [r.title for r in parsed.records if r.body.startswith("各地要加强")] == ["二、工作要求"]
    assert (parsed.policy.date, parsed.policy.issuer) == ("2019-05-08", "民政部办公厅")


def test_the_head_of_a_web_page_and_a_markdown_table() -> None:
    parsed = read("web_page.md")
    policy = parsed.policy
    assert policy.title == "民政部关于公布社区服务改革试点名单的公告"
    assert (policy.number, policy.date) == ("民发〔2019〕997号", "2019-04-02")
    assert (policy.issuer, policy.validity) == ("民政部", "失效")
    assert policy.recipients is None
    assert [(z.n, z.unit, z.title, z.body) for z in zones(parsed)][1] == (
        2,
        "江苏省南通市崇川区",
        "“邻里+”机制",
        "邻里公约与邻里基金",
    )
    furniture = [parsed.text[span.start : span.end] for span in parsed.furniture]
    assert furniture == [
        "# ",
        "| 序号 | 试点单位 | 试点主题 | 创新内容 |",
        "| :-: | --- | --- | --- |",
    ]


def test_contacts_and_figures_are_no_zones() -> None:
    parsed = read("contacts.txt")
    assert zones(parsed) == []
    assert parsed.warnings == ()
    assert "010-00000001" in [record.body for record in parsed.records]


def test_numbers_that_begin_again_do_not_collide() -> None:
    parsed = read("restarting.txt")
    assert [(z.n, z.unit) for z in zones(parsed)][2:] == [
        (3, "江苏省南京市雨花台区"),
        (4, "江苏省徐州市鼓楼区"),
        (5, "江苏省南通市崇川区"),
    ]
    assert [w.code for w in parsed.warnings] == ["number-restart"]


@pytest.mark.parametrize(
    ("body", "units"),
    [
        (
            "北京市：石景山区\n天津市：河北区、和平区",
            ["北京市石景山区", "天津市河北区", "天津市和平区"],
        ),
        (
            "一、北京市\n1. 东城区东华门街道\n2. 西城区什刹海街道\n二、天津市\n3. 河北区光复道街道",
            ["北京市东城区东华门街道", "北京市西城区什刹海街道", "天津市河北区光复道街道"],
        ),
        (
            "序号\n社区名称\n1\n北京市东城区多福巷社区\n2\n天津市和平区兆丰路社区",
            ["北京市东城区多福巷社区", "天津市和平区兆丰路社区"],
        ),
        ("单位\n主题\n内容\n甲公司\n甲\n一\n乙学校\n乙\n二", ["甲公司", "乙学校"]),
        ("北京市民政局\n天津市民政局\n河北省民政厅", []),
        ("序号\n任务\n责任单位\n1\n建设服务站\n市民政局\n2\n培训\n市人社局", []),
        ("北京市民政局：010-1\n天津市民政局：022-2\n河北省民政厅：0311-3", []),
    ],
)
def test_what_is_a_list_of_zones(body: str, units: list[str]) -> None:
    text = f"关于公布的通知\n\n民政部\n\n2019年5月1日\n\n附件\n\n名单\n\n{body}\n"
    parsed = parse(text, source="x.txt", sha256="0" * 64)
    assert [zone.unit for zone in zones(parsed)] == units
