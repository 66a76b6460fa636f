"""The corpus: official texts, the records in them, and the user's library."""

from corpus.errors import CorpusError, LibraryError, PolicyNotFound, SourceError
from corpus.library import Library
from corpus.notice import parse
from corpus.policy import ParsedPolicy, ParseWarning, Policy, Record, Region, Span
from corpus.sources import read_source

__all__ = [
    "CorpusError",
    "Library",
    "LibraryError",
    "ParseWarning",
    "ParsedPolicy",
    "Policy",
    "PolicyNotFound",
    "Record",
    "Region",
    "SourceError",
    "Span",
    "parse",
    "read_source",
]
