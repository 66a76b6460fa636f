"""Making index versions: whole, or from the version before.

:func:`build` reads every record of the library.  :func:`advance` goes on from
the version before and touches only what changed: policies that are gone or
something else now are deleted, new ones are analysed and added, and where the
themes changed, the records that gain, lose or owe a theme to other evidence are
given the new ones.  Both write a new version and switch to it
(:mod:`indexer.versions.store`), so a search that is under way keeps its version.

A record's place in the document order is the number of its policy in the
library and its own place in the policy, so that no number changes when another
policy does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from corpus.files import reason_of
from corpus.library.duplicate_index import DuplicateIndex
from corpus.library.library import Held, Library
from corpus.policy import ParsedPolicy
from corpus.progress import Progress, silent
from indexer.engines.base import IndexWriter, PolicyRecords, Themes
from indexer.errors import EngineError
from indexer.linguistics import VOCABULARY, Linguistics, dump_vocabulary
from indexer.results.model import IndexInfo
from indexer.results.record import IndexRecord
from indexer.suggest.completion import build_suggestions
from indexer.suggest.term_book import TERM_BOOK
from indexer.themes.in_force import KEPT_THEMES, dump_themes
from indexer.versions.contents import CONTENTS, Contents
from indexer.versions.store import IndexStore, Version

#: No policy has more records than this.
RECORDS_IN_POLICY = 2**24
#: Up to so many records the suggestions are made again with each version …
_SUGGESTED_AT_ONCE = 20_000
#: … and beyond it when this share of the records changed: making them reads the whole index.
_SUGGESTIONS_BEHIND = 0.1


@dataclass(frozen=True, slots=True)
class Materials:
    """What a version is made of, and where it goes."""

    library: Library
    linguistics: Linguistics
    store: IndexStore

    @property
    def name(self) -> str:
        """The version's name: the same content under the same analysis has the same one.

        So it can be cited, and a result repeated.
        """
        known = f"{self.library.version}\0{self.linguistics.stamp}"
        return hashlib.sha256(known.encode()).hexdigest()[:12]


def build(materials: Materials, progress: Progress) -> Version:
    """A new version, made of every record of the library."""
    held = {each.policy.id: each for each in materials.library.held()}
    counts: dict[str, int] = {}
    duplicates = DuplicateIndex(materials.library)

    def fill(writer: IndexWriter) -> None:
        writer.add(_counted(materials, held, counts, duplicates, progress))

    parts = _Parts(fill, lambda: _contents(held, counts), duplicates)
    return _write(materials, parts, None, progress)


def advance(materials: Materials, base: Version, before: Contents, progress: Progress) -> Version:
    """A new version that goes on from ``base``, which holds ``before``."""
    held = {each.policy.id: each for each in materials.library.held()}
    gone, new = before.gone(held), before.new(held)
    counts = {policy_id: count for policy_id, (_, count) in before.policies.items()}
    lost = sum(counts.pop(policy_id) for policy_id in gone)
    kept = sum(counts.values())
    duplicates = DuplicateIndex(materials.library)

    def fill(writer: IndexWriter) -> None:
        if base.manifest.stamp != materials.linguistics.stamp:
            writer.reassign(_reassigned(materials, base, kept + lost, progress))
        for policy_id in gone:
            writer.delete(policy_id)
        if new:
            fresh = {policy_id: held[policy_id] for policy_id in new}
            writer.add(_counted(materials, fresh, counts, duplicates, progress))

    def contents() -> Contents:
        changed = before.behind + lost + sum(counts.values()) - kept
        return _contents(held, counts, changed)

    return _write(materials, _Parts(fill, contents, duplicates), base, progress)


def _contents(held: Mapping[str, Held], counts: Mapping[str, int], behind: int = 0) -> Contents:
    policies = {
        policy_id: (each.fingerprint, counts.get(policy_id, 0)) for policy_id, each in held.items()
    }
    return Contents(policies, behind)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What fills a version, what it then holds, and the near-duplicates in its library."""

    fill: Callable[[IndexWriter], None]
    contents: Callable[[], Contents]
    duplicates: DuplicateIndex


def _counted(
    materials: Materials,
    held: Mapping[str, Held],
    counts: dict[str, int],
    duplicates: DuplicateIndex,
    progress: Progress,
) -> Iterator[PolicyRecords]:
    """Some policies with their records; notes how many each has, and what it looks like."""
    counts.update(dict.fromkeys(held, 0))
    known = materials.linguistics
    for policy in prepare(materials.library, known, progress, held, duplicates.note):
        counts[policy.policy.id] = len(policy.records)
        yield policy


def _reassigned(
    materials: Materials, base: Version, total: int, progress: Progress
) -> dict[str, Themes]:
    """The records whose themes, their order or their evidence changed, with the new ones."""
    known = materials.linguistics
    changed: dict[str, Themes] = {}
    reader = materials.store.engine(known.analyzer).open(base.name)
    try:
        for done, found in enumerate(reader.scan(), 1):
            themes = known.themes.assign(found.record.record)
            if list(themes.items()) != list(found.record.themes.items()):
                changed[found.id] = themes
            progress("更新议题", done, total)
    finally:
        reader.close()
    return changed


def _write(
    materials: Materials, parts: _Parts, base: Version | None, progress: Progress
) -> Version:
    """Writes a new version and makes it the current one."""
    known, store = materials.linguistics, materials.store
    name = store.new_name(materials.name)
    writer = store.engine(known.analyzer).create(name, base.name if base else None)
    try:
        parts.fill(writer)
        progress("写入索引", 0, 0)  # on a large library, half of the whole work
        reader = writer.flush()
        holds = parts.contents()
        writer.fold(parts.duplicates.families(progress))
        themes_changed = base is not None and base.manifest.stamp != known.stamp
        if base is None or themes_changed or _needs_suggestions(holds):
            writer.write(TERM_BOOK, build_suggestions(reader, known))
            holds = Contents(holds.policies)
        writer.write(CONTENTS, holds.dumps())
        writer.write(VOCABULARY, dump_vocabulary(known.vocabulary))
        writer.write(KEPT_THEMES, dump_themes(known.themes))
        built_at = datetime.now(UTC).isoformat(timespec="seconds")
        info = IndexInfo(materials.name, built_at, holds.records, known.stamp)
        writer.commit(info, materials.library.version, known.analysis_stamp)
    except OSError as error:
        raise EngineError(
            f"写入索引失败：{reason_of(error)}。检索仍用原来的索引",
            "请检查磁盘空间与目录权限后再试",
        ) from error
    finally:
        writer.abort()
    return store.publish(name)


def _needs_suggestions(holds: Contents) -> bool:
    """Whether what is suggested must be made again, for the changes since it was."""
    if holds.records <= _SUGGESTED_AT_ONCE:
        return True
    return holds.behind > _SUGGESTIONS_BEHIND * holds.records


def text_of_file(document: ParsedPolicy) -> tuple[str, int]:
    """A policy's text as a reader of its file goes through it, and where the places count from.

    A title that only a field of the source gives stands before the text.
    """
    title = next((each for each in document.findings if each.field == "title"), None)
    if title is None or title.origin != "stated" or title.value in document.text:
        return document.text, 0
    return f"{title.value}\n{document.text}", len(title.value) + 1


def prepare(
    library: Library,
    known: Linguistics,
    progress: Progress = silent,
    held: Mapping[str, Held] | None = None,
    note: Callable[[ParsedPolicy], None] = lambda document: None,
) -> Iterator[PolicyRecords]:
    """Policies of the library, their records with order, themes and keywords.

    ``held`` are the policies that are asked for, by default all.  ``note`` gets each as it
    is read.
    """
    if held is None:
        held = {each.policy.id: each for each in library.held()}
    for done, document in enumerate(library.documents(held), 1):
        note(document)
        policy = document.policy
        first = held[policy.id].serial * RECORDS_IN_POLICY
        records = tuple(
            IndexRecord(
                record=record,
                policy=policy,
                order=first + at,
                themes=known.themes.assign(record),
                keywords=known.keywords.extract(record.title, record.body),
            )
            for at, record in enumerate(document.records)
        )
        yield PolicyRecords(policy, records, *text_of_file(document))
        progress("建立索引", done, len(held))
