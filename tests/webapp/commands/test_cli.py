"""The command line as its users meet it: arguments, streams and a status."""

from __future__ import annotations

import csv
import errno
import io
import json
import re
import tomllib
from pathlib import Path

import click
import openpyxl
import pytest

from tests.support.program import printed, refused, run
from webapp import cli
from webapp.commands.shared.options import Text

POLICY = "民函〔2019〕41号"
RESULT_KEYS = [
    *(
        "query",
        "interpretation",
        "warnings",
        "total",
        "document_total",
        "partial_total",
        "total_documents",
    ),
    *("page", "size", "took_ms", "index", "hits", "facets", "suggestions"),
]
HIT_KEYS = [
    *("id", "kind", "n", "score", "match", "policy", "unit", "status", "region", "title"),
    *("body", "themes", "keywords", "highlights", "snippets"),
]
FACETS = [
    *("kind", "policy", "issuer", "level", "area", "validity", "year", "province", "city"),
    *("county", "theme", "keyword"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    assert run(home, "index").status == 0
    return home


def test_a_command_without_an_index_builds_it_first(tmp_path: Path) -> None:
    found = json.loads(printed(tmp_path / "neu", "search", "老街坊", "--format", "json"))
    assert found["hits"][0]["unit"] == "北京市石景山区"


def test_json_is_exactly_the_object_of_the_contract(home: Path) -> None:
    found = json.loads(printed(home, "search", "社区治理", "--format", "json", "--size", "5"))
    assert list(found) == RESULT_KEYS
    assert list(found["index"]) == ["version", "built_at", "records"]
    assert list(found["facets"]) == FACETS
    assert list(found["facets"]["province"][0]) == ["value", "label", "count", "selected"]
    hit = found["hits"][0]
    assert list(hit) == HIT_KEYS
    assert list(hit["policy"]) == [
        *("id", "title", "number", "issuer", "date", "category"),
        *("issuers", "region", "level", "validity", "ocr"),
    ]
    assert list(hit["region"]) == ["province", "city", "county", "code"]
    assert list(hit["highlights"]) == list(hit["snippets"]) == ["unit", "title", "body"]
    assert (found["page"], found["size"], len(found["hits"])) == (1, 5, 5)


def test_arguments_with_unpaired_surrogates_become_text() -> None:
    assert Text().convert("社区", None, None) == "社区"
    assert Text().convert("党建".encode().decode("ascii", "surrogateescape"), None, None) == "党建"
    assert Text().convert("\ud83d社区", None, None) == "\ufffd社区"


def test_a_query_may_begin_with_a_minus_after_two(home: Path) -> None:
    everything = json.loads(printed(home, "search", "", "--format", "json"))["total"]
    without = json.loads(printed(home, "search", "--format", "json", "--", "-社区"))
    assert without["query"] == "-社区"
    assert 0 < without["total"] < everything


def test_filters_can_be_repeated_and_narrow_the_result(home: Path) -> None:
    args = ("search", "", "--format", "json", "--size", "200")
    two = json.loads(printed(home, *args, "--province", "四川省", "--province", "上海市"))
    assert {hit["region"]["province"] for hit in two["hits"]} == {"四川省", "上海市"}
    one = json.loads(printed(home, *args, "--province", "四川省", "--county", "金牛区"))
    assert [hit["unit"] for hit in one["hits"]] == ["四川省成都市金牛区"]
    zones = json.loads(printed(home, *args, "--kind", "zone", "--from", "2019-03-25"))
    assert zones["total"] == 31
    assert json.loads(printed(home, *args, "--to", "2019-03-24"))["total"] == 0


def test_the_table_names_units_the_way_of_matching_and_the_totals(home: Path) -> None:
    shown = printed(home, "search", "老街坊")
    assert "北京市石景山区" in shown
    assert "精确" in shown
    assert re.search(r"命中 \d+ 条", shown)


def test_partial_hits_stand_apart(home: Path) -> None:
    shown = printed(home, "search", "老街坊 沉陷区")
    assert shown.index("命中 0 条") < shown.index("同文件命中（") < shown.index("部分匹配（")
    assert "石景山区" in shown[shown.index("部分匹配（") :]


@pytest.mark.parametrize("form", ["jsonl", "csv", "md"])
def test_search_prints_the_other_formats(home: Path, form: str) -> None:
    shown = printed(home, "search", "党建引领", "--kind", "zone", "--format", form)
    total = json.loads(printed(home, "search", "党建引领", "--kind", "zone", "--format", "json"))
    count = len(total["hits"])
    if form == "jsonl":
        assert [json.loads(line)["id"] for line in shown.splitlines()] == [
            hit["id"] for hit in total["hits"]
        ]
    elif form == "csv":
        assert len(list(csv.reader(io.StringIO(shown.removeprefix("\ufeff"), newline="")))) == (
            count + 1
        )
    else:
        assert len([line for line in shown.splitlines() if line.startswith("|")]) == count + 2


def test_a_page_past_the_end_fails_and_names_the_last(home: Path) -> None:
    said = refused(home, "search", "老街坊", "--page", "9999", status=1)
    assert re.fullmatch(r"错误：没有第 9999 页，最后一页是第 \d+ 页。.+\n", said)


@pytest.mark.parametrize(
    ("args", "named"),
    [
        (["search"], "QUERY"),
        (["search", "社区", "--format", "pdf"], "--format"),
        (["search", "社区", "--size", "0"], "--size"),
        (["search", "社区", "--size", "201"], "200"),
        (["search", "社区", "--page", "eins"], "--page"),
        (["search", "社区", "--from", "2019-02-30"], "--from"),
        (["search", "社区", "--to", "20190325"], "--to"),
        (["search", "社区", "--from", "2020-01-01", "--to", "2019-01-01"], "--from"),
        (["search", "社区", "--kind", "table"], "passage"),
        (["search", "社区", "--year", "abc"], "--year"),
        (["export", "社区", "-o", "a.csv", "--year", "19"], "2019"),
        (["search", "-党建"], " -- "),
        (["search", "社区", "--sort", "random"], "relevance"),
        (["search", "社区", "--provinz", "四川省"], "--province"),
        (["export", "社区"], "--output"),
        (["export", "社区", "-o", "无扩展名"], "--format"),
        (["export", "社区", "-o", "-"], "--format"),
        (["serve", "--port", "70000"], "--port"),
        (["serve", "--workers", "0"], "--workers"),
        (["finde"], "search"),
        (["search", "三社联动", "党建"], "引号"),
    ],
)
def test_wrong_usage_is_status_two_and_names_what_is_wrong(
    home: Path, args: list[str], named: str
) -> None:
    said = refused(home, *args, status=2)
    assert said.startswith("用法错误：")
    assert named in said


def test_export_writes_every_hit_and_says_so_on_stderr(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "结果.csv"
    done = run(home, "export", "社区", "-o", str(target), "--kind", "zone")
    assert (done.status, done.out) == (0, b"")
    rows = list(csv.DictReader(io.StringIO(target.read_bytes().decode("utf-8-sig"), newline="")))
    total = json.loads(printed(home, "search", "社区", "--kind", "zone", "--format", "json"))
    assert len(rows) == total["total"]
    assert f"已导出 {len(rows)} 条" in done.said
    assert [path.name for path in tmp_path.iterdir()] == ["结果.csv"]


def test_an_empty_query_exports_all_records_in_document_order(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "全部.xlsx"
    printed(home, "export", "", "-o", str(target), "--kind", "zone", "--sort", "source")
    sheet = openpyxl.load_workbook(target)["检索结果"]
    numbers = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert numbers == [str(n) for n in range(1, 32)]


def test_export_to_stdout_is_the_file_itself(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    printed(home, "export", "老街坊", "-o", str(target))
    piped = json.loads(printed(home, "export", "老街坊", "-o", "-", "--format", "json"))
    written = json.loads(target.read_text(encoding="utf-8"))
    for found in (piped, written):
        found.pop("took_ms")
        found["provenance"].pop("exported_at")
    assert piped == written
    assert list(written)[-1] == "provenance"


def test_an_export_that_fails_leaves_the_old_file_alone(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from webapp.commands import export as room

    target = tmp_path / "旧.csv"
    target.write_text("旧内容", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(room, "export", fail)
    assert "磁盘已满" in refused(home, "export", "社区", "-o", str(target), status=1)
    assert target.read_text(encoding="utf-8") == "旧内容"
    assert [path.name for path in tmp_path.iterdir()] == ["旧.csv"]


def test_a_place_that_cannot_be_written_is_one_line_with_a_cause(
    home: Path, tmp_path: Path
) -> None:
    said = refused(home, "export", "社区", "-o", str(tmp_path / "无" / "a.csv"), status=1)
    assert said.startswith(f"错误：文件或目录不存在：{tmp_path / '无'}。")
    assert said.count("\n") == 1
    (tmp_path / "a").write_text("x", encoding="utf-8")
    said = refused(home, "export", "社区", "-o", str(tmp_path / "a" / "b" / "c.csv"), status=1)
    assert str(tmp_path / "a" / "b") in said
    assert ".part" not in said
    file = tmp_path / "文件"
    file.write_text("x", encoding="utf-8")
    said = refused(file, "search", "社区", status=1)
    assert said.startswith("错误：")
    assert said.count("\n") == 1


def test_themes_are_listed_and_one_is_shown_with_its_evidence(home: Path) -> None:
    themes = json.loads(printed(home, "themes", "--format", "json"))["themes"]
    assert all(list(theme) == ["name", "count", "variants", "automatic"] for theme in themes)
    assert "三社联动" in [theme["name"] for theme in themes]
    one = json.loads(printed(home, "themes", "三社联动", "--format", "json"))
    assert list(one) == ["name", "variants", "records"]
    assert [*HIT_KEYS, "evidence"] == list(one["records"][0])
    for record in one["records"]:
        for found in record["evidence"]:
            assert list(found) == ["field", "start", "end", "phrase", "rule"]
            text = record[found["field"]]
            assert text[found["start"] : found["end"]] == found["phrase"]
    assert "三社联动" in printed(home, "themes")
    assert "依据" in printed(home, "themes", "三社联动")


def test_an_unknown_theme_fails_with_a_line(home: Path) -> None:
    assert "没有这样的议题" in refused(home, "themes", "没有这样的议题", status=1)


def test_a_candidate_is_taken_in_looked_at_and_undone(tmp_path: Path) -> None:
    home = tmp_path / "我的 “家”"
    found = json.loads(printed(home, "themes", "--candidates", "--format", "json"))["candidates"]
    assert all(each["automatic"] is True and each["records"] >= 2 for each in found)
    phrase = found[0]["phrase"]
    answers = tmp_path / "决定.toml"
    text = printed(home, "themes", "--candidates", "--format", "toml")
    answers.write_text(text.replace("accept = false", "accept = true", 1), encoding="utf-8")
    tried = run(home, "themes", "--apply", str(answers), "--dry-run")
    assert f"议题“{phrase}”：增加 {found[0]['records']} 条记录" in tried.said
    refused(home, "themes", phrase, status=1)
    assert "已更新索引" in printed(home, "themes", "--apply", str(answers))
    one = json.loads(printed(home, "themes", phrase, "--format", "json"))
    assert list(one) == ["name", "variants", "records"]
    assert len(one["records"]) == found[0]["records"]
    assert "现行" in printed(home, "themes", "--history")
    said = refused(home, "themes", "--apply", str(answers), status=1)
    assert f"“{phrase}”已经属于议题" in said
    assert "第" in said and "merge_into" in said
    assert "已更新索引" in printed(home, "themes", "--undo")
    refused(home, "themes", phrase, status=1)
    assert "没有可以撤销的" in refused(home, "themes", "--undo", status=1)


def test_analyze_shows_folding_words_and_literal_units(home: Path) -> None:
    found = json.loads(printed(home, "analyze", "三社聯動＋ＡＢ", "--format", "json"))
    assert found["folded"] == "三社联动+ab"
    assert [t["text"] for t in found["literal"]] == ["三", "社", "联", "动", "+", "ab"]
    assert {"三社", "联动"} <= {t["text"] for t in found["words"]}
    assert [t["position"] for t in found["literal"]] == list(range(6))
    assert "逐字单元" in printed(home, "analyze", "三社联动")


def test_stats_count_the_bundled_notice(home: Path) -> None:
    found = json.loads(printed(home, "stats", "--format", "json"))
    assert (found["policies"], found["zones"], found["provinces"]) == (1, 31, 18)
    assert found["records"] == found["zones"] + found["passages"]
    assert found["index"]["bytes"] > 0
    assert found["index"]["version"] in printed(home, "stats")


def test_check_is_content_with_a_sound_home_and_not_with_a_damaged_one(tmp_path: Path) -> None:
    printed(tmp_path, "index")
    assert "完好" in printed(tmp_path, "check")
    victim = max((p for p in tmp_path.glob("index/*/*") if p.is_file()), key=_size)
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 0xFF
    victim.write_bytes(bytes(content))
    said = refused(tmp_path, "check", status=1)
    assert victim.name in said
    assert "--rebuild" in said
    printed(tmp_path, "index")
    assert "完好" in printed(tmp_path, "check")


def test_check_notices_a_source_that_was_altered(tmp_path: Path) -> None:
    printed(tmp_path, "index")
    from corpus.library.library import Library

    source = Library.open(tmp_path).source_path(POLICY)
    source.write_bytes(source.read_bytes() + "加一句。".encode())
    assert POLICY in refused(tmp_path, "check", status=1)


def _size(path: Path) -> int:
    return path.stat().st_size


def test_index_says_what_it_did(home: Path) -> None:
    assert "索引已是最新" in printed(home, "index")
    assert "已建立索引" in printed(home, "index", "--rebuild")


def test_home_can_stand_before_or_after_the_command(tmp_path: Path) -> None:
    for place in ("vor", "nach"):
        target = str(tmp_path / place)
        args = ["--home", target, "stats"] if place == "vor" else ["stats", "--home", target]
        found = json.loads(printed(tmp_path / "env", *args, "--format", "json"))
        assert found["home"] == target
    assert not (tmp_path / "env").exists()


def test_nothing_to_do_shows_the_help(home: Path) -> None:
    shown = printed(home)
    assert shown == printed(home, "--help")
    for name, text in cli.COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(text)}$", shown, re.MULTILINE)


def test_the_version_is_that_of_the_distribution(home: Path) -> None:
    project = tomllib.loads(Path(__file__).parents[3].joinpath("pyproject.toml").read_text("utf-8"))
    assert printed(home, "--version") == f"zhengsou {project['project']['version']}\n"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help_in_chinese_and_takes_a_home(name: str) -> None:
    context = click.Context(cli.cli, info_name="zhengsou")
    command = cli.cli.get_command(context, name)
    assert command is not None
    text = command.get_help(click.Context(command, info_name=name, parent=context))
    assert text.startswith("用法：")
    assert "--home" in text
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help, f"{name} {param.opts} has no help"
            assert re.search(r"[\u4e00-\u9fff]", param.help)


def test_an_export_has_the_columns_that_were_asked_for(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "列.csv"
    asked = ("--columns", "序号,实验主题", "--columns", "省级")
    assert run(home, "export", "三社联动", "-o", str(target), *asked).status == 0
    head, *rows = csv.reader(io.StringIO(target.read_text("utf-8-sig"), newline=""))
    assert head == ["序号", "实验主题", "省级", "检索说明"]
    assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
    told = refused(home, "export", "社区", "-o", str(target), "--columns", "价格", status=2)
    assert "价格" in told and "实验单位" in told
    told = refused(home, "export", "社区", "-o", str(tmp_path / "x.json"), *asked, status=2)
    assert "csv" in told
