"""Which policies a library holds.

    library.json    the version of the format, so that an older program says that
                    it cannot read a newer library instead of misreading it
    library.jsonl   every policy added, updated and removed (:mod:`corpus.library.journal`)

A :class:`Catalogue` is what the list of changes amounts to: the policies
(:class:`~corpus.library.entries.Entry`), and the states that they had before.  The
second format kept no former states, and the first none of the changes either; a library
of theirs is read as it is and written in this format at the first opportunity.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.errors import LibraryError
from corpus.files import write_atomically
from corpus.library.entries import Entry, entry_of, values_of
from corpus.library.identity import Identities
from corpus.library.journal import FORMAT, Journal, read_journal, write_journal

FORMAT_VERSION = 3
HEAD = "library.json"
CHANGES = "library.jsonl"
#: Where the list of an older format goes when a library is brought to this one.
FIRST_FORMAT_KEPT = "library.format1.json"
SECOND_FORMAT_KEPT = "library.format2.jsonl"

_DAMAGED_HINT = (
    "请用 zhengsou restore 从备份恢复；没有备份时，把整个 library 文件夹改名保存后重新启动，"
    "原文件仍在改名后的 sources 文件夹里"
)
#: Superseded changes beyond which (and beyond as many entries) the list is written again.
_MOST_SUPERSEDED = 1000


class Catalogue:
    """The entries of a library by id, in library order, with the states before them.

    ``former`` are the earlier states of a policy, oldest first; of a removed policy all.
    ``retired`` are the ids of removed policies with the hash of their last source.
    Whoever writes the library changes a copy of its own.
    """

    def __init__(self, *, keeps_history: bool = True) -> None:
        self.entries: dict[str, Entry] = {}
        self.former: dict[str, tuple[Entry, ...]] = {}
        self.retired: dict[str, str] = {}
        self._identities: Identities | None = None
        self.next_serial = 1
        self.keeps_history = keeps_history
        self._by_sha256: dict[str, str] = {}
        self._ids_before: dict[str, list[str]] = {}
        self._suffixes: dict[str, int] = {}

    @property
    def identities(self) -> Identities:
        """What finds the policies that a document may be; readers never ask for it."""
        if self._identities is None:
            self._identities = Identities()
            for entry in self.entries.values():
                self._identities.add(entry)
        return self._identities

    @property
    def is_fresh(self) -> bool:
        """Whether the library never held anything."""
        return not self.entries and not self.retired

    def __len__(self) -> int:
        """How many changes :meth:`changes` gives, the one of retired ids left out."""
        return len(self.entries) + sum(map(len, self.former.values()))

    def states(self) -> Iterator[Entry]:
        """Every state of every policy, the current ones first."""
        yield from self.entries.values()
        for states in self.former.values():
            yield from states

    def by_sha256(self, sha256: str) -> Entry | None:
        """The entry of that source, if it is in the library."""
        found = self._by_sha256.get(sha256)
        return self.entries[found] if found is not None else None

    def once_of(self, sha256: str) -> Entry | None:
        """The policy in the library of which a source was an earlier state."""
        known = self._ids_before.get(sha256, ())
        return next((self.entries[each] for each in known if each in self.entries), None)

    def free_id(self, wanted: str, sha256: str) -> str:
        """``wanted``, or with ``.2``, ``.3`` … where that is or was another source's."""
        for known in self._ids_before.get(sha256, ()):
            numbered = known == wanted or re.fullmatch(re.escape(wanted) + r"\.\d+", known)
            if known in self.retired and numbered:
                return known
        if wanted not in self.entries and wanted not in self.retired:
            return wanted
        suffix = self._suffixes.get(wanted, 2)
        while (candidate := f"{wanted}.{suffix}") in self.entries or candidate in self.retired:
            suffix += 1
        self._suffixes[wanted] = suffix  # ids are never given back, so no lower one gets free
        return candidate

    def put(self, entry: Entry) -> None:
        """Adds ``entry``, or puts it in place of the one with its id, which becomes a former one.

        A removed policy that comes back as it was goes on with the state that it had.
        """
        before = self.entries.get(entry.id)
        if before is not None:
            self._forget(before)
            if before.state != entry.state:
                self._keep(before)
        elif self.retired.pop(entry.id, None) is not None:
            states = self.former.get(entry.id, ())
            if states and states[-1].state == entry.state:
                self._set_former(entry.id, states[:-1])
        self.entries[entry.id] = entry
        self._by_sha256[entry.sha256] = entry.id
        if self._identities is not None:
            self._identities.add(entry)
        self.next_serial = max(self.next_serial, entry.serial + 1)

    def remove(self, policy_id: str) -> None:
        """Takes an entry out; its id stays reserved, and its states stay."""
        entry = self.entries.pop(policy_id)
        self._forget(entry)
        self._keep(entry)
        self.retire(policy_id, entry.sha256)

    def forget(self, policy_id: str) -> None:
        """Lets go of the states of a removed policy; its id stays reserved."""
        self._set_former(policy_id, ())

    def retire(self, policy_id: str, sha256: str) -> None:
        """Reserves an id for a source that is not in the library."""
        self.retired[policy_id] = sha256
        self._note_id(sha256, policy_id)

    def _keep(self, entry: Entry) -> None:
        if self.keeps_history:
            self._set_former(entry.id, (*self.former.get(entry.id, ()), entry))

    def _set_former(self, policy_id: str, states: tuple[Entry, ...]) -> None:
        if states:
            self.former[policy_id] = states
            self._note_id(states[-1].sha256, policy_id)
        else:
            self.former.pop(policy_id, None)

    def _note_id(self, sha256: str, policy_id: str) -> None:
        known = self._ids_before.setdefault(sha256, [])
        if policy_id not in known:
            known.append(policy_id)

    def _forget(self, entry: Entry) -> None:
        if self._by_sha256.get(entry.sha256) == entry.id:
            del self._by_sha256[entry.sha256]
        if self._identities is not None:
            self._identities.discard(entry)

    def apply(self, change: dict[str, Any]) -> None:
        """Repeats a change that was written; raises ``ValueError`` where it cannot be one."""
        match change:
            case {"put": dict(values)}:
                entry = entry_of(values)
                held = self.by_sha256(entry.sha256)
                if held is not None and held.id != entry.id:
                    raise ValueError(f"sha256 重复：{entry.sha256}")
                self.put(entry)
            case {"former": dict(values)}:
                self._keep(entry_of(values))
            case {"remove": str(policy_id)}:
                if policy_id not in self.entries:
                    raise ValueError(f"没有“{policy_id}”")
                self.remove(policy_id)
            case {"forget": str(policy_id)}:
                self.forget(policy_id)
            case {"retired": dict(owners)}:
                for policy_id, owner in owners.items():
                    if not isinstance(owner, str):
                        raise ValueError("retired")
                    self.retire(policy_id, owner)
            case _:
                raise ValueError(f"不认识的记载：{', '.join(change)}")

    def changes(self) -> Iterator[dict[str, Any]]:
        """The shortest list of changes that amounts to this."""
        for states in self.former.values():
            yield from ({"former": values_of(entry)} for entry in states)
        if self.retired:
            yield {"retired": self.retired}
        for entry in self.entries.values():
            yield put_of(entry)


def put_of(entry: Entry) -> dict[str, Any]:
    """The change that puts ``entry``."""
    return {"put": values_of(entry)}


def read_catalogue(root: Path) -> tuple[Catalogue, Journal | None] | None:
    """The catalogue in ``root`` and its list of changes; ``None`` where there is none yet.

    The list is ``None`` where it is of an older format and has to be written in this one.
    Raises :class:`LibraryError` when
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
    try:
        first, *rest = written
        if first.get("format") != FORMAT:
            raise ValueError("不是馆藏的记载")
        version = _check_version(changes, first.get("format_version"))
        catalogue = _replayed(rest, keeps_history=version > 2)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _damaged(changes, error) from error
    return catalogue, journal if version == FORMAT_VERSION else None


def _replayed(changes: list[dict[str, Any]], *, keeps_history: bool) -> Catalogue:
    """What changes amount to; the second format deleted the sources of former states."""
    catalogue = Catalogue(keeps_history=keeps_history)
    for change in changes:
        catalogue.apply(change)
    catalogue.keeps_history = True
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

    A list of an older format is kept under another name.
    """
    head = root / HEAD
    _keep_second_format(root / CHANGES)
    journal = write_journal(root / CHANGES, FORMAT_VERSION, catalogue.changes())
    before = head.read_bytes() if head.exists() else b""
    now = json.dumps({"format_version": FORMAT_VERSION, "changes": CHANGES}).encode("ascii") + b"\n"
    if before != now:
        if before and json.loads(before)["format_version"] == 1:
            write_atomically(root / FIRST_FORMAT_KEPT, before)
        write_atomically(head, now)
    return journal


def _keep_second_format(changes: Path) -> None:
    """Copies a list of the second format before it is replaced."""
    with contextlib.suppress(FileNotFoundError):
        with changes.open("rb") as file:
            first = file.readline()
        if json.loads(first).get("format_version") == 2:
            write_atomically(changes.with_name(SECOND_FORMAT_KEPT), changes.read_bytes())


def is_overgrown(catalogue: Catalogue, changes: int) -> bool:
    """Whether most of so many written changes are superseded."""
    superseded = changes - len(catalogue)
    return superseded > max(_MOST_SUPERSEDED, len(catalogue))


def _damaged(path: Path, error: Exception) -> LibraryError:
    return LibraryError(f"馆藏文件“{path}”已损坏：{error}", _DAMAGED_HINT)
