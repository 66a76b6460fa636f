"""``zhengsou check``: are the library and the index what they should be?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import click

from corpus.errors import CorpusError
from corpus.library.library import Library
from corpus.progress import Progress
from indexer.versions.open import Problem, check_index
from webapp.commands.shared import options, output
from webapp.commands.shared.progress import progress_bar
from webapp.commands.shared.usage import Command

#: A warning is about the source itself: a check of the library cannot change it.
_SOURCE_HINT = "请核对原件；如有缺漏，补全后重新加入"


@click.command("check", cls=Command)
@options.home_option
@click.pass_context
def command(ctx: click.Context, home: Path) -> None:
    """检查馆藏的原始文件和索引是否完好；发现问题时退出状态为 1。"""
    library = Library.open(home)
    for held in library.held():
        for warning in held.warnings:
            output.note(f"提示：{held.policy.id}：{warning.message}。{_SOURCE_HINT}")
    with progress_bar() as bar:
        problems = (*_library_problems(library, bar), *check_index(home))
    for problem in problems:
        hint = f"。{problem.hint}" if problem.hint else ""
        output.note(f"问题：{problem.message}{hint}")
    if problems:
        output.note(f"错误：发现 {len(problems)} 个问题，见上")
        ctx.exit(1)
    click.echo("馆藏和索引完好")


def _library_problems(library: Library, progress: Progress) -> Iterator[Problem]:
    """Sources of current and earlier states that are missing, altered or unreadable."""
    former = list(library.former_states())
    total = len(library) + len(former)
    for done, policy in enumerate(library.policies(), 1):
        progress("检查原文件", done, total)
        try:
            path = library.source_path(policy.id)
        except CorpusError as error:
            yield Problem(error.message, error.hint)
        else:
            yield from _source_problems(f"“{policy.id}”", path, policy.sha256)
    for done, (policy_id, version, path) in enumerate(former, len(library) + 1):
        progress("检查原文件", done, total)
        whose = f"“{policy_id}”第 {version.n} 个状态"
        yield from _source_problems(whose, path, version.entry.sha256)


def _source_problems(whose: str, path: Path, sha256: str) -> Iterator[Problem]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        yield Problem(f"{whose}的原始文件不见了", "请从备份恢复该文件")
    except OSError as error:
        reason = error.strerror or str(error)
        yield Problem(f"{whose}的原始文件无法读取：{reason}", "请从备份恢复该文件")
    else:
        if hashlib.sha256(content).hexdigest() != sha256:
            yield Problem(f"{whose}的原始文件已被改动", "请从备份恢复该文件，或重新加入")
