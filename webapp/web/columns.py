"""The columns of a table in an address: ``columns=序号,地区``, or ``columns`` repeated.

A form sends a value for each box, a link has one with commas; both mean the same.
A program is refused a column that there is not; a page shows the others and says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from werkzeug.datastructures import MultiDict

from indexer.exports.columns import read_columns
from indexer.exports.registry import columns_for
from webapp.errors import BadParameter
from webapp.web.languages import gettext as _

NAME = "columns"
#: The columns of either table.
_KNOWN = frozenset((*columns_for("record"), *columns_for("document")))
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
#: So much of unknown names is repeated, in characters of one and of all.
_LONGEST, _LONGEST_LIST = 80, 200


def stated_columns(args: MultiDict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns that an address names, in its order, and the names that are no column.

    They may be of a table of records or of documents: an address keeps what was chosen
    for both.
    """
    values = (_CONTROL.sub("", value) for value in args.getlist(NAME))
    known, unknown = read_columns(values, _KNOWN)
    return known, tuple(name[:_LONGEST] for name in unknown)


def table_columns(args: MultiDict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of :func:`stated_columns` that the table of the address has, and what is no column."""
    known, unknown = stated_columns(args)
    return columns_of(known, args.get("by", "")), unknown


def columns_of(names: Collection[str], by: str) -> tuple[str, ...]:
    """Those of some columns that a table ``by`` record or document has."""
    known = columns_for(by)
    return tuple(name for name in names if name in known)


def checked_columns(args: MultiDict[str, str]) -> tuple[str, ...]:
    """As :func:`stated_columns`; :class:`~webapp.errors.BadParameter` for what is no column."""
    known, unknown = stated_columns(args)
    if unknown:
        raise BadParameter(NAME, *unknown_columns(unknown, args.get("by", "")))
    return known


def unknown_columns(names: Collection[str], by: str = "") -> tuple[str, str]:
    """Cause and hint where an address names columns that there are not."""
    return (
        _("参数 columns 里没有这样的列：%(names)s", names="、".join(names)[:_LONGEST_LIST]),
        _("可用的列：%(known)s", known="、".join(columns_for(by))),
    )
