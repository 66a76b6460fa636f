"""How fast we are beside native engines: every query class, the whole job, the build.

    python -m tests.bench.speed --data DIR [--peers tantivy,sqlite,whoosh]
                                [--sizes 100000,365000] [--repeat-corpus] [--keep DIR]

The passages are the paragraphs of ``laws.jsonl.xz``, as the library would split
them, with their themes and keywords (:mod:`tests.bench.passages`).  Everybody
indexes the same tokens, made by our analysis; every peer has one segment and
does each job in the fastest way its API allows (:mod:`tests.bench.peers`).

    and, or       words of one field: exact count, ten best by BM25, their ids and scores in
                  the form in which an engine gives them soonest
    phrase        units in a row in one field: the same
    and+facets    ``and`` with the exact counts of all facets, of which the ten most
                  frequent values are read by name, as a page of results shows them
                  (SQLite and Whoosh have no call for these, and give all); every value is
                  read for the row *every value*, which has no ratio below
    job           query string in, ten hits with all fields, highlights and snippets,
                  and facet counts out; each chunk literally or by words in any of
                  three fields.  Ours is ``Searcher.search(...).to_dict()``, which also
                  looks for synonyms and says in words what was searched
    build         from records in memory to a searchable index on disk, tokens made
                  by our analysis in every case

Questions are drawn from the corpus, and twelve are fixed (:mod:`tests.bench.workload`).
They are put to all engines in turn (:mod:`tests.bench.timing`), all in this
process and thread, on warm files; those on one field as each engine's own query
objects, made before.  A ratio is peer ÷ ours, above 1 where ours is
faster: of the medians of repeated calls, question by question, then the geometric
mean over the questions.  Our engine keeps the sets of documents that words and
phrases have; before every timed call of *ours* that cache is emptied, so nothing
is answered from what an earlier call found.  What a query looks up in the
dictionaries (which lists it has, not what is in them) it keeps as it keeps parsed
queries, and peers have no such memory: *first seen*, the first call with each
question, is without it too, the files being warm from their writing.  (*Ours, cached*
is what a user meets who asks again, and counts for no ratio.)  Counts and facets
of all engines are compared afterwards; disagreements are printed.  Builds run one
after the other, each in its own process; where a peer has several writers, the
fastest counts.

The last line of output is one JSON object: size → class → peer → ratio.  Exit
status 1 where counts disagree.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from indexer.linguistics import default_linguistics
from indexer.results.model import IndexRecord
from tests.bench import building, workload
from tests.bench.building import OURS, Built
from tests.bench.laws import read_laws
from tests.bench.ours import Ours
from tests.bench.passages import SHAPE, Passages
from tests.bench.peers.base import Counts, Peer, Question
from tests.bench.peers.known import PEERS
from tests.bench.timing import Call, Times, interleave, ratio
from tests.bench.workload import Workload, parts

CLASSES = ("and", "or", "phrase", "and+facets", "job", "build")
FIELDS = ("unit", "title", "body")
HITS = 10
#: So many values of each facet are read, as a page of results shows them.
VALUES = 10
EVERY_VALUE = "and+facets, every value"
#: Queries with less than a page of hits.
FEW = "job, few"
CACHED = "ours, cached"
_LINES = Console(width=120, highlight=False)


@dataclass(slots=True)
class Measured:
    """What one size gave: times by class and engine, builds by engine and writer."""

    times: dict[str, dict[str, Times]] = field(default_factory=dict)
    builds: dict[str, dict[str, Built]] = field(default_factory=dict)
    hits: dict[str, list[int]] = field(default_factory=dict)
    disagreements: int = 0

    def fastest(self, engine: str) -> float:
        """The seconds of an engine's fastest build."""
        return min(built.seconds for built in self.builds[engine].values())

    def ratios(self, peers: Sequence[str]) -> dict[str, dict[str, float]]:
        """Class → peer → ratio."""
        found: dict[str, dict[str, float]] = {}
        for name in CLASSES:
            if name == "build":
                one = {peer: self.fastest(peer) / self.fastest(OURS) for peer in peers}
            else:
                times = self.times[name]
                mine = times[OURS].repeated
                one = {peer: ratio(times[peer].repeated, mine) for peer in peers}
            found[name] = {peer: _rounded(value) for peer, value in one.items()}
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
    peers: tuple[str, ...]
    queries: int
    seed: int
    rounds: int
    budget: float


def run(setting: Setting) -> Measured:
    """Builds, checks, times and prints one size."""
    measured = Measured()
    for engine in (OURS, *setting.peers):
        writers = PEERS[engine].writers if engine in PEERS else ("public call",)
        measured.builds[engine] = {}
        for writer in writers:
            directory = setting.directory / f"{setting.size}-{engine}-{writer.replace(' ', '-')}"
            job = building.Job(
                engine, writer, directory, setting.passages.path, setting.size, setting.repeat
            )
            measured.builds[engine][writer] = built = building.build(job)
            _LINES.print(
                f"{setting.size} passages: {engine} ({writer}) built in {built.seconds:.1f} s"
                + (f" ({built.analysing:.1f} s for its tokens)" if built.analysing else "")
                + f", {built.disk / 1e6:.0f} MB on disk, "
                f"{built.memory / 1e6:.0f} MB of memory beyond the passages"
            )
    records = list(setting.passages.read(setting.size, repeat=setting.repeat))
    mine, others = _open(setting, records)
    try:
        drawn = workload.draw(
            records,
            default_linguistics().analyzer,
            mine.total,
            number=setting.queries,
            seed=setting.seed,
        )
        del records
        _time(mine, others, drawn, setting, measured)
        _check(mine, others, drawn, measured)
    finally:
        mine.close()
        for peer in others.values():
            peer.close()
    _print(setting, measured)
    return measured


def _open(setting: Setting, records: Sequence[IndexRecord]) -> tuple[Ours, dict[str, Peer]]:
    def directory(engine: str, writer: str) -> Path:
        return setting.directory / f"{setting.size}-{engine}-{writer.replace(' ', '-')}"

    policies = list({entry.policy.id: entry.policy for entry in records}.values())
    before = psutil.Process().memory_info().rss
    mine = Ours(directory(OURS, "public call"), policies)
    for text in workload.FIXED:
        mine.job(text, HITS)
    taken = (psutil.Process().memory_info().rss - before) / 1e6
    _LINES.print(
        f"{setting.size} passages: ours takes {taken:.0f} MB to open and answer 12 queries"
    )
    others = {
        name: PEERS[name](directory(name, PEERS[name].writers[0]), SHAPE) for name in setting.peers
    }
    return mine, others


def _check(mine: Ours, others: Mapping[str, Peer], drawn: Workload, measured: Measured) -> None:
    """Compares counts and facets of all engines; keeps the number of hits."""
    analyzer = default_linguistics().analyzer
    flat = {"and": drawn.all_of, "or": drawn.any_of, "phrase": drawn.phrases}
    for name, questions in flat.items():
        pages = [mine.find(mine.prepare(question), HITS) for question in questions]
        measured.hits[name] = [page.total for page in pages]
        for peer_name, peer in others.items():
            totals = [peer.find(peer.prepare(question), HITS).total for question in questions]
            _report(name, peer_name, measured.hits[name], totals, measured)
    measured.hits["and+facets"] = measured.hits[EVERY_VALUE] = measured.hits["and"]
    facets = [mine.counts(mine.find_and_count(mine.prepare(q), HITS)) for q in drawn.all_of]
    for peer_name, peer in others.items():
        counted = [peer.counts(peer.find_and_count(peer.prepare(q), HITS)[1]) for q in drawn.all_of]
        _report(EVERY_VALUE, peer_name, facets, counted, measured)
    _check_tops(mine, others, drawn, measured)
    measured.hits["job"] = [mine.total(query) for query in drawn.jobs]
    measured.hits[FEW] = [mine.total(query) for query in drawn.few]
    for peer_name, peer in others.items():
        totals = [peer.job(parts(q, analyzer), FIELDS, HITS)["total"] for q in drawn.jobs]
        _report("job", peer_name, measured.hits["job"], totals, measured)


def _check_tops(
    mine: Ours, others: Mapping[str, Peer], drawn: Workload, measured: Measured
) -> None:
    """Compares the counts of the most frequent values; which of equals are given may differ."""

    def tops(counts: Counts) -> dict[str, list[int]]:
        return {
            name: sorted(values.values())[: -VALUES - 1 : -1] for name, values in counts.items()
        }

    found = [mine.find_and_count(mine.prepare(q), HITS, VALUES) for q in drawn.all_of]
    ours = [tops(mine.counts(page)) for page in found]
    for name, peer in others.items():
        theirs = [
            tops(peer.counts(peer.find_and_count(peer.prepare(q), HITS, VALUES)[1]))
            for q in drawn.all_of
        ]
        _report("and+facets", name, ours, theirs, measured)


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
    """Class → engine → a call for each question."""
    analyzer = default_linguistics().analyzer
    engines: dict[str, Ours | Peer] = {OURS: mine, **others}

    def find(questions: Sequence[Question]) -> dict[str, list[Call]]:
        return {
            name: [partial(engine.find, engine.prepare(q), HITS) for q in questions]
            for name, engine in engines.items()
        }

    def count(values: int | None) -> dict[str, list[Call]]:
        return {
            name: [
                partial(engine.find_and_count, engine.prepare(q), HITS, values)
                for q in drawn.all_of
            ]
            for name, engine in engines.items()
        }

    def job(queries: Sequence[str]) -> dict[str, list[Call]]:
        def theirs(peer: Peer, query: str) -> object:
            return peer.job(parts(query, analyzer), FIELDS, HITS)

        return {
            OURS: [partial(mine.job, query, HITS) for query in queries],
            **{
                name: [partial(theirs, peer, query) for query in queries]
                for name, peer in others.items()
            },
        }

    return {
        "and": find(drawn.all_of),
        "or": find(drawn.any_of),
        "phrase": find(drawn.phrases),
        "and+facets": count(VALUES),
        EVERY_VALUE: count(None),
        "job": job(drawn.jobs),
        FEW: job(drawn.few),
    }


def _time(
    mine: Ours, others: Mapping[str, Peer], drawn: Workload, setting: Setting, measured: Measured
) -> None:
    for name, engines in _calls(mine, others, drawn).items():
        if engines[OURS]:
            print(f"{setting.size}: timing {name}", file=sys.stderr, flush=True)
            measured.times[name] = interleave(
                {**engines, CACHED: engines[OURS]},
                before_first={OURS: mine.forget_all},
                before={OURS: mine.forget},
                rounds=setting.rounds,
                budget=setting.budget,
            )


def _print(setting: Setting, measured: Measured) -> None:
    table = Table(title=f"{setting.size} passages, milliseconds; ratio: peer ÷ ours")
    for column in ("class", "engine", "median", "p95", "first seen", "ratio", "ratio first seen"):
        table.add_column(column, justify="left" if column in ("class", "engine") else "right")
    for name, engines in measured.times.items():
        hits = sorted(measured.hits[name])
        about = f"{name} ({len(hits)} queries, hits {hits[0]}–{hits[len(hits) // 2]}–{hits[-1]})"
        for engine, times in engines.items():
            first = sorted(times.first)[len(times.first) // 2]
            table.add_row(
                about,
                engine,
                *(f"{1000 * each:.3f}" for each in (times.median, times.p95, first)),
                f"{ratio(times.repeated, engines[OURS].repeated):.3g}",
                f"{ratio(times.first, engines[OURS].first):.3g}",
            )
            about = ""
        table.add_section()
    _LINES.print(table)


def _print_growth(measured: Mapping[int, Measured], peers: Sequence[str]) -> None:
    table = Table(title="growth: median milliseconds, build in seconds")
    for column in ("class", "engine", *map(str, measured)):
        table.add_column(column, justify="left" if column in ("class", "engine") else "right")
    for name in CLASSES:
        for engine in (OURS, *peers):
            values = (
                each.fastest(engine) if name == "build" else 1000 * each.times[name][engine].median
                for each in measured.values()
            )
            table.add_row(name, engine, *(f"{value:.3f}" for value in values))
    _LINES.print(table)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="directory of laws.jsonl.xz")
    parser.add_argument("--peers", default="tantivy,sqlite,whoosh")
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


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    largest = options.sizes[-1]
    measured: dict[int, Measured] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        directory = Path(scratch)
        kept = options.keep or directory
        kept.mkdir(parents=True, exist_ok=True)
        available = sum(1 for _ in read_laws(options.data, largest))
        if available < largest and not options.repeat_corpus:
            print(f"the corpus has {available} passages: that is what {largest} is taken for,")
            print("--repeat-corpus would repeat them")
        passages = Passages.prepare(options.data, kept, available)
        for size in options.sizes:
            repeat = options.repeat_corpus and size > available
            setting = Setting(
                passages,
                size,
                repeat,
                directory,
                options.peers,
                options.queries,
                options.seed,
                options.rounds,
                options.budget,
            )
            measured[size] = run(setting)
    if len(measured) > 1:
        _print_growth(measured, options.peers)
    wrong = sum(each.disagreements for each in measured.values())
    _LINES.print(f"{wrong} answers disagree")
    print(json.dumps({str(size): each.ratios(options.peers) for size, each in measured.items()}))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
