"""Writing one index version into one new directory.

There is one commit protocol.  Everything goes into a new directory: segments,
side data, Whoosh's table of contents, which is written once.  All files are
flushed to the disk, then the manifest with their SHA-256, which makes the
directory a version.  The store of versions points to it afterwards, atomically
(:mod:`indexer.versions.store`).

A version that goes on from another shares the files that did not change, by
hard link where the file system has them.  No file is written into again, so
neither version can change the other; their hashes are taken over.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from corpus.files import sync_directory
from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import Arrays, PolicyRecords, Themes
from indexer.engines.embedded.codec.segment_writer import INDEX_NAME, SegmentWriter
from indexer.engines.embedded.documents.groups import FAMILIES, dump_families
from indexer.engines.embedded.manifest import (
    FORMAT,
    Manifest,
    is_passing,
    program,
    verified,
    write_manifest,
)
from indexer.engines.embedded.opened import open_segments
from indexer.engines.embedded.reader import ARRAYS_EXTENSION, EmbeddedReader
from indexer.engines.embedded.segments.array_file import write_arrays
from indexer.engines.embedded.verification import STAMP, sha256_of, signature_of, since_of, stamp
from indexer.results.model import IndexInfo


class EmbeddedWriter:
    """Fills ``directory``, which must not exist; goes on from the version in ``base``.

    Raises :class:`~indexer.errors.IndexDamaged` where the base is not sound,
    ``OSError`` where nothing can be written.
    """

    def __init__(self, directory: Path, analyzer: Analyzer, base: Path | None) -> None:
        self._directory = directory
        self._analyzer = analyzer
        self._base = base
        self._held = verified(base) if base else None
        directory.mkdir(parents=True)
        storage = FileStorage(str(directory))
        if base:
            base_storage = FileStorage(str(base), readonly=True)
            segments = TOC.read(base_storage, INDEX_NAME).segments
            self._segments = SegmentWriter(storage, analyzer, segments, base_storage)
        else:
            self._segments = SegmentWriter(storage, analyzer)
        self._shared: set[str] = set()
        self._reader: EmbeddedReader | None = None
        self._committed = False

    def add(self, policies: Iterable[PolicyRecords]) -> None:
        for policy in policies:
            self._segments.add(policy)

    def delete(self, policy_id: str) -> None:
        self._segments.delete(policy_id)

    def reassign(self, themes: Mapping[str, Themes]) -> None:
        self._segments.reassign(themes)

    def fold(self, families: Iterable[Sequence[str]]) -> None:
        self.write(FAMILIES, dump_families(families))

    def flush(self) -> EmbeddedReader:
        if self._reader is None:
            writer = self._segments
            segments = writer.finish()
            files = [(segment, writer.open(segment)) for segment in segments]
            opened = open_segments(
                [(file, writer.open_themes(each), ~each.deleted()) for each, file in files]
            )
            for name in (*writer.shared_files(), *self._side_data()):
                self._share(name)
            info = IndexInfo("", "", opened.live_records, "")
            self._reader = EmbeddedReader(self._directory, info, self._analyzer, opened)
        return self._reader

    def _side_data(self) -> Iterable[str]:
        """The files of the base's side data that were not written again."""
        for name in self._held.files if self._held else ():
            of_whoosh = name.startswith((f"{INDEX_NAME}_", f"_{INDEX_NAME}_"))
            if not of_whoosh and not (self._directory / name).exists():
                yield name

    def _share(self, name: str) -> None:
        """Gives a file of the base another name here, or copies it with its times."""
        assert self._base is not None, "nothing is shared without a base"
        source, target = self._base / name, self._directory / name
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        self._shared.add(name)

    def write(self, name: str, data: bytes | Arrays) -> None:
        path = self._directory / name
        if not isinstance(data, bytes):
            path = path.with_name(name + ARRAYS_EXTENSION)
        # A file that is shared with the base is not written into: this one takes its name.
        path.unlink(missing_ok=True)
        self._shared.discard(path.name)
        with path.open("wb") as file:
            if isinstance(data, bytes):
                file.write(data)
            else:
                write_arrays(file, data.items())

    def commit(self, info: IndexInfo, library: str = "", analysis: str = "") -> None:
        self.flush()
        self._segments.write_toc()
        files = {}
        for path in sorted(self._directory.iterdir()):
            if not is_passing(path) and path.name != STAMP:
                files[path.name] = self._hash_of(path)
        manifest = Manifest(
            info.version, info.built_at, info.records, info.stamp, library, files, analysis,
            FORMAT, program(),
        )  # fmt: skip
        content = write_manifest(self._directory, manifest)
        sync_directory(self._directory)
        self._committed = True
        seen = {name: signature_of(self._directory / name) for name in files}
        since = (since_of(self._base) or 0.0) if self._base else None
        stamp(self._directory, content, seen, since)

    def _hash_of(self, path: Path) -> str:
        """A file's SHA-256; what is not the base's is flushed to the disk."""
        if self._held and path.name in self._shared:
            return self._held.files[path.name]
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        return sha256_of(path)

    def abort(self) -> None:
        if self._reader is not None:
            self._reader.close()
        if not self._committed:
            shutil.rmtree(self._directory, ignore_errors=True)
