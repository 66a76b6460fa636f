"""One reader for each file format; :mod:`corpus.formats.read` is the door to them."""
