"""Lucene, one segment, in a Java process of its own.

``lucene/Peer.java`` holds the index and answers a line for a line; its times are taken
inside that process (:class:`~tests.bench.peers.base.Timed`), so neither the pipe nor
Python counts.  The libraries come from Maven Central: Maven fetches them and the
JDK compiles the program, once, into the user's cache directory.  That needs a JDK 21 or
later, named by ``JAVA_HOME`` or found in the usual places, and ``mvn`` on the path.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import platformdirs

from tests.bench.peers.base import (
    Asked,
    Counts,
    Document,
    Found,
    Part,
    Peer,
    PeerMissing,
    Shape,
    Timed,
)

_SOURCES = Path(__file__).parent / "lucene"
_LEAST_JAVA = 21
_HELP = (
    "Lucene needs a JDK 21 or later (JAVA_HOME) and Maven on the path"
    " (on Debian: apt-get install maven openjdk-21-jdk-headless, or a JDK of adoptium.net)"
)
_FLAGS = ("-Xmx6g", "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED")


def _java_homes() -> Iterator[Path]:
    if named := os.environ.get("JAVA_HOME"):
        yield Path(named)
    yield from sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)
    if (found := shutil.which("javac")) is not None:
        yield Path(found).resolve().parents[1]


def _version(home: Path) -> int:
    """The major version of a JDK, 0 where there is none."""
    try:
        release = (home / "release").read_text(encoding="utf-8")
    except OSError:
        return 0
    found = re.search(r'JAVA_VERSION="(\d+)', release)
    return int(found[1]) if found and (home / "bin" / "javac").exists() else 0


@cache
def _program() -> list[str]:
    """The command that starts the Java program, which is compiled where it has to be."""
    home = next((home for home in _java_homes() if _version(home) >= _LEAST_JAVA), None)
    maven = shutil.which("mvn")
    if home is None or maven is None:
        raise PeerMissing(_HELP)
    digest = hashlib.sha256()
    for source in sorted(_SOURCES.iterdir()):
        digest.update(source.read_bytes())
    cache_folder = Path(platformdirs.user_cache_dir("zhengsou", False))
    made = cache_folder / f"lucene-peer-{digest.hexdigest()[:12]}"
    class_path = os.pathsep.join([str(made / "jars" / "*"), str(made / "classes")])
    if not (made / "classes" / "Peer.class").exists():
        environment = {**os.environ, "JAVA_HOME": str(home)}
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={made / 'jars'}"]
        try:
            subprocess.run(
                [maven, "-B", "-q", "-f", str(_SOURCES / "pom.xml"), *goal],
                check=True,
                env=environment,
            )
            javac = [str(home / "bin" / "javac"), "-d", str(made / "classes")]
            subprocess.run([*javac, "-cp", class_path, str(_SOURCES / "Peer.java")], check=True)
        except subprocess.CalledProcessError as error:
            raise PeerMissing(f"{_HELP}; {error}") from error
    return [str(home / "bin" / "java"), *_FLAGS, "-cp", class_path, "Peer"]


class _Process:
    """The Java program, started with the first call."""

    def __init__(self) -> None:
        self._running = subprocess.Popen(
            _program(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        atexit.register(self._running.kill)

    def send(self, *words: str) -> None:
        """Writes a line without waiting for an answer."""
        assert self._running.stdin is not None
        self._running.stdin.write("\t".join(words) + "\n")

    def answer(self) -> Timed:
        """The next answer: the parts of its line."""
        assert self._running.stdin is not None and self._running.stdout is not None
        self._running.stdin.flush()
        state, *parts = self._running.stdout.readline().rstrip("\n").split("\t")
        if state != "ok":
            raise RuntimeError(f"Lucene: {' '.join(parts) or 'the process ended'}")
        return Timed(int(parts[0]) / 1e9, parts[1:])

    def ask(self, *words: str) -> Timed:
        """Writes a line and reads its answer."""
        self.send(*words)
        return self.answer()


@cache
def _process() -> _Process:
    return _Process()


class Lucene(Peer):
    name = "lucene"

    @staticmethod
    def write(directory: Path, documents: Iterable[Document], shape: Shape, writer: str) -> None:
        process = _process()
        names = (shape.words, shape.literal, shape.facets)
        process.send("write", str(directory), *map(",".join, names))
        for number, document in enumerate(documents):
            streams = (" ".join(document.streams.get(name, ())) for name in shape.streams)
            facets = ("\x1f".join(document.facets.get(name, ())) for name in shape.facets)
            process.send("doc", str(number), document.stored, *streams, *facets)
        process.ask("end")

    def __init__(self, directory: Path, shape: Shape) -> None:
        self._shape = shape
        self._process = _process()
        names = (shape.fields, shape.facets)
        self.opened = self._process.ask("open", str(directory), *map(",".join, names))

    @staticmethod
    def _part(part: Part) -> str:
        return f"{' '.join(part.words)}\x1f{' '.join(part.units)}"

    def _ask(self, call: str, asked: Asked, *words: str) -> Timed:
        return self._process.ask(call, asked.kind, *words, *map(self._part, asked.parts))

    @staticmethod
    def _found(parts: Sequence[str]) -> Found:
        return Found(int(parts[0]), [int(number) for number in parts[1].split()])

    def find(self, asked: Asked, size: int) -> Timed:
        told = self._ask("find", asked, str(size), "0")
        return Timed(told.seconds, self._found(told.answer))

    def find_and_count(self, asked: Asked, size: int) -> Timed:
        told = self._ask("find", asked, str(size), "1")
        return Timed(told.seconds, (self._found(told.answer), told.answer[2:]))

    def counts(self, raw: Any) -> Counts:
        counted: dict[str, dict[str, int]] = {}
        for line in raw:
            name, *pairs = line.split("\x1f")
            counted[name] = dict(zip(pairs[::2], map(int, pairs[1::2]), strict=True))
        return counted

    def job(self, asked: Asked, size: int) -> Timed:
        told = self._ask("job", asked, str(size))
        total, number, *rest = told.answer
        width = 1 + len(self._shape.fields)
        rows = [rest[at * width : (at + 1) * width] for at in range(int(number))]
        hits = [
            {**json.loads(stored), "snippets": dict(zip(self._shape.fields, marked, strict=True))}
            for stored, *marked in rows
        ]
        facets = rest[int(number) * width :]
        return Timed(told.seconds, {"total": int(total), "hits": hits, "facets": facets})

    def complete(self, prefix: str, size: int) -> Timed:
        return self._process.ask("complete", prefix, str(size))

    def close(self) -> None:
        self._process.ask("close")
