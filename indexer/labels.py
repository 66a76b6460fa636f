"""What values are called: kinds of record, ways of matching, fields, orders.

A label is Chinese.  It is marked with :func:`marked`, so that it is extracted
for translation; a face that speaks another language looks it up in its
catalogue (``webapp/translations``).  The labels of facets stand in their table,
:mod:`indexer.results.facets`.
"""

from __future__ import annotations

from collections.abc import Mapping


def marked(message: str) -> str:
    """The message itself, marked for translation where it is shown (pybabel's ``N_``)."""
    return message


N_ = marked

#: Kinds of record.
KIND_LABELS: Mapping[str, str] = {"zone": N_("实验区"), "passage": N_("正文段落")}
#: A whole document as a hit.
DOCUMENT_LABEL = N_("文件")
#: How high the issuing organ stands.
LEVEL_LABELS: Mapping[str, str] = {
    "国家": N_("国家"),
    "省级": N_("省级"),
    "地级": N_("地级"),
    "县级": N_("县级"),
    "乡级": N_("乡级"),
}
#: Whether a policy is in force, as far as its source says.
VALIDITY_LABELS: Mapping[str, str] = {
    "现行": N_("现行"),
    "失效": N_("失效"),
    "已修改": N_("已修改"),
}
#: Ways in which a record matches.
MATCH_LABELS: Mapping[str, str] = {
    "literal": N_("精确"),
    "words": N_("分词"),
    "document": N_("同文件"),
    "partial": N_("部分"),
}
#: Fields that can be searched by name.
FIELD_LABELS: Mapping[str, str] = {
    "title": N_("主题"),
    "body": N_("内容"),
    "unit": N_("单位"),
    "policy": N_("文件标题"),
    "number": N_("发文字号"),
    "issuer": N_("发文机关"),
    "province": N_("省级"),
    "city": N_("地级"),
    "county": N_("县级"),
}
