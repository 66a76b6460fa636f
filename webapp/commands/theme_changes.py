"""What ``zhengsou themes`` does beside listing: candidates, decisions, history, undo."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from indexer.build import Workspace, build_index
from indexer.candidates import Candidate, propose
from indexer.decisions import Decided, decide, decision_file
from indexer.errors import LexiconError
from indexer.own_themes import themes_of
from indexer.theme_history import read_text
from indexer.theme_preview import preview_themes
from webapp.commands import output
from webapp.commands.progress import progress_bar
from webapp.commands.theme_report import announce_changes, announce_warnings

_DRAFT_LABELS = {True: "生效过", False: "未生效"}


def show_candidates(home: Path, limit: int, form: str) -> None:
    """Prints candidate themes, marked as automatic."""
    workspace = Workspace.open(home)
    known = workspace.linguistics
    announce_warnings(workspace.theme_warnings())
    records = (record for document in workspace.library.documents() for record in document.records)
    candidates = propose(records, known, known.in_force.own.rejected, limit)
    if form == "json":
        rows = [{**asdict(candidate), "automatic": True} for candidate in candidates]
        output.print_json({"candidates": rows})
    elif form == "toml":
        click.echo(decision_file(candidates), nl=False)
    else:
        _print_table(candidates)


def _print_table(candidates: tuple[Candidate, ...]) -> None:
    table = output.table("候选议题（自动提取）", "次数", "记录数", "C-value", "对数似然比", "例")
    for each in candidates:
        first = each.examples[0]
        cells = (each.phrase, each.count, each.records, each.c_value, each.log_likelihood)
        example = f"{first.before}【{each.phrase}】{first.after}（{first.record}）"
        table.add_row(*(output.plain(cell) for cell in (*cells, example)))
    output.console().print(table)
    if not candidates:
        output.note("没有新的候选议题：反复出现的说法，词表都已有了")
        return
    output.note("用 --format toml 存成文件，逐条填写后，用 zhengsou themes --apply 文件 采用")


def apply_decisions(home: Path, path: Path, *, dry_run: bool) -> None:
    """Takes a decision file into the user's themes."""
    workspace = Workspace.open(home)
    with workspace.store.locked():
        file = workspace.history.file
        now = themes_of(workspace.history.current(), str(file))
        decided = decide(read_text(path), str(path), now, str(file))
        if not _announce(decided):
            click.echo("文件里没有填写任何决定，词表没有改动")
            return
        _preview(workspace, decided.text)
        if dry_run:
            click.echo("没有改动词表（--dry-run）")
            return
        workspace.history.keep(now.text)
        workspace.history.put(decided.text)
    _follow(home)


def _announce(decided: Decided) -> bool:
    """Says what was decided; whether anything was."""
    outcomes = {"收为议题": decided.accepted, "并入": decided.merged, "不收": decided.rejected}
    for verb, names in outcomes.items():
        if names:
            output.note(f"{verb} {len(names)} 条：{'、'.join(names)}")
    return any(outcomes.values())


def undo(home: Path, *, dry_run: bool) -> None:
    """Puts the user's themes back to the state before."""
    workspace = Workspace.open(home)
    with workspace.store.locked():
        _put(workspace, workspace.history.before(), dry_run)
    if not dry_run:
        _follow(home)


def restore(home: Path, state: str, *, dry_run: bool) -> None:
    """Puts the user's themes back to any state of the history."""
    workspace = Workspace.open(home)
    with workspace.store.locked():
        found = workspace.history.find(state)
        text = found.text()
        themes_of(text, str(found.path))  # a draft may have a mistake
        _put(workspace, text, dry_run)
    if not dry_run:
        _follow(home)


def _put(workspace: Workspace, text: str, dry_run: bool) -> None:
    _preview(workspace, text)
    if dry_run:
        click.echo("没有改动词表（--dry-run）")
    else:
        workspace.history.put(text)


def show_history(home: Path) -> None:
    """Prints all states that the user's themes were in, newest first."""
    history = Workspace.open(home).history
    now = history.line()[-1:]
    table = output.table("版本", "时间（UTC）", "状态", "议题数")
    for state in reversed(history.states()):
        label = "现行" if state in now else _DRAFT_LABELS[state.in_force]
        try:
            many: object = len(themes_of(state.text(), str(state.path)).own.entries)
        except LexiconError:
            many = "有错误"
        when = state.at.strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(*(output.plain(cell) for cell in (state.id, when, label, many)))
    output.console().print(table)
    output.note(f"现行词表：{history.file}" if now else "现在没有自己的议题词表")


def _preview(workspace: Workspace, text: str) -> None:
    """Says what a theme file with this text would change."""
    lexicon = themes_of(text, str(workspace.history.file)).lexicon
    with progress_bar() as bar:
        announce_changes(preview_themes(workspace, lexicon, bar))


def _follow(home: Path) -> None:
    """Brings the index after the theme file, and says so."""
    with progress_bar() as bar:
        report = build_index(home, progress=bar)
    announce_warnings(report.theme_warnings)
    done = f"已更新索引（{report.reason}）" if report.reason else "索引不需要更新"
    click.echo(f"{done}：版本 {report.info.version}，用时 {report.seconds:.1f} 秒")
