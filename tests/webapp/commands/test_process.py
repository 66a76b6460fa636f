"""What only a whole process shows of the command line: its encoding, its pipes, what it loads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.program import COMMAND, environment, process, run

#: An old, plain locale, without Python's own rescue to UTF-8.
PLAIN_LOCALE = {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}


def test_chinese_goes_in_by_a_pipe_and_out_in_a_plain_locale(tmp_path: Path) -> None:
    args = ("add", "-", "--name", "管道.md", "--dry-run")
    text = "# 管道办法\n\n第一条 一。\n".encode()
    done = process(tmp_path / "x", *args, input=text, env=PLAIN_LOCALE)
    assert done.status == 0, done.said
    assert "加入：管道.md → 管道办法" in done.result


@pytest.mark.skipif(os.name == "nt", reason="arguments are bytes on POSIX only")
def test_a_query_that_is_no_unicode_is_answered_all_the_same(home: Path) -> None:
    query = "社区".encode() + b"\xff\xfe"
    done = process(home, "search", query, "--format", "json", env=PLAIN_LOCALE)
    assert done.status == 0, done.said
    assert json.loads(done.result)["query"].startswith("社区")


def test_a_reader_who_has_seen_enough_ends_it_quietly(home: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "search", "", "--size", "200", "--format", "json"],
        env=environment(home, {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None and running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""


def test_the_exit_status_says_how_it_went(home: Path) -> None:
    assert run(home, "--version").status == 0
    done = process(home, "search", "老街坊", "--page", "9999")
    assert (done.status, done.out) == (1, b"")
    assert done.said.startswith("错误：没有第 9999 页")
    assert run(home, "finde").status == 2


def test_help_loads_neither_the_index_nor_the_web_framework() -> None:
    code = (
        "import sys; from webapp.cli import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'flask', 'whoosh', 'numpy', 'jieba', 'rjieba', 'rich', 'uvicorn', 'xlsxwriter'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode("utf-8")
