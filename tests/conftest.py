"""Shared fixtures: the bundled notice, parsed, prepared and indexed once.

Anything optional that is missing skips its tests on a bare machine and fails
them where ``CI=true``, so that a green run there has run everything.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

from corpus.library import Library
from corpus.policy import ParsedPolicy
from indexer.build import open_searcher, prepare
from indexer.linguistics import default_linguistics
from indexer.results import IndexRecord
from indexer.searcher import Searcher

# Examples go through a real index: slow machines must not fail them, and shared fixtures are meant.
settings.register_profile(
    "zhengsou", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("zhengsou")

NUMBER = "民函〔2019〕41号"


def skip_or_fail(reason: str) -> NoReturn:
    """Skips on a bare machine, fails in continuous integration."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh home directory, seeded with the bundled notice."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def library(home: Path) -> Library:
    return Library.open(home)


@pytest.fixture(scope="session")
def notice(library: Library) -> ParsedPolicy:
    """The bundled notice, parsed."""
    return library.parsed(NUMBER)


@pytest.fixture(scope="session")
def entries(library: Library) -> tuple[IndexRecord, ...]:
    """The notice's records as the index takes them."""
    return tuple(prepare(library, default_linguistics()))


@pytest.fixture(scope="session")
def searcher(home: Path) -> Iterator[Searcher]:
    """The public search call over the bundled notice."""
    opened = open_searcher(home)
    yield opened
    opened.close()
