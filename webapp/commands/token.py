"""``zhengsou token``: the key to the management pages."""

from __future__ import annotations

from pathlib import Path

import click

from webapp.admin.access.credentials import new_token, read_credentials, revoke_token
from webapp.commands.shared import options, output
from webapp.commands.shared.usage import Command


@click.command("token", cls=Command)
@click.option("--new", is_flag=True, help="生成新口令，原来的口令和登录随即失效")
@click.option("--revoke", is_flag=True, help="撤销口令，关闭网页管理")
@options.home_option
def command(new: bool, revoke: bool, home: Path) -> None:
    """说明有没有网页管理口令；用 --new 生成，用 --revoke 撤销。

    管理页（/admin）可以上传、移除文件和管理议题，凭口令登录。口令只在生成时显示一次，
    主目录里只存它的哈希；运行中的服务无需重启。
    """
    if new and revoke:
        raise click.UsageError("--new 与 --revoke 不能同用，请只留一个")
    if revoke:
        click.echo("已撤销口令，网页管理已关闭" if revoke_token(home) else "本来就没有口令")
    elif new:
        token = new_token(home)
        output.note("新的管理口令如下，只显示这一次，请妥善保存。登录地址是网站的 /admin")
        click.echo(token)
    else:
        found = read_credentials(home)
        click.echo(
            f"有口令，生成于 {found.created_at}；用 --new 更换，用 --revoke 撤销"
            if found
            else "还没有口令，网页管理是关闭的；用 --new 生成"
        )
