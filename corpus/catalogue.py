"""``library.json``: which policies a library holds.

A :class:`Catalogue` is a value; adding and removing give a new one.  Written
with the version of its format, so that an older program says it cannot read a
newer library instead of misreading it, and read with every field checked, since
hashes and names from it become paths.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from corpus.errors import LibraryError
from corpus.files import write_atomically

FORMAT_VERSION = 1
FILE_NAME = "library.json"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_DAMAGED_HINT = (
    "请从备份恢复 library.json；没有备份时，把整个 library 文件夹改名保存后重新启动，"
    "原文件仍在改名后的 sources 文件夹里"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A policy in the library: its id, its source, and when it was added (UTC, ISO 8601)."""

    id: str
    source: str
    sha256: str
    url: str | None
    category: str | None
    added_at: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The entries in library order, and whose the removed ids were (id -> SHA-256)."""

    entries: tuple[Entry, ...] = ()
    retired: dict[str, str] = field(default_factory=dict)

    @property
    def is_fresh(self) -> bool:
        """Whether the library never held anything."""
        return not self.entries and not self.retired

    def by_sha256(self, sha256: str) -> Entry | None:
        """The entry of that source, if it is in the library."""
        return next((entry for entry in self.entries if entry.sha256 == sha256), None)

    def free_id(self, wanted: str, sha256: str) -> str:
        """``wanted``, or with ``.2``, ``.3`` … where that is or was another source's."""
        owners = self.retired | {entry.id: entry.sha256 for entry in self.entries}
        own = [known for known, owner in self.retired.items() if owner == sha256]
        for known in own:
            if known == wanted or re.fullmatch(re.escape(wanted) + r"\.\d+", known):
                return known
        candidate, suffix = wanted, 2
        while candidate in owners:
            candidate, suffix = f"{wanted}.{suffix}", suffix + 1
        return candidate

    def with_entry(self, entry: Entry) -> Catalogue:
        """This catalogue with ``entry`` at its end."""
        retired = {known: owner for known, owner in self.retired.items() if known != entry.id}
        return Catalogue((*self.entries, entry), retired)

    def without(self, entry: Entry) -> Catalogue:
        """This catalogue without ``entry``, whose id stays reserved."""
        entries = tuple(other for other in self.entries if other.id != entry.id)
        return replace(self, entries=entries, retired=self.retired | {entry.id: entry.sha256})


def write_catalogue(root: Path, catalogue: Catalogue) -> None:
    """Writes ``library.json`` in one step; raises :class:`OSError`."""
    content = {
        "format_version": FORMAT_VERSION,
        "entries": [asdict(entry) for entry in catalogue.entries],
        "retired": catalogue.retired,
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    write_atomically(root / FILE_NAME, text.encode("utf-8"))


def read_catalogue(root: Path) -> Catalogue | None:
    """The catalogue in ``root``; ``None`` where there is none yet.

    Raises :class:`LibraryError` when it is damaged or of a newer format, and
    :class:`OSError` when it cannot be read.
    """
    path = root / FILE_NAME
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        content = json.loads(data.decode("utf-8"))
        version = content["format_version"]
        if isinstance(version, int) and version > FORMAT_VERSION:
            message = f"“{path}”是更新版本的政搜写的（格式{version}，本版本只认到{FORMAT_VERSION}）"
            raise LibraryError(message, "请升级政搜，或用 --home 指定另一个文件夹")
        if version != FORMAT_VERSION:
            raise ValueError(f"format_version {version!r}")
        return _catalogue(content)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LibraryError(f"馆藏文件“{path}”已损坏：{error}", _DAMAGED_HINT) from error


def _catalogue(content: dict[str, Any]) -> Catalogue:
    entries = tuple(map(_entry, content["entries"]))
    for name in ("id", "sha256"):
        values = [getattr(entry, name) for entry in entries]
        if len(set(values)) != len(values):
            raise ValueError(f"{name} 重复")
    retired = content["retired"]
    if not all(isinstance(owner, str) for owner in retired.values()):
        raise ValueError("retired")
    return Catalogue(entries, dict(retired))


def _entry(values: dict[str, Any]) -> Entry:
    optional = ("url", "category")
    for name in (each.name for each in fields(Entry)):
        value = values[name]
        if not (isinstance(value, str) or (name in optional and value is None)):
            raise ValueError(f"{name} {value!r}")
    if not _SHA256.fullmatch(values["sha256"]):
        raise ValueError(f"sha256 {values['sha256']!r}")
    return Entry(**values)
