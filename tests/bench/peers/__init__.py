"""Other engines under one roof; see :mod:`tests.bench.peers.base`."""
