"""Which records have which text: what leads from a vector to records and back.

Vectors are kept by text.  The *listing* of an index version names its records with the
keys of their texts, in document order; it is made when vectors are, and kept beside them.
It may be behind the index by a commit: a record that is gone by then, or has another text,
is passed over, so nothing wrong is ever shown.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from corpus.files import write_atomically
from corpus.policy import Record
from indexer.semantic.store import key_of

FILE = "records.npz"


def text_of_record(record: Record) -> str:
    """What an encoder reads of a record: its unit, its title, its text."""
    return "\n".join(part for part in (record.unit, record.title, record.body) if part)


@dataclass(frozen=True, slots=True)
class Listing:
    """Records in document order: ids, keys of their texts, and which of them are zones.

    ``version`` is the index version that has them.  An id is the UTF-8 text at
    ``ids[starts[i]:starts[i + 1]]``.
    """

    version: str
    ids: NDArray[np.uint8]
    starts: NDArray[np.int64]
    keys: NDArray[np.uint64]
    zones: NDArray[np.bool_]

    @classmethod
    def of(cls, version: str, records: Iterable[Record]) -> Listing:
        """The listing of some records."""
        ids: list[bytes] = []
        keys: list[int] = []
        zones: list[bool] = []
        for record in records:
            ids.append(record.id.encode("utf-8"))
            keys.append(key_of(text_of_record(record)))
            zones.append(record.kind == "zone")
        starts = np.zeros(len(ids) + 1, np.int64)
        np.cumsum([len(each) for each in ids], out=starts[1:])
        joined = np.frombuffer(b"".join(ids), np.uint8)
        return cls(version, joined, starts, np.array(keys, np.uint64), np.array(zones, np.bool_))

    def id(self, at: int) -> str:
        """The id of a record."""
        return self.ids[self.starts[at] : self.starts[at + 1]].tobytes().decode("utf-8")

    def all_ids(self) -> list[str]:
        """The ids of all records."""
        text, starts = self.ids.tobytes(), self.starts.tolist()
        return [text[a:b].decode("utf-8") for a, b in pairwise(starts)]

    def save(self, folder: Path) -> None:
        """Writes it beside the vectors; raises ``OSError``."""
        file = io.BytesIO()
        version = np.array(self.version)
        np.savez(
            file,
            version=version,
            ids=self.ids,
            starts=self.starts,
            keys=self.keys,
            zones=self.zones,
        )
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / FILE, file.getvalue())


def load_listing(folder: Path) -> Listing | None:
    """The listing that was saved; ``None`` where there is none that can be read."""
    try:
        with np.load(folder / FILE, allow_pickle=False) as kept:
            return Listing(
                str(kept["version"]), kept["ids"], kept["starts"], kept["keys"], kept["zones"]
            )
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
