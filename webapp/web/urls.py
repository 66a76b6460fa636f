"""The address is the state: request parameters to a search, and back.

:class:`SearchParams` is what one address of the search page says: the query,
the filters, the order, the page.  :meth:`SearchParams.parse` reads and checks
it; the ``with_…`` methods give the state after one more click; ``to_args``
writes it back in one canonical order, defaults left out, so that one state has
one address.  Pages, API and exports share it, with these parameters::

    q  the facets of indexer.results.facets: kind policy issuer year province … (repeatable)
    from to  sort synonyms by versions group view columns page size
    (lang and utm_… are let through, they say nothing)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import unquote_to_bytes

from werkzeug.datastructures import MultiDict

from indexer.request import BY, By, Request
from indexer.results.facets import FACETS, TABLE, Filters
from indexer.results.model import DEFAULT_SIZE, MAX_SIZE, SORTS
from webapp.errors import BadParameter, NoParameters
from webapp.web.addresses import encoded, quoted, url_for, with_parameters
from webapp.web.columns import checked_columns, stated_columns
from webapp.web.languages import gettext as _

#: The parameters of a search, in the order in which an address states them.
PARAMETERS = (
    *("q", *FACETS, "from", "to", "sort", "synonyms", "by", "versions", "group"),
    *("view", "columns", "page", "size"),
)
#: So many values of a facet can be asked for, if not all.
MOST_FACET_VALUES = 10_000
#: Said by any address, of no weight to a search.
_LET_THROUGH = ("lang",)
#: What ``synonyms`` can be, the first where it is not stated; what ``group`` can be.
SWITCH, GROUPS = ("on", "off"), ("policy",)
#: What ``versions`` can be besides folded.
VERSIONS = ("all",)
#: What ``view`` can be besides a list.
VIEWS = ("table",)
#: A page number is a number one can count to; longer ones are mistakes.
_DIGITS = 15
LARGEST = 10**_DIGITS - 1
_NUMBER = re.compile(rf"[0-9]{{1,{_DIGITS}}}")
#: No text: these would break the answer that repeats them.
_UNENCODABLE = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SearchParams:
    """One state of the search: what was typed, chosen and turned to.

    ``synonyms`` also looks for other ways to write a chunk; ``by`` says whether the answer
    is made of records or of documents, and is empty where the face chooses; ``versions``
    is ``all`` where near-duplicates count each by itself; ``group`` is
    ``policy`` where the hits of one policy are shown together; ``view`` is ``table``
    where the hits are the rows of a table, ``columns`` the ones chosen for it, in
    their order; ``page`` counts from 1, ``size`` is 1 to 200 hits a page.
    """

    q: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: str = "relevance"
    synonyms: bool = True
    by: str = ""
    versions: str = ""
    group: str = ""
    view: str = ""
    columns: tuple[str, ...] = ()
    page: int = 1
    size: int = DEFAULT_SIZE

    @classmethod
    def parse(
        cls, args: MultiDict[str, str], *, also: Collection[str] = (), any_columns: bool = False
    ) -> SearchParams:
        """Reads the parameters of a request.

        ``also`` names parameters that the caller reads itself; ``any_columns`` leaves
        unknown columns to it (:func:`~webapp.web.columns.stated_columns` names them).  Repeated
        values count once, empty ones not at all.  The query is kept as typed
        (the parser warns of what it leaves out), but for what is no
        text at all.  Raises :class:`~webapp.errors.BadParameter`,
        which names the parameter, for an unknown one, for a single one given
        with two values, and for a value that cannot be used.
        """
        check_names(args, (*PARAMETERS, *also))
        chosen = {facet: _values(args, facet) for facet in FACETS}
        _check_values(chosen)
        start, end = _date(args, "from"), _date(args, "to")
        if start and end and start > end:
            raise BadParameter(
                "from",
                _("参数 from（%(start)s）晚于参数 to（%(end)s）", start=start, end=end),
                _("请对调两个日期"),
            )
        return cls(
            q=single(args, "q"),
            filters=Filters(**chosen, date_from=start, date_to=end),
            sort=_sort(args),
            synonyms=_switch(args, "synonyms"),
            by=one_of(args, "by", BY),
            versions=one_of(args, "versions", VERSIONS),
            group=one_of(args, "group", GROUPS),
            view=one_of(args, "view", VIEWS),
            columns=stated_columns(args)[0] if any_columns else checked_columns(args),
            page=number(args, "page", 1, None),
            size=number(args, "size", DEFAULT_SIZE, MAX_SIZE),
        )

    def request(self, facet_values: int | None = None) -> Request:
        """What the state asks of a searcher; by record where it does not say."""
        return Request(
            self.q,
            self.filters,
            self.sort,
            self.page,
            self.size,
            self.synonyms,
            facet_values,
            by="document" if self.by == "document" else "record",
            folded=not self.versions,
        )

    @property
    def narrowed(self) -> bool:
        """Whether any filter is chosen."""
        return self.filters != Filters()

    def to_args(self) -> dict[str, str | int | list[str]]:
        """The parameters that lead here, for ``url_for``; defaults are left out."""
        filters = self.filters
        args: dict[str, str | int | list[str]] = {"q": self.q}
        args |= {facet: list(filters.chosen(facet)) for facet in FACETS}
        args |= {"from": filters.date_from or "", "to": filters.date_to or ""}
        if self.sort != "relevance":
            args["sort"] = self.sort
        if not self.synonyms:
            args["synonyms"] = "off"
        if self.by:
            args["by"] = self.by
        if self.versions:
            args["versions"] = self.versions
        if self.group:
            args["group"] = self.group
        if self.view:
            args["view"] = self.view
        if self.columns:
            args["columns"] = ",".join(self.columns)
        if self.page != 1:
            args["page"] = self.page
        if self.size != DEFAULT_SIZE:
            args["size"] = self.size
        return {name: value for name, value in args.items() if value}

    def pairs(self, *without: str) -> tuple[tuple[str, str], ...]:
        """The parameters as name and value, for a form's hidden fields."""
        return tuple(
            (name, str(value))
            for name, values in self.to_args().items()
            if name not in without
            for value in (values if isinstance(values, list) else [values])
        )

    def with_value(self, facet: str, value: str) -> SearchParams:
        """The state with one more value of a facet chosen, on its first page."""
        return self._choose(facet, tuple(dict.fromkeys((*self.filters.chosen(facet), value))))

    def without_value(self, facet: str, value: str) -> SearchParams:
        """The state with that value of a facet given up, on its first page."""
        return self._choose(facet, tuple(v for v in self.filters.chosen(facet) if v != value))

    def toggled(self, facet: str, value: str) -> SearchParams:
        """The state after one click on a value of a facet."""
        if value in self.filters.chosen(facet):
            return self.without_value(facet, value)
        return self.with_value(facet, value)

    def without_facet(self, facet: str) -> SearchParams:
        """The state with nothing chosen in a facet, on its first page."""
        return self._choose(facet, ())

    def without_dates(self) -> SearchParams:
        """The state with both dates given up, on its first page."""
        return replace(self, filters=self.filters.without_dates(), page=1)

    def without_filters(self) -> SearchParams:
        """The same query and order with nothing chosen, on its first page."""
        return replace(self, filters=Filters(), page=1)

    def with_query(self, q: str) -> SearchParams:
        """Another query under the same filters and order, on its first page."""
        return replace(self, q=q, page=1)

    def with_synonyms(self, on: bool) -> SearchParams:
        """The same search with or without synonyms, on its first page."""
        return replace(self, synonyms=on, page=1)

    def with_by(self, by: By) -> SearchParams:
        """The same search by record or by document, on its first page."""
        return replace(self, by=by, page=1)

    def with_versions(self, versions: str) -> SearchParams:
        """The same search with near-duplicates folded or each by itself, on its first page."""
        return replace(self, versions=versions, page=1)

    def with_view(self, view: str) -> SearchParams:
        """The same page as a list or as a table."""
        return replace(self, view=view)

    def with_sort(self, sort: str) -> SearchParams:
        """The same search in another order, on its first page."""
        return replace(self, sort=sort, page=1)

    def with_page(self, page: int) -> SearchParams:
        """Another page of the same search."""
        return replace(self, page=page)

    def with_size(self, size: int) -> SearchParams:
        """The same search with so many hits a page, on its first page."""
        return replace(self, size=size, page=1)

    def _choose(self, facet: str, values: tuple[str, ...]) -> SearchParams:
        return replace(self, filters=self.filters.choose(facet, values), page=1)


def search_url(params: SearchParams) -> str:
    """The address of the search page in that state."""
    return _search_address(encoded(params.pairs()))


def toggle_urls(params: SearchParams, facet: str) -> Callable[[str], str]:
    """The addresses after one click on each value of a facet: ``search_url(params.toggled(…))``.

    A page holds hundreds of them, so what they share is put together once.
    """
    page = url_for("pages.search")
    at = PARAMETERS.index(facet)
    pairs = params.with_page(1).pairs(facet)
    before = [encoded([pair]) for pair in pairs if PARAMETERS.index(pair[0]) < at]
    after = [encoded([pair]) for pair in pairs if PARAMETERS.index(pair[0]) > at]
    chosen = {value: encoded([(facet, value)]) for value in params.filters.chosen(facet)}
    head = "&".join((*before, *chosen.values(), ""))
    head = f"{page}{'&' if '?' in page else '?'}{head}{facet}="
    tail = "".join(f"&{pair}" for pair in after)

    def address(value: str) -> str:
        if value in chosen:
            others = [pair for other, pair in chosen.items() if other != value]
            return with_parameters(page, "&".join((*before, *others, *after)))
        return f"{head}{quoted(value)}{tail}"

    return address


def _search_address(query: str) -> str:
    return with_parameters(url_for("pages.search"), query)


def whole(params: SearchParams) -> SearchParams:
    """Every full hit of that state, whatever page and view show of it."""
    return replace(params, group="", view="", page=1, size=DEFAULT_SIZE)


def value_url(facet: str, value: str) -> str:
    """The address of the search for all records that have a value of a facet."""
    return _search_address(encoded([(facet, value)]))


def check_names(args: MultiDict[str, str], known: Collection[str]) -> None:
    """Refuses a parameter that is not read, so that no filter is silently lost.

    Raises :class:`~webapp.errors.BadParameter`.
    """
    for name in args:
        if name not in known and name not in _LET_THROUGH and not name.startswith("utm_"):
            unknown = _("不认识参数 %(name)s", name=_CONTROL.sub("", name)[:80])
            if not known:
                raise NoParameters(name, unknown, _("这个地址不带参数，请去掉"))
            hint = _("可用的参数：%(known)s", known=" ".join(known))
            raise BadParameter(name, unknown, hint)


def check_encoding(query_string: bytes) -> None:
    """Refuses an address whose parameters are no UTF-8 (GBK from an old page, say).

    Raises :class:`~webapp.errors.BadParameter`, which names the parameter.
    """
    for part in query_string.split(b"&"):
        try:
            unquote_to_bytes(part).decode("utf-8")
        except UnicodeDecodeError as error:
            name = part.partition(b"=")[0].decode("ascii", "replace")
            raise BadParameter(
                name,
                _("参数 %(name)s 不是 UTF-8 编码", name=name[:80]),
                _("请在检索框里重新输入，或用 UTF-8 对网址编码"),
            ) from error


def record_ids(args: MultiDict[str, str], most: int) -> tuple[str, ...]:
    """The record ids of an address (``id``, repeatable), each once, in their order.

    Raises :class:`~webapp.errors.BadParameter` for more than ``most``.
    """
    given = (_UNENCODABLE.sub("\ufffd", value) for value in args.getlist("id"))
    ids = tuple(dict.fromkeys(value for value in given if value.strip()))
    if len(ids) > most:
        raise BadParameter(
            "id",
            _("参数 id 给了 %(n)s 条记录，最多 %(most)s 条", n=len(ids), most=most),
            _("请分几次进行"),
        )
    return ids


def single(args: MultiDict[str, str], name: str, default: str = "") -> str:
    """A text that can be given once; what is nothing but spaces is nothing.

    Raises :class:`~webapp.errors.BadParameter` if it has two different values.
    """
    text = _UNENCODABLE.sub("\ufffd", _single(args, name))
    return text if text.strip() else default


def _single(args: MultiDict[str, str], name: str) -> str:
    values = tuple(dict.fromkeys(value for value in args.getlist(name) if value))
    if len(values) > 1:
        raise BadParameter(
            name,
            _("参数 %(name)s 给了 %(n)s 个不同的值", name=name, n=len(values)),
            _("请只保留一个"),
        )
    return values[0] if values else ""


def _values(args: MultiDict[str, str], facet: str) -> tuple[str, ...]:
    cleaned = (_CONTROL.sub("", value) for value in args.getlist(facet))
    return tuple(dict.fromkeys(value for value in cleaned if value))


def _check_values(chosen: Mapping[str, tuple[str, ...]]) -> None:
    """Refuses what can never be a value of a facet."""
    for facet in TABLE:
        for value in chosen[facet.name]:
            if not facet.allows(value):
                raise BadParameter(
                    facet.name,
                    _("参数 %(name)s=%(value)s 不能使用", name=facet.name, value=value[:80]),
                    _("可用的值：%(known)s", known=" ".join(facet.closed))
                    if facet.closed
                    else _(facet.form_hint),
                )


def number(args: MultiDict[str, str], name: str, default: int, most: int | None) -> int:
    """A whole number from 1 to ``most``, ``None`` for no bound.

    Raises :class:`~webapp.errors.BadParameter`.
    """
    text = _single(args, name)
    if not text:
        return default
    value = int(text) if _NUMBER.fullmatch(text) else 0
    if value < 1 or (most is not None and value > most):
        bounds = _("1 到 %(most)s", most=most) if most else _("从 1 起")
        raise BadParameter(
            name,
            _("参数 %(name)s=%(value)s 不能使用", name=name, value=_CONTROL.sub("", text)[:80]),
            _("请改为整数，%(bounds)s", bounds=bounds),
        )
    return value


def _sort(args: MultiDict[str, str]) -> str:
    text = _single(args, "sort") or "relevance"
    if text not in SORTS:
        raise BadParameter(
            "sort",
            _("不认识排序 sort=%(value)s", value=_CONTROL.sub("", text)[:80]),
            _("可用的排序：%(known)s", known=" ".join(SORTS)),
        )
    return text


def one_of(args: MultiDict[str, str], name: str, known: Collection[str]) -> str:
    """A value of a closed list, or empty; else :class:`~webapp.errors.BadParameter`."""
    text = _single(args, name)
    if text not in ("", *known):
        raise BadParameter(
            name,
            _("参数 %(name)s=%(value)s 不能使用", name=name, value=_CONTROL.sub("", text)[:80]),
            _("请改为 %(known)s，或去掉这个参数", known=" ".join(known)),
        )
    return text


def _switch(args: MultiDict[str, str], name: str) -> bool:
    text = _single(args, name) or SWITCH[0]
    if text not in SWITCH:
        raise BadParameter(
            name,
            _("参数 %(name)s=%(value)s 不能使用", name=name, value=_CONTROL.sub("", text)[:80]),
            _("请改为 on 或 off"),
        )
    return text == SWITCH[0]


def _date(args: MultiDict[str, str], name: str) -> str | None:
    text = _single(args, name).strip()
    if not text:
        return None
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise BadParameter(
        name,
        _("参数 %(name)s=%(value)s 不是日期", name=name, value=_CONTROL.sub("", text)[:80]),
        _("请写成 2019-03-25 这样"),
    )
