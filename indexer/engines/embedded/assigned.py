"""Themes that records were given after the index was written.

Nothing that is searched or ranked depends on a theme, so a change of the
themes touches no posting: what is assigned anew lies beside the index as
``assigned.json``, record id → theme → evidence, and stands in place of what is
stored.  The next full build leaves no such file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from corpus.files import write_atomically
from indexer.results.model import Evidence, IndexRecord

_FILE = "assigned.json"

#: The themes of a record with their evidence, the weightiest first.
Themes = Mapping[str, tuple[Evidence, ...]]


@dataclass(frozen=True, slots=True)
class Assigned:
    """The themes of some records by record id; immutable, threads may share it."""

    themes: Mapping[str, Themes] = field(default_factory=dict)

    @classmethod
    def open(cls, directory: Path) -> Assigned:
        """What lies in a directory; raises ``OSError`` or ``ValueError`` if it is damaged."""
        path = directory / _FILE
        if not path.exists():
            return cls()
        rows = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            {
                record: {
                    name: tuple(Evidence(*piece) for piece in evidence)
                    for name, evidence in themes.items()
                }
                for record, themes in rows.items()
            }
        )

    def save(self, directory: Path) -> None:
        """Writes the file, if there is anything in it; raises ``OSError``."""
        path = directory / _FILE
        if not self.themes:
            path.unlink(missing_ok=True)
            return
        rows = {
            record: {
                name: [list(asdict(piece).values()) for piece in evidence]
                for name, evidence in themes.items()
            }
            for record, themes in self.themes.items()
        }
        # Another index version may share the old file: it is replaced, not written into.
        data = json.dumps(rows, ensure_ascii=False).encode("utf-8")
        write_atomically(path, data, durable=False)

    def changed(self, without: Iterable[str], more: Mapping[str, Themes]) -> Assigned:
        """The same, less the records that were written anew, plus ``more``."""
        gone = set(without)
        kept = {record: themes for record, themes in self.themes.items() if record not in gone}
        return Assigned({**kept, **more})

    def apply(self, entry: IndexRecord) -> IndexRecord:
        """The record with the themes that it has now."""
        themes = self.themes.get(entry.record.id)
        return entry if themes is None else replace(entry, themes=themes)
