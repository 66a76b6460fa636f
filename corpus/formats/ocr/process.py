"""Running the worker that recognises pages: started, timed, and ended with certainty."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from corpus.formats.limits import Limits
from corpus.formats.ocr.readings import PageReading

#: The command that installs what recognition needs.
INSTALL = "pip install 'zhengsou[ocr]'"
_NEEDED = ("rapidocr", "onnxruntime", "cv2")
_LOADING_SECONDS = 120.0
_ASKING = 0.2  # seconds between two looks whether the work is to stop


def is_installed() -> bool:
    """Whether the libraries for recognition are there."""
    return all(importlib.util.find_spec(name) is not None for name in _NEEDED)


class PageFailed(Exception):
    """A page that could not be recognised, and why."""


class Stopped(Exception):
    """The work was stopped on request."""


class Worker:
    """One process at a time, started with the first page and again after one was killed."""

    def __init__(self, data: bytes, name: str, limits: Limits, stopped: Callable[[], bool]) -> None:
        self._data, self._name = data, name
        self._limits, self._stopped = limits, stopped
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.Queue[str] = queue.Queue()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()
        if self._folder is not None:
            self._folder.cleanup()

    def read(self, number: int) -> PageReading:
        """Recognises a page; raises :class:`PageFailed`, or :class:`Stopped`."""
        if self._process is None:
            self._start()
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(f"{number}\n")
            self._process.stdin.flush()
        except OSError:
            self._end()
            raise PageFailed("识别进程中途退出，可能是内存不足") from None
        seconds = self._limits.page_seconds
        answer = self._answer(seconds, f"超过 {seconds:g} 秒")
        if "reading" not in answer:
            raise PageFailed(str(answer.get("error", "")))
        return PageReading.from_json(answer["reading"])

    def _start(self) -> None:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(
                prefix="zhengsou-ocr-", ignore_cleanup_errors=True
            )
            (Path(self._folder.name) / "file").write_bytes(self._data)
        command = [sys.executable, "-m", "corpus.formats.ocr.worker"]
        command += [str(Path(self._folder.name) / "file"), self._name]
        self._process = subprocess.Popen(
            [*command, str(self._limits.page_memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": _path()},
            start_new_session=os.name != "nt",  # an interrupt is for who started it
        )
        self._answers = queue.Queue()
        assert self._process.stdout is not None
        listen = (self._process.stdout, self._answers)
        threading.Thread(target=_listen, args=listen, daemon=True).start()
        self._answer(_LOADING_SECONDS, "识别程序没有启动")

    def _answer(self, seconds: float, late: str) -> dict[str, Any]:
        """The next line of the worker; a worker that is late is killed."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._answers.get(timeout=_ASKING)
            except queue.Empty:
                if self._stopped():
                    self._end()
                    raise Stopped from None
                if time.monotonic() > deadline:
                    self._end()
                    raise PageFailed(late) from None
                continue
            if not line:
                self._end()
                raise PageFailed("识别进程中途退出，可能是内存不足")
            answer: dict[str, Any] = json.loads(line)
            return answer

    def _end(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        self._process.wait()
        self._process = None


def _listen(stream: IO[str], answers: queue.Queue[str]) -> None:
    """Hands lines on as they come; an empty one at the end."""
    with contextlib.suppress(OSError, ValueError):
        for line in stream:
            answers.put(line)
    answers.put("")


def _path() -> str:
    """Where the worker finds this package, installed or not."""
    root = str(Path(__file__).resolve().parents[3])
    return os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
