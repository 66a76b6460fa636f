"""Making index versions: whole, or from the version before.

:func:`build` reads every record of the library.  :func:`advance` shares the
files of the version before and touches only what changed: policies that are
gone or something else now are deleted, new ones are analysed and added, and
where the themes changed, the records that gain, lose or owe a theme to other
evidence are given them anew.  Both make a new directory and switch to it
(:mod:`indexer.versions.store`), so whoever is searching keeps the version before.

A record's place in the document order is the number of its policy in the
library and its own place in the policy, so that nothing has to be numbered
anew when another policy changes.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.files import reason_of
from corpus.library.library import Held, Library
from corpus.progress import Progress, silent
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.errors import EngineError
from indexer.linguistics import Linguistics, save_vocabulary
from indexer.results.model import Evidence, IndexInfo, IndexRecord
from indexer.suggest.completion import build_suggestions
from indexer.themes.in_force import save_themes
from indexer.versions.contents import Contents
from indexer.versions.store import IndexStore, Version

#: No policy has more records than this.
RECORDS_IN_POLICY = 2**24
#: Up to so many records the suggestions are made anew with each version …
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
    directory = materials.store.new_directory(materials.name)
    held = {each.policy.id: each for each in materials.library.held()}
    counts: dict[str, int] = {}

    def fill(engine: EmbeddedEngine) -> None:
        engine.add(_counted(materials, held, counts, progress))

    return _write(materials, directory, fill, lambda: _contents(held, counts), None, progress)


def advance(materials: Materials, base: Version, before: Contents, progress: Progress) -> Version:
    """A new version that goes on from ``base``, which holds ``before``."""
    held = {each.policy.id: each for each in materials.library.held()}
    gone, new = before.gone(held), before.new(held)
    directory = materials.store.derive(base, materials.name)
    counts = {policy_id: count for policy_id, (_, count) in before.policies.items()}
    lost = sum(counts.pop(policy_id) for policy_id in gone)
    kept = sum(counts.values())

    def fill(engine: EmbeddedEngine) -> None:
        if base.manifest.stamp != materials.linguistics.stamp:
            engine.reassign(_reassigned(engine, materials.linguistics, kept + lost, progress))
        for policy_id in gone:
            engine.delete(policy_id)
        if new:
            fresh = {policy_id: held[policy_id] for policy_id in new}
            engine.add(_counted(materials, fresh, counts, progress))

    def contents() -> Contents:
        changed = before.behind + lost + sum(counts.values()) - kept
        return _contents(held, counts, changed)

    return _write(materials, directory, fill, contents, base, progress)


def _contents(held: Mapping[str, Held], counts: Mapping[str, int], behind: int = 0) -> Contents:
    policies = {
        policy_id: (each.fingerprint, counts.get(policy_id, 0)) for policy_id, each in held.items()
    }
    return Contents(policies, behind)


def _counted(
    materials: Materials, held: Mapping[str, Held], counts: dict[str, int], progress: Progress
) -> Iterator[IndexRecord]:
    """The records of some policies; notes how many each has."""
    counts.update(dict.fromkeys(held, 0))
    for record in prepare(materials.library, materials.linguistics, progress, held):
        counts[record.policy.id] += 1
        yield record


def _reassigned(
    engine: EmbeddedEngine, known: Linguistics, total: int, progress: Progress
) -> dict[str, dict[str, tuple[Evidence, ...]]]:
    """The records whose themes, their order or their evidence changed, with the new ones."""
    changed = {}
    for done, entry in enumerate(engine.records(), 1):
        themes = known.themes.assign(entry.record)
        if list(themes.items()) != list(entry.themes.items()):
            changed[entry.record.id] = themes
        progress("更新议题", done, total)
    return changed


def _write(
    materials: Materials,
    directory: Path,
    fill: Callable[[EmbeddedEngine], None],
    contents: Callable[[], Contents],
    base: Version | None,
    progress: Progress,
) -> Version:
    """Fills an engine in ``directory`` and makes it the current version."""
    known, name = materials.linguistics, materials.name
    built_at = datetime.now(UTC).isoformat(timespec="seconds")
    info = IndexInfo(name, built_at, 0, known.stamp)
    engine = EmbeddedEngine(directory, info, known.analyzer)
    done = False
    try:
        fill(engine)
        progress("写入索引", 0, 0)  # on a large library, half of the whole work
        engine.commit()
        holds = contents()
        save_vocabulary(known.vocabulary, directory)
        save_themes(known.themes, directory)
        themes_changed = base is not None and base.manifest.stamp != known.stamp
        if base is None or themes_changed or _needs_suggestions(holds):
            build_suggestions(directory, engine, known)
            holds = Contents(holds.policies)
        holds.save(directory)
        done = True
    except OSError as error:
        raise EngineError(
            f"写入索引失败：{reason_of(error)}。检索仍用原来的索引",
            "请检查磁盘空间与目录权限后再试",
        ) from error
    finally:
        engine.close()
        if not done:
            shutil.rmtree(directory, ignore_errors=True)
    info = IndexInfo(name, built_at, holds.records, known.stamp)
    library, analysis = materials.library.version, known.analysis_stamp
    return materials.store.publish(directory, info, library, analysis, base)


def _needs_suggestions(holds: Contents) -> bool:
    """Whether what is suggested must be made anew, for the changes since it was."""
    if holds.records <= _SUGGESTED_AT_ONCE:
        return True
    return holds.behind > _SUGGESTIONS_BEHIND * holds.records


def prepare(
    library: Library,
    known: Linguistics,
    progress: Progress = silent,
    held: Mapping[str, Held] | None = None,
) -> Iterator[IndexRecord]:
    """Records of the library with policy, order, themes and keywords.

    ``held`` are the policies whose records are wanted, by default all.
    """
    if held is None:
        held = {each.policy.id: each for each in library.held()}
    for done, document in enumerate(library.documents(held), 1):
        first = held[document.policy.id].serial * RECORDS_IN_POLICY
        for at, record in enumerate(document.records):
            yield IndexRecord(
                record=record,
                policy=document.policy,
                order=first + at,
                themes=known.themes.assign(record),
                keywords=known.keywords.extract(record.title, record.body),
            )
        progress("建立索引", done, len(held))
