"""Search the index of a home with plain Whoosh: python whoosh_example.py HOME

Fields: id; title_words, body_words, unit_words, policy_words, number_words and
issuer_words hold jieba's words; title_literal and so on single characters, with
positions; title_pairs, body_pairs and unit_pairs two characters with a blank.
"""

import sys
from pathlib import Path

from whoosh import index
from whoosh.query import And, Not, Phrase, Term

versions = Path(sys.argv[1]) / "index"
opened = index.open_dir(str(versions / (versions / "current").read_text()))
word = Term("body_words", "社区")
phrase = Phrase("body_literal", list("三社联动"))
with opened.searcher() as searcher:
    for query in (word, phrase, And([word, Not(phrase)])):
        print(*sorted(hit["id"] for hit in searcher.search(query, limit=None)))
