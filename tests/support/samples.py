"""Two records of the notice and a hostile text, as hits and results for the tests of exports."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from hypothesis import strategies as st

from corpus.policy import Policy, Record, Region, Span
from indexer.exports.registry import export
from indexer.query.tree import QueryWarning
from indexer.results.model import (
    Evidence,
    FacetValue,
    Filters,
    Hit,
    IndexInfo,
    IndexRecord,
    Match,
    Results,
)

COLUMNS = [
    *("附件序号", "省级", "地级", "县级", "实验单位", "实验主题", "实验内容", "议题", "关键词"),
    *("匹配方式", "文件标题", "发文字号", "发文机关", "成文日期", "记录编号"),
]
#: A small notice of a made-up city, as a text file has it.
NOTICE = """海东市人民政府关于开展社区治理试点的通知
东政〔2020〕7号

各县区人民政府：
为推进三社联动，决定开展试点。

海东市人民政府
2020年5月6日
"""
MOMENT = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
POLICY = Policy(
    id="民函〔2019〕41号",
    title="民政部关于同意将北京市石景山区等单位确认为全国社区治理和服务创新实验区的批复",
    number="民函〔2019〕41号",
    issuer="民政部",
    date="2019-03-25",
    category="批复",
    recipients=None,
    url=None,
    source="000_ecd089e9178dfbd0.txt",
    sha256="0" * 64,
)
ZONE = Record(
    id="民函〔2019〕41号/zone-1",
    kind="zone",
    n=1,
    title="打造“老街坊”品牌，构建共建共治共享社区治理机制",
    body="以“老街坊”组织化建设为抓手，以服务精准化、专业化为导向",
    unit="北京市石景山区",
    status="confirmed",
    region=Region("北京市", "北京市", "石景山区", "110107"),
    place=(Span(1000, 1080),),
)
PASSAGE = Record(
    id="民函〔2019〕41号/passage-3",
    kind="passage",
    n=3,
    title="",
    body="希望上述实验区以习近平新时代中国特色社会主义思想为指导",
    unit=None,
    status=None,
    region=None,
    place=(Span(500, 527),),
)


def make_hit(record: Record = ZONE, match: Match | None = "literal") -> Hit:
    evidence = (Evidence("title", 13, 19, "共建共治共享", "mention"),)
    return Hit(
        record=IndexRecord(
            record,
            POLICY,
            record.n,
            {"共建共治共享": evidence, "老街坊": ()},
            ("老街坊", "志愿服务"),
        ),
        score=1.5,
        match=match,
        highlights={"unit": (), "title": ((2, 5),), "body": ()},
        snippets={"unit": "", "title": "打造<mark>“老街坊</mark>", "body": ""},
    )


def make_results(*hits: Hit, query: str = "老街坊", filters: Filters | None = None) -> Results:
    return Results(
        query=query,
        interpretation="精确匹配“老街坊”",
        warnings=(QueryWarning("cut", "检索式过长"),),
        total=len(hits),
        partial_total=0,
        page=1,
        size=max(1, len(hits)),
        took_ms=0.5,
        index=IndexInfo("abc123", "2025-01-01T00:00:00+00:00", 36, "stamp42"),
        hits=hits,
        facets={"kind": (FacetValue("zone", "实验区", 1, False),)},
        filters=filters or Filters(province=("北京市", "四川省"), date_from="2019-01-01"),
    )


def exported(results: Results, format: str) -> bytes:
    stream = io.BytesIO()
    export(results, format, stream, exported_at=MOMENT)
    return stream.getvalue()


#: What a format, a spreadsheet, a browser or a typesetter might act on.
hostile = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from(list("=+-@|\\`*_[]<>&\"',;#~$\t\r\n\x00\x0b\u2028\ufeff＝（）“”社区三社")),
    ),
    max_size=60,
) | st.sampled_from(
    [
        *("<r>x</r>", "_x0041_", "&amp;", "<script>alert(1)</script>", "|---|", "'", "1e5"),
        *("https://example.org/a b", "# 标题", "\\|", "<br>", "=1+1", "TRUE", "0123", "#REF!"),
    ]
)
