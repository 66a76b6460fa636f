"""ZIP archives: each file in one is read as a file of its own.

Names are made harmless (no ``..``, no drive, no root: they are labels here, and
never paths), and read as GB18030 where the archive does not say UTF-8, as
Windows in China writes them.  Sizes are held against the limits twice: as the
archive states them, before anything is read, and as they turn out.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from corpus.document import Refused, Skipped
from corpus.errors import SourceError
from corpus.formats.content import Member, Part, whole
from corpus.formats.limits import Budget
from corpus.formats.skipping import skip_reason

_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_CHUNK = 1 << 18


def read(data: bytes, name: str, budget: Budget) -> Iterator[Part]:
    """The files in the archive, in natural order of their names."""
    archive = zipfile.ZipFile(io.BytesIO(data))
    members = [info for info in archive.infolist() if not info.is_dir()]
    budget.check_ratio(len(data), sum(info.file_size for info in members))
    labels = {_label(info): info for info in members}
    known = set(labels)
    for label in sorted(labels, key=natural_order):
        if reason := skip_reason(label, known):
            yield Skipped(label, reason)
            continue
        try:
            content = _unpack(archive, labels[label], label, budget)
        except SourceError as error:
            yield Refused(label, error)
        else:
            yield Member(label, label, content)


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sorts 附件2 before 附件10; a total order."""
    parts = re.split(r"([0-9]{1,18})", name)
    return (*((1, int(p), "") if p.isdecimal() else (0, 0, p) for p in parts), (0, 0, name))


def _label(info: zipfile.ZipInfo) -> str:
    """The member's name as it was given to the archive, as a harmless relative path."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = re.split(r"[/\\]", re.sub(r"[\x00-\x1f\x7f]", "", whole(name)))
    kept = [part for part in parts if part not in ("", ".", "..") and not part.endswith(":")]
    return "/".join(kept) or "未命名"


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, label: str, budget: Budget) -> bytes:
    if info.flag_bits & _ENCRYPTED_FLAG:
        message = f"压缩包中的文件“{label}”设有密码，读不了"
        raise SourceError(message, "请用密码解压后再添加")
    budget.check_size(info.file_size, label)
    content = bytearray()
    try:
        with archive.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                content += chunk
                budget.check_size(len(content), label)
                budget.expand(len(chunk))
    except SourceError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        message = f"压缩包中的文件“{label}”已损坏：{error}"
        raise SourceError(message, "请重新下载或重新压缩后再试") from error
    except NotImplementedError as error:
        message = f"压缩包中的文件“{label}”用了不支持的压缩方法"
        raise SourceError(message, "请解压后再添加，或用普通 ZIP 方式重新压缩") from error
    return bytes(content)
