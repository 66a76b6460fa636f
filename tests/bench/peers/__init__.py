"""Other engines under one roof; see :mod:`tests.bench.peers.base`."""

from tests.bench.peers.base import Peer
from tests.bench.peers.fts5 import Fts5
from tests.bench.peers.rust import Tantivy
from tests.bench.peers.stock import StockWhoosh

PEERS: dict[str, type[Peer]] = {"tantivy": Tantivy, "sqlite": Fts5, "whoosh": StockWhoosh}
