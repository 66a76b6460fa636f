"""Files to documents: the door to the readers of file formats.

:func:`read_documents` reads a file's bytes, :func:`read_path` a file or folder;
both give one document after another, so that a collection of any size passes
through without being held in memory:

    bytes -> which format (corpus.formats.detect) -> its reader -> Content -> SourceDocument
                                                         |-> parts, each read in its turn

What cannot be read at all raises :class:`~corpus.errors.SourceError` in words
that say what is wrong and what helps; a part that cannot be read is handed
out as :class:`~corpus.document.Refused` among the others, a file that is no
document by its nature as :class:`~corpus.document.Skipped`.  A document's own
bytes, read again under its hash and extension, give an equal document.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, cast

from corpus.document import Reading, Refused, Skipped, SourceDocument
from corpus.errors import SourceError
from corpus.files import reason_of
from corpus.formats.address import is_web_address
from corpus.formats.content import Content, Member, Part, Reader, whole, with_title
from corpus.formats.detect import (
    FORMATS,
    detect,
    extension_of,
    extensions,
    kept_extension,
    packed_extension,
)
from corpus.formats.json_file import read_lines
from corpus.formats.limits import Budget, Limits
from corpus.formats.packed import Unpacked
from corpus.formats.scans import Scans
from corpus.formats.skipping import skip_reason
from corpus.formats.zipped import natural_order

__all__ = [
    "Limits",
    "Reading",
    "Refused",
    "Skipped",
    "SourceDocument",
    "decode_source",
    "extension_of",
    "extensions",
    "is_web_address",
    "read_bytes",
    "read_documents",
    "read_path",
    "read_source",
]

_HEAD = 4096
_BUFFER = 1 << 20


def read_documents(
    data: bytes, name: str, limits: Limits = Limits(), scans: Scans = Scans()
) -> Iterator[Reading]:
    """The documents in ``data``, the bytes of a file called ``name``, one after another.

    Raises :class:`SourceError`, at the first or a later step, when the file
    cannot be read (on).
    """
    return _read_stream(io.BytesIO(data), len(data), name, Budget(limits, name, scans))


def decode_source(
    data: bytes, name: str, limits: Limits = Limits(), scans: Scans = Scans()
) -> SourceDocument:
    """The one document in ``data``; raises :class:`SourceError` when there are more, or none."""
    found = list(read_documents(data, name, limits, scans))
    if len(found) == 1 and isinstance(found[0], SourceDocument):
        return found[0]
    for other in found:
        if isinstance(other, Refused):
            raise other.error
    message = f"文件“{name}”中有{len(found)}个文件，这里只能有一个"
    raise SourceError(message, "请分别给出其中的文件")


def read_source(path: Path) -> SourceDocument:
    """The one document in the file at ``path``; raises as :func:`decode_source` does."""
    return decode_source(read_bytes(path), path.name)


def read_path(path: Path, limits: Limits = Limits(), scans: Scans = Scans()) -> Iterator[Reading]:
    """The documents in the file or folder at ``path``.

    A folder is read with the folders in it, in natural order of the names; a
    file's name there is its path within the folder, with ``/``.  A file in a
    folder that cannot be read is :class:`Refused`, and the rest is read on.
    Raises :class:`SourceError` when ``path`` itself cannot be read.
    """
    if path.is_dir():
        return _read_folder(path, limits, scans)
    return _read_file(path, path.name, limits, scans)


def read_bytes(path: Path) -> bytes:
    """The bytes of the file at ``path``; raises :class:`SourceError` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unopened(path, error) from error


def _read_folder(folder: Path, limits: Limits, scans: Scans) -> Iterator[Reading]:
    labels = dict(_walk(folder))
    if not labels:
        raise SourceError(f"文件夹“{folder}”中没有文件", "请检查路径是否正确")
    for label in sorted(labels, key=natural_order):
        path = labels[label]
        if isinstance(path, Refused | Skipped):
            yield path
        elif reason := skip_reason(label, labels):
            yield Skipped(label, reason)
        else:
            try:
                yield from _read_file(path, label, limits, scans)
            except SourceError as error:
                yield Refused(label, error)


def _walk(folder: Path) -> Iterator[tuple[str, Path | Refused | Skipped]]:
    """Every file below ``folder``; links to folders are named, and not followed."""
    waiting = [folder]
    while waiting:
        current = waiting.pop()
        try:
            entries = list(current.iterdir())
        except OSError as error:
            label = current.relative_to(folder).as_posix()
            yield label, Refused(label, _unopened(current, error))
            continue
        for entry in entries:
            label = entry.relative_to(folder).as_posix()
            if entry.is_dir():
                if entry.is_symlink():
                    yield label, Skipped(label, "指向文件夹的链接，没有跟随")
                else:
                    waiting.append(entry)
            elif entry.is_file() or entry.is_symlink():
                yield label, entry
            else:
                yield label, Skipped(label, "不是普通文件")


def _read_file(path: Path, name: str, limits: Limits, scans: Scans) -> Iterator[Reading]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, io.SEEK_END)
            file.seek(0)
            for reading in _read_stream(file, size, name, Budget(limits, name, scans)):
                yield _said(reading) if isinstance(reading, Refused) else reading
    except SourceError as error:
        raise _sayable(error) from error
    except OSError as error:
        raise _unopened(path, error) from error


def _read_stream(
    stream: BinaryIO, size: int, name: str, budget: Budget, depth: int = 0
) -> Iterator[Reading]:
    """The documents in a stream that can go back to its beginning."""
    budget.check_size(size, name)
    head = stream.read(_HEAD)
    stream.seek(0)
    extension = packed_extension(head)
    if extension is not None:
        _check_nesting(depth, name, budget)
        unpacked = io.BufferedReader(Unpacked(stream, extension, size, name, budget), _BUFFER)
        inner = name.removesuffix(extension) if extension_of(name) == extension else name
        yield from _read_unpacked(unpacked, name, inner, budget, depth + 1)
    elif _is_lines(head, name):
        yield from _read_parts(read_lines(stream, name, budget), name, budget, depth)
    else:
        yield from _read_data(stream.read(), name, name, budget, depth)


def _read_unpacked(
    stream: io.BufferedReader[Unpacked], name: str, inner: str, budget: Budget, depth: int
) -> Iterator[Reading]:
    head = stream.peek(_HEAD)
    if _is_lines(head, inner):
        lines = read_lines(cast(BinaryIO, stream), name, budget)
        yield from _read_parts(lines, name, budget, depth)
        return
    data = stream.read(budget.limits.file_bytes + 1)
    budget.check_size(len(data), name)
    if packed_extension(data):
        yield from _read_stream(io.BytesIO(data), len(data), inner, budget, depth)
    else:
        yield from _read_data(data, name, inner, budget, depth)


def _is_lines(head: bytes, name: str) -> bool:
    """Whether a stream is JSON Lines, to be read without holding it."""
    if not head or packed_extension(head):
        return False
    binary = head.startswith((b"PK", b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf")) or 0 in head
    own = extension_of(name)
    if binary or own not in ("", *FORMATS["jsonl"].extensions):
        return False
    return bool(own) or head.lstrip().startswith(b'{"')


def _read_data(data: bytes, name: str, inner: str, budget: Budget, depth: int) -> Iterator[Reading]:
    """The documents in a file's bytes; ``inner`` is its name without what packed it."""
    kind = detect(data, inner)
    reader = _room(FORMATS[kind].module)
    if kind == "zip":
        _check_nesting(depth, name, budget)
        depth += 1
    read = reader(data, name, budget)
    if not isinstance(read, Content):
        yield from _read_parts(read, name, budget, depth)
        return
    if not read.text.strip():
        raise SourceError(f"文件“{name}”中没有文字", "请检查文件内容是否完整")
    read = with_title(read)
    budget.member()
    yield SourceDocument(
        text=read.text,
        source=name,
        sha256=hashlib.sha256(data).hexdigest(),
        extension=kept_extension(kind, inner),
        data=data,
        tables=read.tables,
        stated=read.stated,
        notes=read.notes,
        ocr=read.ocr,
        page_starts=read.page_starts,
    )


def _read_parts(parts: Iterator[Part], name: str, budget: Budget, depth: int) -> Iterator[Reading]:
    """The documents in the parts of a file, each under the file's name and its own."""
    found = False
    for part in parts:
        if budget.spent:
            return
        found = True
        if isinstance(part, Refused):
            yield Refused(f"{name}/{part.name}", part.error)
        elif isinstance(part, Skipped):
            yield Skipped(f"{name}/{part.name}", part.reason)
        else:
            yield from _read_member(part, name, budget, depth)
    if not found:
        raise SourceError(f"文件“{name}”中没有文件", "请检查文件内容是否完整")


def _read_member(part: Member, name: str, budget: Budget, depth: int) -> Iterator[Reading]:
    label = f"{name}/{part.label}"
    try:
        if part.name == part.label:
            stream = io.BytesIO(part.data)
            yield from _read_stream(stream, len(part.data), label, budget, depth)
        else:
            yield from _read_data(part.data, label, part.name, budget, depth)
    except SourceError as error:
        yield Refused(label, error)


def _check_nesting(depth: int, name: str, budget: Budget) -> None:
    if depth >= budget.limits.nesting:
        message = f"“{name}”是压缩包中的压缩包，超过 {budget.limits.nesting} 层，没有读取"
        raise SourceError(message, "请先解压，再添加其中的文件")


def _room(module: str) -> Reader:
    """A format's reader; its libraries are loaded with the first file that needs them."""
    return cast(Reader, import_module(f"corpus.formats.{module}").read)


def _said(refused: Refused) -> Refused:
    return Refused(refused.name, _sayable(refused.error))


def _sayable(error: SourceError) -> SourceError:
    """The error without the bytes of a file name that no output can show."""
    return SourceError(whole(error.message), error.hint)


def _unopened(path: Path, error: OSError) -> SourceError:
    if isinstance(error, FileNotFoundError):
        return SourceError(whole(f"找不到文件“{path}”"), "请检查路径和文件名是否正确")
    hint = "请检查文件的读取权限，以及所在磁盘是否正常"
    return SourceError(whole(f"无法读取文件“{path}”：{reason_of(error)}"), hint)
