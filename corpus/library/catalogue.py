"""Which policies a library holds.

    library.json    the version of the format, so that an older program says that
                    it cannot read a newer library instead of misreading it
    library.jsonl   every policy added, updated and removed (:mod:`corpus.library.journal`)

A :class:`Catalogue` is what the list of changes amounts to.  Besides the source
an :class:`Entry` keeps what the parser found in it, so that opening a library
reads one file, however many policies there are.  It is read with every field
checked, since hashes and names from it become paths.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpus.errors import LibraryError
from corpus.files import write_atomically
from corpus.library.journal import FORMAT, Journal, read_journal, write_journal
from corpus.policy import ParseWarning, Policy

FORMAT_VERSION = 2
HEAD = "library.json"
CHANGES = "library.jsonl"
#: Where the list of the first format goes when a library is brought to this one.
FIRST_FORMAT_KEPT = "library.format1.json"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_EXTENSION = re.compile(r"(\.[0-9a-z]{1,16}){0,2}")
_DAMAGED_HINT = (
    "请用 zhengsou restore 从备份恢复；没有备份时，把整个 library 文件夹改名保存后重新启动，"
    "原文件仍在改名后的 sources 文件夹里"
)
#: Superseded changes beyond which (and beyond as many entries) the list is written anew.
_MOST_SUPERSEDED = 1000


@dataclass(frozen=True, slots=True)
class Made:
    """What a parser made of a source: its version, the description, how many records."""

    parser: int
    policy: Policy
    records: int
    warnings: tuple[ParseWarning, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A policy in the library.

    ``sha256`` and ``extension`` name its source; ``url`` and ``category`` were
    given with it, ``correction`` is the text of its correction file.
    ``added_at`` is UTC, ISO 8601.  ``serial`` orders the library; it stays
    when the policy is updated.
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

    @property
    def document(self) -> tuple[str, str]:
        """What a changed file has in common with the one before: its name, and its policy's."""
        policy = self.made.policy if self.made else None
        return self.source, (policy.number or policy.title) if policy else self.id

    def fingerprint(self, parser: int) -> str:
        """A hash of all that decides what the records of this policy are."""
        stated = [parser, self.id, self.source, self.sha256, self.url, self.category]
        text = json.dumps([*stated, self.correction], ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Catalogue:
    """The entries of a library by id, in library order, and whose the removed ids were.

    Changed by whoever writes the library, in a copy of its own.
    """

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.retired: dict[str, str] = {}
        self._by_sha256: dict[str, str] = {}
        self._by_document: dict[tuple[str, str], str] = {}
        self._retired_by_sha256: dict[str, list[str]] = {}
        self._suffixes: dict[str, int] = {}
        self.next_serial = 1

    @property
    def is_fresh(self) -> bool:
        """Whether the library never held anything."""
        return not self.entries and not self.retired

    def by_sha256(self, sha256: str) -> Entry | None:
        """The entry of that source, if it is in the library."""
        found = self._by_sha256.get(sha256)
        return self.entries[found] if found is not None else None

    def by_document(self, document: tuple[str, str]) -> Entry | None:
        """The entry of a file of that name with that number or title."""
        found = self._by_document.get(document)
        return self.entries[found] if found is not None else None

    def free_id(self, wanted: str, sha256: str) -> str:
        """``wanted``, or with ``.2``, ``.3`` … where that is or was another source's."""
        for known in self._retired_by_sha256.get(sha256, ()):
            if known == wanted or re.fullmatch(re.escape(wanted) + r"\.\d+", known):
                return known
        if wanted not in self.entries and wanted not in self.retired:
            return wanted
        suffix = self._suffixes.get(wanted, 2)
        while (candidate := f"{wanted}.{suffix}") in self.entries or candidate in self.retired:
            suffix += 1
        self._suffixes[wanted] = suffix  # ids are never given back, so no lower one gets free
        return candidate

    def put(self, entry: Entry) -> None:
        """Adds ``entry``, or puts it in place of the one with its id."""
        if (before := self.entries.get(entry.id)) is not None:
            self._forget(before)
        if (owner := self.retired.pop(entry.id, None)) is not None:
            self._retired_by_sha256[owner].remove(entry.id)
        self.entries[entry.id] = entry
        self._by_sha256[entry.sha256] = entry.id
        self._by_document[entry.document] = entry.id
        self.next_serial = max(self.next_serial, entry.serial + 1)

    def remove(self, policy_id: str) -> None:
        """Takes an entry out; its id stays reserved for its source."""
        entry = self.entries.pop(policy_id)
        self._forget(entry)
        self.retire(policy_id, entry.sha256)

    def retire(self, policy_id: str, sha256: str) -> None:
        """Reserves an id for a source that is not in the library."""
        self.retired[policy_id] = sha256
        self._retired_by_sha256.setdefault(sha256, []).append(policy_id)

    def _forget(self, entry: Entry) -> None:
        if self._by_sha256.get(entry.sha256) == entry.id:
            del self._by_sha256[entry.sha256]
        if self._by_document.get(entry.document) == entry.id:
            del self._by_document[entry.document]

    def apply(self, change: dict[str, Any]) -> None:
        """Repeats a change that was written; raises ``ValueError`` where it cannot be one."""
        match change:
            case {"put": dict(values)}:
                entry = entry_of(values)
                held = self.by_sha256(entry.sha256)
                if held is not None and held.id != entry.id:
                    raise ValueError(f"sha256 重复：{entry.sha256}")
                self.put(entry)
            case {"remove": str(policy_id)}:
                if policy_id not in self.entries:
                    raise ValueError(f"没有“{policy_id}”")
                self.remove(policy_id)
            case {"retired": dict(owners)}:
                for policy_id, owner in owners.items():
                    if not isinstance(owner, str):
                        raise ValueError("retired")
                    self.retire(policy_id, owner)
            case _:
                raise ValueError(f"不认识的记载：{', '.join(change)}")

    def changes(self) -> Iterator[dict[str, Any]]:
        """The shortest list of changes that amounts to this."""
        if self.retired:
            yield {"retired": self.retired}
        for entry in self.entries.values():
            yield put_of(entry)


def put_of(entry: Entry) -> dict[str, Any]:
    """The change that puts ``entry``."""
    return {"put": asdict(entry)}


def entry_of(values: dict[str, Any]) -> Entry:
    """The entry that was written; raises ``ValueError``, ``KeyError`` or ``TypeError``."""
    made = _made(values.get("made"))
    entry = Entry(**(values | {"made": made}))
    texts = (entry.id, entry.source, entry.sha256, entry.extension, entry.added_at)
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


def _made(values: dict[str, Any] | None) -> Made | None:
    """What a parser made, ``None`` where another version of the program kept it otherwise."""
    try:
        if values is None:
            return None
        warnings = tuple(ParseWarning(**warning) for warning in values["warnings"])
        policy = Policy(**values["policy"])
        return Made(int(values["parser"]), policy, int(values["records"]), warnings)
    except (TypeError, KeyError, ValueError):
        return None


def read_catalogue(root: Path) -> tuple[Catalogue, Journal | None] | None:
    """The catalogue in ``root`` and its list of changes; ``None`` where there is none yet.

    Without a list it is of the first format.  Raises :class:`LibraryError` when
    it is damaged or of a newer format, and :class:`OSError` when it cannot be
    read.
    """
    head, changes = root / HEAD, root / CHANGES
    version = _format_version(head)
    try:
        journal, written = read_journal(changes)
    except FileNotFoundError:
        if version is None:
            return None
        if version == 1:
            return _first_format(head), None
        raise LibraryError(f"馆藏文件“{changes}”不见了", _DAMAGED_HINT) from None
    except ValueError as error:
        raise _damaged(changes, error) from error
    return _replayed(changes, written), journal


def _replayed(path: Path, written: list[dict[str, Any]]) -> Catalogue:
    catalogue = Catalogue()
    try:
        head, *changes = written
        if head.get("format") != FORMAT:
            raise ValueError("不是馆藏的记载")
        _check_version(path, head.get("format_version"))
        for change in changes:
            catalogue.apply(change)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(path, error) from error
    return catalogue


def _format_version(head: Path) -> int | None:
    """The version of the format; ``None`` where there is no library."""
    try:
        content = json.loads(head.read_bytes().decode("utf-8"))
        return _check_version(head, content["format_version"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(head, error) from error


def _check_version(path: Path, version: object) -> int:
    if not isinstance(version, int) or version < 1:
        raise ValueError(f"format_version {version!r}")
    if version > FORMAT_VERSION:
        message = f"“{path}”是更新版本的政搜写的（格式{version}，本版本只认到{FORMAT_VERSION}）"
        raise LibraryError(message, "请升级政搜，或用 --home 指定另一个文件夹")
    return version


def _first_format(head: Path) -> Catalogue:
    """The catalogue that the first format kept in one file."""
    catalogue = Catalogue()
    try:
        content = json.loads(head.read_bytes().decode("utf-8"))
        catalogue.apply({"retired": content["retired"]})
        for serial, values in enumerate(content["entries"], 1):
            if values["id"] in catalogue.entries:
                raise ValueError("id 重复")
            extension = Path(values["source"]).suffix.lower()
            more = {"extension": extension, "correction": None, "serial": serial}
            catalogue.apply({"put": values | more})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(head, error) from error
    return catalogue


def write_catalogue(root: Path, catalogue: Catalogue) -> Journal:
    """Writes the catalogue as a list of its own, in one step; raises :class:`OSError`.

    A list of the first format is kept under another name.
    """
    head = root / HEAD
    journal = write_journal(root / CHANGES, FORMAT_VERSION, catalogue.changes())
    before = head.read_bytes() if head.exists() else b""
    now = json.dumps({"format_version": FORMAT_VERSION, "changes": CHANGES}).encode("ascii") + b"\n"
    if before != now:
        if before:
            write_atomically(root / FIRST_FORMAT_KEPT, before)
        write_atomically(head, now)
    return journal


def is_overgrown(catalogue: Catalogue, changes: int) -> bool:
    """Whether most of so many written changes are superseded."""
    superseded = changes - len(catalogue.entries)
    return superseded > max(_MOST_SUPERSEDED, len(catalogue.entries))


def _damaged(path: Path, error: Exception) -> LibraryError:
    return LibraryError(f"馆藏文件“{path}”已损坏：{error}", _DAMAGED_HINT)
