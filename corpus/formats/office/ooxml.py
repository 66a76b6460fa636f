"""The package of an Office file: looked through before a library unpacks it.

A DOCX or XLSX file is a ZIP of XML.  One that would unpack to gigabytes, or
whose XML declares entities (which Office never writes, and attacks do), is
refused here; the libraries behind then see only what is harmless.
"""

from __future__ import annotations

import io
import re
import zipfile

from corpus.errors import SourceError
from corpus.formats.limits import Budget

_CHUNK = 1 << 20
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_OVERLAP = 16
_ENCRYPTED_FLAG = 0x1


def check_package(data: bytes, name: str, budget: Budget, program: str = "Office 或 WPS") -> None:
    """Raises :class:`SourceError` where the package is too large, damaged or hostile.

    ``program`` is what the user opens such a file with.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            budget.check_ratio(len(data), sum(info.file_size for info in infos))
            if any(info.flag_bits & _ENCRYPTED_FLAG for info in infos):
                hint = f"请用 {program} 打开，取消密码后另存一份再添加"
                raise SourceError(f"文件“{name}”设有打开密码，读不了", hint)
            for info in infos:
                _check_part(archive, info, name, budget, program)
    except SourceError:
        raise
    except Exception as error:  # damaged members raise zlib.error, BadZipFile, struct.error …
        raise damaged(name, error, program) from error


def damaged(name: str, error: Exception, program: str = "Office 或 WPS") -> SourceError:
    """What to say of a file whose inside does not hold together."""
    message = f"文件“{name}”已损坏，读不出内容（{type(error).__name__}）"
    return SourceError(message, f"请用 {program} 打开检查，另存一份后再试")


def _check_part(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, budget: Budget, program: str
) -> None:
    is_xml = info.filename.lower().endswith((".xml", ".rels"))
    total = 0
    before = b""
    with archive.open(info) as part:
        while chunk := part.read(_CHUNK):
            total += len(chunk)
            budget.expand(len(chunk))
            budget.check_size(total, name)
            plain = (before + chunk).replace(b"\0", b"")  # XML may be in UTF-16
            if is_xml and _DECLARATION.search(plain):
                message = f"文件“{name}”含有外部实体声明，可能有害，没有读取"
                raise SourceError(message, f"请用 {program} 打开，确认来源可靠后另存一份再试")
            before = chunk[-_OVERLAP:]
