"""What the upload pages do with files: exactly what the command line does.

A batch's files lie in a folder of their own (:mod:`webapp.admin.staging`), and
that folder is examined and added as ``zhengsou add`` would it, correction files
beside their sources included.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corpus.accession import Examined
from corpus.accession import Outcome as Taken
from corpus.reading import Refused
from indexer.intake import add_paths, examine_paths
from webapp.admin.jobs import Task, Tell
from webapp.admin.staging import Batch, Outcome, Staging
from webapp.errors import AdminError

#: Documents of one batch whose report is shown; all of them are added.
MOST_SHOWN = 2000


def examination(home: Path, batch: Batch) -> Task:
    """Reads a batch's files and says what each document would become."""
    folder = Staging(home).files(batch.id)

    def task(tell: Tell) -> tuple[Outcome, ...]:
        found: list[Outcome] = []
        for done, each in enumerate(examine_paths(home, [folder]), 1):
            tell("识别", done, 0)
            if done > MOST_SHOWN:
                raise AdminError(
                    f"这批文件里有 {MOST_SHOWN} 份以上的文件，网页上不便逐一核对",
                    "请在服务器上用 zhengsou add --dry-run 核对，用 zhengsou add 加入",
                )
            found.append(_refused(each) if isinstance(each, Refused) else _examined(each))
        return tuple(found)

    return task


def addition(home: Path, batch: Batch) -> Task:
    """Adds a batch's files to the library, and brings the index up to date."""
    folder = Staging(home).files(batch.id)

    def task(tell: Tell) -> tuple[Outcome, ...]:
        def progress(message: str, done: int, total: int) -> None:
            tell(message, done, total)

        intake = add_paths(home, [folder], progress=progress)
        taken = (*intake.added, *intake.updated, *intake.unchanged)
        return (*map(_taken, taken), *map(_refused, intake.refused))

    return task


def _examined(found: Examined) -> Outcome:
    report = recognise(found.parsed)
    facts = tuple((item.label, item.value or "") for item in report.items)
    notes = tuple(warning.message for warning in found.parsed.warnings)
    policy = found.parsed.policy
    return Outcome(policy.source, found.kind, policy.id, policy.title, facts, notes)


def _taken(found: Taken) -> Outcome:
    policy = found.policy
    facts = (("记录", str(found.made.records)),)
    return Outcome(policy.source, found.kind, policy.id, policy.title, facts)


def _refused(found: Refused) -> Outcome:
    notes: Sequence[str] = (found.error.message, found.error.hint)
    return Outcome(found.name, "refused", notes=tuple(filter(None, notes)))
