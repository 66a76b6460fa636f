"""The README says what is: commands, test line and benches that exist."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import click
import pytest

from webapp.cli import cli

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
