"""What a picture says of itself: its title with subject and unit, and its source.

    提到“三社联动”的实验区（江苏省），按省级，n = 1
    来源：民政部关于同意…的批复（政搜检索，2026-03-01）

A picture is cut out of its page and put into a report; these two lines go with it.
"""

from __future__ import annotations

from datetime import date

from markupsafe import Markup, escape

from indexer.labels import KIND_LABELS
from indexer.query.tree import Chunk, Phrase
from indexer.results.facets import FACETS
from indexer.results.model import Results
from webapp.charts.numbers import Numbers
from webapp.web.languages import gettext as _
from webapp.web.languages import ngettext

#: A longer query is shortened in a title.
_LONGEST = 40


def caption(numbers: Numbers, by: str) -> Markup:
    """Subject, what the picture is by (按省级), and how many there are.

    As HTML in which what is quoted from query and texts is marked as Chinese; a file
    takes its plain text.
    """
    return _filled(
        _("%(subject)s，%(by)s，n = %(n)s"), subject=_subject(numbers), by=by, n=numbers.found
    )


def source(results: Results, day: date) -> str:
    """The documents that the numbers are from, and the day of the search."""
    titles = [value.label for value in results.facets["policy"] if value.count]
    if not titles:
        return _("来源：政搜检索，%(day)s", day=day.isoformat())
    first = _("《%(title)s》", title=titles[0])
    others = len(titles) - 1
    what = (
        ngettext("%(num)s 份文件", "%(num)s 份文件", len(titles)) + _("，如") + first
        if others
        else first
    )
    return _("来源：%(what)s；政搜检索，%(day)s", what=what, day=day.isoformat())


def _subject(numbers: Numbers) -> Markup:
    q, unit, chosen = numbers.params.q.strip(), _unit(numbers), _chosen(numbers)
    if not q:
        said = escape(unit) if chosen else _filled(_("全部%(unit)s"), unit=unit)
    elif isinstance(numbers.results.meaning, Chunk | Phrase):
        text = _official(numbers.results.meaning.text)
        said = _filled(_("提到“%(text)s”的%(unit)s"), text=text, unit=unit)
    else:
        said = _filled(_("符合“%(text)s”的%(unit)s"), text=_official(q), unit=unit)
    if not chosen:
        return said
    return _filled(_("%(what)s（%(chosen)s）"), what=said, chosen=_official(chosen))


def _filled(message: str, **values: object) -> Markup:
    """The message as HTML; values that are no HTML are escaped."""
    return Markup(escape(message)) % values


def _official(text: str) -> Markup:
    """What was typed, or stands in the texts, within a sentence of either language."""
    return Markup('<span lang="zh-Hans">{}</span>').format(_shortened(text))


def _unit(numbers: Numbers) -> str:
    """What is counted."""
    if numbers.documents:
        return _("文件")
    kinds = numbers.params.filters.chosen("kind")
    return _(KIND_LABELS[kinds[0]]) if len(kinds) == 1 else _("记录")


def _chosen(numbers: Numbers) -> str:
    """The values that narrow the search, but for the kind, which the unit says."""
    filters = numbers.params.filters
    named = {
        (facet, value.value): value.label
        for facet in FACETS
        if filters.chosen(facet)
        for value in numbers.results.facets[facet]
    }
    kinds = filters.chosen("kind")
    said = [
        named.get((facet, value), value)
        for facet in FACETS
        for value in filters.chosen(facet)
        if facet != "kind" or len(kinds) > 1 or numbers.documents
    ]
    if filters.date_from or filters.date_to:
        said.append(f"{filters.date_from or '…'}—{filters.date_to or '…'}")
    return "、".join(said)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
