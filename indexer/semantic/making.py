"""Making vectors: in the background, as long as it takes, and never twice.

A pass lists the records of the current index version, and encodes the texts that have no
vector yet: zones first, then the newest policies.  Each batch is written before the next,
so a pass that is broken off loses a few seconds, and what there is is used at once.  Where
the index changes under way, the pass begins again with its records.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.files import reason_of
from corpus.policy import Policy, Record, first_day
from corpus.progress import Progress, silent
from indexer.engines.base import IndexReader
from indexer.semantic.configuration import configuration, no_encoder
from indexer.semantic.encoder import Encoder, SemanticError
from indexer.semantic.listing import Listing, load_listing, text_of_record
from indexer.semantic.store import PROBE, VectorStore, key_of

BATCH = 16
#: What the progress is called.
ENCODING = "计算向量"


class SemanticBusy(SemanticError):
    """Another process makes the vectors of this home."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a pass did: records, texts encoded now, and whether all records have vectors."""

    records: int
    encoded: int
    complete: bool


def encoder_of(home: Path) -> Encoder:
    """The encoder that is set for a home; raises :class:`SemanticError` where there is none."""
    chosen = configuration(home)
    if chosen is None:
        raise no_encoder()
    return chosen.load()


def make_vectors(
    folder: Path,
    encoder: Encoder,
    reader: IndexReader,
    progress: Progress = silent,
    stopped: Callable[[], bool] = lambda: False,
    first: Sequence[str] = (),
) -> Made:
    """One pass over an index version; ``stopped`` is asked before each batch.

    ``folder`` is that of all vectors of the home.  Records with the ids ``first`` come first,
    in that order.  Raises :class:`SemanticError`,
    :class:`SemanticBusy` where another process is at it.
    """
    with _locked(folder):
        store = VectorStore(folder, encoder.identity)
        store.begin(encoder.passages([PROBE])[0])
        listing = _listed(folder, reader)
        missing = _missing(store, reader, listing, first)
        progress(ENCODING, len(listing.keys) - len(missing), len(listing.keys))
        done = 0
        for at in range(0, len(missing), BATCH):
            if stopped():
                return Made(len(listing.keys), done, False)
            batch = missing[at : at + BATCH]
            store.append([key for key, _ in batch], encoder.passages([text for _, text in batch]))
            done += len(batch)
            left = len(missing) - done
            progress(ENCODING, len(listing.keys) - left, len(listing.keys))
        return Made(len(listing.keys), done, True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "lock", timeout=0):
            yield
    except Timeout as error:
        raise SemanticBusy("另一个进程正在计算向量", "等它完成即可；检索不受影响") from error
    except OSError as error:
        raise SemanticError(
            f"向量没有写下：{reason_of(error)}", "请检查磁盘空间和主目录的权限"
        ) from error


def _listed(folder: Path, reader: IndexReader) -> Listing:
    """The listing of this version, made where it is not there yet."""
    version = reader.info.version
    kept = load_listing(folder)
    if kept is not None and kept.version == version and len(kept.keys) == reader.info.records:
        return kept
    listing = Listing.of(version, (found.record.record for found in reader.scan()))
    listing.save(folder)
    return listing


def _missing(
    store: VectorStore, reader: IndexReader, listing: Listing, first: Sequence[str]
) -> list[tuple[int, str]]:
    """Keys and texts that have no vector, in the order in which they are to be encoded."""
    rows = store.open().places(listing.keys)
    lacking = {int(key) for key in listing.keys[rows < 0]}
    if not lacking:
        return []
    places = {each: at for at, each in enumerate(first)}
    texts: dict[int, tuple[tuple[object, ...], str]] = {}
    for found in reader.scan():
        text = text_of_record(found.record.record)
        key = key_of(text)
        if key in lacking and key not in texts and text:
            place = places.get(found.id, len(first))
            texts[key] = ((place, *_urgency(found.record.record, found.record.policy)), text)
    order = sorted(texts, key=lambda key: texts[key][0])
    return [(key, texts[key][1]) for key in order]


def _urgency(record: Record, policy: Policy) -> tuple[object, ...]:
    """Zones first, then by the policy's date, the newest first; the order of records stays."""
    day = first_day(policy.date).replace("-", "") if policy.date else "0"
    return (record.kind != "zone", -int(day))
