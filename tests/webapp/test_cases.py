"""Whole kinds of trouble that users' files and queries gave: each case must hold."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.cases import FOLDER, Case, cases, failures
from webapp import create_app
from webapp.settings import Settings

#: Names of cases that do not hold yet.  Whoever makes one hold takes its name out.
NOT_YET = frozenset([])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for a home in which the bundled notice is indexed."""
    return tmp_path_factory.mktemp("prepared")


@pytest.fixture(scope="module")
def app(prepared: Path) -> Iterator[Flask]:
    """The application of the prepared home."""
    made = create_app(Settings(prepared))
    yield made
    made.extensions["zhengsou"].searcher.close()


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
    case: Case, app: Flask, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    shutil.copytree(prepared, home)
    monkeypatch.chdir(FOLDER / "files")
    assert failures(case, home, app) == []


def test_every_name_of_a_case_not_yet_held_is_one() -> None:
    assert {case["name"] for case in cases()} >= NOT_YET
