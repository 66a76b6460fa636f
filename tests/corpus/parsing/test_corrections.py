"""What a person corrects goes before what the text says, and a slip of theirs is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.corrections import Correction, read_correction
from corpus.document import Refused, SourceDocument, Stated
from corpus.errors import CorpusError
from corpus.library import archive
from corpus.library import ingest as intake
from corpus.parsing.notice import PARSER_VERSION, parse_document
from corpus.policy import ParsedPolicy

NAME = "notice.toml"


@pytest.fixture(scope="module")
def document(notice: ParsedPolicy) -> SourceDocument:
    return SourceDocument(notice.text, "notice.txt", "0" * 64, ".txt", b"")


def test_every_field_can_be_corrected(document: SourceDocument) -> None:
    correction = read_correction(
        """
title = "关于确认实验区的批复"
number = "民函〔2019〕42号"
issuer = ""
date = 2021-06-01
category = "复函"
recipients = "各省民政厅"
url = "https://www.example.cn/a"
validity = "失效"
validity_note = "实验期满"
successor = "民函〔2021〕9号"
""",
        NAME,
    )
    policy = parse_document(document, correction).policy
    assert policy.title == "关于确认实验区的批复"
    assert policy.id == policy.number == "民函〔2019〕42号"
    assert policy.issuer is None
    assert (policy.date, policy.category, policy.recipients) == (
        "2021-06-01",
        "复函",
        "各省民政厅",
    )
    assert policy.url == "https://www.example.cn/a"
    assert (policy.validity, policy.validity_note, policy.successor) == (
        "失效",
        "实验期满",
        "民函〔2021〕9号",
    )


def test_a_corrected_date_is_the_date_of_the_divisions(document: SourceDocument) -> None:
    parsed = parse_document(document, read_correction('date = "2021-01-01"', NAME))
    [row] = [r for r in parsed.records if r.kind == "zone" and r.n == 10]
    assert row.region is not None
    assert row.region.code == "320613"  # 崇川区 was founded anew in 2020


def test_a_row_can_be_corrected(document: SourceDocument, notice: ParsedPolicy) -> None:
    text = """
[[zone]]
n = 4
unit = "黑龙江省双鸭山市尖山区"

[[zone]]
n = 13
title = "新主题"
region = "330802"

[[zone]]
n = 99
body = "没有的行"
"""
    parsed = parse_document(document, read_correction(text, NAME))
    rows = {r.n: r for r in parsed.records if r.kind == "zone"}
    assert rows[4].region is not None
    assert rows[4].region.county == "尖山区"
    assert rows[13].title == "新主题"
    assert rows[13].region is not None
    assert rows[13].region.county == "柯城区"
    assert rows[13].body == next(r.body for r in notice.records if r.kind == "zone" and r.n == 13)
    assert "第99行" in next(w.message for w in parsed.warnings if w.code == "correction-unused")
    untouched = [r for r in parsed.records if (r.kind, r.n) not in (("zone", 4), ("zone", 13))]
    assert untouched == [
        r for r in notice.records if (r.kind, r.n) not in (("zone", 4), ("zone", 13))
    ]


def test_nothing_to_correct_changes_nothing(document: SourceDocument, notice: ParsedPolicy) -> None:
    assert parse_document(document, read_correction("", NAME)) == parse_document(document)
    assert parse_document(document, Correction()).records == notice.records


def test_correction_before_stated_before_text(notice: ParsedPolicy) -> None:
    stated = Stated(title="数据中的标题", number="甲〔2020〕1号", date="2020-01-01")
    document = SourceDocument(notice.text, "a.jsonl", "0" * 64, ".json", b"", stated=stated)
    parsed = parse_document(document, read_correction('number = "乙〔2020〕2号"', NAME))
    assert (
        parsed.policy.title,
        parsed.policy.number,
        parsed.policy.date,
        parsed.policy.issuer,
    ) == (
        "数据中的标题",
        "乙〔2020〕2号",
        "2020-01-01",
        "民政部",
    )
    origins = {finding.field: finding.origin for finding in parsed.findings}
    assert origins["title"] == "stated"
    assert origins["number"] == "correction"
    assert origins["issuer"] == "text"


@pytest.mark.parametrize(
    ("text", "line", "cause"),
    [
        ('title = "甲"\ntitel = "乙"', 2, "titel"),
        ('\n\ndate = "2019年3月25日"', 3, "2019年3月25日"),
        ("date = 2019", 1, "date"),
        ('validity = "有效"', 1, "有效"),
        ('url = "民政部网站"', 1, "网址"),
        ('title = "  "', 1, "标题不能为空"),
        ('number = "甲\n', 1, "TOML"),
        ('zone = "甲"', 1, "zone"),
        ("[[zone]]\nn = 1\nunit = 3", 3, "unit"),
        ('[[zone]]\nn = 1\nunit = "甲"\n[[zone]]\nn = 2\nplace = "乙"', 6, "place"),
        ('[[zone]]\nunit = "甲"', 1, "哪一行"),
        ("[[zone]]\nn = 3", 1, "第3行"),
        ('[[zone]]\nn = 3\nregion = "乌有市"', 3, "乌有市"),
        ('[[zone]]\nn = 3\nbody = "甲"\n[[zone]]\nn = 3\nbody = "乙"', 5, "两次"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int, cause: str) -> None:
    with pytest.raises(CorpusError) as caught:
        read_correction(text, NAME)
    assert NAME in caught.value.message
    assert f"第{line}行" in caught.value.message
    assert cause in caught.value.message
    assert caught.value.hint


def test_what_was_recognised_is_archived(document: SourceDocument) -> None:
    parsed = parse_document(document, read_correction('validity = "已修改"', NAME))
    data = archive.dumps(parsed, PARSER_VERSION)
    assert archive.loads(data, PARSER_VERSION) == parsed


def test_a_correction_that_cannot_be_followed_stops_its_own_file_alone(tmp_path: Path) -> None:
    for name in ("甲", "乙", "丙"):
        (tmp_path / f"{name}.txt").write_text(f"关于{name}的通知", encoding="utf-8")
    (tmp_path / "甲.toml").write_bytes('title = "关于甲的办法"'.encode("gb18030"))
    (tmp_path / "乙.toml").write_text('\nvalidity = "作废"\n', encoding="utf-8")
    read = list(intake.read(tmp_path))
    told = {each.name: each.error.message for each in read if isinstance(each, Refused)}
    assert told == {
        "甲.txt": "更正文件“甲.toml”不是 UTF-8 编码",
        "乙.txt": "更正文件“乙.toml”第2行：效力“作废”不认识",
    }
    assert [each.document.text for each in read if isinstance(each, intake.Item)] == [
        "关于丙的通知"
    ]
