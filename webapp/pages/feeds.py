"""A search as an Atom feed, and the search box for the browser's own.

The feed (RFC 4287) lists the newest policies that a search finds, each with
the number of its hits and some of them; also those that hold all that was asked for though
no record of theirs does.  An entry's id is made from the
policy's, so that it stays the same under every host name and prefix; it is
updated when the policy is dated.  Addresses are absolute, from the request's
``Host``, which :mod:`webapp.web.security` has checked.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from xml.etree import ElementTree

from flask import Blueprint, Response, request
from werkzeug.urls import iri_to_uri

from corpus.policy import Policy, first_day
from indexer.results.grouped import GroupedDocument
from indexer.results.model import DocumentHit, Hit
from indexer.results.spans import pieces_of_html
from webapp.presentation.naming import place_name
from webapp.web.addresses import encoded, url_for, with_parameters
from webapp.web.languages import gettext as _
from webapp.web.state import state
from webapp.web.urls import SearchParams, check_names

blueprint = Blueprint("feeds", __name__)

ATOM = "http://www.w3.org/2005/Atom"
OPENSEARCH = "http://a9.com/-/spec/opensearch/1.1/"
#: Policies in a feed.
MOST_ENTRIES = 30
_BEIJING = timezone(timedelta(hours=8))
#: What XML 1.0 cannot hold.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def feed_url(params: SearchParams) -> str:
    """The address of the feed of a search; its order, page and view do not matter."""
    return with_parameters(url_for("feeds.feed"), encoded(_core(params).pairs()))


def _core(params: SearchParams) -> SearchParams:
    return SearchParams(q=params.q, filters=params.filters, synonyms=params.synonyms)


@blueprint.get("/feed.atom")
def feed() -> Response:
    """The newest policies of a search."""
    params = _core(SearchParams.parse(request.args))
    # Each version of a document is new in its own time: none is folded under another.
    asked = replace(params, sort="date", size=MOST_ENTRIES, by="document", versions="all")
    results = state().searcher.documents(asked.request())
    newest = [found for found in results.grouped if found.match != "partial"]
    built = _moment(results.index.built_at)

    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "zh-Hans"})
    _add(root, "title", f"{_('政搜')}：{_describe(params)}")
    _add(root, "id", _urn(f"feed:{sorted(params.pairs())}"))
    own, page = iri_to_uri(request.url), url_for("pages.search", _external=True, **params.to_args())
    _add(root, "link", rel="self", type="application/atom+xml", href=own)
    _add(root, "link", rel="alternate", type="text/html", href=page)
    _add(root, "updated", max((_updated(each.policy, built) for each in newest), default=built))
    for each in newest:
        _entry(root, each, _updated(each.policy, built))
    return _xml(root, "application/atom+xml")


def _describe(params: SearchParams) -> str:
    chosen = (value for _name, value in params.pairs("q", "synonyms"))
    return " · ".join((params.q or _("全部记录"), *chosen))


def _entry(root: ElementTree.Element, found: GroupedDocument, updated: str) -> None:
    policy = found.policy
    entry = ElementTree.SubElement(root, "entry")
    _add(entry, "title", policy.title)
    _add(entry, "id", _urn(f"policy:{policy.id}"))
    address = url_for("pages.policy", policy_id=policy.id, _external=True)
    _add(entry, "link", rel="alternate", type="text/html", href=address)
    _add(entry, "updated", updated)
    author = ElementTree.SubElement(entry, "author")
    _add(author, "name", policy.issuer or _("发文机关不详"))
    content = ElementTree.SubElement(entry, "content", {"type": "xhtml"})
    content.append(_content(found))


def _content(found: GroupedDocument) -> ElementTree.Element:
    """How much was found, and a list of its best places that leads to their pages."""
    box = ElementTree.Element("div", {"xmlns": "http://www.w3.org/1999/xhtml"})
    whole = found.match == "document"
    said = _("同文件命中") if whole else _("命中 %(n)s 条", n=found.records)
    _add(box, "p", " ".join(filter(None, (found.policy.number, said))))
    places = [place for hit in found.hits for place in _places(hit)]
    if not places:
        return box
    listed = ElementTree.SubElement(box, "ul")
    for address, where in places:
        item = ElementTree.SubElement(listed, "li")
        _add(item, "a", where, href=address)
    return box


def _places(hit: Hit | DocumentHit) -> Iterator[tuple[str, str]]:
    """Address and name of a record, or of each part of a document that is a hit itself."""
    if isinstance(hit, Hit):
        record = hit.record.record
        title = record.title if record.kind == "zone" else ""
        name = " ".join(filter(None, (record.unit or place_name(record), title)))
        yield url_for("pages.record", record_id=record.id, _external=True), name
        return
    for part in hit.parts:
        text = "".join(text for text, _marked in pieces_of_html(part.snippet))
        if part.records:
            record = part.records[0].record
            yield url_for("pages.record", record_id=record.id, _external=True), text
        else:
            yield url_for("pages.policy", policy_id=hit.policy.id, _external=True), text


def _updated(policy: Policy, built: str) -> str:
    """The day of the policy in Beijing; where it has none, the day of the index."""
    if not policy.date:
        return built
    return datetime.fromisoformat(first_day(policy.date)).replace(tzinfo=_BEIJING).isoformat()


def _moment(timestamp: str) -> str:
    moment = datetime.fromisoformat(timestamp)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat(timespec="seconds")


def _urn(name: str) -> str:
    clean = _NOT_XML.sub("\ufffd", name)
    return uuid.uuid5(uuid.NAMESPACE_URL, f"urn:zhengsou:{clean}").urn


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """OpenSearch 1.1: how a browser searches here."""
    check_names(request.args, ())
    root = ElementTree.Element("OpenSearchDescription", {"xmlns": OPENSEARCH})
    _add(root, "ShortName", _("政搜"))
    _add(root, "Description", _("中国政策文本全文检索"))
    _add(root, "InputEncoding", "UTF-8")
    icon = url_for("static", filename="icon.svg", _external=True)
    _add(root, "Image", icon, type="image/svg+xml")
    for endpoint, kind in (("pages.search", "text/html"), ("feeds.feed", "application/atom+xml")):
        template = f"{url_for(endpoint, _external=True, lang=None)}?q={{searchTerms}}"
        _add(root, "Url", type=kind, method="get", template=template)
    return _xml(root, "application/opensearchdescription+xml")


def _add(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> None:
    clean = {name: _NOT_XML.sub("\ufffd", value) for name, value in attributes.items()}
    made = ElementTree.SubElement(parent, tag, clean)
    if text:
        made.text = _NOT_XML.sub("\ufffd", text)


def _xml(root: ElementTree.Element, media: str) -> Response:
    body = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(body, content_type=f"{media}; charset=utf-8")
