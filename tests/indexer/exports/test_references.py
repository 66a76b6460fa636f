"""BibTeX, RIS and CSL-JSON, read back by the parsers of others."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import bibtexparser
import pytest
import rispy
from hypothesis import given

from corpus.policy import ParsedPolicy, Policy, Record
from indexer.citations.bibtex import bibtex
from indexer.citations.csl import csl_item, csl_json
from indexer.citations.gbt7714 import EDITION_2015, cite
from indexer.citations.reference import Reference, of_policy, of_record
from indexer.citations.ris import ris
from indexer.searcher import Searcher
from tests.support.samples import POLICY, ZONE, exported, hostile

VISITED = date(2026, 1, 2)
ONLINE = replace(POLICY, url="https://www.example.cn/a_b.html?x=1&y=50%25#{z}")


def reference(policy: Policy = ONLINE, record: Record = ZONE) -> Reference:
    return of_record(policy, record, ("共建共治共享", "老街坊"), VISITED)


def read_bibtex(text: str) -> dict[str, str]:
    """The one entry's values as BibTeX takes them: outer braces off, TeX not yet run."""
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    (entry,) = library.entries
    return {"key": entry.key, **{field.key: field.value for field in entry.fields}}


_PRINTS = {
    "textbackslash{}": "\\",
    "textbraceleft{}": "{",
    "textbraceright{}": "}",
    "textasciitilde{}": "~",
    "textasciicircum{}": "^",
    **{sign: sign for sign in "&%$#_"},
}
_COMMAND = re.compile(r"\\(" + "|".join(map(re.escape, _PRINTS)) + ")")


def printed(tex: str) -> str:
    """What TeX prints; fails where it would act on a sign."""
    assert not re.search(r"[\\{}~^&%$#_]", _COMMAND.sub("", tex)), tex
    return _COMMAND.sub(lambda command: _PRINTS[command[1]], tex)


def read_ris(text: str) -> dict[str, object]:
    (entry,) = rispy.loads(text)
    return dict(entry)


def on_one_line(text: str) -> str:
    return re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+", " ", text).strip()


def test_bibtex_says_what_the_record_says() -> None:
    entry = read_bibtex(bibtex(reference()))
    assert entry["title"] == f"{{{POLICY.title}}}"
    assert entry["author"] == "{民政部}"
    assert (entry["date"], entry["year"], entry["month"]) == ("2019-03-25", "2019", "3")
    assert entry["howpublished"] == "民函〔2019〕41号"
    assert entry["note"] == f"附件第1项，北京市石景山区：{ZONE.title}"
    assert entry["abstract"] == ZONE.body
    assert entry["keywords"] == "共建共治共享, 老街坊"
    assert entry["url"] == "https://www.example.cn/a_b.html?x=1&y=50%25#%7Bz%7D"
    assert entry["urldate"] == "2026-01-02"


def test_ris_says_what_the_record_says() -> None:
    entry = read_ris(ris(reference()))
    assert entry["type_of_reference"] == "GOVDOC"
    assert entry["title"] == POLICY.title
    assert entry["authors"] == ["民政部"]
    assert entry["year"] == "2019" and entry["date"] == "2019/03/25"
    assert entry["start_page"] == "附件第1项"
    assert entry["abstract"] == ZONE.body
    assert entry["keywords"] == ["共建共治共享", "老街坊"]
    assert ONLINE.url in str(entry["urls"])


def test_csl_json_says_what_the_record_says() -> None:
    (item,) = json.loads(csl_json(reference()))
    assert item == csl_item(reference())
    assert item["title"] == POLICY.title
    assert item["author"] == [{"literal": "民政部"}]
    assert item["issued"] == {"date-parts": [[2019, 3, 25]]}
    assert item["accessed"] == {"date-parts": [[2026, 1, 2]]}
    assert item["locator"] == "附件第1项"
    assert item["URL"] == ONLINE.url


def test_what_is_not_known_is_left_out() -> None:
    bare = replace(POLICY, issuer=None, number=None, date=None, category=None)
    unknown = of_policy(bare, VISITED)
    assert set(read_bibtex(bibtex(unknown))) == {"key", "title", "language"}
    assert set(csl_item(unknown)) == {"id", "type", "title", "language"}
    assert set(read_ris(ris(unknown))) <= {"type_of_reference", "id", "title", "language"}


@given(title=hostile, body=hostile)
def test_no_text_breaks_out_of_its_bibtex_field(title: str, body: str) -> None:
    entry = read_bibtex(bibtex(reference(record=replace(ZONE, title=title, body=body))))
    assert entry["key"] == reference().key
    assert printed(entry.get("abstract", "")) == on_one_line(body)
    assert entry["howpublished"] == "民函〔2019〕41号"


@given(title=hostile, body=hostile)
def test_no_text_breaks_out_of_its_ris_line(title: str, body: str) -> None:
    text = ris(reference(record=replace(ZONE, title=title, body=body)))
    entry = read_ris(text)
    assert entry.get("abstract", "") == on_one_line(body)
    assert text.count("\r\n") == text.count("\n") == text.count("\r")


@pytest.mark.parametrize("format", ["bib", "ris"])
def test_an_export_holds_one_entry_a_hit_with_a_key_of_its_own(
    searcher: Searcher, format: str
) -> None:
    results = searcher.export("社区")
    content = exported(results, format).decode("utf-8")
    if format == "bib":
        library = bibtexparser.parse_string(content)
        assert not library.failed_blocks
        keys = [entry.key for entry in library.entries]
        assert content.startswith("% 检索说明：检索式：社区；")
    else:
        keys = [str(entry["id"]) for entry in rispy.loads(content)]
    assert len(set(keys)) == len(keys) == results.total
    assert all(re.fullmatch("[a-z0-9-]+", key) for key in keys)


def test_the_edition_of_2015_sets_half_width_signs(notice: ParsedPolicy) -> None:
    row = next(r for r in notice.records if r.kind == "zone" and r.n == 7)
    title = f"民政部. {POLICY.title}:民函〔2019〕41号"
    offline = cite(
        replace(notice.policy, url=None), record=row, visited=VISITED, edition=EDITION_2015
    )
    assert offline == f"{title}[Z]. 2019-03-25:附件第7项."
    online = replace(notice.policy, url="https://www.example.cn/a.html")
    assert cite(online, visited=VISITED, edition=EDITION_2015) == (
        f"{title}[EB/OL]. (2019-03-25)[2026-01-02]. https://www.example.cn/a.html."
    )


def test_a_code_of_the_source_is_not_cited_as_the_kind_of_document() -> None:
    coded = of_policy(replace(ONLINE, category="DLC"), VISITED)
    assert not any("DLC" in write(coded) for write in (bibtex, ris, csl_json))
    named = of_policy(replace(ONLINE, category="批复"), VISITED)
    assert all("批复" in write(named) for write in (bibtex, ris, csl_json))
