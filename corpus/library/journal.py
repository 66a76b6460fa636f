"""A list of changes that only grows, sealed group by group.

    {"format": "zhengsou-library", "format_version": 2}
    {"put": {…}}
    {"remove": "…"}
    {"commit": 1, "sha256": "…"}

A group of changes counts from its commit line on.  That line carries the
SHA-256 of the group's bytes and of the seal before it, so a flipped byte
anywhere is found.  Adding a group costs its own size, however long the list is.

A process that dies while it appends leaves the beginning of a group without its
commit line: readers do not see it and the next writer cuts it off.  Whatever
else does not fit is damage, never taken for such a beginning: complete lines
that cannot be read, and seals that do not match.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.files import append_durably, write_atomically

FORMAT = "zhengsou-library"

Change = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Journal:
    """A written list.

    ``end`` is where its last sealed group ends, in bytes, ``seal`` that group's
    SHA-256, ``commits`` and ``changes`` count what is sealed.
    """

    path: Path
    end: int
    seal: str
    commits: int
    changes: int

    def append(self, changes: Iterable[Change]) -> Journal:
        """Adds a group: durable and sealed when this returns, or ``OSError`` and nothing added."""
        group = tuple(changes)
        data, seal = _group(group, self.seal, self.commits + 1)
        append_durably(self.path, data, self.end)
        end, total = self.end + len(data), self.changes + len(group)
        return Journal(self.path, end, seal, self.commits + 1, total)


def write_journal(path: Path, version: int, changes: Iterable[Change]) -> Journal:
    """Writes the whole list again, in one step, as one group; raises ``OSError``."""
    head: Change = {"format": FORMAT, "format_version": version}
    group = (head, *changes)
    data, seal = _group(group, "", 1)
    write_atomically(path, data)
    return Journal(path, len(data), seal, 1, len(group))


def read_journal(path: Path) -> tuple[Journal, list[dict[str, Any]]]:
    """The list and all its sealed changes, the head first.

    Raises ``ValueError`` where it is damaged, and ``OSError``.
    """
    data = path.read_bytes()
    changes: list[dict[str, Any]] = []
    group: list[dict[str, Any]] = []
    start, end, seal, commits = 0, 0, "", 0
    for number, (line, stop) in enumerate(_lines(data), 1):
        change = _change(line, number)
        if "commit" not in change:
            group.append(change)
            continue
        expected = _seal(seal, data[start : stop - len(line) - 1])
        if change.get("sha256") != expected or change["commit"] != commits + 1:
            raise ValueError(f"第{number}行的校验值与内容不符")
        changes += group
        group, seal, commits, start, end = [], expected, commits + 1, stop, stop
    if not commits:
        raise ValueError("没有一组完整的记载")
    return Journal(path, end, seal, commits, len(changes)), changes


def _lines(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Every complete line, and where the next one begins."""
    # What a power cut leaves at the end of a file may be zeros.
    data = data.rstrip(b"\0")
    start = 0
    while (at := data.find(b"\n", start)) >= 0:
        yield data[start:at], at + 1
        start = at + 1


def _change(line: bytes, number: int) -> dict[str, Any]:
    try:
        change = json.loads(line)
    except ValueError:
        raise ValueError(f"第{number}行无法读取") from None
    if not isinstance(change, dict):
        raise ValueError(f"第{number}行不是一条记载")
    return change


def _group(changes: Iterable[Change], seal: str, number: int) -> tuple[bytes, str]:
    body = "".join(_line(change) for change in changes).encode("utf-8")
    new = _seal(seal, body)
    return body + _line({"commit": number, "sha256": new}).encode("ascii"), new


def _line(change: Change) -> str:
    return json.dumps(change, ensure_ascii=False, separators=(",", ":")) + "\n"


def _seal(before: str, body: bytes) -> str:
    return hashlib.sha256(before.encode("ascii") + body).hexdigest()
