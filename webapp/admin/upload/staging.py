"""Uploaded files on their way into the library: kept on disk, step by step.

    <home>/admin/uploads/<batch>/batch.json     what it holds and how far it is
    <home>/admin/uploads/<batch>/stop           there while its work is asked to stop
    <home>/admin/uploads/<batch>/files/…        the files, under names that any system can keep
    <home>/admin/uploads/<batch>/corrections/…  what is corrected of the documents inside of files

A :class:`Batch` is a value; every change replaces ``batch.json`` in one step, so
that whichever worker process answers the next request sees it:

    received -> examining -> examined -> adding -> done
                                   \\-> failed (may be tried again)

Nothing of a batch is in the library before it is confirmed.  Batches are deleted
when they are done with, at the latest after :data:`KEPT`.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from pathvalidate import sanitize_filename

from corpus.files import write_atomically
from corpus.library.ingest import Uploaded
from webapp.admin.heartbeat import is_silent, now, unwritable
from webapp.errors import NotHere
from webapp.web.languages import gettext as _

#: How long a batch that nobody confirms is kept.
KEPT = timedelta(days=7)
_ID = re.compile("[0-9a-f]{16}")
_LONGEST_NAME = 120
_CHUNK = 1 << 20
BUSY = ("examining", "adding")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a batch: its name as given, its name on disk, and its bytes."""

    name: str
    stored: str
    size: int


@dataclass(frozen=True, slots=True)
class Fact:
    """What was recognised: a label and its value, which is empty where nothing was found.

    ``place`` says where, ``words`` are those of the text that the value was read from, with
    what stands ``before`` and ``after`` them on their line.
    """

    label: str
    value: str
    place: str = ""
    before: str = ""
    words: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A near-duplicate of a document; ``held`` where it is in the library already."""

    id: str
    title: str
    kind: str
    similarity: float
    held: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became, or would become, of one document.

    ``kind`` is ``added``, ``updated``, ``unchanged``, ``refused`` or ``skipped``;
    ``facts`` are what was recognised; ``notes`` the warnings, with their place as a fact;
    ``replaces`` what an update would replace, line by line; ``near_duplicates`` come with
    the most similar first.
    """

    name: str
    kind: str
    id: str = ""
    title: str = ""
    facts: tuple[Fact, ...] = ()
    notes: tuple[Fact, ...] = ()
    replaces: tuple[str, ...] = ()
    near_duplicates: tuple[Counterpart, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that were uploaded together.  Times are UTC, ISO 8601."""

    id: str
    created_at: str
    files: tuple[Upload, ...]
    state: str = "received"
    step: str = ""
    done: int = 0
    total: int = 0
    seen_at: str = ""
    message: str = ""
    hint: str = ""
    outcomes: tuple[Outcome, ...] = ()

    @property
    def is_stalled(self) -> bool:
        """Whether a step is under way, but its heartbeat has stopped."""
        return self.state in BUSY and is_silent(self.seen_at)

    @property
    def is_running(self) -> bool:
        """Whether a step is under way."""
        return self.state in BUSY and not self.is_stalled

    def count(self, *kinds: str) -> int:
        """How many documents came, or would come, to one of these ends."""
        return sum(outcome.kind in kinds for outcome in self.outcomes)


class Staging:
    """The batches of one home."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "admin" / "uploads"

    def receive(self, files: Iterable[tuple[str, IO[bytes]]]) -> Batch:
        """Keeps uploaded files, given as name and stream, as a new batch.

        Raises :class:`~webapp.errors.AdminError` where they cannot be kept.
        """
        batch = Batch(secrets.token_hex(8), now(), ())
        folder = self.files(batch.id)
        try:
            folder.mkdir(parents=True)
            uploads = tuple(_keep(folder, name, stream) for name, stream in files)
        except OSError as error:
            shutil.rmtree(self.folder / batch.id, ignore_errors=True)
            raise unwritable(self.folder, error) from error
        return self.put(replace(batch, files=uploads))

    def stop(self, batch_id: str) -> None:
        """Asks whoever recognises the batch's scans to stop; finished pages are kept."""
        self.get(batch_id)
        try:
            self._stop_file(batch_id).touch()
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def is_stopped(self, batch_id: str) -> bool:
        """Whether the work on a batch is to stop."""
        return self._stop_file(batch_id).exists()

    def go_on(self, batch_id: str) -> None:
        """Takes back what :meth:`stop` asked for."""
        self._stop_file(batch_id).unlink(missing_ok=True)

    def _stop_file(self, batch_id: str) -> Path:
        return self.folder / batch_id / "stop"

    def files(self, batch_id: str) -> Path:
        """The folder of a batch's files."""
        return self.folder / batch_id / "files"

    def given(self, batch_id: str) -> Uploaded:
        """A batch's files with their corrections, as they are examined and added."""
        return Uploaded(self.files(batch_id), self.folder / batch_id / "corrections")

    def get(self, batch_id: str) -> Batch:
        """A batch as it is now; raises :class:`~webapp.errors.NotHere`."""
        path = self.folder / batch_id / "batch.json"
        try:
            if not _ID.fullmatch(batch_id):
                raise FileNotFoundError
            return _from_json(path.read_bytes())
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise NotHere(
                _("没有这批上传的文件，可能已加入馆藏或被丢弃"), _("请在管理页查看，或重新上传")
            ) from error

    def put(self, item: Batch) -> Batch:
        """Keeps a batch's new state, and gives it back with the time."""
        batch = replace(item, seen_at=now())
        path = self.folder / batch.id / "batch.json"
        try:
            data = json.dumps(asdict(batch), ensure_ascii=False).encode("utf-8", "replace")
            write_atomically(path, data)
        except OSError as error:
            raise unwritable(path.parent, error) from error
        return batch

    def discard(self, batch_id: str) -> None:
        """Throws a batch and its files away."""
        if _ID.fullmatch(batch_id):
            shutil.rmtree(self.folder / batch_id, ignore_errors=True)

    def batches(self) -> tuple[Batch, ...]:
        """All batches, newest first; those past their time are deleted."""
        if not self.folder.is_dir():
            return ()
        found = []
        for folder in self.folder.iterdir():
            try:
                batch = self.get(folder.name)
            except NotHere:
                continue
            if datetime.now(UTC) - datetime.fromisoformat(batch.created_at) > KEPT:
                self.discard(batch.id)
            else:
                found.append(batch)
        return tuple(sorted(found, key=lambda batch: batch.created_at, reverse=True))


def _keep(folder: Path, name: str, stream: IO[bytes]) -> Upload:
    """Copies a stream into a file of a name like its own, that is not there yet."""
    stored = _free_name(folder, name)
    with (folder / stored).open("xb") as file:
        shutil.copyfileobj(stream, file, _CHUNK)
        return Upload(name, stored, file.tell())


def _free_name(folder: Path, name: str) -> str:
    """``name`` as any system can keep it, without folders; numbered where it is taken."""
    bare = re.split(r"[/\\]", name)[-1]
    clean = sanitize_filename(bare, platform="universal", max_len=255).strip(" .") or "文件"
    stem, dot, extension = clean.rpartition(".")
    if not dot:
        stem, extension = clean, ""
    stem, tail = stem[:_LONGEST_NAME], f"{dot}{extension[:20]}"
    candidate, suffix = f"{stem}{tail}", 2
    while (folder / candidate).exists():
        candidate, suffix = f"{stem} ({suffix}){tail}", suffix + 1
    return candidate


def _from_json(data: bytes) -> Batch:
    values = json.loads(data.decode("utf-8"))
    files = tuple(Upload(**each) for each in values.pop("files"))
    outcomes = tuple(_outcome(each) for each in values.pop("outcomes"))
    return Batch(**values, files=files, outcomes=outcomes)


def _outcome(values: dict[str, Any]) -> Outcome:
    facts = tuple(Fact(**each) for each in values.pop("facts"))
    notes = tuple(Fact(**each) for each in values.pop("notes"))
    replaces = tuple(map(str, values.pop("replaces")))
    near = tuple(Counterpart(**each) for each in values.pop("near_duplicates"))
    return Outcome(**values, facts=facts, notes=notes, replaces=replaces, near_duplicates=near)
