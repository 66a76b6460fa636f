"""What ``zhengsou themes`` does beside listing: candidates, decisions, history, undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import click

from corpus.progress import Progress
from indexer.curation import admin as theme_admin
from indexer.curation.admin import ThemePlan
from indexer.curation.candidates import Candidate
from indexer.curation.decisions import decision_file
from indexer.themes.history import read_text
from indexer.versions.open import Workspace
from webapp.commands.shared import output
from webapp.commands.shared.progress import progress_bar
from webapp.commands.shared.theme_report import announce_changes, announce_warnings

_DRAFT_LABELS = {True: "生效过", False: "未生效"}


def show_candidates(home: Path, limit: int, form: str) -> None:
    """Prints candidate themes, marked as automatic."""
    announce_warnings(Workspace.open(home).theme_warnings())
    with progress_bar() as bar:
        candidates = theme_admin.list_candidates(home, limit, bar)
    if form == "json":
        rows = [{**asdict(candidate), "automatic": True} for candidate in candidates]
        output.print_json({"candidates": rows})
    elif form == "toml":
        click.echo(decision_file(candidates), nl=False)
    else:
        _print_table(candidates)


def _print_table(candidates: tuple[Candidate, ...]) -> None:
    table = output.table("候选议题（自动提取）", "次数", "记录数", "文件数", "得分", "例")
    for each in candidates:
        first = each.examples[0]
        cells = (each.phrase, each.count, each.records, each.policies, each.score)
        example = f"{first.before}【{each.phrase}】{first.after}（{first.record}）"
        table.add_row(*(output.plain(cell) for cell in (*cells, example)))
    output.console().print(table)
    if not candidates:
        output.note("没有新的候选议题：反复出现的说法，词表都已有了")
        return
    output.note("用 --format toml 存成文件，逐条填写后，用 zhengsou themes --apply 文件 采用")


def apply_decisions(home: Path, path: Path, *, dry_run: bool) -> None:
    """Takes a decision file into the user's themes."""
    text = read_text(path)
    with progress_bar() as bar:
        plan = theme_admin.plan_decisions(home, text, str(path), bar)
    outcomes = {"收为议题": plan.accepted, "并入": plan.merged, "不收": plan.rejected}
    for verb, names in outcomes.items():
        if names:
            output.note(f"{verb} {len(names)} 条：{'、'.join(names)}")
    if not any(outcomes.values()):
        click.echo("文件里没有填写任何决定，词表没有改动")
        return
    _carry_out(home, plan, dry_run)


def undo(home: Path, *, dry_run: bool) -> None:
    """Puts the user's themes back to the state before."""
    _carry_out(home, _planned(lambda bar: theme_admin.plan_undo(home, bar)), dry_run)


def restore(home: Path, state: str, *, dry_run: bool) -> None:
    """Puts the user's themes back to any state of the history."""
    _carry_out(home, _planned(lambda bar: theme_admin.plan_restore(home, state, bar)), dry_run)


def _planned(plan: Callable[[Progress], ThemePlan]) -> ThemePlan:
    with progress_bar() as bar:
        return plan(bar)


def _carry_out(home: Path, plan: ThemePlan, dry_run: bool) -> None:
    """Says what a plan changes, and does it."""
    announce_changes(plan.changes)
    if dry_run:
        click.echo("没有改动词表（--dry-run）")
        return
    with progress_bar() as bar:
        report = theme_admin.apply_plan(home, plan, bar)
    announce_warnings(report.theme_warnings)
    done = f"已更新索引（{report.reason}）" if report.reason else "索引不需要更新"
    click.echo(f"{done}：版本 {report.info.version}，用时 {report.seconds:.1f} 秒")


def show_history(home: Path) -> None:
    """Prints all states that the user's themes were in, newest first."""
    states = theme_admin.past_states(home)
    table = output.table("版本", "时间（UTC）", "状态", "议题数")
    for state in states:
        label = "现行" if state.current else _DRAFT_LABELS[state.in_force]
        many = "有错误" if state.themes is None else state.themes
        when = state.at.strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(*(output.plain(cell) for cell in (state.id, when, label, many)))
    output.console().print(table)
    file = Workspace.open(home).history.file
    now = any(state.current for state in states)
    output.note(f"现行词表：{file}" if now else "现在没有自己的议题词表")
