"""The process that recognises pages: ``python -m corpus.formats.ocr.worker FILE NAME``.

It reads the numbers of pages (from 1), one a line, and answers each with a line
of JSON: ``{"reading": …}`` or ``{"error": …}``; the first line says that the
models are loaded.  It ends when its input does, so that no worker outlives who
started it.  It can reach no network, and on POSIX no more memory than its limit.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any, TextIO

from corpus.errors import SourceError
from corpus.formats.ocr.engine import Engine
from corpus.formats.ocr.page_picture import page_picture

if sys.platform != "win32":
    import resource

_MOST_THREADS = 4


def main(path: str, name: str, most_bytes: int) -> None:
    """Answers page by page until the input ends."""
    answers = _own_output()
    sys.addaudithook(_offline)
    _bound_memory(most_bytes)
    data = Path(path).read_bytes()
    engine = Engine(max(1, min(os.cpu_count() or 1, _MOST_THREADS)))
    _say(answers, {"ready": engine.name})
    for line in sys.stdin:
        _say(answers, _answer(engine, data, name, int(line)))


def _answer(engine: Engine, data: bytes, name: str, number: int) -> dict[str, Any]:
    try:
        picture, points = page_picture(data, name, number)
        return {"reading": engine.read(picture, points).to_json()}
    except SourceError as error:
        return {"error": error.message}
    except MemoryError:
        return {"error": "内存不足"}
    except Exception as error:  # of libraries that meet a damaged picture
        return {"error": f"{type(error).__name__}: {error}"[:200]}


def _own_output() -> TextIO:
    """The output for answers alone: what libraries print goes to the error output."""
    own = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", newline="\n")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return own


def _say(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _offline(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        raise OSError("the worker reaches no network")


def _bound_memory(most_bytes: int) -> None:
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
