"""The user's collection on disk.

    <home>/library/
        library.json             which policies there are: the only truth
        sources/<sha256>.txt     the files as they were given
        records/<sha256>.jsonl   what the parser made of them: a cache

``library.json`` is replaced in one step, under a lock that processes share, and
only after the files it names are in place, so that a crash at any point leaves a
sound library.  An id once given stays with its source: where two documents have
the same number the later one becomes ``….2``, and an id that was removed is not
given to another document.  Records that are missing, damaged or made by an older
parser are made anew from the source.  A library that never held anything is
seeded with the notices of ``corpus/texts``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from filelock import FileLock, Timeout

from corpus import archive
from corpus.catalogue import Catalogue, Entry, read_catalogue, write_catalogue
from corpus.errors import LibraryError, PolicyNotFound
from corpus.files import write_atomically
from corpus.notice import PARSER_VERSION, parse, with_id
from corpus.policy import ParsedPolicy, Policy
from corpus.sources import decode_source, extension_of, is_web_address, read_bytes

_LOCK_SECONDS = 60
_CACHED_POLICIES = 64
_RESTORE = "请从备份恢复 library/sources 中的这个文件"
_OTHER_HOME = "请用 --home 或环境变量 ZHENGSOU_HOME 指定另一个可以读写的文件夹"


class Library:
    """The policies of one home directory, as they stood when it was opened.

    Use :meth:`open`.  A library may be read from several threads and processes
    at a time; what another process adds shows after opening it anew.
    """

    def __init__(self, root: Path, catalogue: Catalogue) -> None:
        self._root = root
        self._policies: tuple[Policy, ...] | None = None
        self._adopt(catalogue)
        self._load = lru_cache(maxsize=_CACHED_POLICIES)(self._read_or_parse)

    @classmethod
    def open(cls, home: Path) -> Library:
        """Opens the library in ``home``, and makes and seeds it where there is none.

        Raises :class:`LibraryError` when it cannot be made or read, is damaged,
        or was written by a newer version of the program.
        """
        root = home / "library"
        catalogue = _read(root)
        if catalogue is not None and not catalogue.is_fresh:
            return cls(root, catalogue)
        library = cls(root, Catalogue())
        with library._locked():
            library._adopt(_read(root) or Catalogue())
            if library._catalogue.is_fresh:
                library._seed()
        return library

    @property
    def version(self) -> str:
        """A hash of the content: changes with the policies, their data, or the parser."""
        content = [asdict(entry) | {"added_at": None} for entry in self._catalogue.entries]
        stated = json.dumps([PARSER_VERSION, content], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(stated.encode("utf-8")).hexdigest()

    def policies(self) -> tuple[Policy, ...]:
        """All policies in library order."""
        if self._policies is None:
            self._policies = tuple(parsed.policy for parsed in self.documents())
        return self._policies

    def parsed(self, policy_id: str) -> ParsedPolicy:
        """The policy with its text and records; raises :class:`PolicyNotFound`."""
        return self._load(self._entry(policy_id))

    def documents(self) -> Iterator[ParsedPolicy]:
        """All policies with their records, in library order, read one at a time."""
        for entry in self._catalogue.entries:
            yield self._load(entry)

    def source_path(self, policy_id: str) -> Path:
        """The original file.

        Raises :class:`PolicyNotFound`, and :class:`LibraryError` if the file is gone.
        """
        entry = self._entry(policy_id)
        path = self._source_file(entry)
        if not path.is_file():
            raise _source_gone(entry)
        return path

    def add(self, path: Path, *, url: str | None = None, category: str | None = None) -> Policy:
        """Adds the file at ``path`` at the end of the library; the same file again changes nothing.

        Raises :class:`~corpus.errors.SourceError` when it cannot be read as a
        policy text, :class:`LibraryError` when the library cannot be written or
        ``url`` is no address of the web.
        """
        if url is not None and not is_web_address(url):
            message = f"“{url}”不是网址，不能作为“{path.name}”的出处"
            raise LibraryError(message, "请给出以 http:// 或 https:// 开头的完整网址，或不给")
        data = read_bytes(path)
        with self._locked():
            self._adopt(_read(self._root) or Catalogue())
            entry = self._add(data, path.name, url=url, category=category)
            self._commit()
        return self._load(entry).policy

    def remove(self, policy_id: str) -> None:
        """Takes a policy out; its id stays reserved for its source.

        Raises :class:`PolicyNotFound`, or :class:`LibraryError` when the library
        cannot be written.
        """
        with self._locked():
            self._adopt(_read(self._root) or Catalogue())
            entry = self._entry(policy_id)
            self._adopt(self._catalogue.without(entry))
            self._commit()
            with contextlib.suppress(OSError):  # nobody refers to them any more
                self._source_file(entry).unlink()
                self._records_file(entry).unlink()

    def _adopt(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._by_id = {entry.id: entry for entry in catalogue.entries}
        self._policies = None

    def _commit(self) -> None:
        write_catalogue(self._root, self._catalogue)

    def _entry(self, policy_id: str) -> Entry:
        entry = self._by_id.get(policy_id)
        if entry is None:
            raise PolicyNotFound(
                f"馆藏中没有“{policy_id}”", "请核对文件编号，即发文字号，没有发文字号的是标题"
            )
        return entry

    def _seed(self) -> None:
        texts = (files("corpus") / "texts").iterdir()
        for text in sorted(texts, key=lambda text: text.name):
            if text.is_file():
                self._add(text.read_bytes(), text.name)
        self._commit()

    def _add(
        self, data: bytes, name: str, *, url: str | None = None, category: str | None = None
    ) -> Entry:
        """Stores source and records, appends the entry; it counts from :meth:`_commit` on."""
        source = decode_source(data, name)
        known = self._catalogue.by_sha256(source.sha256)
        if known is not None:
            return known
        parsed = parse(source.text, source=name, sha256=source.sha256, url=url, category=category)
        entry = Entry(
            id=self._catalogue.free_id(parsed.policy.id, source.sha256),
            source=name,
            sha256=source.sha256,
            url=url,
            category=category,
            added_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        write_atomically(self._source_file(entry), data)
        self._write_records(entry, with_id(parsed, entry.id))
        self._adopt(self._catalogue.with_entry(entry))
        return entry

    def _read_or_parse(self, entry: Entry) -> ParsedPolicy:
        """The entry's records from the cache file, made anew from the source where it is unfit."""
        try:
            parsed = archive.loads(self._records_file(entry).read_bytes(), PARSER_VERSION)
        except FileNotFoundError:
            parsed = None
        except OSError as error:
            raise LibraryError(f"无法读取馆藏文件：{error}", _OTHER_HOME) from error
        if parsed is not None and _fits(parsed.policy, entry):
            return parsed
        parsed = self._parse(entry)
        with contextlib.suppress(OSError):  # a cache: without it, the next start parses again
            self._write_records(entry, parsed)
        return parsed

    def _parse(self, entry: Entry) -> ParsedPolicy:
        try:
            data = self._source_file(entry).read_bytes()
        except OSError as error:
            raise _source_gone(entry) from error
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            message = f"馆藏中“{entry.id}”的原文件已被改动，与登记的校验值不符"
            raise LibraryError(message, _RESTORE)
        source = decode_source(data, entry.source)
        parsed = parse(
            source.text,
            source=entry.source,
            sha256=entry.sha256,
            url=entry.url,
            category=entry.category,
        )
        return with_id(parsed, entry.id)

    def _write_records(self, entry: Entry, parsed: ParsedPolicy) -> None:
        write_atomically(self._records_file(entry), archive.dumps(parsed, PARSER_VERSION))

    def _source_file(self, entry: Entry) -> Path:
        return self._root / "sources" / (entry.sha256 + extension_of(entry.source))

    def _records_file(self, entry: Entry) -> Path:
        return self._root / "records" / f"{entry.sha256}.jsonl"

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Makes the directories and keeps other processes from writing meanwhile."""
        try:
            for name in ("sources", "records"):
                (self._root / name).mkdir(parents=True, exist_ok=True)
            with FileLock(self._root / ".lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout:
            message = f"另一个进程正在写入“{self._root}”，等了{_LOCK_SECONDS}秒仍未结束"
            raise LibraryError(message, "请等它结束后再试") from None
        except OSError as error:
            message = f"无法写入“{self._root}”：{error.strerror or error}"
            raise LibraryError(message, _OTHER_HOME) from error


def _read(root: Path) -> Catalogue | None:
    try:
        return read_catalogue(root)
    except OSError as error:
        message = f"无法读取“{root}”：{error.strerror or error}"
        raise LibraryError(message, _OTHER_HOME) from error


def _fits(policy: Policy, entry: Entry) -> bool:
    """Whether stored records are those of ``entry``, not of one that had its place before."""
    stated = (policy.id, policy.source, policy.sha256, policy.url)
    return stated == (entry.id, entry.source, entry.sha256, entry.url)


def _source_gone(entry: Entry) -> LibraryError:
    return LibraryError(f"馆藏中“{entry.id}”的原文件不见了", _RESTORE)
