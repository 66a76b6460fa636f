"""What the upload pages do with files: exactly what the command line does.

A batch's files lie in a folder of their own (:mod:`webapp.admin.upload.staging`), and
that folder is examined and added as ``zhengsou add`` would it, with the same
checks and limits, correction files beside their sources included.  The documents inside of
an archive or a list have theirs in a folder of the batch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpus.document import Refused, Skipped
from corpus.errors import PolicyNotFound
from corpus.evidence import Evidence, LocatedWarning
from corpus.library.duplicate_index import near_duplicates_to_be
from corpus.library.library import Library
from corpus.library.near_duplicates import Fingerprint, NearDuplicate, fingerprint
from corpus.library.review import clash_message, replacement_lines
from corpus.library.writer import Examined
from corpus.library.writer import Outcome as Taken
from corpus.parsing.recognition import ORIGINS, Recognition, report
from corpus.progress import Progress
from indexer.versions.ingest import add_paths, examine_paths
from webapp.admin.jobs import Work
from webapp.admin.upload.staging import Batch, Counterpart, Fact, Outcome, Staging
from webapp.errors import AdminError

#: Documents of one batch that can be looked through on a page.
MOST_SHOWN = 2000
#: Seconds that a batch waits for another writer of the library.
WAIT_SECONDS = 1800


def examination(home: Path, batch: Batch) -> Work:
    """Reads a batch's files and says what each document would become."""
    staging = Staging(home)
    given = [staging.given(batch.id)]

    def stopped() -> bool:
        return staging.is_stopped(batch.id)

    def work(progress: Progress) -> Mapping[str, Any]:
        found: list[Outcome] = []
        new: list[Fingerprint] = []
        examined = examine_paths(home, given, progress=progress, stopped=stopped)
        for done, each in enumerate(examined, 1):
            progress("识别", done, 0)
            if done > MOST_SHOWN:
                raise AdminError(
                    f"这批上传的内容超过 {MOST_SHOWN} 份，网页上不便逐一核对",
                    "请在服务器上用 zhengsou add --dry-run 核对，用 zhengsou add 加入",
                )
            found.append(_examined(each) if isinstance(each, Examined) else _left(each))
            if isinstance(each, Examined) and each.kind != "unchanged":
                new.append(fingerprint(each.parsed))
        pairs = near_duplicates_to_be(home, new, progress)
        return {"outcomes": _with_near_duplicates(home, found, pairs)}

    return work


def _with_near_duplicates(
    home: Path, found: Sequence[Outcome], pairs: Sequence[NearDuplicate]
) -> tuple[Outcome, ...]:
    """The outcomes, each with its near-duplicates in the library and in the batch."""
    if not pairs:
        return tuple(found)
    library = Library.read(home)
    titles = {one.id: one.title for one in found if one.kind in ("added", "updated")}
    counterparts: defaultdict[str, list[Counterpart]] = defaultdict(list)
    for pair in sorted(pairs, key=lambda pair: -pair.similarity):
        for own in {pair.first, pair.second} & titles.keys():
            other = pair.other(own)
            title = titles.get(other) or _title(library, other)
            if title is None:  # removed meanwhile
                continue
            counterparts[own].append(
                Counterpart(other, title, pair.kind, pair.similarity, held=other not in titles)
            )
    return tuple(
        replace(one, near_duplicates=tuple(counterparts[one.id])) if one.id in titles else one
        for one in found
    )


def _title(library: Library, policy_id: str) -> str | None:
    try:
        return library.describe(policy_id).policy.title
    except PolicyNotFound:
        return None


def addition(home: Path, batch: Batch) -> Work:
    """Adds a batch's files to the library, and brings the index up to date."""
    given = [Staging(home).given(batch.id)]

    def work(progress: Progress) -> Mapping[str, Any]:
        def waiting() -> None:
            progress("另一项任务正在写入馆藏，等它完成", 0, 0)

        intake = add_paths(home, given, progress=progress, on_wait=waiting, wait=WAIT_SECONDS)
        taken = [*intake.added, *intake.updated, *intake.unchanged]
        left: list[Refused | Skipped] = [*intake.refused, *intake.skipped]
        return {"outcomes": (*map(_taken, taken), *map(_left, left))}

    return work


def _examined(found: Examined) -> Outcome:
    recognised = report(found.parsed)
    policy = found.parsed.policy
    notes = [_warning(warning) for warning in recognised.warnings]
    if found.outcome.clash:
        notes.insert(0, Fact(clash_message(found.outcome.clash, policy), ""))
    if found.outcome.earlier:
        message = f"内容是“{policy.id}”以前的第 {found.outcome.earlier} 个状态，不会替换现在的"
        notes.insert(0, Fact(message, ""))
    return Outcome(
        name=found.label,
        kind=found.kind,
        id=policy.id,
        title=policy.title,
        facts=tuple(_facts(recognised)),
        notes=tuple(notes),
        replaces=tuple(replacement_lines(found.replaces)) if found.replaces else (),
    )


def _facts(recognised: Recognition) -> Iterator[Fact]:
    """What was recognised and what was not, with the words that it was read from."""
    for field in recognised.fields:
        place = ORIGINS.get(field.origin or "", "")
        yield _fact(field.label, field.value or "", place, field.evidence)
    for table in recognised.tables:
        columns = f"{'、'.join(table.columns)}，" if table.columns else ""
        place = f"正文第 {table.line} 行起" if table.line else ""
        yield Fact(table.label, f"{columns}{table.rows} 行", place)
    for name in recognised.attachments:
        yield Fact("附件", name)
    yield Fact("记录", f"实验区 {recognised.zones} 条，正文段落 {recognised.passages} 条")
    for n, unit in recognised.unresolved:
        yield Fact("查不到的单位", f"第 {n} 行“{unit}”")


def _fact(label: str, value: str, place: str, evidence: Evidence | None) -> Fact:
    if evidence is None or evidence.line is None:
        return Fact(label, value, place)
    place = f"{place}第 {evidence.line} 行"
    return Fact(label, value, place, evidence.before, evidence.words, evidence.after)


def _warning(warning: LocatedWarning) -> Fact:
    return _fact(warning.message, "", "正文" if warning.evidence else "", warning.evidence)


def _taken(found: Taken) -> Outcome:
    policy = found.policy
    facts = (Fact("记录", f"{found.made.records} 条"),)
    return Outcome(policy.source, found.kind, policy.id, policy.title, facts)


def _left(found: Refused | Skipped) -> Outcome:
    if isinstance(found, Skipped):
        return Outcome(found.name, "skipped", notes=(Fact(found.reason, ""),))
    notes = (Fact(text, "") for text in (found.error.message, found.error.hint) if text)
    return Outcome(found.name, "refused", notes=tuple(notes))
