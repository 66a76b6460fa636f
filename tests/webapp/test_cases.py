"""Whole kinds of trouble that users' files and queries gave: each case must hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.cases import FOLDER, Case, cases, failures
from webapp import create_app
from webapp.settings import Settings

#: Names of cases that do not hold yet.  Whoever makes one hold takes its name out.
NOT_YET = frozenset([])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the bundled notice is indexed."""
    home = tmp_path_factory.mktemp("prepared")
    create_app(Settings(home)).extensions["zhengsou"].searcher.close()
    return home


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=case["name"],
            marks=pytest.mark.xfail(strict=True) if case["name"] in NOT_YET else (),
        )
        for case in cases()
    ],
)
def test_a_case_holds(
    case: Case, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(prepared, home)
    monkeypatch.chdir(FOLDER / "files")
    assert failures(case, home) == []


def test_every_name_of_a_case_not_yet_held_is_one() -> None:
    assert {case["name"] for case in cases()} >= NOT_YET
