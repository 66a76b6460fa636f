"""Imports run one way: corpus ← indexer ← webapp; Whoosh stays behind its adapter."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "corpus": {"corpus"},
    "indexer": {"corpus", "indexer"},
    "webapp": {"corpus", "indexer", "webapp"},
}
WHOOSH_ROOMS = {
    "engine.py",
    "field_writer.py",
    "matcher.py",
    "per_document.py",
    "schema.py",
    "segment.py",
    "terms_reader.py",
    "writer.py",
}


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_run_one_way(package: str) -> None:
    files = list((ROOT / package).rglob("*.py"))
    assert files, f"no modules found in {package}"
    for path in files:
        ours = {name.split(".")[0] for name in imported(path)} & MAY_IMPORT.keys()
        assert ours <= MAY_IMPORT[package], f"{path} imports {ours - MAY_IMPORT[package]}"


def test_whoosh_stays_behind_the_adapter() -> None:
    users = {
        path.name
        for package in MAY_IMPORT
        for path in (ROOT / package).rglob("*.py")
        if any(name.split(".")[0] == "whoosh" for name in imported(path))
    }
    assert users == WHOOSH_ROOMS


def test_packages_open_with_re_exports_only() -> None:
    for path in (ROOT / name / "__init__.py" for name in ("corpus", "indexer")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
            assert isinstance(node, allowed), f"{path}:{node.lineno}"
