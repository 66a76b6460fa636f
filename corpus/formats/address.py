"""Telling an address of the web from everything else that stands in its place."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_web_address(url: str) -> bool:
    """Whether a link to ``url`` leads to a page of the web, and nowhere else."""
    if any(char.isspace() or not char.isprintable() for char in url):
        return False  # browsers drop some of these, and read another address
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
