"""What the upload pages do with files: exactly what the command line does."""

from __future__ import annotations

from pathlib import Path

from corpus.errors import CorpusError
from corpus.library import Library
from corpus.notice import parse
from corpus.sources import extensions, read_source
from indexer.build import build_index
from webapp.admin.jobs import Task, Tell
from webapp.admin.staging import Batch, Outcome, Staging

__all__ = ["MAX_FILE", "addition", "examination", "extensions", "readable_size"]

MAX_FILE = 200 * 1024 * 1024


def readable_size(size: int) -> str:
    """``size`` bytes as one says it: 200 MB."""
    return f"{size // 2**20} MB"


def examination(home: Path, batch: Batch) -> Task:
    def task(tell: Tell) -> tuple[Outcome, ...]:
        found = []
        for done, upload in enumerate(batch.files, 1):
            try:
                source = read_source(Staging(home).files(batch.id) / upload.stored)
            except CorpusError as error:
                found.append(Outcome(upload.name, "refused", notes=(error.message, error.hint)))
            else:
                parsed = parse(source.text, source=upload.name, sha256=source.sha256)
                facts = (("标题", parsed.policy.title), ("发文字号", parsed.policy.number or ""))
                found.append(
                    Outcome(upload.name, "new", parsed.policy.id, parsed.policy.title, facts)
                )
            tell("识别", done, len(batch.files))
        return tuple(found)

    return task


def addition(home: Path, batch: Batch) -> Task:
    def task(tell: Tell) -> tuple[Outcome, ...]:
        for upload in batch.files:
            Library.open(home).add(Staging(home).files(batch.id) / upload.stored)
        build_index(home, progress=lambda m, d, t: tell(m, d, t))
        return batch.outcomes

    return task
