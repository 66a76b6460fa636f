"""What a user gives to be added: files, folders, standard input; as documents.

:mod:`corpus.formats.read` reads them; here each document gets the correction file
that lies beside it (``通知.docx.toml`` or ``通知.toml``).  What is inside an archive or a
list has no place beside it: an upload keeps the corrections of such documents in a folder
of their own (:class:`Uploaded`).  Nothing is left out without a word: what cannot be read comes as
:class:`~corpus.document.Refused`, what is no document by its nature as
:class:`~corpus.document.Skipped`.
"""

from __future__ import annotations

import gzip
import hashlib
import lzma
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, cast

from corpus.corrections import read_correction
from corpus.document import Refused, Skipped, SourceDocument
from corpus.errors import CorrectionError, SourceError
from corpus.files import reason_of
from corpus.formats.read import Limits, read_documents, read_path
from corpus.formats.scans import Scans
from corpus.library.entries import Origin

#: Stands for standard input.
STDIN = "-"
STANDARD = Limits()
_CORRECTION = ".toml"
_CHUNK = 2**20
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_OPENERS: Mapping[str, Callable[[Path], IO[bytes]]] = {
    ".jsonl": lambda path: path.open("rb"),
    ".jsonl.gz": lambda path: cast("IO[bytes]", gzip.open(path)),  # noqa: SIM115
    ".jsonl.xz": lambda path: cast("IO[bytes]", lzma.open(path)),  # noqa: SIM115
}


@dataclass(frozen=True, slots=True)
class Piped:
    """What came from standard input, and the file name that it is kept under."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Item:
    """A document with the text of its correction file, and where it lies."""

    document: SourceDocument
    correction: str | None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A folder with uploaded files: where they lie says nothing of where they come from.

    A document is called by its label: the name of its file, with the member's behind a
    slash where the file holds several.  ``corrections`` is the folder of the correction
    files of such members; ``None`` where they have none.
    """

    folder: Path
    corrections: Path | None = None

    def document(self, label: str, scans: Scans = Scans()) -> SourceDocument:
        """One of the documents; raises :class:`SourceError` where it cannot be read."""
        file, _, member = label.partition("/")
        for each in read_path(self.folder / file, STANDARD, scans):
            found = each.source if isinstance(each, SourceDocument) else each.name
            if readable(found) == label or (not member and isinstance(each, Refused)):
                if isinstance(each, SourceDocument):
                    return replace(each, source=label)
                if isinstance(each, Refused):
                    raise each.error
        raise SourceError(f"文件“{file}”中没有“{member or file}”", "请重新上传后再试")

    def correction(self, label: str) -> tuple[Path | None, str | None]:
        """The correction file of a document and its text, as :func:`correction_of` has them.

        The file is ``None`` for a member where there is no folder for corrections.
        """
        path = self.folder / label
        if path.is_file():
            return correction_of(path)
        if self.corrections is None:
            return None, None
        # A member's label may be longer than a file name, and hold signs that none may have.
        name = hashlib.sha256(readable(label).encode("utf-8")).hexdigest()
        own = self.corrections / f"{name}{_CORRECTION}"
        shown = f"{readable(label)}{_CORRECTION}"
        return own, _read_correction(own, shown) if own.is_file() else None


Given = Path | Piped | Uploaded


def read(
    given: Given, limits: Limits = STANDARD, scans: Scans = Scans()
) -> Iterator[Item | Refused | Skipped]:
    """The documents in a file or folder, and what was not read; raises no ``SourceError``."""
    path = given.folder if isinstance(given, Uploaded) else given
    origins = _Origins(given) if isinstance(given, Path) else None
    try:
        found = (
            read_documents(path.data, path.name, limits, scans)
            if isinstance(path, Piped)
            else read_path(path, limits, scans)
        )
        for each in found:
            if isinstance(each, SourceDocument):
                yield _item(given, each, origins)
            elif isinstance(each, Skipped):
                yield Skipped(readable(each.name), each.reason)
            elif isinstance(path, Path) and _corrects_another(path, each.name):
                yield Skipped(readable(each.name), "同名文件的更正文件")
            else:
                yield Refused(readable(each.name), each.error)
    except SourceError as error:
        yield Refused(readable(path.name), error)


def readable(name: str) -> str:
    """A file name as text on one line: bytes that the locale could not read are read as UTF-8."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _item(given: Given, document: SourceDocument, origins: _Origins | None) -> Item | Refused:
    """The document with its correction; refused where that cannot be followed."""
    source = readable(document.source)
    try:
        beside = _correction(given, document.source)
    except SourceError as error:
        return Refused(source, error)
    origin = origins.of(document.source) if origins else None
    return Item(replace(document, source=source), beside, origin)


class _Origins:
    """Where the documents of one path lie; the documents of a list follow each other."""

    def __init__(self, given: Path) -> None:
        self._root = given if given.is_dir() else given.parent
        self._name = None if given.is_dir() else given.name
        self._file = ""
        self._place = Origin("")

    def of(self, source: str) -> Origin:
        """The origin of the document that is called ``source``."""
        if not self._file or not f"{source}/".startswith(f"{self._file}/"):
            self._file = self._name or self._file_in(source)
            self._place = Origin.of(self._root / self._file)
        member = source[len(self._file) :].removeprefix("/")
        return Origin(readable(self._place.path), readable(member))

    def _file_in(self, source: str) -> str:
        """The part of a label that is a file of the folder."""
        parts = source.split("/")
        paths = ("/".join(parts[:n]) for n in range(1, len(parts)))
        return next((path for path in paths if (self._root / path).is_file()), source)


def _correction(given: Given, source: str) -> str | None:
    """The text of a document's correction file; the members of a file have one in an upload alone.

    Raises :class:`SourceError` when it cannot be read or followed.
    """
    if isinstance(given, Piped):
        return None
    if isinstance(given, Uploaded):
        return given.correction(source)[1]
    path = given / source if given.is_dir() else given
    if not path.is_file() or (path == given and source != given.name):
        return None
    return correction_of(path)[1]


def correction_of(path: Path) -> tuple[Path, str | None]:
    """The correction file of a document's file, and its text; ``None`` where there is none yet.

    Raises :class:`SourceError` when it cannot be read or followed.
    """
    own = path.with_name(path.name + _CORRECTION)
    for beside in (own, path.with_suffix(_CORRECTION)):
        if beside != path and beside.is_file():
            return beside, _read_correction(beside, readable(beside.name))
    return own, None


def _read_correction(beside: Path, name: str) -> str:
    try:
        text = beside.read_text(encoding="utf-8-sig")
        read_correction(text, name)
    except OSError as error:
        message = f"更正文件“{name}”无法读取：{reason_of(error)}"
        raise SourceError(message, "请检查文件的读取权限") from error
    except UnicodeDecodeError as error:
        message = f"更正文件“{name}”不是 UTF-8 编码"
        raise SourceError(message, "请在文本编辑器中另存为 UTF-8 编码") from error
    except CorrectionError as error:
        raise SourceError(error.message, error.hint) from error
    return text


def _corrects_another(folder: Path, label: str) -> bool:
    """Whether a file of a folder is the correction file of one beside it."""
    path = folder / label
    if not folder.is_dir() or path.suffix.lower() != _CORRECTION:
        return False
    return any(other.stem == path.stem and other != path for other in path.parent.iterdir())


def estimate(given: Iterable[Given]) -> int:
    """About how many documents there are, for showing how far the work is."""
    return sum(_count(each) for each in given)


def _count(given: Given) -> int:
    if isinstance(given, Uploaded):
        return _count(given.folder)
    if isinstance(given, Piped):
        return max(1, given.data.count(b"\n")) if given.name.endswith(".jsonl") else 1
    if not given.is_dir():
        return _members(given)
    return sum(
        _members(Path(folder, name)) for folder, _, names in os.walk(given) for name in names
    )


def _members(path: Path) -> int:
    """The lines of a list of documents, the members of an archive, else one."""
    name = path.name.lower()
    try:
        if name.endswith(".zip"):
            with zipfile.ZipFile(path) as archive:
                return len(archive.infolist())
        for ending, opener in _OPENERS.items():
            if name.endswith(ending):
                with opener(path) as lines:
                    return sum(_lines_in(lines))
    except (OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile):
        return 1  # reading it will say what is wrong
    return 1


def _lines_in(stream: IO[bytes]) -> Iterator[int]:
    """The line ends of a stream, counted piece by piece, up to where a bomb would begin."""
    left = Limits().expanded_bytes
    while left > 0 and (chunk := stream.read(_CHUNK)):
        left -= len(chunk)
        yield chunk.count(b"\n")
