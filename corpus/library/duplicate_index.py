"""The near-duplicate index: a fingerprint of every policy, so that each text is read once.

    library/sketches.jsonl    the fingerprint of every policy: a cache
                              (:mod:`corpus.library.near_duplicates`)

Only the texts of policies that are new since are read; comparing the
fingerprints then takes time in proportion to the library.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from corpus.files import write_atomically
from corpus.library.library import Library
from corpus.library.near_duplicates import (
    Fingerprint,
    NearDuplicate,
    find_near_duplicates,
    fingerprint,
)
from corpus.progress import Progress, silent

_FILE = "sketches.jsonl"


def near_duplicates(library: Library, progress: Progress = silent) -> tuple[NearDuplicate, ...]:
    """All pairs of near-duplicates; raises :class:`~corpus.errors.LibraryError`."""
    return find_near_duplicates(_fingerprints(library, progress, keep=True))


def near_duplicates_to_be(
    home: Path, new: Sequence[Fingerprint], progress: Progress = silent
) -> tuple[NearDuplicate, ...]:
    """The pairs that documents would be in, were they added to the library; writes nothing.

    A document with the id of a policy takes its place.  A home without a library
    is compared as an empty one.  Raises :class:`~corpus.errors.LibraryError`.
    """
    if not new:
        return ()
    ids = {each.policy_id for each in new}
    library = Library(home, Library.peek(home).catalogue)
    held = _fingerprints(library, progress, keep=False)
    pairs = find_near_duplicates([*(each for each in held if each.policy_id not in ids), *new])
    return tuple(pair for pair in pairs if pair.first in ids or pair.second in ids)


def _fingerprints(library: Library, progress: Progress, *, keep: bool) -> tuple[Fingerprint, ...]:
    """The fingerprint of every policy; with ``keep``, the cache is brought up to date."""
    path = library.folder / _FILE
    known = _read(path)
    held = {each.policy.id: each for each in library.held()}
    missing = {key for key, each in held.items() if each.fingerprint not in known}
    for done, document in enumerate(library.documents(missing), 1):
        known[held[document.policy.id].fingerprint] = fingerprint(document)
        progress("比较文件", done, len(missing))
    current = {each.fingerprint: known[each.fingerprint] for each in held.values()}
    if keep and (missing or len(known) > len(current)):
        with contextlib.suppress(OSError):  # a cache: without it, texts are read again
            write_atomically(path, _dumps(current), durable=False)
    return tuple(current.values())


def _dumps(fingerprints: dict[str, Fingerprint]) -> bytes:
    lines = []
    for key, each in fingerprints.items():
        packed = base64.b64encode(np.array(each.sketch, dtype="<u8").tobytes()).decode("ascii")
        lines.append(json.dumps({"of": key, **asdict(replace(each, sketch=())), "sketch": packed}))
    return "".join(line + "\n" for line in lines).encode("utf-8")


def _read(path: Path) -> dict[str, Fingerprint]:
    try:
        with path.open(encoding="utf-8") as lines:
            return dict(map(_loads, lines))
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _loads(line: str) -> tuple[str, Fingerprint]:
    values: dict[str, Any] = json.loads(line)
    sketch = np.frombuffer(base64.b64decode(values.pop("sketch")), dtype="<u8")
    key = str(values.pop("of"))
    return key, Fingerprint(**values | {"sketch": tuple(map(int, sketch))})
