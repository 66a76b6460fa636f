"""``zhengsou serve``: builds what is missing, serves pages and API."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from webapp.commands.shared import options
from webapp.commands.shared.usage import Command
from webapp.server.server import Address, listen, serve
from webapp.server.vectors import making_vectors
from webapp.server.waiting import waiting
from webapp.settings import Settings


@click.command("serve", cls=Command)
@click.option(
    "--host", default="127.0.0.1", metavar="H", help="监听的地址（默认 127.0.0.1，仅本机）"
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    metavar="N",
    help="端口（默认 8000，0 为自动选择）",
)
@click.option(
    "--workers", type=click.IntRange(1), default=1, metavar="N", help="工作进程数（默认 1）"
)
@click.option("--url-prefix", metavar="/x", help="网址前缀，放在反向代理的子路径下时用")
@options.home_option
def command(host: str, port: int, workers: int, url_prefix: str | None, home: Path) -> None:
    """启动网页和 API 服务；按 Ctrl-C 停止。"""
    settings = Settings.build(home=home.resolve(), url_prefix=url_prefix, hosts=(host,))
    listener = listen(host, port)
    address = Address.of(listener)

    def busy() -> None:
        where = address.url(settings.url_prefix)
        click.echo(f"启动需要一些时间；就绪之前，访问 {where} 只答复进度（503）", err=True)

    if workers > 1 or sys.stderr.isatty():
        # Several workers find the index built; a process that shows no bar need not load it.
        from webapp.commands.shared.progress import open_with_progress

        with waiting(listener, busy) as also, open_with_progress(settings.home, also):
            pass
    if address.is_everywhere and not settings.hosts:
        click.echo(
            "提示：只应答以本机名访问的请求；"
            "要用别的名称或地址访问，请在环境变量 ZHENGSOU_ALLOWED_HOSTS 中列出",
            err=True,
        )

    def ready() -> None:
        click.echo(address.url(settings.url_prefix))

    with listener, making_vectors(settings.home):
        serve(settings, listener, workers=workers, ready=ready, busy=busy)
