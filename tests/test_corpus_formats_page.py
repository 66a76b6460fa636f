"""Saved pages: what is around the text, the numbers of lists, merged cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from corpus.policy import ParsedPolicy
from tests.noticefiles import NoticeParts, cells_of, parts_of
from tests.test_corpus_sources import read_all

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


OLD_PAGE = """<body><table><tr><td><a href=/>首页</a></td><td><a href=/1>机构</a></td>
<td><a href=/2>下载中心</a></td></tr><tr>
<td colspan=3>您现在的位置：<a href=/>首页</a> &gt; 文件</td></tr>
</table><table><tr><td align=center><b>{title}</b></td></tr><tr><td>{body}</td></tr>
<tr><td>{host}</td></tr><tr><td>附件：<a href=a.doc>名单.doc</a></td></tr>
<tr><td>上一篇：<a href=/x>关于另一件事的通知</a></td></tr>
<tr><td>【<a href=#>打印本页</a>】【<a href=#>关闭窗口</a>】</td></tr></table>
<div>扫一扫在手机打开当前页</div><table><tr><td>{host}</td></tr>
<tr><td>地址：北京市东城区　邮编：100721</td></tr>
<tr><td>版权所有　京ICP备00000000号</td></tr></table>"""


def test_what_is_around_the_text_of_a_page_without_names(parts: NoticeParts) -> None:
    """Told by words and place: the same words within the text stay."""
    within = ["上一篇：见附件。", "版权所有者应当登记。", "主办单位：民政部"]
    body = "".join(f"<p>{text}</p>" for text in (*within, parts.paragraphs[4]))
    page = OLD_PAGE.format(title=parts.title, body=body, host=within[2])
    (read,) = read_all(page.encode(), "a.html")
    lines = [parts.title, *within, parts.paragraphs[4], within[2], "附件：名单.doc"]
    assert read.text.strip().split("\n") == lines
    (note,) = read.notes
    assert note.code == "page-furniture"
    assert "首页 机构 下载中心" in note.message


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


@pytest.mark.parametrize(
    "selector", ["ul,li", "*", "ol.x", ".x li", ":is(ol, ul) > li", "ol," * 16000]
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
