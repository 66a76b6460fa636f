"""Compiled templates outlive the process, and a place where none can be kept stops nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp import create_app
from webapp.settings import Settings


def start_page(home: Path) -> str:
    app = create_app(Settings(home))
    answer = app.test_client().get("/")
    app.extensions["zhengsou"].searcher.close()
    assert answer.status_code == 200
    return answer.text


def test_a_second_start_uses_what_the_first_has_compiled(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_: str(tmp_path))
    first = start_page(home)
    kept = {path: path.read_bytes() for path in (tmp_path / "templates").iterdir()}
    assert kept
    monkeypatch.setattr("jinja2.Environment.compile", None)  # nothing is left to compile
    assert start_page(home) == first


def test_without_a_place_to_keep_them_pages_come_all_the_same(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_: str(blocked))
    assert "政搜" in start_page(home)
