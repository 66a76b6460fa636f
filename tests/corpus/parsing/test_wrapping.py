"""Lines that a program wrapped are paragraphs again; what is a line of its own stays one."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.formats.read import decode_source
from corpus.parsing.notice import parse_document
from corpus.policy import ParsedPolicy

HEAD = "民政部关于社区治理工作的通知\n民发〔2024〕8号\n各省、自治区、直辖市民政厅（局）：\n"
END = "\n民政部\n2024年3月1日\n"
LONG = (
    "各地要充分认识加强城乡社区治理的重要意义，坚持党建引领，完善体制机制，强化工作措施，推动城乡社区"
    "治理体系和治理能力现代化建设取得新的进展，不断增强人民群众的获得感、幸福感、安全感。"
)
OTHER = (
    "坚持以人民为中心的发展思想，把服务居民、造福居民作为出发点和落脚点，坚持依靠居民、依法有序"
    "组织居民群众参与社区治理，实现人人参与、人人尽力、人人共享。"
)


def read(text: str, name: str = "通知.txt") -> ParsedPolicy:
    return parse_document(decode_source(text.encode(), name))


def bodies(parsed: ParsedPolicy) -> list[str]:
    return [record.body for record in parsed.records]


@settings(max_examples=40, deadline=None)
@given(width=st.integers(18, 60), indent=st.sampled_from(["", "　　"]), blank=st.booleans())
def test_wrapped_paragraphs_come_back(width: int, indent: str, blank: bool) -> None:
    between = "\n\n" if blank else "\n"
    pieces = [textwrap.fill(indent + text, width) for text in (LONG, OTHER)]
    parsed = read(HEAD + between + between.join(pieces) + between + END)
    assert bodies(parsed)[3:5] == [LONG, OTHER]
    for record in parsed.records:  # the places are true to the file
        assert "".join(parsed.text[s.start : s.end] for s in record.place) == record.body
    assert [w.code for w in parsed.warnings] == ["lines-joined"]


def test_a_sign_at_the_beginning_of_a_line_is_enough() -> None:
    parsed = read(f"{HEAD}各地要以党建引领为统领，健全“三社联动”工作机制\n，切实解决问题。{END}")
    assert "各地要以党建引领为统领，健全“三社联动”工作机制，切实解决问题。" in bodies(parsed)


@pytest.mark.parametrize(
    "lines",
    [
        ["床前明月光，", "疑是地上霜。", "举头望明月，", "低头思故乡。"],
        [
            "春江潮水连海平，海上明月共潮生",
            "滟滟随波千万里，何处春江无月明",
            "江流宛转绕芳甸，月照花林皆似霰",
            "空里流霜不觉飞，汀上白沙看不见。",
        ],
        [
            "地址：北京市东城区北河沿大街147号民政部大楼，邮编",
            "电话：010-58123456转分机号码一二三四五六七八九",
            "联系人：张三，李四，王五，赵六，钱七，孙八，周九。",
        ],
        [
            "一、切实加强组织领导，健全完善工作推进的体制机制和责任体系",
            "二、切实加强宣传引导，营造全社会共同关心支持参与的浓厚氛围",
            "三、切实加强督促检查，推动各项任务部署落地见效。",
        ],
        [
            "甲社区　　　二〇一九年建成投入使用的服务站",
            "乙社区　　　二〇二〇年建成投入使用的服务站",
        ],
        ["各地要高度重视。", "各部门要密切配合。", "有关情况及时报告。"],
    ],
)
def test_lines_of_their_own_stay(lines: list[str]) -> None:
    parsed = read(HEAD + "\n".join(lines) + END)
    assert bodies(parsed)[3:-2] == lines
    assert not [w for w in parsed.warnings if w.code == "lines-joined"]


def test_in_markdown_the_lines_of_a_paragraph_are_one() -> None:
    parsed = read(
        "# 民政部关于社区治理的通知\n\n各地要做好\n工作，落实责任。\n要加强 GB\n50016 的执行。\n\n"
        "- 项目一\n  继续\n- 项目二\n\n上行  \n下行\n\n```\n甲\n乙\n```\n\n民政部\n2024年3月1日\n",
        "通知.md",
    )
    assert bodies(parsed)[1:] == [
        "各地要做好工作，落实责任。要加强 GB 50016 的执行。",
        *("- 项目一继续", "- 项目二", "上行", "下行", "```", "甲", "乙", "```"),
        *("民政部", "2024年3月1日"),
    ]


def test_a_title_and_recipients_on_several_lines_are_one_passage_each() -> None:
    parsed = read(
        "民政部\n财政部\n关于开展城乡社区治理试点\n和经验总结工作的通知\n民发〔2024〕3号\n"
        "各省、自治区、直辖市民政厅（局）、财政\n厅（局）：\n正文。\n民政部\n财政部\n2024年3月5日"
    )
    assert bodies(parsed)[0] == "民政部 财政部关于开展城乡社区治理试点和经验总结工作的通知"
    assert bodies(parsed)[2] == "各省、自治区、直辖市民政厅（局）、财政厅（局）："
    assert parsed.policy.title == bodies(parsed)[0]
    assert parsed.policy.issuers == ("民政部", "财政部")


def test_units_named_over_a_break_are_read_whole() -> None:
    parsed = read(
        "关于同意建设实验区的批复\n各省民政厅：\n"
        "    同意将河北省邯郸市肥乡区，山西省运城市盐湖区，安徽省合肥市\n"
        "包河区、和县，海南省琼海市等单位确认为实验区，实验时间为期三\n年。\n民政部\n2021年9月15日"
    )
    units = [record.unit for record in parsed.records if record.kind == "zone"]
    assert units[2:4] == ["安徽省合肥市包河区", "安徽省和县"]
