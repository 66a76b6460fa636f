"""The graph of imports, as the sources state it: read by :mod:`ast`, nothing is loaded."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("corpus", "indexer", "webapp")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

#: What each node imports.
Graph = Mapping[str, set[str]]


@dataclass(frozen=True)
class Module:
    """A source file, by its dotted name; a package's is its ``__init__``."""

    name: str
    path: Path

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def imports(self) -> set[str]:
        """Every name that it imports, wherever in the file it does."""
        return set(_imported(self.tree))

    @property
    def imports_in_functions(self) -> set[str]:
        """The names that are imported only when a function is called."""
        found = (node for node in ast.walk(self.tree) if isinstance(node, _FUNCTIONS))
        return {name for function in found for name in _imported(function)}

    @property
    def parameters(self) -> dict[str, int]:
        """The number of parameters of each function and method, ``self`` not counted."""
        counts: dict[str, int] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, _FUNCTIONS):
                counts[node.name] = max(_parameters(node.args), counts.get(node.name, 0))
        return counts


def _parameters(args: ast.arguments) -> int:
    named = [*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg]
    return sum(each is not None and each.arg not in ("self", "cls") for each in named)


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(root: Path = ROOT) -> dict[str, Module]:
    """Every module of the product, by its name."""
    paths = sorted(path for package in PACKAGES for path in (root / package).rglob("*.py"))
    found = (Module(_name(path.relative_to(root)), path) for path in paths)
    return {module.name: module for module in found}


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def graph(known: Mapping[str, Module]) -> Graph:
    """Which module imports which; a name that a module defines stands for the module."""
    return {
        name: {
            target
            for imported in module.imports
            if (target := _target(imported, known)) is not None and target != name
        }
        for name, module in known.items()
    }


def _target(imported: str, known: Mapping[str, Module]) -> str | None:
    if imported in known:
        return imported
    parent = imported.rpartition(".")[0]
    return parent if parent in known else None


def within(folder: str, edges: Graph) -> Graph:
    """The graph of what stands in a folder: each module and each folder is a node."""
    depth = folder.count(".") + 2
    found: dict[str, set[str]] = {}
    for name, targets in edges.items():
        if not name.startswith(f"{folder}."):
            continue
        node = ".".join(name.split(".")[:depth])
        inside = {
            ".".join(each.split(".")[:depth]) for each in targets if each.startswith(f"{folder}.")
        }
        found.setdefault(node, set()).update(inside - {node})
    return found


def circle(edges: Graph) -> list[str]:
    """Some circle of imports, empty where there is none."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
