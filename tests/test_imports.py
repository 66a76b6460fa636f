"""The graph of imports, drawn from the sources and held to the layout.

Imports run one way, corpus ← indexer ← webapp, and without a circle: between modules,
and between whatever stands beside each other in a folder.  Whoosh stays behind its
adapter.  Folders and parameter lists stay small.
"""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.support.imports import PACKAGES, ROOT, Graph, Module, circle, graph, modules, within

KNOWN = modules()
FOLDERS = sorted(name for name, module in KNOWN.items() if module.is_package)

EMBEDDED = "indexer.engines.embedded"
CODEC = f"{EMBEDDED}.codec"
#: What imports Whoosh outside the codec.
WHOOSH_ADAPTERS = {f"{EMBEDDED}.reader", f"{EMBEDDED}.writer"}

#: What is imported within a function, by whom, and why.
LAZY = {
    "corpus.formats.encoding": ("charset_normalizer", "only for a text that cannot be read"),
    "indexer.analysis.pinyin": ("pypinyin", "its dictionary takes long to load"),
    "indexer.analysis.segmenter": ("rjieba jieba", "their dictionaries take long to load"),
    "indexer.exports.incidence": ("xlsxwriter", "only this format takes it"),
    "indexer.exports.registry": ("indexer.exports.report", "only its formats take python-docx"),
    "indexer.exports.workbook": ("xlsxwriter", "only this format takes it"),
    "webapp": ("flask webapp", "the command line must not load the web framework"),
    "webapp.commands.serve": ("webapp.commands.shared", "only who sees the bar need load it"),
}

MOST_MODULES = 15
MOST_PARAMETERS = 8


@cache
def edges() -> Graph:
    """Which module imports which, in the whole product."""
    return graph(KNOWN)


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_run_one_way(package: str) -> None:
    may = set(PACKAGES[: PACKAGES.index(package) + 1])
    found = [module for name, module in KNOWN.items() if name.split(".")[0] == package]
    assert found
    for module in found:
        ours = {name.split(".")[0] for name in module.imports} & set(PACKAGES)
        assert ours <= may, f"{module.path} imports {ours - may}"


def test_modules_import_each_other_without_a_circle() -> None:
    assert circle(edges()) == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_stands_in_a_folder_imports_each_other_without_a_circle(folder: str) -> None:
    assert circle(within(folder, edges())) == []


def test_no_module_takes_from_the_package_around_it() -> None:
    """What a package re-exports is for others; its own modules say where a thing lives."""
    for name, targets in edges().items():
        around = {each for each in targets if name.startswith(f"{each}.")}
        assert around <= {"webapp"}, name  # which defines create_app


def test_nothing_is_imported_within_a_function_but_what_is_named() -> None:
    found = {name: module.imports_in_functions for name, module in KNOWN.items()}
    assert {name for name, names in found.items() if names} == set(LAZY)
    for name, (allowed, reason) in LAZY.items():
        assert reason
        for imported in found[name]:
            assert imported.startswith(tuple(allowed.split())), f"{name}: {imported}"


def test_whoosh_stays_behind_the_adapter() -> None:
    users = {
        name
        for name, module in KNOWN.items()
        if any(each.split(".")[0] == "whoosh" for each in module.imports)
    }
    assert {name for name in users if not name.startswith(f"{CODEC}.")} == WHOOSH_ADAPTERS


@pytest.mark.parametrize("package", FOLDERS)
def test_packages_hold_re_exports_only(package: str) -> None:
    allowed = (ast.Import, ast.ImportFrom)
    for node in KNOWN[package].tree.body:
        if isinstance(node, allowed) or _is_docstring(node) or _names_exports(node):
            continue
        statement = ast.unparse(node).partition("\n")[0]
        assert package == "webapp", f"{package}: {statement}"
        assert statement == "if TYPE_CHECKING:" or statement.startswith("def create_app("), (
            f"{package}: {statement}"
        )


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _names_exports(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def test_folders_stay_small() -> None:
    counts = Counter(
        name.rpartition(".")[0] for name, module in KNOWN.items() if not module.is_package
    )
    assert {name: n for name, n in counts.items() if n > MOST_MODULES} == {}


def test_folders_of_tests_stay_small() -> None:
    counts = Counter(path.parent.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py"))
    assert {str(name): n for name, n in counts.items() if n > MOST_MODULES} == {}


def test_functions_take_few_parameters() -> None:
    found = {
        (name, function): count
        for name, module in KNOWN.items()
        for function, count in module.parameters.items()
        if count > MOST_PARAMETERS
    }
    assert found == {}


def test_circles_are_found(tmp_path: Path) -> None:
    """The drawing itself can fail: a circle of modules, and one of folders only."""
    for name, text in {
        "a.py": "from corpus.b import x\n",
        "b.py": "def late():\n    import corpus.a\n",
        "one/c.py": "from corpus.two import d\n",
        "two/d.py": "x = 1\n",
        "two/e.py": "from corpus.one.f import y\n",
        "one/f.py": "def many(a, b, /, c, *d, e, **f): ...\n",
    }.items():
        path = tmp_path / "corpus" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    drawn = modules(tmp_path)
    edges = graph(drawn)
    assert set(circle(edges)) == {"corpus.a", "corpus.b"}
    del edges["corpus.a"]
    assert circle(edges) == []
    assert set(circle(within("corpus", edges))) == {"corpus.one", "corpus.two"}
    assert circle(within("corpus.one", edges)) == []
    assert drawn["corpus.b"].imports_in_functions == {"corpus.a"}
    assert drawn["corpus.one.f"].parameters == {"many": 6}
    assert Module("x", tmp_path / "x.py").is_package is False
