"""A policy as the library's list keeps it, and how it is read back from that list.

Besides its source an :class:`Entry` keeps what the parser found in it, so that
opening a library reads one file, however many policies there are.  It is read with
every field checked, since hashes and names from it become paths.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.policy import ParseWarning, Policy

_SHA256 = re.compile(r"[0-9a-f]{64}")
_EXTENSION = re.compile(r"(\.[0-9a-z]{1,16}){0,2}")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document was added from: the absolute path of a file, and its place in that file.

    ``member`` is empty where the file is the document, else the path in an archive or
    the name of the row in a list.
    """

    path: str
    member: str = ""

    @classmethod
    def of(cls, path: Path, member: str = "") -> Origin:
        """The origin of a document in the file at ``path``, in the form that is compared."""
        return cls(os.path.normcase(path.resolve()), member)


@dataclass(frozen=True, slots=True)
class Made:
    """What a parser made of a source: its version, the description, how many records."""

    parser: int
    policy: Policy
    records: int
    warnings: tuple[ParseWarning, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A policy in the library, in one of its states.

    ``sha256`` and ``extension`` name its source; ``url`` and ``category`` were
    given with it, ``correction`` is the text of its correction file.
    ``added_at`` is UTC, ISO 8601.  ``serial`` orders the library; it stays
    when the policy is updated.  ``origin`` is ``None`` for what has no path: an
    upload, standard input, a bundled notice.
    """

    id: str
    source: str
    sha256: str
    extension: str
    url: str | None
    category: str | None
    correction: str | None
    added_at: str
    serial: int
    made: Made | None = None
    origin: Origin | None = None

    @property
    def state(self) -> tuple[str | None, ...]:
        """What makes one state of a policy differ from another."""
        return (self.sha256, self.extension, self.url, self.category, self.correction)

    def fingerprint(self, parser: int) -> str:
        """A hash of all that decides what the records of this policy are."""
        stated = [parser, self.id, self.source, self.sha256, self.url, self.category]
        text = json.dumps([*stated, self.correction], ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def entry_of(values: dict[str, Any]) -> Entry:
    """The entry that was written; raises ``ValueError``, ``KeyError`` or ``TypeError``."""
    origin = values.get("origin")
    more = {"made": _made(values.get("made")), "origin": Origin(**origin) if origin else None}
    entry = Entry(**(values | more))
    texts = [entry.id, entry.source, entry.sha256, entry.extension, entry.added_at]
    if entry.origin:
        texts += [entry.origin.path, entry.origin.member]
    optional = (entry.url, entry.category, entry.correction)
    if not all(isinstance(text, str) for text in (*texts, *(t for t in optional if t is not None))):
        raise ValueError(f"“{entry.id}”的登记")
    if not _SHA256.fullmatch(entry.sha256):
        raise ValueError(f"sha256 {entry.sha256!r}")
    if not _EXTENSION.fullmatch(entry.extension):
        raise ValueError(f"extension {entry.extension!r}")
    if not isinstance(entry.serial, int):
        raise ValueError(f"serial {entry.serial!r}")
    return entry


def values_of(entry: Entry) -> dict[str, Any]:
    """The entry as it is written."""
    return asdict(entry)


def _made(values: dict[str, Any] | None) -> Made | None:
    """What a parser made; ``None`` where another version of the program kept it otherwise."""
    try:
        if values is None:
            return None
        warnings = tuple(ParseWarning.from_dict(warning) for warning in values["warnings"])
        policy = Policy.from_dict(values["policy"])
        return Made(int(values["parser"]), policy, int(values["records"]), warnings)
    except (TypeError, KeyError, ValueError):
        return None
