"""The heading path of laws, notices and Markdown."""

from __future__ import annotations

import pytest

from corpus.parsing.headings import HeadingPath
from corpus.parsing.notice import parse


def paths(text: str) -> list[str]:
    path = HeadingPath()
    return [path.enter(line) for line in text.splitlines()]


def test_a_law() -> None:
    law = """第一编 总则
第一章 一般规定
第一条 为了规范社区治理，制定本法。
本法所称社区，是指居民委员会辖区。
第二条 有下列情形之一的，不予受理：
（一）违反规定的；
（二）材料不全的。
前款规定的期限为三十日。
第二章　附则
第三条之一　本法自公布之日起施行。
第二编 分则
第四条 国家鼓励居民参与。"""
    assert paths(law) == [
        "",
        "第一编 总则",
        "第一编 总则 › 第一章 一般规定 › 第一条",
        "第一编 总则 › 第一章 一般规定 › 第一条",
        "第一编 总则 › 第一章 一般规定 › 第二条",
        "第一编 总则 › 第一章 一般规定 › 第二条 › （一）",
        "第一编 总则 › 第一章 一般规定 › 第二条 › （二）",
        "第一编 总则 › 第一章 一般规定 › 第二条",
        "第一编 总则",
        "第一编 总则 › 第二章　附则 › 第三条之一",
        "",
        "第二编 分则 › 第四条",
    ]


def test_a_notice() -> None:
    notice = """各地要高度重视。
一、总体要求
以习近平新时代中国特色社会主义思想为指导。
（一）指导思想。坚持党建引领。
坚持以人民为中心。
（二）基本原则
坚持分类指导。
二、工作任务
（一）完善体系。健全机制。
三、加强领导，落实责任；
结语。"""
    assert paths(notice) == [
        "",
        "",
        "一、总体要求",
        "一、总体要求 › （一）指导思想",
        "一、总体要求 › （一）指导思想",
        "一、总体要求",
        "一、总体要求 › （二）基本原则",
        "",
        "二、工作任务 › （一）完善体系",
        "三",
        "",
    ]


def test_markdown() -> None:
    assert paths("# 办法\n正文\n## 适用范围 ##\n第一条 本办法适用于社区。\n# 附则\n末段") == [
        "",
        "办法",
        "办法",
        "办法 › 适用范围 › 第一条",
        "",
        "附则",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "第三条规定的期限届满后，应当公告。",  # a reference, no article
        "第一章的规定适用于本节。",
        "第一章 明确总体要求，第二章 提出具体任务。",
        "2018年以来，各地积极探索。",
        "附件：实验任务",
        "#话题不是标题",
    ],
)
def test_what_only_looks_like_a_heading(line: str) -> None:
    assert paths(f"{line}\n下文") == ["", ""]


def test_an_appendix_is_the_root_of_its_paths() -> None:
    path = HeadingPath()
    path.enter("第一条 正文。")
    path.reset("附件2")
    assert path.enter("说明") == "附件2"
    assert path.enter("第一条 规则。") == "附件2 › 第一条"


def passages_of(text: str) -> list[tuple[str, str]]:
    parsed = parse(text, source="意见.txt", sha256="0" * 64)
    return [(record.title, record.body) for record in parsed.records]


def test_headings_that_end_with_a_stop_or_hold_a_comma() -> None:
    found = {
        body: title
        for title, body in passages_of(
            "某市人民政府关于推进社区服务的意见\n一、坚持党建引领。\n健全机制。\n"
            "（一）完善体系，提高能力。\n各地要抓紧。\n（二）落实责任，加强保障。各部门要配合。\n"
            "二、强化数字赋能，提升治理水平\n1、建设平台。\n建设智慧社区。\n"
            "第三章 附则。\n末段。\n某市人民政府\n2021年3月1日"
        )
    }
    assert found["健全机制。"] == "一、坚持党建引领"
    assert found["各地要抓紧。"] == "一、坚持党建引领 › （一）完善体系，提高能力"
    assert found["（二）落实责任，加强保障。各部门要配合。"].endswith("（二）落实责任，加强保障")
    assert found["建设智慧社区。"] == "二、强化数字赋能，提升治理水平 › 1、建设平台"
    assert found["末段。"] == "第三章 附则。"
    assert found["2021年3月1日"] == ""


def test_items_are_no_headings_though_they_end_with_a_stop() -> None:
    found = passages_of(
        "某市社区服务办法\n第一条 下列情形不予受理：\n（一）材料不全。\n（二）条件不符。\n"
        "前款规定的期限为三十日。\n"
    )
    assert [title for title, _ in found] == [
        *("", "第一条", "第一条 › （一）", "第一条 › （二）", "第一条"),
    ]
    found = passages_of(
        "某市关于工作的意见\n一、提高认识。\n二、抓好落实。\n三、加强领导。\n结语。"
    )
    assert [title for title, _ in found] == ["", "一", "二", "三", ""]
