"""A home's own themes: in force, previewed, followed by the index, and safe from a slip."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from corpus.library.library import Library
from indexer.curation.theme_preview import preview_themes
from indexer.results.model import FACETS, SORTS, Filters
from indexer.searcher import Searcher
from indexer.themes.history import THEMES, ThemeHistory
from indexer.themes.in_force import KEPT_THEMES, load_kept_themes, themes_in_force
from indexer.versions.open import Workspace, build_index, check_index, open_searcher
from indexer.versions.store import IndexStore
from tests.conftest import NUMBER

ZONE = f"{NUMBER}/zone-"
OWN = f"""
[[theme]]
name = "老街坊"
broader = ["邻里互助"]

[[theme]]
name = "智慧治理"
variants = ["智慧社区与信息化", "老街坊议事"]

[[theme]]
name = "居民公约"
[[theme.include_record]]
record = "{ZONE}3"
reason = "访谈中确认订有公约"
[[theme.exclude_record]]
record = "{ZONE}18"
reason = "只为检验排除"

[[theme]]
name = "三社联动"
remove = true
"""


QUERIES = ("", "三社联动", "社区 治理", "议题:信息化", "-议题:老街坊 社区", "同句:(社区 机制)")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home without themes of its own, indexed once."""
    home = tmp_path_factory.mktemp("built")
    build_index(home)
    return home


@pytest.fixture
def house(built: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return tmp_path


def write(home: Path, text: str) -> None:
    (home / THEMES).write_text(text, encoding="utf-8")


def segments(home: Path) -> dict[str, str]:
    """The files of postings of the current index with their hashes."""
    version = IndexStore(home).current()
    assert version is not None
    files = version.manifest.files
    return {name: files[name] for name in files if name.endswith(".arr")}


def carried(searcher: Searcher) -> dict[str, set[str]]:
    """Each theme's records, as the searcher tells them."""
    return {
        theme.name: {found.hit.record.record.id for found in searcher.theme(theme.name).records}
        for theme in searcher.themes()
    }


def everything(home: Path) -> list[object]:
    """All that an index answers, but for the moment it was built."""
    searcher = open_searcher(home)
    answers: list[object] = [searcher.info.version, searcher.stats().themes, carried(searcher)]
    filters = (Filters(), Filters(theme=("老街坊", "智慧治理")), Filters(theme=("居民公约",)))
    for query in QUERIES:
        for chosen in filters:
            for sort in SORTS:
                found = searcher.search(query, filters=chosen, sort=sort, size=200)
                hits = [(hit.to_dict(), hit.record) for hit in found.hits]
                answers.append((found.total, found.partial_total, hits, dict(found.facets)))
    answers.append([searcher.complete(text) for text in ("老街", "zhihui", "议题:三社")])
    searcher.close()
    assert len(FACETS) == len(found.facets)
    return answers


def test_the_index_that_followed_is_the_one_built_anew(house: Path) -> None:
    write(house, OWN)
    before = segments(house)
    assert build_index(house).reason == "议题词表已改变"
    assert segments(house) == before  # no posting was written again
    followed = everything(house)
    assert build_index(house, rebuild=True).reason
    assert everything(house) == followed
    (house / THEMES).unlink()
    assert build_index(house).reason == "议题词表已改变"
    back = everything(house)
    build_index(house, rebuild=True)
    assert everything(house) == back != followed


def test_a_preview_says_what_the_index_then_does(house: Path) -> None:
    with_searcher = open_searcher(house)
    before = carried(with_searcher)
    with_searcher.close()
    write(house, OWN)
    changes = {each.name: each for each in preview_themes(Workspace.open(house))}
    build_index(house)
    with_searcher = open_searcher(house)
    after = carried(with_searcher)
    with_searcher.close()
    for name in before.keys() | after.keys():
        gained = after.get(name, set()) - before.get(name, set())
        lost = before.get(name, set()) - after.get(name, set())
        change = changes.get(name)
        assert (
            (set(change.gained), set(change.lost)) == (gained, lost)
            if change
            else not (gained or lost)
        )
    assert changes["居民公约"].gained == (f"{ZONE}3",)
    assert changes["居民公约"].lost == (f"{ZONE}18",)
    assert set(changes["三社联动"].lost) == {f"{ZONE}{n}" for n in (7, 16, 23, 25, 31)}
    assert preview_themes(Workspace.open(house)) == ()


def test_an_included_record_shows_the_reason_and_no_place(house: Path) -> None:
    write(house, OWN)
    searcher = open_searcher(house)
    found = {each.hit.record.record.id: each for each in searcher.theme("居民公约").records}
    (evidence,) = found[f"{ZONE}3"].evidence
    assert (evidence.field, evidence.start, evidence.end) == ("record", 0, 0)
    assert (evidence.phrase, evidence.rule) == ("访谈中确认订有公约", "include")
    assert not any(found[f"{ZONE}3"].hit.highlights.values())
    searcher.close()


BROKEN = {
    "syntax": (OWN + '\n[[theme]]\nname = "没有收住\n', 24, "TOML"),
    "two of one name": (OWN + '\n[[theme]]\nname = "老街坊"\n', 24, "老街坊"),
    "a phrase for two": (OWN + '\n[[theme]]\nname = "新的"\nvariants = ["老街坊"]\n', 25, "老街坊"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_the_last_good_themes_stay_in_force_while_the_file_is_broken(
    house: Path, case: str
) -> None:
    write(house, OWN)
    build_index(house)
    good = everything(house)
    text, line, cause = BROKEN[case]
    write(house, text)
    searcher = open_searcher(house)
    problem = searcher.linguistics.in_force.problem
    searcher.close()
    assert problem is not None
    assert f"{house / THEMES} 第 {line} 行" in problem.message
    assert cause in problem.message
    assert problem.hint
    assert everything(house) == good
    report = build_index(house)
    assert report.reason == ""
    assert any(problem.message in warning for warning in report.theme_warnings)
    assert [p.message for p in check_index(house)] == [problem.message]
    # Not even a rebuild loses them.
    build_index(house, rebuild=True)
    assert everything(house) == good
    assert (house / THEMES).read_text(encoding="utf-8") == text
    write(house, OWN + "\n# 改好了\n")
    assert themes_in_force(house).problem is None


def test_a_wrong_pattern_is_named_and_the_last_good_one_stays_in_force(house: Path) -> None:
    good = '[[theme]]\nname = "合用资源"\nvariants = ["{整合|汇集} … {资源|力量}"]\n'
    (house / THEMES).write_text(good, encoding="utf-8")
    build_index(house)
    (house / THEMES).write_text(good.replace("}", "", 1), encoding="utf-8")
    now = themes_in_force(house)
    assert now.problem is not None
    assert f"{THEMES} 第 3 行：模式" in now.problem.message
    assert "没有配对" in now.problem.message and "补上" in now.problem.hint
    assert now.lexicon.theme("合用资源").variants == ("{整合|汇集} … {资源|力量}",)
    searcher = open_searcher(house)
    assert searcher.theme("合用资源").records
    searcher.close()


def test_a_file_that_was_broken_from_the_start_leaves_the_packaged_themes(tmp_path: Path) -> None:
    write(tmp_path, "[[theme]\n")
    report = build_index(tmp_path)
    assert report.info.records
    assert len(report.theme_warnings) == 1
    assert "第 1 行" in report.theme_warnings[0]


def test_a_file_that_is_no_text_is_a_problem_too(house: Path) -> None:
    (house / THEMES).write_bytes(b"\xff\xfe\x00")
    problem = themes_in_force(house).problem
    assert problem is not None
    assert str(house / THEMES) in problem.message


def test_a_damaged_state_in_the_history_is_passed_over(house: Path) -> None:
    write(house, OWN)
    build_index(house)
    write(house, OWN + '\n[[theme]]\nname = "社区食堂"\n')
    build_index(house)
    newest = ThemeHistory(house).line()[-1]
    newest.path.write_text("[[坏", encoding="utf-8")
    write(house, "[[也坏")
    in_force = themes_in_force(house)
    assert in_force.text == OWN
    assert in_force.problem is not None


def test_an_unknown_record_is_named(house: Path) -> None:
    write(house, OWN.replace("zone-3", "zone-99"))
    report = build_index(house)
    (warning,) = report.theme_warnings
    assert f"“{ZONE}99”" in warning
    assert "居民公约" in warning


def test_states_are_kept_when_they_come_into_force_and_not_before(house: Path) -> None:
    history = ThemeHistory(house)
    write(house, OWN)
    preview_themes(Workspace.open(house))
    assert history.states() == ()
    build_index(house)
    assert [state.text() for state in history.states()] == [OWN]
    write(house, OWN + "# 只改注释\n")
    open_searcher(house).close()
    assert [state.text() for state in history.states()] == [OWN, OWN + "# 只改注释\n"]


def test_a_new_text_in_the_library_is_indexed_anew_with_the_themes(house: Path) -> None:
    write(house, OWN)
    source = house / "通知.txt"
    source.write_text("关于老街坊议事的通知\n\n各地要推广老街坊议事。\n", encoding="utf-8")
    Library.open(house).add(source)
    report = build_index(house)
    assert report.reason != "议题词表已改变"
    searcher = open_searcher(house)
    assert "关于老街坊议事的通知" in {
        found.hit.record.policy.title for found in searcher.theme("智慧治理").records
    }
    searcher.close()


def test_themes_come_back_from_the_index_as_they_were(house: Path) -> None:
    write(house, OWN)
    build_index(house)
    workspace = Workspace.open(house)
    version = workspace.store.current()
    assert version is not None
    kept = version.read(KEPT_THEMES)
    assert kept is not None
    assert load_kept_themes(kept).themes == workspace.linguistics.themes.themes
