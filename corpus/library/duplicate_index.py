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
    families,
    find_near_duplicates,
    fingerprint,
)
from corpus.policy import ParsedPolicy
from corpus.progress import Progress, silent

_FILE = "sketches.jsonl"


class DuplicateIndex:
    """The fingerprints of one library: those that are kept, and those of texts that are read."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._path = library.folder / _FILE
        self._held = {each.policy.id: each for each in library.held()}
        self._known = _read(self._path)
        self._kept = len(self._known)

    def note(self, document: ParsedPolicy) -> None:
        """Takes in a document of the library that somebody reads anyway."""
        key = self._held[document.policy.id].fingerprint
        if key not in self._known:
            self._known[key] = fingerprint(document)

    def fingerprints(self, progress: Progress = silent) -> tuple[Fingerprint, ...]:
        """The fingerprint of every policy; raises :class:`~corpus.errors.LibraryError`."""
        held = self._held.values()
        missing = {each.policy.id for each in held if each.fingerprint not in self._known}
        for done, document in enumerate(self._library.documents(missing), 1):
            self.note(document)
            progress("比较文件", done, len(missing))
        return tuple(self._known[each.fingerprint] for each in held)

    def families(self, progress: Progress = silent) -> tuple[tuple[str, ...], ...]:
        """Which policies are copies or versions of each other; brings the cache up to date."""
        pairs = find_near_duplicates(self.fingerprints(progress))
        self.keep()
        return families(pairs, {name: each.policy for name, each in self._held.items()})

    def keep(self) -> None:
        """Brings the cache up to date, if anything is new or gone."""
        current = {e.fingerprint: self._known[e.fingerprint] for e in self._held.values()}
        if len(current) != self._kept or len(self._known) != self._kept:
            with contextlib.suppress(OSError):  # a cache: without it, texts are read again
                write_atomically(self._path, _dumps(current), durable=False)


def near_duplicates(library: Library, progress: Progress = silent) -> tuple[NearDuplicate, ...]:
    """All pairs of near-duplicates; raises :class:`~corpus.errors.LibraryError`."""
    index = DuplicateIndex(library)
    fingerprints = index.fingerprints(progress)
    index.keep()
    return find_near_duplicates(fingerprints)


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
    held = DuplicateIndex(library).fingerprints(progress)
    pairs = find_near_duplicates([*(each for each in held if each.policy_id not in ids), *new])
    return tuple(pair for pair in pairs if pair.first in ids or pair.second in ids)


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
