"""The head that a government's web page puts above a document.

    索引号：000014349/2019-00041      发文机关：民政部
    成文日期：2019年03月25日           有效性：现行有效

What is labelled is stated by the source, and none of it is the title.  The value
stands behind the label, or alone on the next line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from corpus.text.normalize import Line, parse_date

_LABELS = {
    "title": "标题 名称 文件名称 信息名称 文件标题",
    "number": "发文字号 文号 文件编号 发文文号",
    "issuer": "发文机关 发布机构 发文单位 制发机关 制定机关 发布机关 发布单位 公开主体 发布部门",
    "date": "成文日期 成文时间 生成日期 印发日期 发文日期 制发日期",
    "published": "发布日期 发布时间 公布日期 公开日期 时间 日期",
    "validity": "有效性 时效性 效力状态 文件状态 是否有效 时效 效力",
    "": "索引号 主题分类 信息分类 来源 信息来源 体裁分类 组配分类 公开方式 字号 字体 浏览次数"
    " 阅读次数 分享 打印 访问量 点击数 关键词 主题词 服务对象 分类 体裁 公开形式 公开时限 有效期"
    " 作者 责任编辑 您所在的位置 您的位置 您现在的位置 您当前的位置 当前位置 现在位置 所在位置",
}
_FIELDS = {label: name for name, labels in _LABELS.items() for label in labels.split()}
_SPACED = "|".join(
    r"[ \u3000\u00a0]*".join(label) for label in sorted(_FIELDS, key=len, reverse=True)
)
_LABEL = re.compile(rf"(?:^|(?<=[\s【\[|｜]))(?P<label>{_SPACED})\s*[】\]]?\s*[:：]")
#: The way to the page: 首页 > 政务公开 > 政策文件.
_PATH = re.compile(r"(?:网站)?首页\s*[>＞»›→].{0,100}")
#: The time of a page, which may stand before the labels: 2020-12-31 17:01　来源：……
_TIME = re.compile(
    r"[【\[]?\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?:\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?[】\]\s]*"
)
_BETWEEN_WORDS = re.compile(r"[\s|｜·•/／>＞»›→\-—_\[\]【】（）()：:]+")
_WITHIN = 24  # lines
_VALIDITY = (
    (re.compile(r"失效|废止|无效|否"), "失效"),
    (re.compile(r"修改|修订|修正|被修"), "已修改"),
    (re.compile(r"有效|现行|是"), "现行"),
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A labelled value, and the line that it stands on."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class PageHead:
    """What is labelled by field (``published`` is the page's own date), and its lines."""

    values: dict[str, Labelled]
    lines: frozenset[int]


def read_page_head(lines: Sequence[Line]) -> PageHead:
    """The labelled lines among the first of a text."""
    values: dict[str, Labelled] = {}
    own = set(_menu(lines))
    for at in _bare_labels(lines):
        own.update((at, at + 1))
        name = _FIELDS["".join(lines[at].text.split())]
        if name:
            values.setdefault(name, Labelled(lines[at + 1].text, at + 1))
    for at, line in enumerate(lines[:_WITHIN]):
        if _PATH.fullmatch(line.text):
            own.add(at)
        if len(line.text) > 200 or not (":" in line.text or "：" in line.text):
            continue
        marks = list(_LABEL.finditer(line.text))
        start = _TIME.match(line.text)
        if not marks or marks[0].start() > (start.end() if start else 1):
            continue
        own.add(at)
        for mark, following in zip(marks, [*marks[1:], None], strict=True):
            value = line.text[mark.end() : following.start() if following else None].strip(
                " \u3000|｜【["
            )
            place = at
            if not value and following is None and _is_value(lines, at + 1):
                value, place = lines[at + 1].text, at + 1
                own.add(at + 1)
            name = _FIELDS["".join(mark["label"].split())]
            if value and name:
                values.setdefault(name, Labelled(value, place))
    return PageHead(values, frozenset(own))


def _bare_labels(lines: Sequence[Line]) -> Sequence[int]:
    """Labels alone on their lines, without a colon, where there are several: a table's cells."""
    found: list[int] = []
    for at, line in enumerate(lines[:_WITHIN]):
        label = "".join(line.text.split()) in _FIELDS
        if label and (not found or at > found[-1] + 1) and _is_value(lines, at + 1):
            found.append(at)
    return found if len(found) > 2 else ()


def _menu(lines: Sequence[Line]) -> Iterator[int]:
    """The lines that hold the words of a menu and nothing else.

    At the top one word is enough; below another line, as 打印 and 关闭 may stand below
    a title, it is two, on one line or on lines that follow each other.
    """
    top = True
    counts = [_menu_count(line.text) for line in lines[: _WITHIN + 1]]
    for at, line in enumerate(lines[:_WITHIN]):
        if counts[at]:
            if top or sum(counts[max(at - 1, 0) : at + 2]) > 1:
                yield at
        elif not (_LABEL.search(line.text) or _PATH.fullmatch(line.text)):
            top = False


def _menu_count(text: str) -> int:
    """How many words of a menu a line holds; 0 where it holds anything else."""
    words = [word for word in _BETWEEN_WORDS.split(text) if word]
    return len(words) if len(text) <= 200 and _menu_words().issuperset(words) else 0


@cache
def _menu_words() -> frozenset[str]:
    text = (files("corpus") / "data" / "menu_words.txt").read_text(encoding="utf-8")
    return frozenset(
        " ".join(line for line in text.splitlines() if not line.startswith("#")).split()
    )


def _is_value(lines: Sequence[Line], at: int) -> bool:
    """Whether line ``at`` can be the value of the label above it."""
    if at >= len(lines):
        return False
    text = lines[at].text
    return len(text) <= 60 and not _LABEL.match(text) and not text.endswith(("：", ":"))


def dated(labelled: Labelled | None) -> tuple[str, int] | None:
    """A labelled date in ISO 8601, and its line."""
    value = parse_date(labelled.value) if labelled else None
    return (value, labelled.line) if labelled and value else None


def validity_of(text: str) -> str | None:
    """现行, 失效 or 已修改, as a page words it; ``None`` where it says nothing known."""
    return next((state for pattern, state in _VALIDITY if pattern.search(text)), None)
