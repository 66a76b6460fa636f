"""What a user gives to be added: files, folders, standard input; as documents.

Folders are read recursively, in the order of their names.  A correction file
(``通知.toml`` or ``通知.docx.toml``) belongs to the file beside it and is none
of its own.  What operating systems and office programs leave in folders
(hidden files, ``Thumbs.db``, ``~$…``) is counted, but is not the user's.
Everything else is read or comes back as :class:`~corpus.reading.Refused`.
"""

from __future__ import annotations

import gzip
import lzma
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, cast

from corpus.document import SourceDocument
from corpus.errors import SourceError
from corpus.reading import Refused, read_documents, read_path

STDIN = "-"
_NOT_THE_USERS = ("thumbs.db", "desktop.ini", "__macosx")
_CORRECTION = ".toml"
_CHUNK = 2**20
_OPENERS: Mapping[str, Callable[[Path], IO[bytes]]] = {
    ".jsonl": lambda path: path.open("rb"),
    ".jsonl.gz": lambda path: cast("IO[bytes]", gzip.open(path)),  # noqa: SIM115
    ".jsonl.xz": lambda path: cast("IO[bytes]", lzma.open(path)),  # noqa: SIM115
}


@dataclass(frozen=True, slots=True)
class Given:
    """A file to be read: where it is, and under which name it is kept.

    ``data`` is its content where it came from standard input.
    """

    path: Path
    name: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """The files found, those that cannot be looked at, and how many were passed over."""

    files: tuple[Given, ...]
    refused: tuple[Refused, ...]
    passed_over: int


@dataclass(frozen=True, slots=True)
class Item:
    """A document with the text of its correction file."""

    document: SourceDocument
    correction: str | None


def find(paths: Sequence[Path]) -> Findings:
    """All files in ``paths``."""
    files: list[Given] = []
    refused: list[Refused] = []
    passed_over = 0
    for path in paths:
        if not path.is_dir():
            files.append(Given(path, path.name))
            continue

        def say(error: OSError) -> None:
            folder = readable(str(error.filename))
            cause = SourceError(
                f"无法打开文件夹“{folder}”：{error.strerror}", "请检查文件夹的读取权限"
            )
            refused.append(Refused(folder, cause))

        for folder, folders, names in os.walk(path, onerror=say):
            folders[:] = sorted(name for name in folders if not _is_passed_over(name))
            own = [name for name in sorted(names) if not _is_passed_over(name)]
            passed_over += len(names) - len(own)
            corrections = {name for name in own if _corrects(name, own)}
            for name in own:
                if name not in corrections:
                    file = Path(folder, name)
                    files.append(Given(file, file.relative_to(path).as_posix()))
    return Findings(tuple(files), tuple(refused), passed_over)


def read(given: Given) -> Iterator[Item | Refused]:
    """The documents in a file, and what in it was not read; never raises ``SourceError``."""
    folder = given.name.rpartition("/")[0]
    prefix = f"{folder}/" if folder else ""
    try:
        correction = _correction(given)
        found: Iterable[SourceDocument | Refused]
        found = (
            read_path(given.path) if given.data is None else read_documents(given.data, given.name)
        )
        for each in found:
            if isinstance(each, Refused):
                yield Refused(readable(prefix + each.name), each.error)
            else:
                yield Item(replace(each, source=readable(prefix + each.source)), correction)
    except SourceError as error:
        yield Refused(readable(given.name), error)


def readable(name: str) -> str:
    """A file name as text: bytes that the locale could not read are read as UTF-8."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def estimate(files: Iterable[Given]) -> int:
    """About how many documents there are, for showing how far the work is."""
    return sum(_count(given) for given in files)


def _is_passed_over(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower() in _NOT_THE_USERS


def _corrects(name: str, names: Sequence[str]) -> bool:
    """Whether a file is the correction file of one beside it."""
    if not name.lower().endswith(_CORRECTION):
        return False
    stem = name[: -len(_CORRECTION)]
    others = (other for other in names if other != name)
    return any(other == stem or Path(other).stem == stem for other in others)


def _correction(given: Given) -> str | None:
    """The text of the correction file beside a file."""
    if given.data is not None:
        return None
    beside = (given.path.with_name(given.path.name + _CORRECTION), given.path.with_suffix(".toml"))
    for path in beside:
        if path != given.path and path.is_file():
            try:
                return path.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise SourceError(
                    f"更正文件“{path}”无法读取：{error}", "请检查权限，并另存为 UTF-8 编码"
                ) from error
    return None


def _count(given: Given) -> int:
    """The lines of a list of documents, the members of an archive, else one."""
    name = given.name.lower()
    try:
        if given.data is not None:
            return max(1, given.data.count(b"\n")) if name.endswith(".jsonl") else 1
        if zipfile.is_zipfile(given.path) and name.endswith(".zip"):
            with zipfile.ZipFile(given.path) as archive:
                return len(archive.infolist())
        for ending, opener in _OPENERS.items():
            if name.endswith(ending):
                with opener(given.path) as lines:
                    return sum(
                        chunk.count(b"\n") for chunk in iter(lambda: lines.read(_CHUNK), b"")
                    )
    except (OSError, EOFError, lzma.LZMAError, zipfile.BadZipFile):
        return 1  # reading it will say what is wrong
    return 1
