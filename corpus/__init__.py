"""The corpus: official texts, the records in them, and the user's library."""

from corpus.corrections import Correction, read_correction
from corpus.document import SourceDocument
from corpus.errors import CorpusError, LibraryError, PolicyNotFound, SourceError
from corpus.formats.read import read_source
from corpus.library.library import Library
from corpus.parsing.notice import parse, parse_document
from corpus.policy import ParsedPolicy, ParseWarning, Policy, Record, Region, Span

__all__ = [
    "CorpusError",
    "Correction",
    "Library",
    "LibraryError",
    "ParseWarning",
    "ParsedPolicy",
    "Policy",
    "PolicyNotFound",
    "Record",
    "Region",
    "SourceDocument",
    "SourceError",
    "Span",
    "parse",
    "parse_document",
    "read_correction",
    "read_source",
]
