"""One room for each file format; :mod:`corpus.sources` is the door to them."""
