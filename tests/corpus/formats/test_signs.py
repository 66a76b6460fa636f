"""Readings, superscripts and number formats: what is beside a text is no part of its words."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.corpus.formats.test_read import read_all

RUBY = "烟台市芝<ruby>罘<rt>fú</rt></ruby>区、<ruby>邛<rp>(</rp><rt>qióng</rt><rp>)</rp></ruby>崃市"


@pytest.mark.parametrize("name", ["a.html", "a.md"])
def test_readings_are_no_part_of_a_text(name: str) -> None:
    (read,) = read_all(f"<p>{RUBY}试点</p>".encode() if name == "a.html" else RUBY.encode(), name)
    assert "烟台市芝罘区、邛崃市" in read.text
    if name == "a.html":
        assert [note.message for note in read.notes if note.code == "ruby"] == [
            "注音2处没有收入正文（原网页中可查）：fú、qióng"
        ]


@pytest.mark.parametrize("name", ["a.html", "a.md"])
def test_superscripts_do_not_join_a_number(name: str) -> None:
    text = "占地10<sup>4</sup>平方米<sup>[1]</sup>2019年，见<sup>①</sup>注"
    (read,) = read_all(text.encode(), name)
    assert "占地10⁴平方米[¹]2019年，见①注" in read.text


def test_a_document_with_readings_and_superscripts() -> None:
    document = Document()
    paragraph = document.add_paragraph("占地10")
    paragraph.add_run("4").font.superscript = True
    paragraph.add_run("平方米，在")
    ruby = (
        f"<w:r {nsdecls('w')}><w:ruby><w:rt><w:r><w:t>fú</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>罘</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )
    paragraph._p.append(parse_xml(ruby))
    file = io.BytesIO()
    document.save(file)
    (read,) = read_all(file.getvalue(), "a.docx")
    assert read.text.strip() == "占地10⁴平方米，在罘"


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (123, "000000", "000123"),
        (2019.1, "0.00", "2019.10"),
        (0.125, "0.0%", "12.5%"),
        (0.07, "0%", "7%"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (1.005, "0.00", "1.01"),
        (-5, "0.0;(0.0)", "(5.0)"),
        (0, '0;-0;"无"', "无"),
        (12, '"第"0"号"', "第12号"),
        (1500, '0.0,"千"', "1.5千"),
        (123456, "000-000", "123-456"),
        (5, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "5.00"),
        (3.0, "General", "3"),
        (0.5, "# ?/?", "0.5"),
        (date(2019, 3, 5), 'yyyy"年"m"月"d"日"', "2019年3月5日"),
        (date(2019, 3, 5), '[$-804]yyyy"年"mm"月";@', "2019年03月"),
        (date(2019, 3, 5), "m/d/yyyy", "2019-03-05"),
        (date(2019, 3, 5), 'm"月"d"日"', "2019-03-05"),
    ],
)
def test_a_cell_is_read_as_it_is_seen(value: object, code: str, shown: str) -> None:
    book = openpyxl.Workbook()
    book.active.append(["编号", "单位"])
    book.active.append([value, "甲社区"])
    book.active["A2"].number_format = code
    file = io.BytesIO()
    book.save(file)
    (read,) = read_all(file.getvalue(), "a.xlsx")
    assert read.text.split("\n")[2] == shown
