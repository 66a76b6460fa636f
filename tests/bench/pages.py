"""What the pages cost on the server, beside an empty answer.

    python -m tests.bench.pages [--home DIR] [--rounds 40]

Opens the library of a home (a fresh one with the bundled notice, if none is
given) as a server does, and asks for pages in this process, one after the
other, warm: what is measured is from request to finished answer, without
network.  The searches are asked in turn, so that no page profits from having
been the last.  Beside each page stands what the search call alone takes; the
floor is an empty answer of an empty Flask application.  Medians of processor
time in milliseconds (nothing here waits, and what else the machine does counts
less), and the size of the page.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient

from indexer.results.model import Filters
from indexer.searcher import Searcher
from webapp import create_app
from webapp.settings import Settings

#: Query, further parameters; every page holds up to 20 hits.
SEARCHES = (
    ("", {}),
    ("三社联动", {}),
    ("党建 社区", {"province": "四川省"}),
    ("“三社+N”", {}),
    ("网格化 OR 信息化", {}),
    ("省:四川 -评价", {}),
    ("社区治理", {}),
    ("没有这样的词组", {}),
)
OTHERS = ("/api/search?q=三社联动", "/api/suggest?q=she", "/themes", "/overview", "/help")


def address(query: str, further: dict[str, str], language: str) -> str:
    """The search page's address."""
    pairs = {"q": query, **further, "lang": language}
    return "/?" + "&".join(f"{name}={quote(value)}" for name, value in pairs.items() if value)


def timed(calls: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median processor time of each call, in milliseconds; all are called in every round."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 3):
        for name, call in calls.items():
            started = time.thread_time()
            call()
            if number >= 3:
                times[name].append((time.thread_time() - started) * 1000)
    return {name: median(found) for name, found in times.items()}


def floor(rounds: int) -> float:
    """An empty Flask application's empty answer."""
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: "")
    client = app.test_client(use_cookies=False)
    return timed({"": lambda: client.get("/").get_data()}, rounds * 10)[""]


def run(home: Path, rounds: int) -> None:
    app = create_app(Settings(home))
    searcher: Searcher = app.extensions["zhengsou"].searcher
    client: FlaskClient = app.test_client(use_cookies=False)

    def page(where: str) -> Callable[[], bytes]:
        return lambda: client.get(where).get_data()

    def search(query: str, further: dict[str, str]) -> Callable[[], object]:
        filters = Filters(**{name: (value,) for name, value in further.items()})
        return lambda: searcher.search(query, filters=filters)

    print(f"{searcher.info.records} records; floor {floor(rounds):.2f} ms")
    pages = {address(q, f, lang): page(address(q, f, lang))
             for lang in ("zh", "en") for q, f in SEARCHES}  # fmt: skip
    searches = {q: search(q, f) for q, f in SEARCHES}
    others = {where: page(where) for where in OTHERS}
    found = timed({**pages, **searches, **others}, rounds)
    print(f"{'search page':34} {'中文':>6} {'English':>8} {'search call':>12} {'KB':>5}")
    for q, f in SEARCHES:
        chinese, english = address(q, f, "zh"), address(q, f, "en")
        size = len(client.get(chinese).get_data()) / 1000
        name = " ".join((q or "(start page)", *f.values()))
        print(f"{name:34} {found[chinese]:6.1f} {found[english]:8.1f} {found[q]:12.1f} {size:5.0f}")
    for where in OTHERS:
        print(f"{where:34} {found[where]:6.1f}")
    searcher.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--home", type=Path, help="a library to measure with")
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    if options.home:
        run(options.home, options.rounds)
        return
    with tempfile.TemporaryDirectory() as home:
        run(Path(home), options.rounds)


if __name__ == "__main__":
    main()
