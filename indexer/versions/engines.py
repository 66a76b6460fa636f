"""Which engine keeps an index: chosen by its URL.

A directory is the embedded engine.  What begins with ``<scheme>://`` is an
engine on another machine, of which this version of the program has none.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from indexer.analysis.analyzer import Analyzer
from indexer.engines.base import Engine
from indexer.engines.embedded.engine import EmbeddedEngine
from indexer.errors import EngineError

# A scheme has two characters or more: "C:\index" is a directory.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_CLUSTERS = ("opensearch+http", "opensearch+https")


def open_engine(url: str, analyzer: Analyzer) -> Engine:
    """The engine at a URL: a directory, or ``file://`` and a directory.

    Raises :class:`~indexer.errors.EngineError` for any other scheme.
    """
    scheme = _SCHEME.match(url)
    if scheme is None:
        return EmbeddedEngine(Path(url), analyzer)
    name = scheme[1].lower()
    if name == "file":
        return EmbeddedEngine(Path(url2pathname(unquote(urlsplit(url).path))), analyzer)
    hint = "请改为一个目录的路径，例如 /data/zhengsou/index"
    if name in _CLUSTERS:
        raise EngineError(f"本版本还不能使用集群上的索引“{url}”", hint)
    raise EngineError(f"不认识索引地址“{url}”的类型“{scheme[1]}”", hint)
