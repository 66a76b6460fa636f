"""The peers by name.

Apart from the package itself, so that whoever needs only the terms of
:mod:`tests.bench.peers.base` needs no peer installed.
"""

from __future__ import annotations

from tests.bench.peers.base import Peer
from tests.bench.peers.fts5 import Fts5
from tests.bench.peers.java import Lucene
from tests.bench.peers.rust import Tantivy
from tests.bench.peers.stock import StockWhoosh

PEERS: dict[str, type[Peer]] = {
    "tantivy": Tantivy,
    "sqlite": Fts5,
    "whoosh": StockWhoosh,
    "lucene": Lucene,
}
