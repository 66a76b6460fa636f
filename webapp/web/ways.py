"""Ways on from a failure: links that repair the address, and the words to search for.

A page of a failure leads back to what was asked for, so that nobody has to edit an
address: without the parameter that cannot be used, on the last page that there is, to
the document of a record that is gone, to a search for the name of what is not there.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from corpus.errors import CorpusError, PolicyNotFound
from indexer.errors import (
    EngineUnavailable,
    IndexerError,
    PageOutOfRange,
    RecordNotFound,
    ThemeNotFound,
)
from webapp.errors import BadParameter, NoParameters, WebError
from webapp.web.addresses import policy_url, url_for, with_changed
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import SearchParams, search_url

#: Words longer than a name one would search for.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Way:
    """A link: what it does, its address, and the part of the label in the documents' language.

    ``says_hint``: it does what the hint of the failure says, and stands in its place; without
    a label the hint itself is the link.
    """

    label: str
    url: str
    name: str = ""
    says_hint: bool = False


def ways(error: WebError | IndexerError | CorpusError) -> tuple[Way, ...]:
    """The links of a failed request that was read with GET, the best first."""
    if request.method not in ("GET", "HEAD") or request.endpoint is None:
        return ()
    match error:
        case PageOutOfRange(last=last):
            label = _("看最后一页（第 %(last)s 页）", last=last)
            return (Way(label, with_changed("page", str(last)), says_hint=True),)
        case NoParameters(parameter=name):
            return (Way("", with_changed(name, None), says_hint=True),)
        case BadParameter(parameter=name) if name in request.args:
            return (Way(_("去掉这个参数，其余不变"), with_changed(name, None)),)
        case EngineUnavailable():
            again = with_changed("page", request.args.get("page"))
            return (Way("", again, says_hint=True),)
        case ThemeNotFound():
            return (*_search(), Way("", url_for("pages.themes"), says_hint=True))
        case RecordNotFound():
            return (*_document(), *_search())
        case PolicyNotFound():
            return _search()
    return ()


def typed(error: WebError | IndexerError | CorpusError) -> SearchParams:
    """What the search box of the page holds: the query of the address, or the name asked for."""
    spoilt = isinstance(error, BadParameter) and error.parameter == "q"
    query = "" if spoilt else request.args.get("q", "")
    if not query and isinstance(error, (PolicyNotFound, RecordNotFound, ThemeNotFound)):
        query = _name()
    return SearchParams(q=query)


def searches() -> bool:
    """Whether the page of the failure links a search for what the address names."""
    return bool(_search()) and not request.path.startswith("/api/")


def was_removed() -> bool:
    """Whether the policy of this address was in the library once."""
    try:
        return bool(state().library.history(_policy_id()))
    except CorpusError:
        return False


def _document() -> tuple[Way, ...]:
    """The document of a record that is gone, where it is held."""
    policy_id = _policy_id()
    try:
        title = state().library.describe(policy_id).policy.title
    except CorpusError:
        return ()
    return (Way(_("打开文件《%(title)s》", title=title), policy_url(policy_id), title),)


def _search() -> tuple[Way, ...]:
    name = _name()
    if not name or len(name) > _LONGEST:
        return ()
    return (Way(_("检索“%(name)s”", name=name), search_url(SearchParams(q=name)), name),)


def _name() -> str:
    """What the address names: a theme, a policy, or the policy of a record."""
    if request.endpoint == "pages.theme":
        return str((request.view_args or {}).get("name", ""))
    return _policy_id()


def _policy_id() -> str:
    asked = request.view_args or {}
    if "policy_id" in asked:
        return str(asked["policy_id"])
    return str(asked.get("record_id", "")).rpartition("/")[0]
