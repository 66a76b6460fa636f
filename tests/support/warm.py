"""Loaded once by the process that starts those which are to be killed: what takes long to load."""

from __future__ import annotations

from indexer.linguistics import default_linguistics
from indexer.suggest.completion import build_suggestions
from indexer.versions import ingest as intake

__all__ = ["build_suggestions", "intake"]

default_linguistics().keywords.extract("社区治理", "社区治理和服务创新")
