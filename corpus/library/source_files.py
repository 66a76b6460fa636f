"""The files of a library: sources, and what the parser made of them.

    sources/<sha256><extension>   each document's own bytes, in every state that it had
    records/<sha256>.jsonl        what the parser made of them (:mod:`corpus.library.archive`)
    scans/<sha256>/<page>.json    what was recognised on pages that are pictures

Sources are the truth.  Records can always be made again from them, and are where
they are missing, damaged or made by an older parser; so they are replaced in
one step, yet not flushed to the disk.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from corpus.corrections import NO_CORRECTION, read_correction
from corpus.document import SourceDocument
from corpus.errors import LibraryError, SourceError
from corpus.files import make_durable, reason_of, sync_directory, write_atomically
from corpus.formats.read import decode_source
from corpus.formats.scans import Scans
from corpus.library import archive
from corpus.library.entries import Entry, Made
from corpus.parsing.notice import PARSER_VERSION, parse_document, with_id
from corpus.policy import ParsedPolicy

OTHER_HOME = "请用 --home 或环境变量 ZHENGSOU_HOME 指定另一个可以读写的文件夹"
_RESTORE = "请从备份恢复 library/sources 中的这个文件"
_FOLDERS = ("sources", "records")
_SCANS_KEPT_SECONDS = 30 * 24 * 3600


class SourceFiles:
    """The files in one library's directory."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def make(self) -> None:
        """Makes the directories; raises ``OSError``."""
        for name in _FOLDERS:
            (self._root / name).mkdir(parents=True, exist_ok=True)

    def source_file(self, entry: Entry) -> Path:
        """Where the source of an entry lies."""
        return self._root / "sources" / (entry.sha256 + entry.extension)

    def records_file(self, entry: Entry) -> Path:
        """Where what the parser made of it lies."""
        return self._root / "records" / f"{entry.sha256}.jsonl"

    @property
    def scans(self) -> Path:
        """Where finished pages of scans are kept."""
        return scans_folder(self._root)

    def put(self, entry: Entry, data: bytes, parsed: ParsedPolicy) -> None:
        """Stores a source and its records; :meth:`sync` makes them durable."""
        write_atomically(self.source_file(entry), data, durable=False)
        self._write_records(entry, parsed)

    def sync(self, entries: Iterable[Entry]) -> None:
        """Makes the sources of ``entries`` durable; raises ``OSError``."""
        for entry in entries:
            make_durable(self.source_file(entry))
        for name in _FOLDERS:
            sync_directory(self._root / name)

    def load(self, entry: Entry) -> ParsedPolicy:
        """The records of an entry, made again from its source where the stored ones are unfit.

        Raises :class:`LibraryError`.
        """
        try:
            given = entry.fingerprint(PARSER_VERSION)
            parsed = archive.loads(self.records_file(entry).read_bytes(), PARSER_VERSION, given)
        except FileNotFoundError:
            parsed = None
        except OSError as error:
            raise LibraryError(f"无法读取馆藏文件：{error}", OTHER_HOME) from error
        if parsed is not None:
            return parsed
        parsed = self.reread(entry)
        with contextlib.suppress(OSError):  # a cache: without it, the next start parses again
            self._write_records(entry, parsed)
        return parsed

    def document(self, entry: Entry) -> SourceDocument:
        """The source of an entry, read again and compared with its hash.

        Raises :class:`LibraryError` where it is gone, altered or cannot be read.
        """
        path = self.source_file(entry)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise source_gone(entry) from error
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            message = f"馆藏中“{entry.id}”的原文件已被改动，与登记的校验值不符"
            raise LibraryError(message, _RESTORE)
        try:
            document = decode_source(data, path.name, scans=Scans(self.scans))
            return replace(document, source=entry.source)
        except SourceError as error:
            raise LibraryError(f"馆藏中“{entry.id}”：{error.message}", error.hint) from error

    def parse(self, document: SourceDocument, entry: Entry) -> ParsedPolicy:
        """What the parser makes of a document under the entry's id and what was given with it."""
        return with_id(parse_as_given(document, entry), entry.id)

    def _write_records(self, entry: Entry, parsed: ParsedPolicy) -> None:
        data = archive.dumps(parsed, PARSER_VERSION, entry.fingerprint(PARSER_VERSION))
        write_atomically(self.records_file(entry), data, durable=False)

    def reread(self, entry: Entry) -> ParsedPolicy:
        """The records of any state, read from its source; nothing is stored.

        Raises :class:`LibraryError`.
        """
        return self.parse(self.document(entry), entry)

    def discard_records(self, entry: Entry) -> None:
        """Removes the records of a state that is no longer current."""
        with contextlib.suppress(OSError):
            self.records_file(entry).unlink()

    def discard_source(self, entry: Entry) -> None:
        """Removes a source to which no state refers any more; raises ``OSError``."""
        self.source_file(entry).unlink(missing_ok=True)
        shutil.rmtree(self.scans / entry.sha256, ignore_errors=True)

    def sweep(self, entries: Iterable[Entry]) -> None:
        """Removes what processes that died left behind: half-written files, and stray records.

        A source is never removed for not being in the list: after the list is restored
        from an older copy, its sources are still there.
        """
        known = {self.records_file(entry).name for entry in entries}
        for name in _FOLDERS:
            for path in (self._root / name).iterdir():
                if path.name.startswith(".") or (name == "records" and path.name not in known):
                    with contextlib.suppress(OSError):
                        path.unlink()
        self._sweep_scans()

    def _sweep_scans(self) -> None:
        """Removes pages of files that nobody added for a long time after they were recognised."""
        known = {path.name.partition(".")[0] for path in (self._root / "sources").iterdir()}
        before = time.time() - _SCANS_KEPT_SECONDS
        for folder in self.scans.iterdir() if self.scans.is_dir() else ():
            with contextlib.suppress(OSError):
                if folder.name not in known and folder.stat().st_mtime < before:
                    shutil.rmtree(folder)


def scans_folder(library: Path) -> Path:
    """Where finished pages of scans are kept below a library's directory."""
    return library / "scans"


def parse_as_given(document: SourceDocument, entry: Entry) -> ParsedPolicy:
    """What the parser makes of a document, with the address and category given with it.

    Raises :class:`~corpus.errors.CorrectionError`.
    """
    stated = replace(
        document.stated,
        url=entry.url or document.stated.url,
        category=entry.category or document.stated.category,
    )
    correction = NO_CORRECTION
    if entry.correction is not None:
        correction = read_correction(entry.correction, f"{document.source}.toml")
    folder = str(Path(entry.origin.path).parent) if entry.origin else ""
    placed = replace(document, stated=stated, folder=folder)
    return parse_document(placed, correction)


def made_of(parsed: ParsedPolicy) -> Made:
    """What the catalogue keeps of a parsed policy."""
    return Made(PARSER_VERSION, parsed.policy, len(parsed.records), parsed.warnings)


def source_gone(entry: Entry) -> LibraryError:
    """The error of a source that is not there."""
    return LibraryError(f"馆藏中“{entry.id}”的原文件不见了", _RESTORE)


def cannot_write(root: Path, error: OSError) -> LibraryError:
    """The error of a library that cannot be written."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    cause = "磁盘空间不足" if full else reason_of(error)
    hint = "请腾出空间后重新执行，已经加入的不会重复加入" if full else OTHER_HOME
    return LibraryError(f"无法写入“{root}”：{cause}。已经保存的内容完好", hint)


@contextlib.contextmanager
def telling(root: Path) -> Iterator[None]:
    """Lets what the system says of writing below ``root`` reach the user as our error."""
    try:
        yield
    except OSError as error:
        raise cannot_write(root, error) from error
