"""The README says what is: commands, test line and benches that exist."""

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
TEST_LINE = "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest"
COMMANDS = cli.list_commands(click.Context(cli))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme_and_has_help(name: str) -> None:
    assert f"zhengsou {name}" in README
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.opts}"


def test_the_readme_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"^zhengsou ([a-z]+)", README, re.MULTILINE))
    assert named
    assert named <= set(COMMANDS)


def test_ci_runs_the_test_line_of_the_readme() -> None:
    assert TEST_LINE in README
    assert TEST_LINE in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"python -m (tests\.bench\.\w+)", README))))
def test_every_bench_of_the_readme_is_there(name: str) -> None:
    assert importlib.util.find_spec(name)


def test_the_readme_names_every_format_that_is_read_and_no_other() -> None:
    table = re.search(r"^\| files .*?\n\n", README, re.MULTILINE | re.DOTALL)
    assert table
    assert set(re.findall(r"`(\.\w+)`", table[0])) == set(extensions())
    chinese = README.partition("**自己的文件**")[2].partition("**更正文件**")[0]
    assert not {
        name for name in ("docx", "wps", "odt", "ofd", "mhtml", "jsonl") if name not in chinese
    }


def test_the_correction_file_of_the_readme_can_be_read() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    correction = read_correction(example, "通知.toml")
    assert correction.get("validity") == "失效" and correction.zones[0].n == 4


def test_the_limits_of_the_readme_hold() -> None:
    limits = Limits()
    assert f"{limits.file_bytes // 1_000_000} MB. The same" in README
    assert f"{limits.seconds:g} seconds a file" in README and limits.nesting == 3
    assert f"An upload takes {MAX_FILES} files" in README
    assert f"bodies of {megabytes(MAX_UPLOAD)}" in README
