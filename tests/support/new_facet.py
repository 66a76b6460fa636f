"""The program with one row more in its table of facets: 文种, a policy's category.

``python -m tests.support.new_facet HOME`` puts :data:`ROW` into the source of
:mod:`indexer.results.facets`, as a contributor would, before anything imports
it.  Then it asks every face and prints what they say as one JSON object.
"""

from __future__ import annotations

import ast
import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

MODULE = "indexer.results.facets"
NAME = "category"
ROW = '    Facet("category", N_("文种"), lambda entry: one(entry.policy.category)),\n'
CHOSEN = "意见"


def with_row(source: str) -> str:
    """The module's source with the row at the end of its table."""
    [table] = [
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "TABLE" and node.value
    ]
    lines = source.splitlines(keepends=True)
    lines.insert((table.end_lineno or 0) - 1, ROW)
    return "".join(lines)


def install() -> None:
    """Makes the module with the row the one that everybody imports."""
    spec = importlib.util.find_spec(MODULE)
    assert spec and spec.origin
    module = importlib.util.module_from_spec(spec)
    sys.modules[MODULE] = module
    source = with_row(Path(spec.origin).read_text(encoding="utf-8"))
    exec(compile(source, spec.origin, "exec"), module.__dict__)


def said(home: Path) -> dict[str, Any]:
    """What the faces of the program say of the library in ``home``."""
    from click.testing import CliRunner

    from corpus.library.library import Library
    from webapp import create_app
    from webapp.cli import cli
    from webapp.settings import Settings

    def command(*args: str) -> dict[str, Any]:
        done = CliRunner().invoke(cli, [*args, "--home", str(home)])
        return {"status": done.exit_code, "output": done.output}

    policies = Library.open(home).policies()
    app = create_app(Settings(home))
    client = app.test_client(use_cookies=False)
    pages = {
        name: client.get(address).get_data(as_text=True)
        for name, address in {
            "all": "/api/search?size=200&facet_values=50",
            "chosen": f"/api/search?size=200&category={CHOSEN}&year=2021&year=2022",
            "page": f"/?q=社区&category={CHOSEN}",
            "english": "/?q=社区&lang=en",
            "values": "/values/category?q=社区",
            "openapi": "/api/openapi.json",
            "csv": f"/export/csv?category={CHOSEN}",
            "json": f"/export/json?category={CHOSEN}",
        }.items()
    }
    app.extensions["zhengsou"].searcher.close()
    return {
        **pages,
        "categories": {policy.id: policy.category for policy in policies},
        "help": command("search", "--help"),
        "found": command("search", "", "--category", CHOSEN, "--format", "json"),
        "unknown": command("search", "", "--categorie", CHOSEN),
    }


if __name__ == "__main__":
    install()
    json.dump(said(Path(sys.argv[1])), sys.stdout)
