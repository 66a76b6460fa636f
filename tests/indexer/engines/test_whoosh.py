"""Any Whoosh program can search the current index, and nothing of Whoosh's is used in secret."""

from __future__ import annotations

import importlib
import inspect
import re
import runpy
import sys
from pathlib import Path

import pytest
from whoosh import index
from whoosh.qparser import QueryParser

import indexer.engines.embedded.codec
from indexer.analysis.analyzer import default_analyzer
from indexer.query.parser import parse
from indexer.query.tree import Phrase
from indexer.results.record import IndexRecord
from indexer.searcher import Searcher
from indexer.versions.store import IndexStore
from tests.support import oracle

ARCHITECTURE = Path(__file__).parents[3] / "ARCHITECTURE.md"
PRIVATE = "whoosh_private"


def test_the_example_finds_what_our_own_search_finds(
    searcher: Searcher,
    home: Path,
    entries: tuple[IndexRecord, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    [code] = re.findall(r"```python\n(.*?)```", ARCHITECTURE.read_text(encoding="utf-8"), re.DOTALL)
    example = tmp_path / "example.py"
    example.write_text(code, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", [str(example), str(home)])
    runpy.run_path(str(example), run_name="__main__")
    term, phrase, both = (line.split() for line in capsys.readouterr().out.splitlines())
    words = default_analyzer().word_texts
    having = {e.record.id for e in entries if "社区" in words(e.record.body)}
    ours = {hit.record.record.id for hit in searcher.export("内容:“三社联动”").hits}
    assert {*term} == having
    assert (
        {*phrase}
        == ours
        == {e.record.id for e in entries if oracle.match(Phrase("三社联动", "body"), e)}
    )
    assert {*both} == having - ours
    assert ours and having - ours
    # The same by our own query language; “社区” is a word wherever it stands in the notice.
    left_out = searcher.export("内容:社区 -内容:“三社联动”").hits
    assert {hit.record.record.id for hit in left_out} >= {*both}


def test_the_query_language_of_whoosh_works_on_the_index(searcher: Searcher, home: Path) -> None:
    version = IndexStore(home).current()
    assert version is not None
    opened = index.open_dir(str(version.directory))
    parser = QueryParser("body_words", opened.schema)
    with opened.searcher() as of_whoosh:
        found = of_whoosh.search(parser.parse("社区 AND title_words:治理"), limit=None)
        ids = {hit["id"] for hit in found}
        assert ids and all({"title", "body"} <= {*hit.fields()} for hit in found)
    tree = parse("内容:社区 主题:治理").tree
    matched = {hit.record.record.id for hit in searcher.export("内容:社区 主题:治理").hits}
    assert ids <= matched, tree


def test_private_names_of_whoosh_stand_in_one_place() -> None:
    """No class of the codec overrides, and no line reads, an underscored name of Whoosh."""
    folder = Path(indexer.engines.embedded.codec.__file__).parent
    seen = 0
    for path in sorted(folder.glob("*.py")):
        module = importlib.import_module(f"{indexer.engines.embedded.codec.__name__}.{path.stem}")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__ != module.__name__:
                continue
            bases = [each for each in kind.__mro__ if each.__module__.startswith("whoosh.")]
            private = {
                name
                for name in vars(kind)
                if name.startswith("_")
                and not name.startswith("__")
                and any(name in vars(base) for base in bases)
            }
            seen += len(private)
            assert not private or path.stem == PRIVATE, f"{path.name} overrides {private}"
    assert seen == 3
    for path in folder.parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "TOC._" not in text and "index._" not in text, path
