"""Saved pages: what is around the text, the numbers of lists, merged cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from corpus.policy import ParsedPolicy
from tests.corpus.formats.test_read import read_all
from tests.support.notice_files import NoticeParts, cells_of, parts_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def parts(notice: ParsedPolicy) -> NoticeParts:
    return parts_of(notice)


def test_nothing_is_left_out_where_the_page_says_nothing(parts: NoticeParts) -> None:
    """Blocks without a name that tells stay, and so does a page that is nothing but links."""
    page = f"<body><div>某市民政局</div><p>{parts.paragraphs[4]}</p><div>办公室 2019年</div>"
    (read,) = read_all(page.encode(), "a.html")
    assert read.text.split("\n") == ["某市民政局", parts.paragraphs[4], "办公室 2019年", ""]
    links = "".join(f"<li><a href={n}>关于{n}号文件的通知</a></li>" for n in range(9))
    (read,) = read_all(f"<body><ul>{links}</ul>".encode(), "a.html")
    assert read.text.count("号文件的通知") == 9


def test_attachments_in_a_list_of_links_stay(parts: NoticeParts) -> None:
    links = "".join(f"<li><a href={n}.doc>附件{n}：任务表.doc</a></li>" for n in range(9))
    (read,) = read_all(f"<body><p>{parts.title}</p><ul>{links}</ul>".encode(), "a.html")
    assert read.text.count("任务表.doc") == 9


#: Words of menus and of footers in the text itself, in a page without names.
LIKE_FURNITURE = {
    "title": "<div>当前位置：首页<br>民政部关于某事的通知<br>民发〔2019〕1号</div><p>正文。</p>",
    "last article": "<p>第二条 解释。</p><p>本办法自2019年5月1日起施行<br>民政部<br>2019年3月25日"
    "<br>打印本页 版权所有</p>",
    "cell": "<p>名单</p><table border=1><tr><th>序号</th><th>单位</th><th>备注</th></tr><tr><td>1"
    "</td><td>上城区</td><td>关闭</td></tr><tr><td>2</td><td>溧水区</td><td>推荐</td></tr></table>",
    "attachment": '<p>正文。</p><div><p><a href="P0201.docx">全国社区治理和服务创新实验区名单'
    "</a></p><p>【打印】【关闭】</p></div>",
    "places": "<p>位置：东至东四环，西至西四环。</p><p>正文。</p><p>联系电话：010-58123456</p>",
}


@pytest.mark.parametrize("case", LIKE_FURNITURE)
def test_words_of_menus_and_footers_stay_where_nothing_says_they_are_furniture(case: str) -> None:
    page = f"<body>{LIKE_FURNITURE[case]}"
    (read,) = read_all(page.encode(), "a.html")
    assert "".join(read.text.split()) == "".join(re.sub("<[^>]*>", "", page).split())
    assert not [note for note in read.notes if note.code == "page-furniture"]


LISTS = """<style>.menu ol, .x {color:red} /* ol {list-style:none} */ ul > li, .menu > ol,
li::before {list-style:none} @media print {ol {list-style:none}} .a ol.b {list-style:upper-roman}
.a ol, .c li {list-style:none} ul li {list-style:none}</style>
<ol start=3><li>甲<li value=7><p>乙</p><p>乙二</p>
<li>丙<ol type=a><li>子一<li value=27>子二<li>子三</ol><li>丁</ol><p>其他</p><ol type=I><li>一项
<li value=9>二项</ol><ol style="list-style-type:cjk-ideographic"><li>工作<li value=12>组织</ol>
<ol reversed><li>后<li>前</ol><ul><li>无</ul><ol style="list-style:none"><li>无号</ol>
<ol style="list-style:lower-alpha inside"><li><b>粗</b>体</ol><ol start=-1><li>零下<li>零</ol>
<div class=a><ol><li>略</ol><ol class=b type=a><li>大写</ol></div><ol class=c type=i><li>略去</ol>
<ol style="list-style:cjk-ideographic" start=11><li>第十一<li value=9110>九千一百一十</ol>
<ol style="list-style:simp-chinese-formal"><li value=15>大写十五<li value=210>大写二百一十</ol>
<ol style="list-style:cjk-decimal"><li value=11>十一位<li value=0>零位</ol>
<ol><li><ul><li></ul><p>正文</p><li><ul><li></ul>甲文</ol>"""


def test_numbers_of_lists_stand_as_a_browser_shows_them(browser: Browser) -> None:
    """Held against the markers that Chromium tells those who cannot see the page."""
    opened = browser.new_page(java_script_enabled=False)
    opened.set_content(LISTS)
    tree = opened.context.new_cdp_session(opened).send("Accessibility.getFullAXTree")
    opened.close()
    named = [(node["role"]["value"], node.get("name", {}).get("value")) for node in tree["nodes"]]
    markers = [name.strip() for role, name in named if role == "ListMarker" and name.strip("• ")]
    (read,) = read_all(LISTS.encode(), "a.html")
    items = [*"甲乙丙丁", "子一", "子二", "子三", "一项", "二项", "工作", "组织", *"后前"]
    items += ["粗体", "零下", "零", "大写", "第十一", "九千一百一十", "大写十五", "大写二百一十"]
    items += ["十一位", "零位", "正文", "甲文"]
    lines = read.text.split("\n")
    shown = [next(line for line in lines if line.endswith(item)) for item in items]
    assert len(markers) == len(items)
    numbers = [line.removesuffix(item).strip() for line, item in zip(shown, items, strict=True)]
    assert sorted(numbers) == sorted(markers)
    assert {"乙二", "其他", "无", "无号", "略", "略去"} <= set(lines)


def test_a_list_with_numbers_of_its_own_gets_no_others() -> None:
    own = "<ol><li>（一）甲<li>2.乙<li>第三条 丙</ol>"
    (read,) = read_all(own.encode(), "a.html")
    assert read.text.split() == ["（一）甲", "2.乙", "第三条", "丙"]
    (read,) = read_all(b"<ol><li><ol><li></ol><p>own</p><li>next</ol>", "a.html")
    assert read.text.split("\n")[:2] == ["1. own", "2. next"]


NESTED = "ol" + ":not(" * 3000 + "p" + ")" * 3000


@pytest.mark.parametrize(
    "selector", ["ul,li", "*", "ol.x", ".x li", ":is(ol, ul) > li", "ol," * 16000, NESTED]
)
def test_a_list_whose_style_takes_the_numbers_away_gets_none(selector: str) -> None:
    """In a cell as outside."""
    items = "<ol class=x><li>加强<li>推进</ol>"
    table = f"<table><tr><th>单位<th>内容<tr><td>某区<td>{items}<tr><td>某市<td>略</table>"
    page = f"<style>a{{}} {selector.strip(',')}{{margin:0;list-style:none}}</style>{items}{table}"
    (read,) = read_all(page.encode(), "a.html")
    assert read.text.split() == [
        *("加强", "推进", "单位", "内容", "某区", "加强", "推进", "某市", "略")
    ]


def test_merged_cells_of_a_page() -> None:
    page = """<table><caption>任务表</caption><tr><th rowspan=2>省</th><th colspan=2>任务</th></tr>
      <tr><th>单位</th><th>主题</th></tr>
      <tr><td rowspan=0>江苏省</td><td>溧水区</td><td>一<br>二</td></tr>
      <tr><td>鼓楼区</td><td><p>三</p><p>四</p></td></tr></table>"""
    (read,) = read_all(page.encode(), "a.html")
    assert cells_of(read, read.tables[0]) == [
        ["省", "任务", "任务"],
        ["省", "单位", "主题"],
        ["江苏省", "溧水区", "一\n二"],
        ["江苏省", "鼓楼区", "三\n四"],
    ]
    flat = "任务表 省 任务 单位 主题 江苏省 溧水区 一 二 鼓楼区 三 四"
    assert read.text.split() == flat.split()
