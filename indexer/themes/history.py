"""Every state that the user's theme file was in, so that any can come back.

    <home>/themes.toml                                  the file that the user edits
    <home>/history/themes/<time>-<hash>.toml            a state that came into force
    <home>/history/themes/<time>-<hash>.draft.toml      one that never did, put aside by an undo

Files are only ever added, each in one step.  ``time`` is UTC and strictly
increasing, ``hash`` begins the SHA-256 of the text.  The states in order tell
how often something was undone: a state that equals the one before the last is
a step back, so that undoing twice goes back two states.
"""

from __future__ import annotations

import hashlib
from codecs import BOM_UTF8
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from corpus.files import write_atomically
from indexer.errors import LexiconError

THEMES = "themes.toml"
_DRAFT = ".draft"
_TIME = "%Y%m%dT%H%M%S.%fZ"


@dataclass(frozen=True, slots=True)
class State:
    """A text that the theme file had.

    ``id`` is the file name without ending; ``at`` is UTC; ``in_force`` is
    false for a draft.
    """

    id: str
    at: datetime
    digest: str
    in_force: bool
    path: Path

    def text(self) -> str:
        """The text; raises :class:`~indexer.errors.LexiconError` where it cannot be read."""
        return read_text(self.path)


class ThemeHistory:
    """The history of one home's theme file."""

    def __init__(self, home: Path) -> None:
        self.file = home / THEMES
        self._folder = home / "history" / "themes"

    def current(self) -> str:
        """The text of the theme file, empty where there is none.

        Raises :class:`~indexer.errors.LexiconError` where it cannot be read.
        """
        return read_text(self.file) if self.file.exists() else ""

    def digest(self) -> str:
        """The hash of what the theme file holds now, be it readable text or not."""
        return _digest(self._said())

    def states(self) -> tuple[State, ...]:
        """All states, oldest first."""
        try:
            names = sorted(path.name for path in self._folder.iterdir())
        except FileNotFoundError:
            return ()
        found = (_state(self._folder / name) for name in names)
        return tuple(state for state in found if state is not None)

    def line(self) -> tuple[State, ...]:
        """The states in force that are not undone, oldest first.

        Before the first one there was no file.
        """
        line: list[State] = []
        for state in self.states():
            digests = [digest_of(""), *(each.digest for each in line)]
            if not state.in_force or state.digest == digests[-1]:
                continue
            if len(digests) > 1 and state.digest == digests[-2]:
                line.pop()
            else:
                line.append(state)
        return tuple(line)

    def is_kept(self, text: str) -> bool:
        """Whether ``text`` is the last state that came into force."""
        line = self.line()
        return digest_of(text) == (line[-1].digest if line else digest_of(""))

    def keep(self, text: str) -> None:
        """Adds a state that came into force, unless it is the last one; may raise ``OSError``."""
        if not self.is_kept(text):
            self._add(text.encode("utf-8"), "")

    def before(self) -> str:
        """The text that an undo brings back.

        That is the last state in force where the file says something else,
        the state before it otherwise.  Raises
        :class:`~indexer.errors.LexiconError` where there is nothing to undo.
        """
        line = self.line()
        texts = ["", *(state.text() for state in line[-2:])]
        if self.digest() != digest_of(texts[-1]):
            return texts[-1]
        if not line:
            raise LexiconError("议题词表还没有改动过，没有可以撤销的", f"词表是 {self.file}")
        return texts[-2]

    def find(self, wanted: str) -> State:
        """The state whose id begins so; raises :class:`~indexer.errors.LexiconError`."""
        found = [state for state in self.states() if state.id.startswith(wanted)]
        if len(found) != 1:
            cause = "有几个版本" if found else "没有版本"
            hint = "请用 zhengsou themes --history 查看全部版本，并写出完整的版本号"
            raise LexiconError(f"{cause}以“{wanted}”开头", hint)
        return found[0]

    def put(self, text: str) -> None:
        """Makes ``text`` the theme file; what it said before is kept; may raise ``OSError``."""
        if self.file.exists():
            said = self._said()
            if _digest(said) not in {state.digest for state in self.states()}:
                self._add(said, _DRAFT)
        if text:
            write_atomically(self.file, text.encode("utf-8"))
        else:
            self.file.unlink(missing_ok=True)

    def _said(self) -> bytes:
        """What the theme file holds now, whether it is readable text or not."""
        return self.file.read_bytes().removeprefix(BOM_UTF8) if self.file.exists() else b""

    def _add(self, data: bytes, kind: str) -> None:
        now = datetime.now(UTC)
        if states := self.states():
            now = max(now, states[-1].at + timedelta(microseconds=1))
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{now.strftime(_TIME)}-{_digest(data)}{kind}.toml"
        write_atomically(path, data)


def digest_of(text: str) -> str:
    """The hash by which a text is known in the history."""
    return _digest(text.encode("utf-8"))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:12]


def read_text(path: Path) -> str:
    """A text file; raises :class:`~indexer.errors.LexiconError` naming it."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise LexiconError(
            f"无法读取 {path}：{error}", "请检查权限，并把文件另存为 UTF-8"
        ) from error


def _state(path: Path) -> State | None:
    """The state that a file holds, ``None`` for a file of another name."""
    stem = path.name.removesuffix(".toml")
    name = stem.removesuffix(_DRAFT)
    stamp, _, digest = name.rpartition("-")
    try:
        at = datetime.strptime(stamp, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return State(stem, at, digest, name == stem, path)
