"""A home with many policies: a real library, indexed as a user's would be.

Each law of ``laws.jsonl.xz`` is written as a text file and added to the library,
which parses it; then the index is built as every face does.  A home that is
there already is used as it is, so that several benches can share one.
"""

from __future__ import annotations

import json
import lzma
import shutil
import time
from itertools import islice
from pathlib import Path

from corpus.errors import CorpusError
from corpus.library.library import Library
from indexer.versions.open import open_searcher
from tests.bench.laws import FILE


def make_home(home: Path, data: Path, laws: int) -> int:
    """Fills ``home`` with the first ``laws`` laws where it has no library; the records in it."""
    if not (home / "library").exists():
        started = time.perf_counter()
        # What is cut off on the way must not be taken for a whole home the next time.
        filling = home.with_name(home.name + ".filling")
        shutil.rmtree(filling, ignore_errors=True)
        refused = _add(filling, data, laws)
        home.mkdir(parents=True, exist_ok=True)
        (filling / "library").rename(home / "library")
        shutil.rmtree(filling)
        print(
            f"{laws - refused} laws added in {time.perf_counter() - started:.0f} s, "
            f"{refused} refused",
            flush=True,
        )
    started = time.perf_counter()
    searcher = open_searcher(home)
    records = searcher.info.records
    searcher.close()
    print(f"{records} records, opened in {time.perf_counter() - started:.1f} s", flush=True)
    return records


def _add(home: Path, data: Path, laws: int) -> int:
    home.mkdir(parents=True, exist_ok=True)
    library = Library.open(home)
    file = home / "law.txt"
    refused = 0
    with lzma.open(data / FILE, "rt", encoding="utf-8") as lines:
        for line in islice(lines, laws):
            file.write_text(json.loads(line)["text"], encoding="utf-8")
            try:
                library.add(file)
            except CorpusError as error:
                refused += 1
                print(f"{json.loads(line)['title']}: {error.message}", flush=True)
    file.unlink(missing_ok=True)
    return refused
