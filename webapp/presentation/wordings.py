"""What a query was understood to mean, in the language of the page.

The sentence itself is put together by :mod:`indexer.query.interpretation`; here are
the phrases for English.  They are HTML, so that what is quoted from the query
can be marked as Chinese.
"""

from __future__ import annotations

from markupsafe import Markup

from indexer.analysis.analyzer import Analyzer
from indexer.query.interpretation import Wording, interpret
from indexer.results.model import Results
from webapp.web.languages import chosen

_ENGLISH = Wording(
    quoted=Markup('<span lang="zh-Hans">“{}”</span>'),
    bracketed=Markup("({})"),
    exactly=Markup("exactly {}"),
    in_field=Markup("in the {}: {}"),
    fields={
        "title": Markup("topic"),
        "body": Markup("content"),
        "unit": Markup("unit"),
        "policy": Markup("document title"),
        "number": Markup("document number"),
        "issuer": Markup("issuer"),
    },
    metadata={
        "province": Markup("province beginning with {}"),
        "city": Markup("city beginning with {}"),
        "county": Markup("county beginning with {}"),
        "theme": Markup("theme {}"),
        "keyword": Markup("keyword {}"),
    },
    excluded_metadata={
        "province": Markup("province not beginning with {}"),
        "city": Markup("city not beginning with {}"),
        "county": Markup("county not beginning with {}"),
        "theme": Markup("theme other than {}"),
        "keyword": Markup("keyword other than {}"),
    },
    without=Markup("without {}"),
    not_matching=Markup("not matching ({})"),
    one_sentence=Markup("within one sentence ({})"),
    one_document=Markup("anywhere in one document ({})"),
    contains=Markup("containing {}"),
    contains_all=Markup("containing all of {}"),
    contains_many=Markup("containing all of {} and more, {} words"),
    word_list=Markup(", "),
    last_word=Markup(" and "),
    synonyms=Markup("its synonyms {}"),
    alternative=Markup(", or "),
    both=Markup(" and "),
    either=Markup(" or "),
    all_but=Markup("all records, but {}"),
    all_but_list=Markup(", "),
    everything=Markup("all records"),
    nothing=Markup("no text that can be searched for"),
    between=Markup("dated from {} to {}"),
    since=Markup("dated {} or later"),
    until=Markup("dated {} or earlier"),
    any_date=Markup("of any date"),
    placed=Markup("{} ({} by the zone’s place, {} by the issuer’s)"),
)


def interpretation(results: Results, analyzer: Analyzer) -> str:
    """What was searched, for the reader; in English as :class:`~markupsafe.Markup`."""
    if chosen() == "zh" or not results.interpretation:
        return results.interpretation
    said = interpret(results.meaning, analyzer, _ENGLISH, results.places)
    return said[:1].upper() + said[1:] if said[:1].isalpha() else said
