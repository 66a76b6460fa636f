"""The documents say what is: paths, modules, commands, test line and benches that exist."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import click
import pytest

from corpus.corrections import read_correction
from corpus.formats.read import Limits, extensions
from webapp.cli import cli
from webapp.web.limits import MAX_FILES, MAX_UPLOAD, megabytes

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
#: What is said of users' own files, and of the command line, servers and management.
FILES = (ROOT / "corpus" / "README.md").read_text(encoding="utf-8")
FACES = (ROOT / "webapp" / "README.md").read_text(encoding="utf-8")
BENCHES = (ROOT / "tests" / "bench" / "README.md").read_text(encoding="utf-8")
TEST_LINE = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest"
#: What a reader is led by; each names files of the project.
DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "corpus/README.md",
    "webapp/README.md",
    "tests/bench/README.md",
)
#: A path from the root of the project, with ``*`` or ``<name>`` for any name.
PATH = re.compile(r"(?<![\w./<>-])(?:corpus|indexer|webapp|tests|\.ci)/[\w./*<>-]*")
#: A module of the project, or a name that one defines.
DOTTED = re.compile(r"(?<![\w./-])(?:corpus|indexer|webapp|tests)(?:\.[A-Za-z_]\w*)+(?![\w/])")
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMANDS = cli.list_commands(click.Context(cli))


def named_paths(text: str) -> set[str]:
    """The paths that a document names, in its text, its code and its links."""
    links = {each.partition("#")[0] for each in LINK.findall(text) if "://" not in each}
    return {path.rstrip(".") for path in PATH.findall(text)} | links - {""}


def exists(path: str, root: Path = ROOT) -> bool:
    """Whether there is such a file or folder, or some that the pattern stands for."""
    pattern = re.sub("<[^>]*>", "*", path).rstrip("/")
    return any(root.glob(pattern)) if "*" in pattern else (root / pattern).exists()


def is_defined(dotted: str) -> bool:
    """Whether it is a module, or a name that stands in one."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        base = ROOT.joinpath(*parts[:length])
        for file in (base.with_suffix(".py"), base / "__init__.py"):
            if file.is_file():
                text = file.read_text(encoding="utf-8")
                return all(re.search(rf"\b{name}\b", text) for name in parts[length:])
        if base.is_dir():
            return length == len(parts)
    return False


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_path_and_module_that_a_document_names_is_there(name: str) -> None:
    document = ROOT / name
    text = document.read_text(encoding="utf-8")
    paths, dotted = named_paths(text), set(DOTTED.findall(text))
    assert paths | dotted, "it names nothing"
    at = document.parent  # links are relative to the document, paths in the text to the root
    assert {path for path in paths if not exists(path) and not exists(path, at)} == set()
    assert {each for each in dotted if not is_defined(each)} == set()


def test_a_path_that_is_not_there_is_noticed() -> None:
    text = (
        "See `corpus/formats/<name>.py`, tests/corpus/*.py, [here](CONTRIBUTIN.md#set-up) and\n"
        "`indexer/engines/bases.py`. Run `python -m tests.bench.sped` or `tests.bench.speed`,\n"
        "`webapp.cli.main`, `webapp.cli.mane`; https://example.org/corpus/x is elsewhere."
    )
    missing = {path for path in named_paths(text) if not exists(path)}
    assert missing == {"CONTRIBUTIN.md", "indexer/engines/bases.py", "tests/corpus/*.py"}
    undefined = {each for each in DOTTED.findall(text) if not is_defined(each)}
    assert undefined == {"tests.bench.sped", "webapp.cli.mane"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented_and_has_help(name: str) -> None:
    assert f"zhengsou {name}" in FACES
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.opts}"


def test_no_command_is_documented_that_is_not_there() -> None:
    named = set(re.findall(r"^zhengsou ([a-z]+)", FACES, re.MULTILINE))
    assert named
    assert named <= set(COMMANDS)


def test_ci_runs_the_test_line_of_the_readme() -> None:
    assert TEST_LINE in README
    ran = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    steps = [ran.index(step) for step in TEST_LINE.split(" && ")[:-1]]
    steps += [at for at, line in enumerate(ran) if line.startswith(TEST_LINE.split(" && ")[-1])]
    assert len(steps) == 3 and steps == sorted(steps)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"python -m (tests\.bench\.\w+)", BENCHES))))
def test_every_bench_that_is_documented_is_there(name: str) -> None:
    assert importlib.util.find_spec(name)


def test_the_table_of_files_names_every_format_that_is_read_and_no_other() -> None:
    table = re.search(r"^\| files .*?\n\n", FILES, re.MULTILINE | re.DOTALL)
    assert table
    assert set(re.findall(r"`(\.\w+)`", table[0])) == set(extensions())
    chinese = FILES.partition("**自己的文件**")[2].partition("**更正文件**")[0]
    assert not {
        name for name in ("docx", "wps", "odt", "ofd", "mhtml", "jsonl") if name not in chinese
    }


def test_the_correction_file_of_the_documents_can_be_read() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", FILES, re.DOTALL)
    correction = read_correction(example, "通知.toml")
    assert correction.get("validity") == "失效" and correction.zones[0].n == 4


def test_the_limits_of_the_documents_hold() -> None:
    limits = Limits()
    assert f"{limits.file_bytes // 1_000_000} MB. The same" in FILES
    scans = re.search(r"\*\*Scans\.\*\*.*?\n\n", FILES, re.DOTALL)
    assert scans
    assert f"{limits.page_memory / 1e9:g} GB" in scans[0]
    assert (
        f"{limits.page_seconds:g} seconds a page, up to {limits.scanned_pages:,} pages" in scans[0]
    )
    assert f"{limits.seconds:g} seconds a file" in FILES and limits.nesting == 3
    assert f"An upload takes {MAX_FILES} files" in FACES
    assert f"bodies of {megabytes(MAX_UPLOAD)}" in FACES
