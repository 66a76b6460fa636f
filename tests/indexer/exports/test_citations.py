"""Citations: the forms of GB/T 7714—2025, from the bundled notice and around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from corpus.policy import ParsedPolicy
from indexer.citations.gbt7714 import cite

VISITED = date(2026, 1, 2)
TITLE = "民政部关于同意将北京市石景山区等单位确认为全国社区治理和服务创新实验区的批复"


def test_a_policy_is_cited_as_an_official_document(notice: ParsedPolicy) -> None:
    policy = replace(notice.policy, url=None)
    expected = f"民政部. {TITLE}：民函〔2019〕41号[Z]. 2019-03-25."
    assert cite(policy, visited=VISITED) == expected


def test_a_row_is_cited_by_its_number_in_the_appendix(notice: ParsedPolicy) -> None:
    policy = replace(notice.policy, url=None)
    row = next(r for r in notice.records if r.kind == "zone" and r.n == 7)
    assert cite(policy, record=row, visited=VISITED).endswith("[Z]. 2019-03-25：附件第7项.")


def test_a_paragraph_is_cited_by_its_ordinal(notice: ParsedPolicy) -> None:
    policy = replace(notice.policy, url=None)
    paragraph = next(r for r in notice.records if r.kind == "passage" and r.n == 4)
    assert cite(policy, record=paragraph, visited=VISITED).endswith("[Z]. 2019-03-25：第4段.")


def test_with_an_address_the_day_of_the_visit_is_stated(notice: ParsedPolicy) -> None:
    policy = replace(notice.policy, url="https://www.example.cn/a.html")
    head = f"民政部. {TITLE}：民函〔2019〕41号[EB/OL]. "
    tail = "（2019-03-25）[2026-01-02]. https://www.example.cn/a.html."
    assert cite(policy, visited=VISITED) == head + tail
    row = next(r for r in notice.records if r.kind == "zone" and r.n == 31)
    assert cite(policy, record=row, visited=VISITED) == f"{head}附件第31项{tail}"


def test_what_is_not_known_is_left_out(notice: ParsedPolicy) -> None:
    bare = replace(notice.policy, issuer=None, number=None, date=None, url=None)
    assert cite(bare, visited=VISITED) == f"{TITLE}[Z]. [日期不详]."
    online = replace(bare, url="https://www.example.cn/")
    assert (
        cite(online, visited=VISITED) == f"{TITLE}[EB/OL]. [2026-01-02]. https://www.example.cn/."
    )
