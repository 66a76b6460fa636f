"""How fast documents are recognised, and what is found in real laws.

    python -m tests.bench.recognition PATH/laws.jsonl.xz

Parses every law from its text alone and prints the processor time, the records,
zones (laws have none: each one is a mistake) and warnings, how often each field
was found, how often the year agrees with the one that the data set states, and
the time and number of near-duplicates.
"""

from __future__ import annotations

import json
import lzma
import sys
import time
from collections import Counter
from pathlib import Path

from corpus.library.near_duplicates import find_near_duplicates, fingerprint
from corpus.parsing.notice import parse, with_id

FIELDS = ("title", "number", "issuer", "date", "category", "recipients")


def main(path: Path) -> None:
    """Prints the figures for the laws in ``path``."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        laws = [json.loads(line) for line in lines]
    letters = sum(len(law["text"]) for law in laws)
    start = time.process_time()
    parsed = [
        with_id(parse(law["text"], source=f"{law['title']}.md", sha256="0" * 64), str(at))
        for at, law in enumerate(laws)
    ]
    seconds = time.process_time() - start
    kinds = Counter(record.kind for each in parsed for record in each.records)
    print(f"{len(laws)} laws, {letters} characters, {seconds:.1f} s")
    print(f"records {dict(kinds)}")
    print(f"warnings {dict(Counter(w.code for each in parsed for w in each.warnings))}")
    for name in FIELDS:
        print(f"{name} {sum(getattr(each.policy, name) is not None for each in parsed)}")
    both = [
        (law["date"][:4], each.policy.date[:4])
        for law, each in zip(laws, parsed, strict=True)
        if law["date"] and each.policy.date
    ]
    print(f"year agrees {sum(one == other for one, other in both)} of {len(both)}")
    start = time.process_time()
    pairs = find_near_duplicates([fingerprint(each) for each in parsed])
    seconds = time.process_time() - start
    print(f"near-duplicates {dict(Counter(pair.kind for pair in pairs))}, {seconds:.1f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
