"""What a policy's fields are called in data files and in the heads of lists."""

from __future__ import annotations

from corpus.text.script import simplify

#: The documented name of a field -> the other names by which it is known.
FIELDS = {
    "title": ("标题", "文件标题", "文件名称", "名称", "政策名称", "法规名称", "法律名称", "题名"),
    "text": ("正文", "全文", "文件正文", "正文内容", "文件内容", "内容", "content", "body"),
    "date": (
        "日期",
        "成文日期",
        "发文日期",
        "印发日期",
        "公布日期",
        "发布日期",
        "时间",
        "year",
        "年份",
        "年度",
        "年",
    ),
    "number": ("发文字号", "文号", "字号", "文件编号", "文件字号"),
    "issuer": ("发文机关", "发文单位", "发布机关", "制定机关", "机关", "印发机关", "发布单位"),
    "category": ("文种", "类别", "文件类型", "效力级别", "分类"),
    "url": ("网址", "链接", "来源网址", "原文链接", "地址", "link"),
}
_BY_NAME = {name: field for field, others in FIELDS.items() for name in (field, *others)}


def field_of(name: str) -> str | None:
    """The documented name of the field that a file calls ``name``; ``None``: unknown."""
    return _BY_NAME.get(simplify("".join(name.split()).lower()))
