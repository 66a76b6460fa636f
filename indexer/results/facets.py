"""The one table of facets: by what records are counted and filtered.

A facet is one row of :data:`TABLE` with a function that gives a record's
values.  Everything else follows from the row: what the index counts, the
parameter of an address, the option of a command, the key of the JSON answer
and its schema, the list on a page with its ``/values/<facet>`` page, the label
in an export.  To add one, write its value function and its row; an index of
the former table is rebuilt by itself, because the table is part of its stamp.

    Facet("category", N_("文种"), lambda entry: one(entry.policy.category)),

A label is a message: its English stands in ``webapp/translations``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from corpus.policy import Policy
from indexer.labels import KIND_LABELS, LEVEL_LABELS, VALIDITY_LABELS
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.record import IndexRecord

ValuesOf = Callable[[IndexRecord], tuple[str, ...]]
ValuesOfPolicy = Callable[[Policy], tuple[str, ...]]


def _as_written(policies: Iterable[Policy]) -> Mapping[str, str]:
    return {}


def _no_values(policy: Policy) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Facet:
    """A row of the table.

    ``values_of``: a record's values, at most one unless ``multi_valued``.
    ``closed``: all values there can be and their labels, where they are a fixed
    set.  ``form``: what every value looks like, as a regular expression, and
    ``form_hint``, how to write one.  ``labels_of``: what values are called that
    are not called as they are written.  ``help`` and ``example`` explain the
    option of a command; ``rank`` is the place among the lists of a page (lower
    comes first); ``opens``: whether its list stands open.  ``values_of_policy``: the
    values of a policy, where all its records have the same (:func:`_of_policy`).
    """

    name: str
    label: str
    values_of: ValuesOf
    multi_valued: bool = False
    closed: Mapping[str, str] = field(default_factory=dict)
    form: str = ""
    form_hint: str = ""
    labels_of: Callable[[Iterable[Policy]], Mapping[str, str]] = _as_written
    help: str = ""
    example: str = ""
    rank: int = 100
    opens: bool = False
    values_of_policy: ValuesOfPolicy = _no_values

    @property
    def of_document(self) -> bool:
        """Whether all records of a policy have the same: it comes first among documents."""
        return self.values_of_policy is not _no_values

    def labels(self, policies: Iterable[Policy]) -> Mapping[str, str]:
        """What values are called that are not called as they are written."""
        return self.closed or self.labels_of(policies)

    def allows(self, value: str) -> bool:
        """Whether ``value`` can ever be a value of the facet."""
        if self.closed:
            return value in self.closed
        return not self.form or re.fullmatch(self.form, value) is not None


def one(value: str | None) -> tuple[str, ...]:
    """The values of a record that has one or none."""
    return (value,) if value else ()


def _of_region(level: str) -> ValuesOf:
    def values(entry: IndexRecord) -> tuple[str, ...]:
        region = entry.record.region
        return one(getattr(region, level)) if region else ()

    return values


def _of_policy(name: str, label: str, values: ValuesOfPolicy, **more: Any) -> Facet:
    """The row of a facet of policies, whose values every record has."""
    return Facet(name, label, lambda entry: values(entry.policy), values_of_policy=values, **more)


def _areas(policy: Policy) -> tuple[str, ...]:
    """The issuer's province, and its region where that is narrower."""
    region = policy.region
    if region is None:
        return ()
    return tuple(dict.fromkeys(name for name in (region.province, region.full_name) if name))


def _titles(policies: Iterable[Policy]) -> Mapping[str, str]:
    return {policy.id: policy.title for policy in policies}


TABLE: tuple[Facet, ...] = (
    Facet(
        "kind", N_("类型"), lambda entry: one(entry.record.kind),
        closed=KIND_LABELS, rank=6, opens=True,
    ),
    _of_policy(
        "policy", N_("文件"), lambda policy: one(policy.id),
        labels_of=_titles, help="文件的编号（发文字号或标题）", rank=9,
    ),
    _of_policy(
        "issuer", N_("发文机关"), lambda policy: policy.organs,
        multi_valued=True, help="发文机关，联合发文的任何一个", rank=8,
    ),
    _of_policy(
        "level", N_("层级"), lambda policy: one(policy.level), closed=LEVEL_LABELS, rank=10
    ),
    _of_policy("area", N_("发文地区"), _areas, multi_valued=True, example="浙江省", rank=11),
    _of_policy(
        "validity", N_("效力"), lambda policy: one(policy.validity),
        closed=VALIDITY_LABELS, rank=12,
    ),
    _of_policy(
        "year", N_("年份"), lambda policy: one((policy.date or "")[:4]),
        form="[0-9]{4}", form_hint=N_("请写成四位数字"), help="成文年份", example="2019", rank=7,
    ),
    Facet("province", N_("省级"), _of_region("province"), example="四川省", rank=2, opens=True),
    Facet("city", N_("地级"), _of_region("city"), example="成都市", rank=3),
    Facet("county", N_("县级"), _of_region("county"), example="金牛区", rank=4),
    Facet(
        "theme", N_("议题"), lambda entry: tuple(entry.themes),
        multi_valued=True, rank=1, opens=True,
    ),
    Facet("keyword", N_("关键词"), lambda entry: entry.keywords, multi_valued=True, rank=5),
)  # fmt: skip

#: Every row by its name, in the order of the table, which is that of answers and addresses.
BY_NAME: Mapping[str, Facet] = {facet.name: facet for facet in TABLE}
FACETS: tuple[str, ...] = tuple(BY_NAME)
SINGLE_FACETS = tuple(facet.name for facet in TABLE if not facet.multi_valued)
MULTI_FACETS = tuple(facet.name for facet in TABLE if facet.multi_valued)
#: Part of the stamp of an index: what it counts depends on the rows.
TABLE_STAMP = " ".join(f"{facet.name}{'+' * facet.multi_valued}" for facet in TABLE)


def facet_values(entry: IndexRecord) -> dict[str, tuple[str, ...]]:
    """The record's values in each facet."""
    return {facet.name: facet.values_of(entry) for facet in TABLE}


@dataclass(frozen=True, slots=True, init=False)
class Filters:
    """What the user chose beside the query: ``Filters(province=("四川省",), date_to=…)``.

    Values within one facet are OR-ed, facets are AND-ed.  A policy's value is
    its id, a year is four digits.  ``date_from`` and ``date_to`` are ISO
    dates, inclusive.  ``choices`` holds the facets in which something is
    chosen, in the order of the table.
    """

    choices: tuple[tuple[str, tuple[str, ...]], ...]
    date_from: str | None
    date_to: str | None

    def __init__(
        self, *, date_from: str | None = None, date_to: str | None = None, **chosen: tuple[str, ...]
    ) -> None:
        """Raises ``TypeError`` for a name that is no facet's."""
        if unknown := chosen.keys() - BY_NAME.keys():
            raise TypeError(f"no facets: {' '.join(sorted(unknown))}")
        choices = tuple((name, chosen[name]) for name in FACETS if chosen.get(name))
        object.__setattr__(self, "choices", choices)
        object.__setattr__(self, "date_from", date_from)
        object.__setattr__(self, "date_to", date_to)

    def chosen(self, facet: str) -> tuple[str, ...]:
        """The values chosen in one of :data:`FACETS`."""
        for name, values in self.choices:
            if name == facet:
                return values
        return ()

    def choose(self, facet: str, values: tuple[str, ...]) -> Filters:
        """The same with exactly ``values`` chosen in a facet."""
        chosen = {**dict(self.choices), facet: values}
        return Filters(**chosen, date_from=self.date_from, date_to=self.date_to)

    def without_dates(self) -> Filters:
        """The same for records of any date."""
        return Filters(**dict(self.choices), date_from=None, date_to=None)

    def to_dict(self) -> dict[str, Any]:
        """Only what was chosen, as plain lists and strings."""
        dates = {"date_from": self.date_from, "date_to": self.date_to}
        chosen = {name: list(values) for name, values in self.choices}
        return chosen | {name: date for name, date in dates.items() if date}
