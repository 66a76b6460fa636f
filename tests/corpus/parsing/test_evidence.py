"""Every value shows the words that it was read from, and every warning its place."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.corrections import (
    FIELDS,
    VALIDITIES,
    Correction,
    ZoneCorrection,
    read_correction,
    write_correction,
)
from corpus.parsing.notice import parse
from corpus.parsing.recognition import Recognition, report
from corpus.policy import ParsedPolicy, ParseWarning, Span, WarningPlace
from corpus.text.normalize import parse_date

_OFFICES = st.sampled_from(["某县民政局", "某市人民政府办公室", "民政部", "江西省民政厅"])
_SUBJECTS = st.sampled_from(["开展互助", "做好冬季取暖工作", "印发《办法》"])
_DATES = st.sampled_from(["2023年7月1日", "二〇二三年七月一日", "2023年12月31日"])
_BODY = st.lists(
    st.sampled_from(["一、抓好落实。", "各地要重视 2022年1月1日 以前的工作。"]), max_size=3
)


def recognised(text: str) -> Recognition:
    return report(parse(text, source="x.txt", sha256="0" * 64))


@given(_OFFICES, _SUBJECTS, _DATES, _BODY, st.sampled_from(["", "\n", "\n\n"]))
def test_the_words_stand_on_the_line_and_say_the_value(
    office: str, subject: str, date: str, body: list[str], gap: str
) -> None:
    lines = [
        f"{office}关于{subject}的通知",
        "某发〔2023〕7号",
        gap,
        "各乡镇：",
        *body,
        office,
        date,
    ]
    text = "\n".join(lines)
    found = [each for each in recognised(text).fields if each.origin == "text"]
    assert {"title", "number", "issuer", "date"} <= {each.field for each in found}
    for each in found:
        evidence = each.evidence
        assert evidence is not None and evidence.line == each.line and each.line is not None
        line = text.splitlines()[each.line - 1]
        before, after = evidence.before.lstrip("…"), evidence.after.rstrip("…")
        assert before + evidence.words + after in line
        if each.field == "date":
            assert parse_date(evidence.words) == each.value
        else:
            assert evidence.words == each.value


def test_a_title_on_several_lines_and_joint_offices_are_shown_whole() -> None:
    text = (
        "某县民政局\n某县财政局\n关于加强\n互助工作的通知\n\n各乡镇：\n\n抓好落实。\n2023年7月1日\n"
    )
    title = next(each for each in recognised(text).fields if each.field == "title")
    assert title.value is not None and title.evidence is not None
    assert "".join(title.evidence.words.split()) == "".join(title.value.split())


def test_a_correction_shows_what_it_says() -> None:
    parsed = parse("关于互助的通知\n", source="x.txt", sha256="0" * 64)
    found = {each.field: each for each in report(parsed).fields}
    assert found["number"].evidence is None
    assert found["title"].evidence is not None


def test_warnings_name_their_row_and_line(notice: ParsedPolicy) -> None:
    damaged = notice.text.replace("北京市石景山区\n", "乌有之乡的一个单位\n")
    found = recognised(damaged).warnings
    [unknown] = [warning for warning in found if warning.code == "region-unknown"]
    assert unknown.row is not None and f"第{unknown.row}行" in unknown.message
    assert unknown.evidence is not None and unknown.evidence.line is not None
    assert unknown.evidence.words == "乌有之乡的一个单位"
    line = damaged.splitlines()[unknown.evidence.line - 1]
    assert line == "乌有之乡的一个单位"
    [missing] = [warning for warning in found if warning.code == "units-missing"]
    assert missing.evidence is not None and missing.evidence.words == "北京市石景山区"


def test_a_count_that_does_not_fit_is_shown_where_it_stands() -> None:
    text = "某部关于公布5个试点县名单的通知\n2019年5月1日\n附件：名单\n\n附件\n"
    rows = "1\n浙江省杭州市上城区\n甲\n乙\n2\n浙江省杭州市下城区\n丙\n丁\n"
    found = recognised(text + "实验单位\n实验主题\n实验内容\n" + rows)
    [count] = [w for w in found.warnings if w.code == "count-mismatch"]
    assert count.evidence is not None
    assert (count.evidence.line, count.evidence.words) == (1, "5个")


_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(
    lambda text: text == text.strip() and text != ""
)
_BODIES = st.text(st.characters(exclude_categories=("Cs",)), max_size=20).map(
    lambda text: text.replace("\r", "")
)
_VALUES: dict[str, st.SearchStrategy[str]] = {
    "date": st.dates().map(lambda date: date.isoformat()),
    "validity": st.sampled_from(VALIDITIES),
    "url": st.just("https://a.example/x?y=1"),
}


@st.composite
def corrections(draw: st.DrawFn) -> Correction:
    names = draw(st.lists(st.sampled_from(sorted(FIELDS)), unique=True))
    values = []
    for name in names:
        given_value = _VALUES.get(name, _TEXT)
        empty = st.none() if name != "title" else given_value
        values.append((name, draw(st.one_of(given_value, empty))))
    zones = draw(
        st.lists(
            st.builds(
                ZoneCorrection,
                st.integers(1, 99),
                unit=st.none() | _BODIES,
                title=_BODIES,
                body=st.none() | _BODIES,
                region=st.sampled_from([None, "330802", "浙江省杭州市"]),
            ),
            unique_by=lambda zone: zone.n,
            max_size=3,
        )
    )
    return Correction(tuple(values), tuple(zones))


@given(corrections())
def test_a_correction_that_is_written_is_read_back(correction: Correction) -> None:
    assert read_correction(write_correction(correction), "x.toml") == correction


@pytest.mark.parametrize("value", ['引号"反斜\\', "换\n行", "\x7f", "“全角”"])
def test_any_character_can_stand_in_a_correction(value: str) -> None:
    correction = Correction((), (ZoneCorrection(1, body=value),))
    assert read_correction(write_correction(correction), "x.toml") == correction


def test_a_warning_has_its_place_without_naming_it() -> None:
    head = "实验单位\n实验主题\n实验内容\n"
    rows = "浙江省杭州市上城区\n甲\n乙\n浙江省宁波市海曙区\n丙\n丁\n"
    text = f"某部公布名单的通知\n2019年5月1日\n\n{head}{rows}"
    [missing] = [w for w in recognised(text).warnings if w.code == "number-missing"]
    assert missing.evidence is not None
    assert (missing.evidence.line, missing.evidence.words) == (4, "实验单位")


@given(st.integers(2, 9), st.integers(1, 3))
def test_the_place_of_a_warning_survives_the_archive(n: int, page: int) -> None:
    place = WarningPlace(row=n, page=page, words="某县", span=Span(n, n + page))
    for warning in (ParseWarning("a", "甲", place), ParseWarning("b", "乙")):
        assert ParseWarning.from_dict(json.loads(json.dumps(asdict(warning)))) == warning
