"""Why a record carries a theme, in words: field, phrase and rule.

The core gives every piece of :class:`~indexer.results.model.Evidence` a rule as
``kind:phrases``.  Here it becomes a sentence in the language of the page,
the same on a record's page, on a theme's page and on the command line::

    主题“三社+N”联动”（词序“三社+N…联动”）
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup

from indexer.labels import FIELD_LABELS
from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from indexer.results.model import Evidence
from indexer.themes.lexicon import RECORD_FIELD
from webapp.web.languages import gettext as _

#: What the kinds of rules are called; a name or variant needs nothing but itself.
_RULES = {
    "variant": N_("说法“%(phrases)s”"),
    "pattern": N_("同句词序“%(phrases)s”"),
    "near": N_("同句另有限定语的“%(phrases)s”"),
}


#: Words of one group of a pattern that are shown.
_SHOWN_WORDS = 3


def sentences(found: Iterable[Evidence], form: type[str] = str) -> tuple[str, ...]:
    """Each piece of evidence as field, phrase and rule; each sentence once.

    A decision on the whole record gives its reason.  With ``form``
    :class:`~markupsafe.Markup` it is HTML, in which official words are marked
    as Chinese.
    """
    return tuple(dict.fromkeys(_sentence(one, form) for one in found))


def rules(found: Iterable[Evidence]) -> tuple[str, ...]:
    """Field and rule alone, as HTML: for where the phrase is marked in the text beside it."""
    return tuple(dict.fromkeys(_rule_of(one) for one in found if one.field != RECORD_FIELD))


def _sentence(one: Evidence, form: type[str]) -> str:
    phrase = _official(one.phrase, form)
    if one.field == RECORD_FIELD:
        return form(_("按记录列入：%(reason)s")) % {"reason": phrase}
    said = {"field": _field(one), "phrase": phrase, "rule": _rule(one, form)}
    return form(_("%(field)s“%(phrase)s”（%(rule)s）")) % said


def _rule_of(one: Evidence) -> str:
    return Markup(_("%(field)s：%(rule)s")) % {"field": _field(one), "rule": _rule(one, Markup)}


def _field(one: Evidence) -> str:
    return _(FIELD_LABELS[one.field]) if one.field in FIELD_LABELS else one.field


def _rule(one: Evidence, form: type[str]) -> str:
    """The rule that was met; as it is where its kind is not known."""
    kind, _colon, phrases = one.rule.partition(":")
    if kind not in _RULES:
        return _official(one.rule, form)
    return form(_(_RULES[kind])) % {"phrases": _official(_short(phrases, one.phrase), form)}


def _short(pattern: str, met: str) -> str:
    """A written pattern with few words of each long group, first of all those that stand there."""

    def few(group: re.Match[str]) -> str:
        words = group[1].split("|")
        if len(words) <= _SHOWN_WORDS:
            return group[0]
        words.sort(key=lambda word: word not in met)
        return "{" + "|".join(words[:_SHOWN_WORDS]) + "|…}"

    return re.sub(r"\{([^{}]*)\}", few, pattern)


def _official(text: str, form: type[str]) -> str:
    if issubclass(form, Markup):
        return Markup('<span lang="zh-Hans">{}</span>').format(text)
    return text
