"""An answer by document beside the same answer by record: is it within twice the time?

    python -m tests.bench.documents --data DIR [--home DIR] [--laws 3475] [--rounds 15]

The laws of ``laws.jsonl.xz`` are a library of its own, indexed as a user's would be; with
``--home`` it is kept, and used again.  Each query is asked by record and by document, one
after the other and in changing order, of the engine
(:meth:`~indexer.engines.base.IndexReader.search` and ``documents``) and of the searcher
(:meth:`~indexer.searcher.Searcher.answer`: parsing, marks, snippets and advice as well).
Before each call the engine forgets the sets of documents that the one before it found.
Printed are medians in milliseconds of processor time, which others on the machine disturb
little, and by document ÷ by record.  The last line is a JSON object of the figures.
"""

from __future__ import annotations

import argparse
import gc
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from corpus.policy import Policy
from indexer.engines.embedded.reader import EmbeddedReader
from indexer.linguistics import default_linguistics
from indexer.request import Request
from indexer.results.model import Filters
from indexer.searcher import Searcher
from indexer.suggest.term_book import TERM_BOOK, TermBook
from indexer.understanding import understanding
from indexer.versions.open import Workspace
from tests.bench.home import make_home
from tests.bench.ours import load_kernels

#: What users ask, by a name for it.
REQUESTS: dict[str, Request] = {
    "one common word": Request("管理"),
    "one rare word": Request("网格化"),
    "two words": Request("社区 治理"),
    "two common words": Request("应当 规定"),
    "three words": Request("环境 影响 评价"),
    "or": Request("安全生产 OR 消防"),
    "quoted": Request("“县级以上地方人民政府”"),
    "quoted, rare": Request("“最低生活保障”"),
    "same document": Request("同文件:(网格化 社区)"),
    "year filter": Request("物业 管理", Filters(year=("2020",))),
    "by date": Request("食品安全", sort="date"),
    "nothing typed": Request(""),
    "page 20": Request("行政许可", page=20),
    "short question": Request("公司不签劳动合同怎么办"),
    "long question": Request("在农村宅基地上建房子需要经过哪些部门审批，没有审批的会被拆除吗"),
}
Call = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians in milliseconds of processor time, by record and by document."""

    record: float
    document: float

    @property
    def ratio(self) -> float:
        """By document ÷ by record."""
        return self.document / self.record

    def rounded(self) -> dict[str, float]:
        """The figures for printing."""
        return {
            "record": round(self.record, 3),
            "document": round(self.document, 3),
            "ratio": round(self.ratio, 2),
        }


class Asking:
    """An opened index, asked both ways."""

    def __init__(self, reader: EmbeddedReader, policies: Sequence[Policy]) -> None:
        known = default_linguistics()
        self.reader = reader
        load_kernels(reader)
        self._understand = understanding(known)
        book = TermBook(reader.arrays(TERM_BOOK) or {})
        self._searcher = Searcher(reader, known, policies, book)

    @classmethod
    def of_home(cls, home: Path) -> Asking:
        """The current index version of a home."""
        workspace = Workspace.open(home)
        version = workspace.store.current()
        assert version is not None
        reader = workspace.store.engine(workspace.linguistics.analyzer).open(version.name)
        assert isinstance(reader, EmbeddedReader)
        return cls(reader, workspace.library.policies())

    def engine(self, request: Request) -> tuple[Call, Call]:
        """The engine's answers to a request that is understood already."""
        search = request.search(self._understand(request.text, request.synonyms).query.tree)
        return lambda: self.reader.search(search), lambda: self.reader.documents(search)

    def whole(self, request: Request) -> tuple[Call, Call]:
        """The searcher's whole answers."""
        grouped = replace(request, by="document")
        return lambda: self._searcher.answer(request), lambda: self._searcher.answer(grouped)

    def compare(self, calls: tuple[Call, Call], rounds: int) -> Figures:
        """Medians of both ways, after a call of each that warms what stays."""
        times: tuple[list[float], list[float]] = ([], [])
        for call in calls:
            call()
        for turn in range(rounds):
            for at in (0, 1) if turn % 2 else (1, 0):
                self.reader.forget()
                started = time.thread_time()
                calls[at]()
                times[at].append(1000 * (time.thread_time() - started))
        return Figures(*map(median, times))


def run(asking: Asking, rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """Prints a line for each request; the figures by request and by who is asked."""
    print(f"{'processor ms':18}{'engine: record document  ratio':>34}{'whole':>12}")
    gc.collect()
    gc.freeze()
    found = {}
    for name, request in REQUESTS.items():
        sides = {"engine": asking.engine(request), "whole": asking.whole(request)}
        figures = {side: asking.compare(calls, rounds) for side, calls in sides.items()}
        columns = "   ".join(
            f"{each.record:8.2f} {each.document:8.2f} {each.ratio:6.2f}"
            for each in figures.values()
        )
        print(f"{name:18}{columns}", flush=True)
        found[name] = {side: each.rounded() for side, each in figures.items()}
    return found


def main() -> None:
    """Measures every request and prints the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with laws.jsonl.xz")
    parser.add_argument("--home", type=Path, help="keep the library and its index here")
    parser.add_argument("--laws", type=int, default=3475)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        home = options.home or Path(scratch) / "home"
        make_home(home, options.data, options.laws)
        asking = Asking.of_home(home)
        figures = run(asking, options.rounds)
        highest = {
            side: max(each[side]["ratio"] for each in figures.values())
            for side in ("engine", "whole")
        }
        print(json.dumps({"highest": highest, "requests": figures}, ensure_ascii=False))


if __name__ == "__main__":
    main()
