"""The embedded engine: index versions as directories of files, one beside the other."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from corpus.files import reason_of
from indexer.analysis.analyzer import Analyzer
from indexer.engines.embedded.reader import EmbeddedReader, open_reader
from indexer.engines.embedded.writer import EmbeddedWriter
from indexer.errors import EngineError

_DISTRIBUTIONS = ("Whoosh", "Whoosh-Reloaded")


def refuse_other_whoosh() -> None:
    """Raises where another distribution of ``whoosh`` overwrote the pinned one."""
    for name in _DISTRIBUTIONS:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
        raise EngineError(
            f"环境中同时安装了 {name} {version}，它会覆盖本程序所用的 whoosh3",
            f"请执行 pip uninstall -y {name} 后再执行 pip install --force-reinstall whoosh3",
        )


class EmbeddedEngine:
    """Keeps the version ``name`` in ``directory/name``."""

    def __init__(self, directory: Path, analyzer: Analyzer) -> None:
        refuse_other_whoosh()
        self._directory = directory
        self._analyzer = analyzer

    def create(self, name: str, base: str | None = None) -> EmbeddedWriter:
        """A writer for a new version.

        Raises :class:`~indexer.errors.EngineError` where nothing can be written,
        :class:`~indexer.errors.IndexDamaged` where the base is not sound.
        """
        try:
            going_on = self._directory / base if base else None
            return EmbeddedWriter(self._directory / name, self._analyzer, going_on)
        except OSError as error:
            raise EngineError(
                f"无法写入索引目录 {self._directory}：{reason_of(error)}",
                "请检查目录权限与磁盘空间，或用 --home 指定另一个目录",
            ) from error

    def open(self, name: str) -> EmbeddedReader:
        return open_reader(self._directory / name, self._analyzer)
