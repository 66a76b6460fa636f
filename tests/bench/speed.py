"""How fast what users type is beside other engines: every class of query, opening, building.

    python -m tests.bench.speed --data DIR [--peers tantivy,sqlite,whoosh,lucene]
                                [--sizes 100000,365000] [--repeat-corpus] [--keep DIR]

The passages are the paragraphs of ``laws.jsonl.xz``, as the library would split
them, with their themes and keywords (:mod:`tests.bench.passages`).  Everybody
indexes the same tokens, made by our analysis; every peer has one segment and
does each job in the fastest way its API allows (:mod:`tests.bench.peers`).

Every class starts from a query string through our public call,
:meth:`~indexer.searcher.Searcher.search`, on the default fields; peers get what the
string asks for as their own query, made within the timed call: each chunk
literally or by all its words in any of three fields.

    and, or, phrase   exact total and the ids of the ten best, no snippets, no facets
    and+facets        ``and`` with exact counts of all facets, of which the ten most frequent
                      values are read by name (SQLite and Whoosh give all, having no call for ten)
    job               the complete result: ten hits with all fields, highlights and snippets, and
                      facet counts: every value of ours, of SQLite and of Whoosh, the ten most
                      frequent of each facet of tantivy and Lucene.  Ours also looks for synonyms,
                      for documents that hold it in several places, and says what was searched
    job-few           the same with one to nine full hits: ours adds partial hits and advice
    job-none          the same without any full hit
    question          the same for a layperson's question; peers look for any of its words
    suggest           the beginning of a word → ten ways to go on (not tantivy, whose binding
                      cannot list terms; ours also completes titles, units, themes, and pinyin)
    open              from a closed directory to the first answer, libraries loaded
    build             from records in memory to a searchable index on disk, tokens made
                      by our analysis in every case
    disk              bytes of the index

Queries are drawn from the corpus, and twelve are fixed (:mod:`tests.bench.workload`).
They are put to all engines in turn (:mod:`tests.bench.timing`), on warm files, all in
this process and thread but for Lucene, whose times are taken inside its own.  A
ratio is peer ÷ ours, above 1 where ours is faster or smaller: of the medians of
repeated calls, query by query, then the geometric mean over the queries.  Before
every timed call of ours the sets of documents that it keeps are forgotten, so nothing
is answered from what an earlier call found.  *First seen* is the first call with each
query, without any memory of it.  Counts and facets of all engines are compared
before; disagreements are printed.  Builds run one after the other, each in its own
process; where a peer has several writers, the fastest counts.

The last line of output is one JSON object: size → class → ``ours_ms`` (``ours_bytes`` for
disk) and each peer's ratio (null: the peer cannot).  Exit status 1 where counts disagree.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from indexer.linguistics import default_linguistics
from indexer.results.model import IndexRecord
from tests.bench import building, workload
from tests.bench.building import OURS, Built
from tests.bench.laws import read_laws
from tests.bench.ours import Ours
from tests.bench.passages import SHAPE, Passages
from tests.bench.peers.base import VALUES, Counts, Found, Peer, PeerMissing, Timed
from tests.bench.peers.known import PEERS
from tests.bench.timing import Call, Times, interleave, ratio, seconds
from tests.bench.workload import Query, Workload

HITS = 10
#: How often an index is opened.
OPENINGS = 7
_LINES = Console(width=120, highlight=False)


@dataclass(slots=True)
class Measured:
    """What one size gave: times by class and engine, builds by engine and writer."""

    times: dict[str, dict[str, Times]] = field(default_factory=dict)
    opened: dict[str, float] = field(default_factory=dict)
    builds: dict[str, dict[str, Built]] = field(default_factory=dict)
    disagreements: int = 0

    def fastest(self, engine: str) -> float:
        """The seconds of an engine's fastest build."""
        return min(built.seconds for built in self.builds[engine].values())

    def disk(self, engine: str) -> int:
        """The bytes of an engine's index that is searched: its first writer's."""
        return next(iter(self.builds[engine].values())).disk

    def report(self, peers: Sequence[str]) -> dict[str, dict[str, float | None]]:
        """Class → ``ours_ms`` or ``ours_bytes``, and peer → ratio."""
        found: dict[str, dict[str, float | None]] = {}
        for name, engines in self.times.items():
            mine = engines[OURS]
            found[name] = {"ours_ms": _rounded(1000 * mine.median)} | {
                peer: _rounded(ratio(engines[peer].repeated, mine.repeated))
                if peer in engines
                else None
                for peer in peers
            }
        mine_opened = self.opened[OURS]
        found["open"] = {"ours_ms": _rounded(1000 * mine_opened)} | {
            peer: _rounded(self.opened[peer] / mine_opened) for peer in peers
        }
        built = self.fastest(OURS)
        found["build"] = {"ours_ms": _rounded(1000 * built)} | {
            peer: _rounded(self.fastest(peer) / built) for peer in peers
        }
        size = self.disk(OURS)
        found["disk"] = {"ours_bytes": size} | {
            peer: _rounded(self.disk(peer) / size) for peer in peers
        }
        return found


def _rounded(value: float) -> float:
    """Four significant digits."""
    return round(value, 3 - math.floor(math.log10(value)))


@dataclass(frozen=True, slots=True)
class Setting:
    """One size's run: where its files are, whom it asks, how long it takes."""

    passages: Passages
    size: int
    repeat: bool
    directory: Path
    questions: tuple[str, ...]
    options: argparse.Namespace

    @property
    def peers(self) -> tuple[str, ...]:
        """The peers' names."""
        return tuple(self.options.peers)

    def folder(self, engine: str, writer: str) -> Path:
        """Where an engine's index lies."""
        return self.directory / f"{self.size}-{engine}-{writer.replace(' ', '-')}"

    def searched(self, engine: str) -> Path:
        """Where the index lies that is searched."""
        writer = PEERS[engine].writers[0] if engine in PEERS else "public call"
        return self.folder(engine, writer)


def run(setting: Setting) -> Measured:
    """Builds, checks, times and prints one size."""
    measured = Measured()
    for engine in (OURS, *setting.peers):
        measured.builds[engine] = _build(setting, engine)
    records = list(setting.passages.read(setting.size, repeat=setting.repeat))
    policies = list({entry.policy.id: entry.policy for entry in records}.values())
    opening: dict[str, Callable[[], Ours | Peer]] = {
        OURS: partial(Ours, setting.searched(OURS), policies),
        **{name: partial(PEERS[name], setting.searched(name), SHAPE) for name in setting.peers},
    }
    measured.opened = {name: _opening(call) for name, call in opening.items()}
    mine = Ours(setting.searched(OURS), policies)
    others = {name: PEERS[name](setting.searched(name), SHAPE) for name in setting.peers}
    try:
        drawn = _draw(setting, records, mine)
        del records
        _check(mine, others, drawn, measured)
        _time(mine, others, drawn, setting, measured)
    finally:
        mine.close()
        for peer in others.values():
            peer.close()
    _print(setting, measured)
    return measured


def _build(setting: Setting, engine: str) -> dict[str, Built]:
    """Builds in each of an engine's ways."""
    builds = {}
    for writer in PEERS[engine].writers if engine in PEERS else ("public call",):
        directory = setting.folder(engine, writer)
        job = building.Job(
            engine, writer, directory, setting.passages, setting.size, setting.repeat
        )
        builds[writer] = built = building.build(job)
        _LINES.print(
            f"{setting.size} passages: {engine} ({writer}) built in {built.seconds:.1f} s"
            + (f" ({built.analysing:.1f} s for its tokens)" if built.analysing else "")
            + f", {built.disk / 1e6:.0f} MB on disk, "
            f"{built.memory / 1e6:.0f} MB of memory beyond the passages"
        )
    return builds


def _opening(call: Callable[[], Ours | Peer]) -> float:
    """The median seconds from a closed directory to the first answer."""
    query = Query("社区 治理", workload.plain("社区 治理", default_linguistics().analyzer))

    def open_and_ask() -> object:
        engine = call()
        before = engine.opened.seconds if hasattr(engine, "opened") else 0.0
        if isinstance(engine, Ours):
            answer: object = engine.job(query.text, HITS)
        else:
            answer = engine.job(query.asked, HITS)
        opened.append(engine)
        return Timed(before + answer.seconds, None) if isinstance(answer, Timed) else answer

    opened: list[Ours | Peer] = []
    times = []
    for _ in range(OPENINGS):
        times.append(seconds(open_and_ask))
        opened.pop().close()
    return median(times)


def _draw(setting: Setting, records: Sequence[IndexRecord], mine: Ours) -> Workload:
    analyzer = default_linguistics().analyzer
    drawing = workload.Drawing(records, analyzer, mine.total, setting.options.seed)
    return drawing.workload(setting.options.queries, setting.questions)


def _answer(given: Any) -> Any:
    return given.answer if isinstance(given, Timed) else given


def _check(mine: Ours, others: Mapping[str, Peer], drawn: Workload, measured: Measured) -> None:
    """Compares the counts of all engines, and those of the most frequent values of facets."""
    classes = {
        "and": drawn.all_of,
        "or": drawn.any_of,
        "phrase": drawn.phrases,
        "job": drawn.jobs,
        "job-few": drawn.few,
        "job-none": drawn.none,
    }
    for name, queries in classes.items():
        totals = [mine.total(query.text) for query in queries]
        for peer_name, peer in others.items():
            found: list[Found] = [_answer(peer.find(query.asked, HITS)) for query in queries]
            _report(name, peer_name, totals, [each.total for each in found], measured)
    ours = [_tops(mine.counts(query.text)) for query in drawn.all_of]
    for peer_name, peer in others.items():
        raw = [_answer(peer.find_and_count(query.asked, HITS))[1] for query in drawn.all_of]
        _report("and+facets", peer_name, ours, [_tops(peer.counts(r)) for r in raw], measured)


def _tops(counts: Counts) -> dict[str, list[int]]:
    """The highest counts of each facet; which of equal values are given may differ."""
    return {
        name: sorted(values.values(), reverse=True)[:VALUES]
        for name, values in counts.items()
        if values
    }


def _report(
    name: str, peer: str, ours: Sequence[Any], theirs: Sequence[Any], measured: Measured
) -> None:
    wrong = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
    measured.disagreements += len(wrong)
    _LINES.print(f"{name}: {len(ours)} answers of {peer} compared, {len(wrong)} disagree")
    for ours_, theirs_ in wrong[:3]:
        _LINES.print(f"  ours {str(ours_)[:100]}, {peer} {str(theirs_)[:100]}")


def _calls(
    mine: Ours, others: Mapping[str, Peer], drawn: Workload
) -> dict[str, dict[str, list[Call]]]:
    """Class → engine → a call for each query."""

    def class_of(
        queries: Sequence[Query],
        ours: Callable[[str, int], object],
        theirs: Callable[[Peer], Callable[[Any, int], object]],
    ) -> dict[str, list[Call]]:
        calls: dict[str, list[Call]] = {OURS: [partial(ours, q.text, HITS) for q in queries]}
        for name, peer in others.items():
            calls[name] = [partial(theirs(peer), q.asked, HITS) for q in queries]
        return calls

    found = {
        "and": class_of(drawn.all_of, mine.find, lambda peer: peer.find),
        "or": class_of(drawn.any_of, mine.find, lambda peer: peer.find),
        "phrase": class_of(drawn.phrases, mine.find, lambda peer: peer.find),
        "and+facets": class_of(drawn.all_of, mine.find_and_count, lambda peer: peer.find_and_count),
        "job": class_of(drawn.jobs, mine.job, lambda peer: peer.job),
        "job-few": class_of(drawn.few, mine.job, lambda peer: peer.job),
        "job-none": class_of(drawn.none, mine.job, lambda peer: peer.job),
        "question": class_of(drawn.questions, mine.job, lambda peer: peer.job),
    }
    engines: dict[str, Ours | Peer] = {OURS: mine}
    engines |= {
        name: peer
        for name, peer in others.items()
        if peer.complete(drawn.prefixes[0], HITS) is not None
    }
    found["suggest"] = {
        name: [partial(engine.complete, prefix, HITS) for prefix in drawn.prefixes]
        for name, engine in engines.items()
    }
    return {name: calls for name, calls in found.items() if calls[OURS]}


def _time(
    mine: Ours, others: Mapping[str, Peer], drawn: Workload, setting: Setting, measured: Measured
) -> None:
    for name, engines in _calls(mine, others, drawn).items():
        print(f"{setting.size}: timing {name}", file=sys.stderr, flush=True)
        measured.times[name] = interleave(
            engines,
            before_first={OURS: mine.forget},
            before={OURS: mine.forget},
            rounds=setting.options.rounds,
            budget=setting.options.budget,
        )


def _print(setting: Setting, measured: Measured) -> None:
    table = Table(title=f"{setting.size} passages, milliseconds; ratio: peer ÷ ours")
    for column in ("class", "engine", "median", "p95", "first seen", "ratio", "ratio first seen"):
        table.add_column(column, justify="left" if column in ("class", "engine") else "right")
    for name, engines in measured.times.items():
        about = f"{name} ({len(engines[OURS].first)} queries)"
        for engine, times in engines.items():
            table.add_row(
                about,
                engine,
                *(f"{1000 * each:.3f}" for each in (times.median, times.p95, median(times.first))),
                f"{ratio(times.repeated, engines[OURS].repeated):.3g}",
                f"{ratio(times.first, engines[OURS].first):.3g}",
            )
            about = ""
        table.add_section()
    for engine, passed in measured.opened.items():
        table.add_row("open", engine, f"{1000 * passed:.3f}", "", "", "", "")
    _LINES.print(table)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="directory of laws.jsonl.xz")
    parser.add_argument("--peers", default="tantivy,sqlite,whoosh,lucene")
    parser.add_argument("--sizes", default="100000,365000", help="passages")
    parser.add_argument("--repeat-corpus", action="store_true", help="where a size is beyond it")
    parser.add_argument("--queries", type=int, default=100, help="drawn for each class")
    parser.add_argument("--seed", type=int, default=1, help="of the draws")
    parser.add_argument("--rounds", type=int, default=5, help="of repeated calls")
    parser.add_argument("--budget", type=float, default=20, help="seconds for a class and engine")
    parser.add_argument("--keep", type=Path, help="keeps the prepared passages for the next run")
    options = parser.parse_args(arguments)
    options.peers = tuple(filter(None, options.peers.split(",")))
    if unknown := set(options.peers) - set(PEERS):
        parser.error(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(PEERS)}")
    options.sizes = sorted({int(size) for size in options.sizes.split(",")})
    return options


def _measure(options: argparse.Namespace, directory: Path) -> dict[int, Measured]:
    largest = options.sizes[-1]
    kept = options.keep or directory
    kept.mkdir(parents=True, exist_ok=True)
    available = sum(1 for _ in read_laws(options.data, largest))
    if available < largest and not options.repeat_corpus:
        print(f"the corpus has {available} passages: that is what {largest} is taken for,")
        print("--repeat-corpus would repeat them")
    passages = Passages.prepare(options.data, kept, available)
    questions = tuple(workload.read_questions(options.data))
    measured = {}
    for size in options.sizes:
        repeat = options.repeat_corpus and size > available
        setting = Setting(passages, size, repeat, directory, questions, options)
        measured[size] = run(setting)
    return measured


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
            measured = _measure(options, Path(scratch))
    except PeerMissing as missing:
        print(missing, "or leave it out with --peers", file=sys.stderr)
        return 2
    wrong = sum(each.disagreements for each in measured.values())
    _LINES.print(f"{wrong} answers disagree")
    print(json.dumps({str(size): each.report(options.peers) for size, each in measured.items()}))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
