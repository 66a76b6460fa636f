"""Shared fixtures: the bundled notice, parsed, prepared and indexed once.

Anything optional that is missing skips its tests on a bare machine and fails
them where ``CI=true``, so that a green run there has run everything.
"""

from __future__ import annotations

import gc
import os
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import HealthCheck, settings

from corpus.library.library import Library
from corpus.policy import ParsedPolicy
from indexer.linguistics import default_linguistics
from indexer.results.model import IndexRecord
from indexer.searcher import Searcher
from indexer.versions.open import open_searcher, prepare
from tests.support.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Examples go through a real index: slow machines must not fail them, and shared fixtures are meant.
settings.register_profile(
    "zhengsou", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("zhengsou")

#: Without windows it opens a page in a quarter of the time.
CHROMIUM = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
#: Pages share one process: nothing here visits a foreign site that must be kept apart.
ONE_RENDERER = ("--renderer-process-limit=1", "--disable-site-isolation-trials")
#: The files that take longest.  Only one of them compiles kernels, which others then load.
LONG = (
    "test_contract.py",
    "test_scans.py",
    "test_wheel.py",
    "test_kill.py",
    "test_accessibility.py",
)
NUMBER = "民函〔2019〕41号"


def pytest_xdist_auto_num_workers() -> int:
    """A worker for each processor, also where two share a core.

    One more fills what the others wait for, and pays more for what each worker sets up.
    """
    return os.cpu_count() or 1


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not walk it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first, so that no worker ends late with one.

    The others are mixed, so that few browsers are open at once.
    """
    order = {name: at for at, name in enumerate(LONG)}
    items.sort(
        key=lambda item: (
            order.get(item.path.name, len(order)),
            zlib.crc32(item.path.name.encode()),
        )
    )


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
    policies = prepare(library, default_linguistics())
    return tuple(entry for policy in policies for entry in policy.records)


@pytest.fixture(scope="session")
def searcher(home: Path) -> Iterator[Searcher]:
    """The public search call over the bundled notice."""
    opened = open_searcher(home)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on a fresh home."""
    with served(tmp_path_factory.mktemp("browser-home")) as where:
        yield where


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # only the browser's tests need it

    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        skip_or_fail("no Chromium is installed (on Debian: apt-get install chromium)")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=["--no-sandbox", *ONE_RENDERER])
        yield opened
        opened.close()


def watched(page: Page, address: str) -> list[str]:
    """What goes wrong on a page from now on: script errors, CSP violations, foreign requests."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith(address) else problems.append(f"loads {request.url}")
        ),
    )
    return problems


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page that fails the test on any script error, CSP violation or foreign request."""
    context = browser.new_context(base_url=address, locale="zh-CN", accept_downloads=True)
    page = context.new_page()
    problems = watched(page, address)
    yield page
    context.close()
    assert problems == []
