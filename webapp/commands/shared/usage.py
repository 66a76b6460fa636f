"""How the command line explains itself: help pages and wrong usage, in Chinese."""

from __future__ import annotations

import click
from click.exceptions import BadOptionUsage, MissingParameter, NoSuchOption


class ChineseHelp(click.Command):
    """A command whose help page has Chinese headings."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the line that shows how the command is called."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the options and, for a group, its commands."""
        # Newer releases of click list arguments here too; the usage line names them already.
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
        records = [r for p in options if (r := p.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``, explained in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这份帮助"
        return option


class Command(ChineseHelp):
    """One of the program's commands."""

    allow_extra_args = True  # refused below, in Chinese and with the likely remedy

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads the arguments; one too many is wrong usage."""
        left = super().parse_args(ctx, args)
        if left:
            ctx.fail(f"多余的参数 {' '.join(left)}；含空格的检索式要放在引号里")
        return left


def explain(error: click.UsageError) -> str:
    """What was wrong with the command line, and where to read how it is right."""
    place = error.ctx.command_path if error.ctx else "zhengsou"
    return f"用法错误：{_cause(error)}\n查看用法：{place} --help"


def _cause(error: click.UsageError) -> str:
    if isinstance(error, NoSuchOption):
        similar = f"，是否想用 {'、'.join(error.possibilities)}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{similar}{_after_dashes(error.ctx)}"
    if isinstance(error, MissingParameter):
        return f"缺少 {_name(error)}"
    if isinstance(error, BadOptionUsage):
        return f"选项 {error.option_name} 后面要有一个值"
    if isinstance(error, click.BadParameter) and error.param is not None:
        return f"{_name(error)} {_constraint(error.param.type, error.message)}"
    return error.format_message()


def _after_dashes(ctx: click.Context | None) -> str:
    """How to give an argument that begins like an option, where the command takes one."""
    names = (
        [p.human_readable_name for p in ctx.command.params if isinstance(p, click.Argument)]
        if ctx
        else []
    )
    return f"；以 - 开头的 {names[0]} 要写在 -- 之后" if names else ""


def _name(error: click.BadParameter) -> str:
    param = error.param
    if param is None:
        return "参数"
    return "/".join(param.opts) if isinstance(param, click.Option) else param.human_readable_name


def _constraint(kind: object, message: str) -> str:
    if isinstance(kind, click.Choice):
        return f"只能是 {'、'.join(map(str, kind.choices))}"
    if isinstance(kind, click.IntRange):
        most = f"到 {kind.max} " if kind.max is not None else "起"
        return f"要是整数，从 {kind.min} {most}".rstrip()
    return message
