"""``zhengsou list``: what is in the library, and what in it needs a look."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import click

from corpus.library.duplicate_index import near_duplicates
from corpus.library.library import Held, Library
from corpus.library.review import PolicyWarning, warnings_of
from corpus.policy import Policy
from webapp.commands.shared import options, output
from webapp.commands.shared.progress import progress_bar
from webapp.commands.shared.usage import Command


@click.command("list", cls=Command)
@click.option("--problems", is_flag=True, help="只列出需要核对的文件和原因")
@options.format_option("table", "json")
@options.home_option
def command(problems: bool, form: str, home: Path) -> None:
    """列出馆藏的文件：编号、标题、机关、日期、效力（现行、失效、已修改，原因和替代文件）、记录数。

    --problems 只列出有疑问的：识别时的提示、没有识别出的项目、疑似重复的文件。
    """
    library = Library.open(home)
    found: defaultdict[str, list[PolicyWarning]] = defaultdict(list)
    with progress_bar() as bar:
        pairs = near_duplicates(library, bar) if problems or form == "json" else ()
    for warning in warnings_of(library.held(), pairs):
        found[warning.policy_id].append(warning)
    held = [each for each in library.held() if not problems or each.policy.id in found]
    if form == "json":
        output.print_json({"policies": [_row(each, found[each.policy.id]) for each in held]})
    elif problems:
        _print_problems(held, found)
    else:
        _print(held)


def _row(held: Held, found: list[PolicyWarning]) -> dict[str, Any]:
    policy = held.policy
    return {
        "id": policy.id,
        "title": policy.title,
        "number": policy.number,
        "issuer": policy.issuer,
        "date": policy.date,
        "category": policy.category,
        "source": policy.source,
        "sha256": policy.sha256,
        "validity": policy.validity,
        "validity_note": policy.validity_note,
        "successor": policy.successor,
        "records": held.records,
        "added_at": held.added_at,
        "problems": [{"code": warning.code, "message": warning.message} for warning in found],
    }


def _print(held: list[Held]) -> None:
    table = output.table("编号", "标题", "机关", "日期", "效力", "记录")
    for each in held:
        policy = each.policy
        validity = _validity(policy)
        cells = (policy.id, policy.title, policy.issuer, policy.date, validity, each.records)
        table.add_row(*map(output.plain, cells))
    output.console().print(table)
    click.echo(f"共 {len(held)} 份文件")


def _validity(policy: Policy) -> str:
    """Whether it is in force as far as known, why, and what took its place."""
    successor = f"见 {policy.successor}" if policy.successor else ""
    return "，".join(filter(None, (policy.validity, policy.validity_note, successor)))


def _print_problems(held: list[Held], found: dict[str, list[PolicyWarning]]) -> None:
    for each in held:
        click.echo(each.policy.id)
        for warning in found[each.policy.id]:
            click.echo(f"  {warning.message}")
    click.echo(f"共 {len(held)} 份文件需要核对" if held else "没有需要核对的文件")
