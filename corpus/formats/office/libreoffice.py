"""Running LibreOffice on one file: the one module that knows how processes end.

It runs without a window, in a profile of its own (so that it neither meets nor
disturbs a LibreOffice that is open), with macros and links to elsewhere shut
off, and is killed with its children when its time is up.  The profile is made
once in the life of this process.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from functools import lru_cache
from pathlib import Path

from corpus.errors import SourceError

_PROGRAMS = ("soffice", "libreoffice")
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
_WITHOUT = (
    "请安装 LibreOffice（https://zh-cn.libreoffice.org）后再试，或用 Office、WPS 打开后另存为"
)
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
</oor:items>
"""
_one_at_a_time = threading.Lock()  # a profile serves one process


def program() -> str | None:
    """The path of LibreOffice on this machine; ``None`` where it is not installed."""
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def convert(data: bytes, name: str, extension: str, target: str, seconds: float) -> bytes:
    """``data``, a file kept under ``extension``, as a file of the format ``target`` (``docx``).

    Raises :class:`SourceError` when there is no LibreOffice, when it takes
    longer than ``seconds``, or when it cannot read the file ``name``.
    """
    office = program()
    if office is None:
        message = f"读取文件“{name}”（{extension}）需要 LibreOffice，这台电脑上没有安装"
        raise SourceError(message, f"{_WITHOUT} .{target} 再添加")
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="zhengsou-") as folder:
        source = Path(folder) / f"source{extension}"
        source.write_bytes(data)
        result = Path(folder) / "out" / f"source.{target}"
        command = [
            office,
            f"-env:UserInstallation={Path(_profile().name).as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--convert-to",
            target,
            "--outdir",
            str(result.parent),
            str(source),
        ]
        if not _run(command, seconds):
            message = f"LibreOffice 在 {seconds:g} 秒内没有读完文件“{name}”，已停止"
            raise SourceError(message, f"请用 Office 或 WPS 打开后另存为 .{target} 再添加")
        if not result.is_file():
            message = f"LibreOffice 读不了文件“{name}”，可能已损坏或设有密码"
            raise SourceError(message, f"请用 Office 或 WPS 打开检查，另存为 .{target} 再添加")
        return result.read_bytes()


@lru_cache(maxsize=1)
def _profile() -> tempfile.TemporaryDirectory[str]:
    """The profile's directory, removed when this process ends."""
    directory = tempfile.TemporaryDirectory(prefix="zhengsou-office-", ignore_cleanup_errors=True)
    user = Path(directory.name) / "user"
    user.mkdir()
    (user / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    return directory


def _run(command: list[str], seconds: float) -> bool:
    """Runs a command to its end; ``False`` when it was killed since its time was up."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=os.name != "nt"
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            _kill(process)
    return True


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and all that it has started."""
    if sys.platform == "win32":
        tree = ["taskkill", "/T", "/F", "/PID", str(process.pid)]
        subprocess.run(tree, capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
