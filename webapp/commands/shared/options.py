"""Options that several commands share, read once and in one way."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from indexer.engines.base import BEST_RECORDS
from indexer.request import BY, Request
from indexer.results.facets import FACETS, TABLE, Facet, Filters
from indexer.results.model import SORTS
from webapp.settings import default_home

#: What ``--versions`` can be, the first by default.
VERSIONS = ("folded", "all")
_F = TypeVar("_F", bound=Callable[..., Any])
_SURROGATE = re.compile("[\ud800-\udfff]")
_SORT_HELP = "排序：relevance 相关度，date 成文日期（新的在前），region 行政区划，source 原文顺序"


class Text(click.ParamType):  # type: ignore[type-arg]  # generic in newer releases only
    """Text as typed.  Bytes that the locale could not read are read as UTF-8."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text; bytes in it that are no UTF-8 either become U+FFFD."""
        if not _SURROGATE.search(value):
            return value
        try:
            return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        except UnicodeError:
            return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)


class IsoDate(click.ParamType):  # type: ignore[type-arg]  # generic in newer releases only
    """A date as ISO 8601 writes it, for instance 2019-03-25."""

    name = "date"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The value itself; fails as wrong usage if it is no date."""
        try:
            well_formed = date.fromisoformat(value).isoformat() == value
        except ValueError:
            well_formed = False
        if not well_formed:
            self.fail(f"“{value}”不是日期，请写成 2019-03-25 这样", param, ctx)
        return value


class FormedValue(click.ParamType):  # type: ignore[type-arg]  # generic in newer releases only
    """A value of a facet whose values have a form, as a year has."""

    name = "value"

    def __init__(self, facet: Facet) -> None:
        self._facet = facet

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The value itself; fails as wrong usage if it does not have the form."""
        facet = self._facet
        if not facet.allows(value):
            message = f"“{value}”不是{facet.label}，{facet.form_hint}{_such_as(facet)}"
            self.fail(message, param, ctx)
        return value


def _resolve_home(ctx: click.Context, param: click.Parameter, value: str | None) -> Path:
    chosen = value or ctx.find_root().params.get("home")
    return Path(chosen).expanduser() if chosen else default_home()


def home_option(function: _F) -> _F:
    """``--home DIR``: after the command, before it, ``ZHENGSOU_HOME``, the system's default."""
    return click.option(
        "--home",
        metavar="DIR",
        callback=_resolve_home,
        help="馆藏与索引所在目录（默认取环境变量 ZHENGSOU_HOME，再取系统的用户数据目录）",
    )(function)


def format_option(*formats: str) -> Callable[[_F], _F]:
    """``--format`` among these; the first is the default."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(formats),
        default=formats[0],
        help=f"输出格式：{'、'.join(formats)}（默认 {formats[0]}）",
        metavar="F",
    )


def sort_option(function: _F) -> _F:
    """``--sort``, by relevance unless said otherwise."""
    return click.option(
        "--sort", type=click.Choice(SORTS), default="relevance", metavar="S", help=_SORT_HELP
    )(function)


def filter_options(function: _F) -> _F:
    """One repeatable option for each facet, and ``--from`` and ``--to``."""
    options = [
        click.option(
            f"--{facet.name}",
            multiple=True,
            type=_type_of(facet),
            metavar="V",
            help=f"{_explained(facet)}（可重复）",
        )
        for facet in TABLE
    ]
    options.append(
        click.option("--from", "date_from", type=IsoDate(), metavar="DATE", help="成文日期不早于")
    )
    options.append(
        click.option("--to", "date_to", type=IsoDate(), metavar="DATE", help="成文日期不晚于")
    )
    for option in reversed(options):
        function = option(function)
    return function


def _type_of(facet: Facet) -> click.ParamType:  # type: ignore[type-arg]
    if facet.closed:
        return click.Choice(tuple(facet.closed))
    return FormedValue(facet) if facet.form else Text()


def _explained(facet: Facet) -> str:
    """What a facet is, with its values where they are a fixed set, else with an example."""
    values = "，".join(f"{value} {label}" for value, label in facet.closed.items())
    return (facet.help or facet.label) + (f"：{values}" if values else _such_as(facet))


def _such_as(facet: Facet) -> str:
    return f"，如 {facet.example}" if facet.example else ""


def synonyms_option(function: _F) -> _F:
    """``--no-synonyms``: only what was typed."""
    return click.option(
        "--synonyms/--no-synonyms", default=True, help="是否同时查同义词和简称（默认查）"
    )(function)


def by_options(function: _F) -> _F:
    """``--by`` and ``--versions``: what the answer is made of."""
    function = click.option(
        "--versions",
        type=click.Choice(VERSIONS),
        metavar="V",
        help="按文件时：folded 相近的版本合并到最新的一份之下（默认），all 各算一份",
        default=VERSIONS[0],
    )(function)
    return click.option(
        "--by",
        type=click.Choice(BY),
        default=BY[0],
        metavar="B",
        help=f"record 按条目（默认），document 按文件，每份给出最好的 {BEST_RECORDS} 条",
    )(function)


def filters_of(options: dict[str, Any]) -> Filters:
    """The filters among a command's options; raises a usage error for a range without days."""
    start, end = options["date_from"], options["date_to"]
    if start and end and start > end:
        raise click.UsageError(f"--from {start} 晚于 --to {end}，请对调两个日期")
    chosen = {facet: tuple(dict.fromkeys(options[facet])) for facet in FACETS}
    return Filters(**chosen, date_from=start, date_to=end)


def request_of(query: str, sort: str, options: dict[str, Any]) -> Request:
    """What a command's options ask for, on the first page; raises as :func:`filters_of`.

    ``options`` are those of filters, of synonyms and of :func:`by_options`.
    """
    return Request(
        query,
        filters_of(options),
        sort,
        synonyms=options["synonyms"],
        by=options["by"],
        folded=options["versions"] == VERSIONS[0],
    )
