"""``zhengsou add``: the user's own files into the library, and searchable."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from corpus.document import Refused, Skipped
from corpus.library.duplicate_index import near_duplicates, near_duplicates_to_be
from corpus.library.ingest import STDIN, Given, Piped
from corpus.library.library import Library
from corpus.library.near_duplicates import Fingerprint, NearDuplicate, fingerprint
from corpus.library.review import clash_message, described
from corpus.library.writer import Outcome
from indexer.versions.ingest import Intake, add_paths, examine_paths
from webapp.commands.shared import options, output
from webapp.commands.shared.examined import VERBS, earlier_note, report_lines, report_of
from webapp.commands.shared.progress import Bar, progress_bar
from webapp.commands.shared.usage import Command

#: So many pairs of near-duplicates are named at once.
_SHOWN = 20
#: So many warnings of one file are shown at once.
_WARNINGS = 5


@click.command("add", cls=Command)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--dry-run", is_flag=True, help="只说明会识别出什么，不写入任何东西")
@click.option(
    "--name", default="标准输入.txt", metavar="NAME", help="PATH 为 - 时，标准输入的文件名"
)
@options.format_option("table", "json")
@options.home_option
@click.pass_context
def command(
    ctx: click.Context, paths: tuple[str, ...], dry_run: bool, name: str, form: str, home: Path
) -> None:
    """把文件、文件夹、压缩包加入馆藏并编入索引；PATH 为 - 时读标准输入。

    显示为“加入”或“更新”的文件已经保存在馆藏中。内容相同的文件不会重复加入。只有同一位置的文件改动了，
    或文号、机关、标题都相同而内容不同，才是更新；其余的是另一份文件，有自己的编号，文号或标题相同的会提示。
    更新会替换什么，--dry-run 先列出；更新前的状态保留，可用 history 查看、用 restore-version 恢复。
    没有加入的文件逐一列出原因，退出状态为 1。
    """
    files: list[Given] = [Path(path) for path in paths if path != STDIN]
    if STDIN in paths:
        files.append(Piped(name, sys.stdin.buffer.read()))
    refused = _examine(home, files, form) if dry_run else _add(home, files, form)
    if refused:
        ctx.exit(1)


def _add(home: Path, files: Sequence[Given], form: str) -> bool:
    """Whether something was refused."""

    with progress_bar() as bar:

        def say(outcomes: Sequence[Outcome]) -> None:
            new = [one for one in outcomes if one.kind != "unchanged"] if form == "table" else []
            said = new or any(outcome.earlier for outcome in outcomes)
            with bar.aside() if said else nullcontext():
                for outcome in new:
                    click.echo(_line(outcome.kind, outcome))
                    _warn(outcome)
                    if outcome.clash:
                        output.note(f"提示：{clash_message(outcome.clash, outcome.policy)}")
                for outcome in outcomes:
                    if outcome.earlier:
                        output.note(f"提示：{earlier_note(outcome)}")

        def wait() -> None:
            with bar.aside():
                output.note("另一个进程正在写入这个馆藏，等它结束……")

        intake = add_paths(home, files, progress=bar, on_commit=say, on_wait=wait)
        pairs = _pairs_with(home, intake, bar)
    if form == "json":
        output.print_json(_summary(intake, pairs))
    for each in intake.refused:
        _tell(each)
    if form == "table":
        _name_pairs(pairs, "全部见 zhengsou list --problems")
        click.echo(_totals(intake))
    return bool(intake.refused)


def _pairs_with(home: Path, intake: Intake, bar: Bar) -> list[NearDuplicate]:
    """The pairs of near-duplicates, of which one was added now."""
    new = {outcome.entry.id for outcome in (*intake.added, *intake.updated)}
    if not new:
        return []
    pairs = near_duplicates(Library.open(home), bar)
    return [pair for pair in pairs if pair.first in new or pair.second in new]


def _name_pairs(pairs: Sequence[NearDuplicate], where_all: str) -> None:
    for pair in pairs[:_SHOWN]:
        click.echo(f"疑似重复：“{pair.first}”与“{pair.second}”{described(pair)}")
    if len(pairs) > _SHOWN:
        click.echo(f"疑似重复共 {len(pairs)} 对，{where_all}")


def _examine(home: Path, files: Sequence[Given], form: str) -> bool:
    rows: list[dict[str, Any]] = []
    refused: list[Refused] = []
    skipped: list[Skipped] = []
    new: list[Fingerprint] = []
    scanned = False
    with progress_bar() as bar:
        for each in examine_paths(home, files, progress=bar):
            if isinstance(each, Refused):
                refused.append(each)
                with bar.aside():
                    _tell(each)
            elif isinstance(each, Skipped):
                skipped.append(each)
            else:
                scanned = scanned or each.parsed.policy.ocr is not None
                if each.kind != "unchanged":
                    new.append(fingerprint(each.parsed))
                if form == "json":
                    rows.append(report_of(each))
                else:
                    with bar.aside():
                        click.echo("\n".join(report_lines(each)))
        pairs = near_duplicates_to_be(home, new, bar)
    if form == "json":
        left = {"refused": list(map(_refused, refused)), "skipped": list(map(asdict, skipped))}
        found = list(map(asdict, pairs))
        output.print_json({"documents": rows, **left, "near_duplicates": found})
    else:
        _name_pairs(pairs, "全部见 --format json")
        kept = "；识别过的扫描页已暂存，加入时不必重做" if scanned else ""
        click.echo(f"没有写入任何东西（--dry-run）{kept}")
    return bool(refused)


def _line(kind: str, outcome: Outcome) -> str:
    policy = outcome.policy
    before = f"，更新前的是第 {outcome.replaced} 个状态" if outcome.replaced else ""
    return f"{VERBS[kind]}：{policy.id}（{policy.source}，{outcome.made.records} 条记录{before}）"


def _warn(outcome: Outcome) -> None:
    """Says what a reader of the file should check, of very much the first."""
    warnings = outcome.made.warnings
    for warning in warnings[:_WARNINGS]:
        output.note(f"提示：{outcome.policy.id}：{warning.message}")
    if len(warnings) > _WARNINGS:
        output.note(
            f"提示：{outcome.policy.id}：共 {len(warnings)} 条提示，全部见 zhengsou list --problems"
        )


def _tell(refused: Refused) -> None:
    hint = f"。{refused.error.hint}" if refused.error.hint else ""
    output.note(f"没有加入：{refused.name}：{refused.error.message}{hint}")


def _totals(intake: Intake) -> str:
    parts = [
        f"加入 {len(intake.added)} 份",
        f"更新 {len(intake.updated)} 份",
        f"内容相同、跳过 {len(intake.unchanged)} 份",
    ]
    if intake.refused:
        parts.append(f"没有加入 {len(intake.refused)} 个（原因见上）")
    if intake.skipped:
        parts.append(f"不是文件的 {len(intake.skipped)} 个未读（如 {intake.skipped[0].name}）")
    return "，".join(parts)


def _summary(intake: Intake, pairs: Sequence[NearDuplicate]) -> dict[str, Any]:
    kinds = {"added": intake.added, "updated": intake.updated, "unchanged": intake.unchanged}
    return {
        **{
            kind: [
                {
                    "id": each.entry.id,
                    "source": each.entry.source,
                    "records": each.made.records,
                    "replaced_version": each.replaced or None,
                    "earlier_version": each.earlier or None,
                    "clash": asdict(each.clash) if each.clash else None,
                }
                for each in outcomes
            ]
            for kind, outcomes in kinds.items()
        },
        "refused": list(map(_refused, intake.refused)),
        "skipped": list(map(asdict, intake.skipped)),
        "near_duplicates": list(map(asdict, pairs)),
    }


def _refused(each: Refused) -> dict[str, str]:
    return {"name": each.name, "message": each.error.message, "hint": each.error.hint}
