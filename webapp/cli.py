"""The command line: one more face of the searcher, beside the pages and the API.

Results go to stdout, messages and progress to stderr.  Exit status: 0 done,
1 the job failed (one line says why and what to do), 2 wrong usage.

A command is a module in :mod:`webapp.commands` with a ``command``, or stands in the
module of another command that it undoes; here it has its line of help, so that
``zhengsou --help`` loads none of them.  The module itself imports what it needs, at
its top.
"""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Mapping
from typing import Any

import click

from corpus.errors import CorpusError
from indexer.errors import IndexerError
from webapp.commands.shared.usage import ChineseHelp, Command, explain
from webapp.errors import WebError

COMMANDS: Mapping[str, str] = {
    "serve": "启动网页和 API 服务（缺索引时先建好）",
    "index": "建立或更新索引",
    "add": "把文件、文件夹、压缩包加入馆藏",
    "remove": "把文件从馆藏中移除",
    "history": "一份文件的各个状态：每次加入、更新、更正和恢复",
    "restore-version": "把一份文件恢复到以前的状态",
    "list": "列出馆藏的文件，或其中需要核对的",
    "search": "检索，结果输出到终端",
    "export": "把全部命中导出为文件",
    "themes": "列出议题，或一个议题的全部记录与依据",
    "vectors": "计算向量，供“意思相近”使用",
    "stats": "馆藏与索引的统计",
    "token": "生成或撤销网页管理口令",
    "analyze": "查看一段文字如何分析：折叠、分词、逐字单元",
    "check": "检查馆藏和索引是否完好",
    "backup": "把馆藏写进一个备份文件",
    "restore": "用备份文件替换馆藏",
}

#: Commands that stand beside another: in which module, and under which name there.
_BESIDE: Mapping[str, tuple[str, str]] = {
    "restore": ("backup", "restore"),
    "restore-version": ("history", "restore"),
}

#: Environment variable: where it is set, an unforeseen failure shows its traceback.
TRACEBACK = "ZHENGSOU_TRACEBACK"

_OS_CAUSES: Mapping[int, tuple[str, str]] = {
    errno.ENOSPC: ("磁盘已满", "请腾出空间，或用 --home 换一个目录"),
    errno.EACCES: ("没有权限", "请检查该路径的权限，或换一个目录"),
    errno.EPERM: ("没有权限", "请检查该路径的权限，或换一个目录"),
    errno.EROFS: ("文件系统只读", "请换一个可写的目录"),
    errno.ENOENT: ("文件或目录不存在", "请检查路径"),
    errno.ENOTDIR: ("路径中有一段不是目录", "请检查路径"),
    errno.EISDIR: ("这是一个目录", "请给出文件名"),
    errno.EEXIST: ("已有同名文件", "请换一个路径"),
    errno.ENAMETOOLONG: ("文件名太长", "请换一个短些的名字"),
    errno.EMFILE: ("打开的文件太多", "请关闭一些程序，或提高文件数上限"),
}


class _Commands(ChineseHelp, click.Group):
    """Loads a command's module when it is called; turns our errors into exit status 1."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order in which one meets the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now; ``None`` if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = _BESIDE.get(cmd_name, (cmd_name.replace("-", "_"), "command"))
        loaded = importlib.import_module(f"webapp.commands.{module}")
        command: click.Command = getattr(loaded, name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments begin with; an unknown one is wrong usage."""
        if args[0] not in COMMANDS:
            ctx.fail(f"没有命令 {args[0]}，可用的命令：{' '.join(COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes what each command does, without loading any."""
        with formatter.section("命令"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; our errors, and the system's, become one line."""
        try:
            return super().invoke(ctx)
        except (CorpusError, IndexerError, WebError) as error:
            raise _Failure(error.message, error.hint) from error
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            raise _Failure(*_describe(error)) from error


class _Failure(click.ClickException):
    """The job failed: one line with the cause and the hint."""

    exit_code = 1

    def __init__(self, message: str, hint: str) -> None:
        line = "。".join(part.rstrip("。") for part in (message, hint) if part)
        super().__init__(" ".join(line.split()))


def _describe(error: OSError) -> tuple[str, str]:
    cause, hint = _OS_CAUSES.get(error.errno or 0, (error.strerror or str(error), ""))
    return (f"{cause}：{error.filename}" if error.filename else cause), hint


@click.group(cls=_Commands, invoke_without_command=True)
@click.option("--home", metavar="DIR", help="馆藏与索引所在目录（也可写在命令之后）")
@click.version_option(
    package_name="zhengsou", prog_name="zhengsou", message="%(prog)s %(version)s", help="显示版本"
)
@click.pass_context
def cli(ctx: click.Context, home: str | None) -> None:
    """政搜：中国政策文件全文检索。完整、可引证、可离线。

    每个命令的用法：zhengsou 命令 --help
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def speak_utf8() -> None:
    """Makes stdout and stderr UTF-8, whatever the console's code page or locale."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def main() -> None:
    """The entry point of the program ``zhengsou``."""
    speak_utf8()
    try:
        # Expanding arguments on Windows would take the query 社区* for a file pattern.
        status = cli.main(prog_name="zhengsou", standalone_mode=False, windows_expand_args=False)
        sys.stdout.flush()
    except click.UsageError as error:
        click.echo(explain(error), err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(f"错误：{error.format_message()}", err=True)
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("已中断", err=True)
        sys.exit(1)
    except Exception as error:
        if isinstance(error, BrokenPipeError):
            _hush()
        elif os.environ.get(TRACEBACK):
            raise
        else:
            click.echo(_unforeseen(error), err=True)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _hush() -> None:
    """The reader has seen enough (head, less): what is left goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unforeseen(error: Exception) -> str:
    cause = " ".join(f"{type(error).__name__}: {error}".split())
    return f"错误：程序内部出错（{cause}）。请设 {TRACEBACK}=1 再运行一次，把输出附在问题报告里"


if __name__ == "__main__":
    main()
