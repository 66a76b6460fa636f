"""The bundled notice, read whole and read damaged; nothing is lost."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.parsing.notice import parse, with_id
from corpus.policy import ParsedPolicy, Record
from tests.support.shared_lines import without_shared_lines

NAME = "000_ecd089e9178dfbd0.txt"
DATA = (files("corpus") / "texts" / NAME).read_bytes()
TEXT = DATA.decode("utf-8")
LINES = TEXT.split("\n")
NUMBER = "民函〔2019〕41号"


def read(text: str) -> ParsedPolicy:
    return parse(text, source=NAME, sha256="0" * 64)


def zones(parsed: ParsedPolicy) -> list[Record]:
    return [record for record in parsed.records if record.kind == "zone"]


def passages(parsed: ParsedPolicy) -> list[Record]:
    return [record for record in parsed.records if record.kind == "passage"]


def codes(parsed: ParsedPolicy) -> list[str]:
    return [warning.code for warning in parsed.warnings]


def assert_tiled(parsed: ParsedPolicy) -> None:
    """Every non-blank line is in exactly one record's place or in the furniture.

    A zone that only the running text names stands within a passage.  A line that several
    zones share is a passage as well, which they make up.
    """
    text = parsed.text
    named = any(finding.value.startswith("named:") for finding in parsed.findings)
    passages_only = [record for record in parsed.records if record.kind == "passage"]
    records = passages_only if named else without_shared_lines(parsed)
    spans = [span for record in records for span in record.place] + list(parsed.furniture)
    spans.sort(key=lambda span: span.start)
    covered = ""
    for span, after in zip(spans, [*(each.start for each in spans[1:]), len(text)], strict=False):
        # The marks of a heading stand on its line.
        ends = len(f"{text[span.end : after]}.".splitlines()) > 1
        covered += text[span.start : span.end] + ("\n" if ends else "")
    assert covered.splitlines() == [line.strip() for line in text.splitlines() if line.strip()]
    for before, after in pairwise(spans):
        assert before.end <= after.start


def assert_sound(parsed: ParsedPolicy) -> None:
    """What holds for every text: tiling, unique ids, document order, own ordinals."""
    assert_tiled(parsed)
    named = any(finding.value.startswith("named:") for finding in parsed.findings)
    ids = [record.id for record in parsed.records]
    assert len(set(ids)) == len(ids)
    assert [p.n for p in passages(parsed)] == list(range(1, len(passages(parsed)) + 1))
    for record in parsed.records:
        assert record.id == f"{parsed.policy.id}/{record.kind}-{record.n}"
        printed = "".join(parsed.text[span.start : span.end] for span in record.place)
        for value in (record.unit or "", record.title, record.body):
            if record.kind == "zone" and not named:
                assert value.replace("\n", "") in printed
        if record.kind == "passage":
            assert record.body == printed


def test_the_policy() -> None:
    policy = parse(TEXT, source=NAME, sha256=hashlib.sha256(DATA).hexdigest()).policy
    assert policy.id == policy.number == NUMBER
    assert policy.title == LINES[0]
    assert policy.issuer == "民政部"
    assert policy.date == "2019-03-25"
    assert policy.category == "批复"
    assert policy.recipients is not None
    assert policy.recipients + "：" == LINES[3]
    assert policy.url is None
    assert policy.source == NAME


def test_the_source_may_state_url_and_category() -> None:
    policy = parse(TEXT, source=NAME, sha256="0", url="https://a.example/", category="复函").policy
    assert (policy.url, policy.category) == ("https://a.example/", "复函")


def test_parsing_is_pure_and_warns_of_nothing() -> None:
    assert read(TEXT) == read(TEXT)
    assert read(TEXT).warnings == ()
    assert read(TEXT).text == TEXT


def test_the_rows() -> None:
    rows = zones(read(TEXT))
    assert [row.n for row in rows] == list(range(1, 32))
    assert [row.n for row in rows if row.status == "continued"] == [5, 7]
    assert {row.status for row in rows} == {"confirmed", "continued"}
    body = LINES[LINES.index("1") :]
    for row in rows:
        at = body.index(str(row.n))
        following = body.index(str(row.n + 1)) if row.n < 31 else len(body)
        cells = [line for line in body[at + 1 : following] if line]
        assert (row.title, row.body) == (cells[-2], cells[-1])
        assert row.unit == "".join(cells[:-2])


def test_a_unit_broken_over_two_lines_is_one_unit_with_two_places() -> None:
    parsed = read(TEXT)
    row = zones(parsed)[3]
    assert row.unit == "黑龙江省双鸭山市岭东区"
    assert row.title == "邻里家园·活力社区"
    texts = [parsed.text[span.start : span.end] for span in row.place]
    assert texts == ["4", "黑龙江省双鸭山市", "岭东区", row.title, row.body]


def test_the_running_text() -> None:
    parsed = read(TEXT)
    head = LINES.index("实验单位")
    assert [p.body for p in passages(parsed)] == [line for line in LINES[:head] if line]
    assert {p.title for p in passages(parsed)} == {""}
    furniture = [parsed.text[span.start : span.end] for span in parsed.furniture]
    assert furniture == ["实验单位", "实验主题", "实验内容"]
    assert_sound(parsed)


def test_continued_comes_from_the_text() -> None:
    other = TEXT.replace(
        "已通过结项验收的上海市徐汇区、江苏省南京市雨花台区等",
        "已通过结项验收的四川省邛崃市、成都市金牛区、浙江省衢州市等",
    )
    assert [row.n for row in zones(read(other)) if row.status == "continued"] == [13, 26, 28]
    none = TEXT.replace("以新的实验主题开展实验工作", "")
    assert all(row.status == "confirmed" for row in zones(read(none)))


def test_line_ends_of_windows_change_nothing_but_the_places() -> None:
    parsed = read(TEXT.replace("\n", "\r\n"))
    assert_sound(parsed)
    assert parsed.warnings == ()
    assert [(r.id, r.title, r.body, r.unit) for r in parsed.records] == [
        (r.id, r.title, r.body, r.unit) for r in read(TEXT).records
    ]


def test_a_missing_number_is_warned_of_and_the_row_kept() -> None:
    lines = list(LINES)
    lines[lines.index("17")] = ""
    parsed = read("\n".join(lines))
    assert_sound(parsed)
    assert [row.n for row in zones(parsed)] == list(range(1, 32))
    assert zones(parsed)[16] != zones(read(TEXT))[16]  # without the number's place
    assert zones(parsed)[16].unit == "山东省滨州市滨城区"
    assert codes(parsed) == ["number-missing"]


@pytest.mark.parametrize(
    ("number", "code"), [("18", "number-duplicate"), ("77", "number-sequence")]
)
def test_a_number_out_of_sequence_is_warned_of(number: str, code: str) -> None:
    lines = list(LINES)
    lines[lines.index("19")] = number
    parsed = read("\n".join(lines))
    assert_sound(parsed)
    assert code in codes(parsed)
    assert "units-missing" not in codes(parsed)
    assert len(zones(parsed)) == 31


def test_no_numbers_at_all() -> None:
    lines = ["" if line.isdecimal() else line for line in LINES]
    parsed = read("\n".join(lines))
    assert_sound(parsed)
    assert [(r.n, r.unit, r.title, r.body) for r in zones(parsed)] == [
        (r.n, r.unit, r.title, r.body) for r in zones(read(TEXT))
    ]
    assert codes(parsed) == ["number-missing"]


@pytest.mark.parametrize(
    ("last_line", "missing"),
    [
        ("山东省滨州市滨城区", "实验主题、实验内容"),
        ("实施“五级双向工作法”，实现棚改地区居民诉求在社区的协调达成", "实验内容"),
        ("17", "实验单位、实验主题、实验内容"),
    ],
)
def test_a_table_cut_off_in_a_row_names_the_row_and_what_is_missing(
    last_line: str, missing: str
) -> None:
    parsed = read("\n".join(LINES[: LINES.index(last_line) + 1]))
    assert_sound(parsed)
    warning = next(w for w in parsed.warnings if w.code == "row-incomplete")
    assert "第17行" in warning.message
    assert f"缺{missing}，" in warning.message
    assert "截断" in warning.message
    assert "units-missing" in codes(parsed)
    last = parsed.records[-1]
    assert last_line in (last.unit, last.title, last.body)


def test_a_missing_cell_in_the_middle_moves_nothing_into_other_rows() -> None:
    lines = list(LINES)
    lines.remove("江苏省南京市溧水区")
    parsed = read("\n".join(lines))
    assert_sound(parsed)
    row = zones(parsed)[7]
    assert (row.unit, row.title, row.status, row.region) == (
        None,
        "创新政府购买社区服务机制",
        None,
        None,
    )
    assert "第8行不完整：缺实验单位" in parsed.warnings[0].message
    assert [r.unit for r in zones(parsed)[8:]] == [r.unit for r in zones(read(TEXT))[8:]]


def test_a_number_without_cells_is_kept_as_a_passage() -> None:
    row = zones(read(TEXT))[7]
    parsed = read(TEXT[: row.place[1].start] + TEXT[row.place[-1].end :])
    assert_sound(parsed)
    assert [w.message for w in parsed.warnings if w.code == "row-incomplete"] == [
        "附件表格第8行不完整：缺实验单位、实验主题、实验内容"
    ]
    assert passages(parsed)[-1].body == "8"
    assert [r.n for r in zones(parsed)] == [n for n in range(1, 32) if n != 8]


def test_a_unit_that_lost_its_first_line_is_said() -> None:
    parsed = read(TEXT.replace("黑龙江省双鸭山市\n", "\n"))
    assert_sound(parsed)
    assert zones(parsed)[3].unit == "岭东区"
    [warning] = parsed.warnings
    assert warning.code == "unit-partial"
    assert "第4行" in warning.message
    short = read(
        "关于试点的通知\n\n实验单位\n实验主题\n实验内容\n1\n成都市金牛区\n甲\n乙\n2\n邛崃市\n丙\n丁"
    )
    assert codes(short) == ["date-missing"]  # where none names the province, none is odd


def test_an_unknown_place_among_known_ones_is_said() -> None:
    parsed = read(TEXT.replace("\n四川省邛崃市\n", "\n乌有乡\n"))
    assert [w.code for w in parsed.warnings] == ["region-unknown", "units-missing", "units-extra"]
    assert "乌有乡" in parsed.warnings[0].message
    assert zones(parsed)[27].region is None


def test_a_repeated_head_is_furniture_and_a_lost_head_line_is_made_good() -> None:
    lines = list(LINES)
    at = lines.index("15")
    lines[at:at] = ["实验单位", "", "实验主题", "", "实验内容"]
    parsed = read("\n".join(lines))
    assert_sound(parsed)
    assert len(parsed.furniture) == 6
    assert parsed.warnings == ()
    lines.remove("实验主题")
    parsed = read("\n".join(lines).replace("实验单位\n\n实验主题", "实验单位", 1))
    assert_sound(parsed)
    assert [(r.title, r.body) for r in zones(parsed)] == [
        (r.title, r.body) for r in zones(read(TEXT))
    ]


def test_a_content_of_several_lines_stays_in_its_row() -> None:
    lines = list(LINES)
    at = lines.index("8")
    lines[at:at] = ["另起一段的内容。"]
    parsed = read("\n".join(lines))
    assert_sound(parsed)
    assert zones(parsed)[6].body.endswith("机制探索另起一段的内容。")
    assert codes(parsed) == ["row-lines"]


def test_a_repeated_line_counts_once() -> None:
    lines = list(LINES)
    at = lines.index("创新政府购买社区服务机制")
    lines[at:at] = ["创新政府购买社区服务机制"]
    parsed = read("\n".join(lines))
    assert_sound(parsed)
    assert zones(parsed)[7].body == zones(read(TEXT))[7].body
    assert codes(parsed) == ["line-repeated"]


def test_a_repeated_number_or_unit_line_belongs_to_its_row() -> None:
    numbers = read(TEXT.replace("\n8\n", "\n8\n8\n"))
    units = read(
        TEXT.replace("\n江苏省南京市溧水区\n", "\n江苏省南京市溧水区\n\n江苏省南京市溧水区\n")
    )
    for parsed in (numbers, units):
        assert_sound(parsed)
        assert len(zones(parsed)[7].place) == 5
        assert [(r.n, r.unit, r.title, r.body) for r in zones(parsed)] == [
            (r.n, r.unit, r.title, r.body) for r in zones(read(TEXT))
        ]
    assert codes(numbers) == []
    assert codes(units) == ["line-repeated"]


def test_a_theme_that_breaks_off_goes_on_in_the_next_line() -> None:
    broken = TEXT.replace(
        "推进社区分类治理，实现服务精准施策", "推进社区分类治理，\n实现服务精准施策"
    )
    parsed = read(broken)
    assert_sound(parsed)
    assert zones(parsed)[14].title == "推进社区分类治理，实现服务精准施策"
    assert zones(parsed)[14].body == zones(read(TEXT))[14].body


def test_theme_and_content_may_say_the_same() -> None:
    theme, content = zones(read(TEXT))[13].title, zones(read(TEXT))[13].body
    parsed = read(TEXT.replace(content, theme))
    assert (zones(parsed)[13].title, zones(parsed)[13].body) == (theme, theme)
    assert parsed.warnings == ()


def test_one_line_of_the_head_is_enough_before_a_number() -> None:
    parsed = read(TEXT.replace("\n实验主题\n\n实验内容\n", "\n"))
    assert_sound(parsed)
    assert [(r.unit, r.title, r.body) for r in zones(parsed)] == [
        (r.unit, r.title, r.body) for r in zones(read(TEXT))
    ]
    assert codes(parsed) == ["head-incomplete"]


def test_headings_end_where_the_frame_begins() -> None:
    parsed = read(
        "# 关于试点的通知\n\n一、总体要求\n\n坚持党建引领。\n\n附件：1. 清单\n\n民政部\n\n"
        "2019年3月1日\n\n附件1\n\n清单"
    )
    assert_sound(parsed)
    assert [(p.title, p.body) for p in passages(parsed)[2:]] == [
        ("一、总体要求", "坚持党建引领。"),
        ("", "附件：1. 清单"),
        ("", "民政部"),
        ("", "2019年3月1日"),
        ("", "附件1"),
        ("附件1", "清单"),
    ]
    for last in ("民政部\n\n2019年3月1日", "2019年3月1日", "附件1"):
        parsed = read(f"关于试点的通知\n\n一、总体要求\n\n坚持党建引领。\n\n{last}")
        assert parsed.records[-1].title == ""


def test_two_appendix_tables_keep_their_records_apart() -> None:
    parsed = read(TEXT + "\n附件2\n\n" + TEXT[TEXT.index("实验单位\n") :])
    assert_sound(parsed)
    assert [row.n for row in zones(parsed)] == list(range(1, 63))


def test_text_after_the_table_is_running_text() -> None:
    parsed = read(TEXT + "\n附件2\n\n第一条 本办法自公布之日起施行。\n")
    assert_sound(parsed)
    assert [(p.title, p.body) for p in passages(parsed)[-2:]] == [
        ("", "附件2"),
        ("附件2 › 第一条", "第一条 本办法自公布之日起施行。"),
    ]
    assert parsed.warnings == ()


def test_a_table_of_other_units_needs_no_places() -> None:
    parsed = read(
        "关于试点的通知\n\n序号\n实验单位\n实验主题\n实验内容\n1\n甲公司\n主题甲\n内容甲\n2\n乙学校\n主题乙\n内容乙"
    )
    assert_sound(parsed)
    assert [(r.unit, r.title, r.body, r.region) for r in zones(parsed)] == [
        ("甲公司", "主题甲", "内容甲", None),
        ("乙学校", "主题乙", "内容乙", None),
    ]
    assert parsed.warnings == ()


@pytest.mark.parametrize("text", ["", " \n\u3000\n"])
def test_an_empty_text_has_no_records_but_a_warning(text: str) -> None:
    parsed = read(text)
    assert parsed.records == ()
    assert codes(parsed) == ["empty"]
    assert parsed.policy.id == NAME.removesuffix(".txt")


def test_another_id_is_followed_by_the_records() -> None:
    parsed = read(TEXT)
    renamed = with_id(parsed, f"{NUMBER}.2")
    assert renamed.policy.id == f"{NUMBER}.2"
    assert renamed.policy.number == NUMBER
    assert_sound(renamed)
    assert with_id(renamed, NUMBER) == parsed


@st.composite
def damaged_notices(draw: st.DrawFn) -> str:
    """The notice with lines dropped, doubled and swapped, or cut off."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["drop", "double", "swap", "blank", "number"])):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "swap":
                other = draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case "blank":
                lines[at] = ""
            case _:
                lines[at] = str(draw(st.integers(0, 40)))
    text = "\n".join(lines)
    return text[: draw(st.integers(0, len(text)))] if draw(st.booleans()) else text


@given(damaged_notices())
def test_nothing_is_lost_however_a_notice_is_damaged(text: str) -> None:
    assert_sound(read(text))


@given(st.data())
def test_a_dropped_line_of_the_table_never_goes_unnoticed(data: st.DataObject) -> None:
    lines = list(LINES)
    cells = [at for at in range(lines.index("1"), len(lines)) if lines[at]]
    del lines[data.draw(st.sampled_from(cells))]
    parsed = read("\n".join(lines))
    assert_sound(parsed)
    assert parsed.warnings


@given(st.text(alphabet="第一条章附件实验单位主题内容1２\n 。：（）#北京市海淀区、等", max_size=80))
def test_any_text_is_read_without_loss(text: str) -> None:
    assert_sound(read(text))


@pytest.mark.parametrize("cut", ["\n附件\n", "实验单位\n\n", "实验主题\n\n"])
def test_a_table_that_is_cut_off_whole_is_missed(cut: str) -> None:
    at = TEXT.rindex(cut)
    parsed = read(TEXT[:at] + "\n附件\n")
    assert codes(parsed) == ["table-missing"]
    assert "31" in parsed.warnings[0].message
