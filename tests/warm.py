"""Loaded once by the process that starts those which are to be killed: what takes long to load."""

from __future__ import annotations

from indexer import intake
from indexer.linguistics import default_linguistics
from indexer.suggest import build_suggestions

__all__ = ["build_suggestions", "intake"]

default_linguistics().keywords.extract("社区治理", "社区治理和服务创新")
