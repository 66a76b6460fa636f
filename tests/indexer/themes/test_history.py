"""The history of the theme file: nothing is lost, and any state comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import LexiconError
from indexer.themes.history import ThemeHistory


def edit(history: ThemeHistory, text: str) -> None:
    """A user's change that comes into force."""
    history.file.write_text(text, encoding="utf-8", newline="")
    history.keep(history.current())


def undo(history: ThemeHistory) -> None:
    history.put(history.before())
    history.keep(history.current())


def test_undo_walks_back_to_no_file_at_all(tmp_path: Path) -> None:
    history = ThemeHistory(tmp_path)
    for text in ("# 一\n", "# 二\r\n", "# 三\n"):
        edit(history, text)
    for text in ("# 二\r\n", "# 一\n", ""):
        undo(history)
        assert history.current() == text
    assert not history.file.exists()
    with pytest.raises(LexiconError, match="没有可以撤销的"):
        history.before()
    assert len(history.states()) == 6


def test_a_change_after_an_undo_goes_on_from_there(tmp_path: Path) -> None:
    history = ThemeHistory(tmp_path)
    edit(history, "# 一\n")
    edit(history, "# 二\n")
    undo(history)
    edit(history, "# 三\n")
    undo(history)
    assert history.current() == "# 一\n"


def test_a_text_that_never_came_into_force_is_put_aside(tmp_path: Path) -> None:
    history = ThemeHistory(tmp_path)
    edit(history, "# 好\n")
    history.file.write_bytes("[[theme 坏".encode() + b"\xff")
    undo(history)
    assert history.current() == "# 好\n"
    (draft,) = (state for state in history.states() if not state.in_force)
    assert draft.path.read_bytes() == "[[theme 坏".encode() + b"\xff"
    assert [state.text() for state in history.line()] == ["# 好\n"]


def test_any_state_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    history = ThemeHistory(tmp_path)
    edit(history, "# 一\n")
    edit(history, "# 二\n")
    first, second = history.states()
    assert history.find(first.id).text() == "# 一\n"
    assert history.find(second.id[:-2]).text() == "# 二\n"
    with pytest.raises(LexiconError, match="没有版本"):
        history.find("1999")
    with pytest.raises(LexiconError, match="有几个版本"):
        history.find("2")


def test_foreign_files_in_the_history_are_left_alone(tmp_path: Path) -> None:
    history = ThemeHistory(tmp_path)
    edit(history, "# 一\n")
    (history.states()[0].path.parent / "笔记.txt").write_text("我的笔记", encoding="utf-8")
    assert len(history.states()) == 1


def test_a_byte_order_mark_is_no_change(tmp_path: Path) -> None:
    history = ThemeHistory(tmp_path)
    edit(history, "# 一\n")
    history.file.write_bytes(b"\xef\xbb\xbf" + "# 一\n".encode())
    history.keep(history.current())
    assert len(history.states()) == 1
    assert history.before() == ""


@given(st.lists(st.sampled_from(["撤销", "# 甲\n", "# 乙\n", "# 丙\n"]), max_size=12))
def test_undo_is_a_stack(tmp_path_factory: pytest.TempPathFactory, steps: list[str]) -> None:
    """Against a plain list; a return by hand to the state before is an undo as well."""
    history = ThemeHistory(tmp_path_factory.mktemp("history"))
    stack = [""]
    for step in steps:
        if step == "撤销":
            if len(stack) == 1:
                with pytest.raises(LexiconError):
                    history.before()
                continue
            undo(history)
            stack.pop()
        else:
            edit(history, step)
            if stack[-2:-1] == [step]:
                stack.pop()
            elif stack[-1] != step:
                stack.append(step)
        assert history.current() == stack[-1]
    kept = {state.text() for state in history.states()}
    assert {step for step in steps if step.startswith("#")} <= kept
