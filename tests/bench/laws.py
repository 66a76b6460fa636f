"""Real texts in quantity: the paragraphs of a file of laws, as records.

``laws.jsonl.xz`` holds one law a line: ``title``, ``category``, ``date`` (may be
empty) and ``text`` in Markdown.  :func:`read_laws` streams it and yields one
passage for each paragraph that is no heading of its own; the headings above a
paragraph are its title, as in the library.  Themes and keywords are left out.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from corpus.parsing.headings import HeadingPath, recognise
from corpus.policy import Policy, Record, Span
from indexer.results.model import IndexRecord

FILE = "laws.jsonl.xz"


def read_laws(data: Path, limit: int | None = None) -> Iterator[IndexRecord]:
    """The first ``limit`` paragraphs of ``data/laws.jsonl.xz``, all by default.

    Raises ``FileNotFoundError`` where the file is not there.
    """
    return islice(_all_paragraphs(data / FILE), limit)


def read_texts(data: Path) -> dict[str, str]:
    """The text of every law by its SHA-256, which its policy has.

    Raises ``FileNotFoundError`` where the file is not there.
    """
    return {_sha256(law["text"]): law["text"] for law in _laws(data / FILE)}


def _laws(path: Path) -> Iterator[dict[str, str]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _all_paragraphs(path: Path) -> Iterator[IndexRecord]:
    seen: Counter[str] = Counter()
    order = 0
    for law in _laws(path):
        seen[law["title"]] += 1
        policy = _policy(law, seen[law["title"]])
        for n, (title, body, place) in enumerate(_paragraphs(law["text"]), 1):
            identity = f"{policy.id}/passage-{n}"
            record = Record(identity, "passage", n, title, body, None, None, None, (place,))
            yield IndexRecord(record, policy, order, {}, ())
            order += 1


def _policy(law: dict[str, str], copy: int) -> Policy:
    """The law's description; a title that was there already gets ``.2``, ``.3``, …"""
    return Policy(
        id=law["title"] + (f".{copy}" if copy > 1 else ""),
        title=law["title"],
        number=None,
        issuer=None,
        date=law["date"] or None,
        category=law["category"],
        recipients=None,
        url=None,
        source=FILE,
        sha256=_sha256(law["text"]),
    )


def _paragraphs(text: str) -> Iterator[tuple[str, str, Span]]:
    """Heading path, text and place of every paragraph."""
    path = HeadingPath()
    start = 0
    for line in text.splitlines(keepends=True):
        body = line.strip()
        if body:
            title = path.enter(body)
            heading = recognise(body)
            if heading is None or not heading.whole:
                at = start + line.index(body)
                yield title, body, Span(at, at + len(body))
        start += len(line)
