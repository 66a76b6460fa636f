"""A home of its own for each test of the management pages, and a client of its pages."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from webapp import create_app
from webapp.settings import Settings


@pytest.fixture
def own_home(home: Path, searcher: object, tmp_path: Path) -> Path:
    """A copy of the indexed home, which a test may change."""
    copy = tmp_path / "home"
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("*.lock", ".lock"))
    return copy


@pytest.fixture
def client(own_home: Path) -> Iterator[FlaskClient]:
    app = create_app(Settings(own_home))
    yield app.test_client()
    app.extensions["zhengsou"].searcher.close()
