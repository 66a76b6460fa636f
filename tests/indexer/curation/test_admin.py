"""Looking after themes: what is planned is what happens, and all of it can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.curation import admin as theme_admin
from indexer.curation.decisions import Decision, decision_file
from indexer.errors import LexiconError, ThemeNotFound
from indexer.themes.history import THEMES
from indexer.versions.open import build_index, open_searcher
from tests.conftest import NUMBER

#: What the notice says twice and no theme knows.
PHRASE = "人人共享"
OWN = (
    f'\ufeff# 我的\r\n[[theme]]\r\nname = "老街坊 “品牌” 100%/甲😀"\r\nvariants = ["老街坊"]\r\n'
    f'[[theme.include_record]]\r\nrecord = "{NUMBER}/zone-3"\r\nreason = "访谈"\r\n'
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a theme file written by hand on Windows; the tests go on from one another."""
    home = tmp_path_factory.mktemp("带 空格的目录")
    (home / THEMES).write_text(OWN, encoding="utf-8", newline="")
    build_index(home)
    return home


def carried(home: Path, theme: str) -> set[str]:
    searcher = open_searcher(home)
    try:
        return {each.hit.record.record.id for each in searcher.theme(theme).records}
    finally:
        searcher.close()


def file_of(home: Path) -> str:
    return (home / THEMES).read_bytes().decode()


@pytest.fixture
def home(built: Path) -> Path:
    (built / THEMES).write_text(OWN, encoding="utf-8", newline="")
    build_index(built)
    return built


def test_a_candidate_is_accepted_and_the_step_undone(home: Path) -> None:
    assert PHRASE in {each.phrase for each in theme_admin.list_candidates(home)}
    plan = theme_admin.plan_decisions(home, [Decision(PHRASE, "accept", "人人“共享”/100%")])
    (change,) = plan.changes
    assert set(change.gained) == {f"{NUMBER}/zone-3", f"{NUMBER}/zone-19"}
    assert (plan.accepted, change.lost) == (("人人“共享”/100%",), ())
    assert file_of(home) == OWN, "a plan writes nothing"
    theme_admin.apply_plan(home, plan)
    assert carried(home, "人人“共享”/100%") == carried(home, PHRASE) == set(change.gained)
    text = file_of(home)
    assert text.startswith(OWN.removeprefix("\ufeff"))
    assert text.count("\n") == text.count("\r\n"), "the file keeps its line ends"
    assert PHRASE not in {each.phrase for each in theme_admin.list_candidates(home)}
    theme_admin.apply_plan(home, theme_admin.plan_undo(home))
    assert file_of(home) == OWN.removeprefix("\ufeff")
    with pytest.raises(ThemeNotFound):
        carried(home, PHRASE)
    states = theme_admin.past_states(home)
    assert [state.current for state in states].count(True) == 1
    assert states[0].themes == 1


def test_a_candidate_is_merged_or_rejected_in_an_edited_file(home: Path) -> None:
    candidates = theme_admin.list_candidates(home)
    text = decision_file(candidates).replace('merge_into = ""', 'merge_into = "老街坊"', 1)
    first = candidates[0].phrase
    plan = theme_admin.plan_decisions(home, text.replace("\n", "\r\n"), "决定.toml")
    assert plan.merged == (first,)
    theme_admin.apply_plan(home, plan)
    assert carried(home, "老街坊") == carried(home, first) >= set(plan.changes[0].gained)
    theme_admin.apply_plan(home, theme_admin.plan_undo(home))
    rejected = theme_admin.plan_decisions(home, [Decision(first, "reject")])
    assert rejected.changes == ()
    theme_admin.apply_plan(home, rejected)
    assert first not in {each.phrase for each in theme_admin.list_candidates(home)}


def test_what_was_written_in_between_is_not_overwritten(home: Path) -> None:
    plan = theme_admin.plan_decisions(home, [Decision(PHRASE, "accept")])
    edited = OWN + "# 另一个人刚刚写的\r\n"
    (home / THEMES).write_text(edited, encoding="utf-8", newline="")
    with pytest.raises(LexiconError, match="预览之后又改动过") as caught:
        theme_admin.apply_plan(home, plan)
    assert caught.value.hint
    assert file_of(home) == edited


def test_a_hand_edit_that_never_came_into_force_outlives_decision_and_undo(home: Path) -> None:
    edited = OWN + '\r\n[[theme]]\r\nname = "手写的"\r\n'
    (home / THEMES).write_text(edited, encoding="utf-8", newline="")
    theme_admin.apply_plan(home, theme_admin.plan_decisions(home, [Decision(PHRASE, "accept")]))
    theme_admin.apply_plan(home, theme_admin.plan_undo(home))
    assert file_of(home) == edited.removeprefix("\ufeff")


def test_any_state_comes_back_and_a_draft_with_a_mistake_does_not(home: Path) -> None:
    (home / THEMES).write_text('[[theme]]\nname = "没有收住\n', encoding="utf-8")
    with pytest.raises(LexiconError, match="第 2 行"):
        theme_admin.plan_decisions(home, [Decision(PHRASE, "accept")])
    theme_admin.apply_plan(home, theme_admin.plan_undo(home))
    assert file_of(home) == OWN.removeprefix("\ufeff")
    (draft, *_) = (state for state in theme_admin.past_states(home) if state.themes is None)
    assert "第 2 行" in draft.problem
    assert not draft.in_force
    with pytest.raises(LexiconError, match="第 2 行"):
        theme_admin.plan_restore(home, draft.id)


@pytest.mark.parametrize(
    ("decision", "cause"),
    [
        (Decision(PHRASE, "merge", "没有的议题"), "没有议题“没有的议题”可以并入"),
        (Decision("三社联动", "accept"), "已经属于议题“三社联动”"),
        (Decision(PHRASE, "accept", "居民公约"), "已经属于议题“居民公约”"),
        (Decision("社", "accept"), "短于两个字"),
    ],
)
def test_a_decision_that_cannot_be_is_explained(home: Path, decision: Decision, cause: str) -> None:
    with pytest.raises(LexiconError, match=cause) as caught:
        theme_admin.plan_decisions(home, [decision])
    assert caught.value.hint
    assert file_of(home) == OWN
