"""Searches a second over HTTP, next to what the same server does with no work at all.

    python -m tests.bench.serving --data DIR [--laws 300] [--home DIR] [--clients 8]
                                  [--workers 2] [--seconds 10] [--rounds 3]

``zhengsou serve`` answers ``/api/search`` to clients that ask one query after
the other on connections that stay open; the floor is a Flask application that
answers every request with ``{}``, served in the same way.  Both servers stand
all the time and are asked in turn, on this machine's loopback address.  The
clients run in a process of their own and share the processors with the workers:
what they take of them is printed.  Every answer must have status 200.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

from tests.bench.home import make_home
from tests.bench.workload import FIXED

#: Of the drawn combinations of two words of the fixed queries.
_COMBINED = 100


@contextmanager
def serving(arguments: Sequence[str]) -> Iterator[tuple[str, int]]:
    """A server in processes of its own: its host and port, as it prints them."""
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        try:
            address = re.match(r"http://(.+):(\d+)/", process.stdout.readline())
            if not address:
                raise SystemExit(f"the server did not start: {' '.join(arguments)}")
            yield address[1], int(address[2])
        finally:
            process.terminate()
            process.wait(timeout=60)


def addresses() -> list[str]:
    """What is asked: the fixed queries, and words of two of them together."""
    words = sorted({word for query in FIXED for word in query.split()})
    chance = random.Random(1)
    pairs = [" ".join(chance.sample(words, 2)) for _ in range(_COMBINED)]
    return [f"/api/search?q={quote(query)}" for query in (*FIXED, *pairs)]


class Clients:
    """Some clients that ask for a number of seconds; what they saw."""

    def __init__(self, host: str, port: int, clients: int) -> None:
        self._where = host, port
        self._clients = clients
        self.times: list[float] = []
        self.failed = 0

    def run(self, seconds: float) -> float:
        """The requests a second."""
        until = time.perf_counter() + seconds
        started, before = time.perf_counter(), len(self.times)
        threads = [
            threading.Thread(target=self._ask, args=(until, n)) for n in range(self._clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return (len(self.times) - before) / (time.perf_counter() - started)

    def _ask(self, until: float, number: int) -> None:
        asked, times = addresses(), []
        random.Random(number).shuffle(asked)
        connection = http.client.HTTPConnection(*self._where, timeout=60)
        turn = 0
        while time.perf_counter() < until:
            started = time.perf_counter()
            connection.request("GET", asked[turn % len(asked)])
            response = connection.getresponse()
            response.read()
            times.append(time.perf_counter() - started)
            self.failed += response.status != 200
            turn += 1
        connection.close()
        self.times += times


def report(name: str, rates: Sequence[float], clients: Clients) -> None:
    p95 = 1000 * quantiles(clients.times, n=20)[18]
    print(
        f"{name:12} {median(rates):8.1f} requests a second   median "
        f"{1000 * median(clients.times):.1f} ms, p95 {p95:.1f} ms   "
        f"{len(clients.times)} requests, {clients.failed} failed"
    )


def run(home: Path, clients: int, workers: int, seconds: float, rounds: int) -> int:
    ours = ["-m", "webapp.cli", "serve", "--port", "0", "--home", str(home)]
    with (
        serving([*ours, "--workers", str(workers)]) as mine,
        serving(["-m", "tests.bench.floor", str(workers)]) as floor,
    ):
        asking = {"/api/search": Clients(*mine, clients), "Flask floor": Clients(*floor, clients)}
        for each in asking.values():
            each.run(2)
            each.times.clear()
        rates: dict[str, list[float]] = {name: [] for name in asking}
        for _ in range(rounds):
            for name, each in asking.items():
                rates[name].append(each.run(seconds))
    for name, each in asking.items():
        report(name, rates[name], each)
    share = median(rates["/api/search"]) / median(rates["Flask floor"])
    print(f"/api/search reaches {100 * share:.0f}% of the floor")
    own = time.process_time() / (2 * rounds * seconds)
    print(f"the clients took {100 * own:.0f}% of one processor")
    return sum(each.failed for each in asking.values())


def main(arguments: Sequence[str] | None = None) -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--data", type=Path, required=True, help="directory of laws.jsonl.xz")
    options.add_argument("--laws", type=int, default=300, help="in the library (default 300)")
    options.add_argument("--home", type=Path, help="keeps the home")
    options.add_argument("--clients", type=int, default=8)
    options.add_argument("--workers", type=int, default=2, help="processes of each server")
    options.add_argument("--seconds", type=float, default=10, help="of each round")
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args(arguments)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        home = chosen.home or Path(scratch) / "home"
        make_home(home, chosen.data, chosen.laws)
        failed = run(home, chosen.clients, chosen.workers, chosen.seconds, chosen.rounds)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
