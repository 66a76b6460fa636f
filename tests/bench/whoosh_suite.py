"""Whoosh's own tests, run with our codec in place of its own.

    python -m tests.bench.whoosh_suite [--sdist FILE] [pytest arguments]

The tests come from the source distribution of the release that is installed
(``pip download`` fetches it, unless ``--sdist`` names it), so they are the
tests of that very code.  Run are those about queries, matching, searching,
sorting, highlighting, deletion, updating and what they rest on
(:data:`MODULES`); a plug-in makes :class:`~indexer.engines.embedded.codec.segment.ArrayCodec`
the default codec.

:data:`NOT_OURS` lists what does not pass, with the reason; anything else that
fails makes the exit status 1, and so does a listed test that passes by now.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tempfile
from importlib import metadata
from pathlib import Path

import pytest

MODULES = (
    "queries",
    "matching",
    "searching",
    "sorting",
    "highlighting",
    "indexing",
    "writing",
    "reading",
    "results",
    "collector",
    "quality",
    "spans",
    "nested",
    "postings",
    "fields",
    "flexible",
    "vectors",
    "weightings",
    "spelling",
    "classify",
    "misc",
    "parse_plugins",
    "parsing",
    "dateparse",
    "formats_combine",
)
#: Test → why it cannot pass with another codec.
_ROUNDED = "asserts the rounding of lengths to one byte that Whoosh's codec does; ours are exact"
NOT_OURS: dict[str, str] = {
    "test_indexing.py::test_lengths": _ROUNDED,
    "test_indexing.py::test_many_lengths": _ROUNDED,
    "test_quality.py::test_max_field_length": _ROUNDED,
    "test_quality.py::test_minmax_field_length": _ROUNDED,
    "test_sorting.py::test_add_sortable": (
        "whoosh.sorting.add_sortable writes column files of Whoosh's codec by their names"
    ),
}


class OurCodec:
    """A pytest plug-in: new segments are ours."""

    def pytest_configure(self, config: pytest.Config) -> None:
        import whoosh.codec

        from indexer.engines.embedded.codec.segment import ArrayCodec

        whoosh.codec.default_codec = lambda *args, **kwargs: ArrayCodec()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            if reason := NOT_OURS.get(item.nodeid.rpartition("/")[2]):
                item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


def fetch(directory: Path) -> Path:
    """The source distribution of the installed release."""
    version = metadata.version("whoosh3")
    command = [sys.executable, "-m", "pip", "download", f"whoosh3=={version}"]
    options = ["--no-deps", "--no-binary", "whoosh3", "-q"]
    subprocess.run([*command, *options, "-d", str(directory)], check=True)
    return next(directory.glob("whoosh3-*.tar.gz"))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sdist", type=Path, help="whoosh3-….tar.gz, if it is here already")
    options, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        sdist = options.sdist or fetch(Path(scratch))
        with tarfile.open(sdist) as archive:
            archive.extractall(scratch, filter="data")
        tests = next(Path(scratch).glob("whoosh3-*/tests"))
        files = [str(tests / f"test_{name}.py") for name in MODULES]
        quiet = ["-q", "-p", "no:cacheprovider", "-W", "ignore", "-o", "addopts=", "--rootdir"]
        return int(pytest.main([*files, *quiet, str(tests), *more], plugins=[OurCodec()]))


if __name__ == "__main__":
    raise SystemExit(main())
