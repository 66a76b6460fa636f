"""Scores of documents that were found."""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# Types are numba's here, in the decorators.

from __future__ import annotations

import numpy as np

from indexer.engines.embedded.kernels.numba.best import best
from indexer.engines.embedded.kernels.numba.parts import frequency, index, lower_bound
from indexer.engines.embedded.kernels.numba.types import (
    CONTEXT,
    FLOATS,
    INT,
    INTS,
    LONGS,
    PLACE,
    QUERY_TERMS,
    QUERY_UNITS,
    TEXTS,
    UNITS,
    VOID,
    kernel,
    part,
)


@part
def _term_frequency(lists, at, end, place, local):
    """The frequency of a term in a document's slots, whose postings begin at ``at``; their end."""
    keys = lists.keys
    tf = np.int64(0)
    while at < end and np.int64(keys[index(at)]) >> 2 == local:
        if (place.slots >> (keys[index(at)] & 3)) & 1:
            tf += frequency(lists, at)
        at += 1
    return tf, at


@part
def _next_posting(keys, at, end, key, sparse):
    """The first place in ``keys[at:end]`` that is not less than ``key``."""
    if sparse:
        return lower_bound(keys, at, end, key)
    while at < end and keys[index(at)] < key:
        at += 1
    return at


@part
def _add_scores(docs, scores, span, lists, postings, place, weight, norm):
    """Adds a term's parts to the scores of ``docs``, from and to a place in ``span``."""
    keys, j, last = lists.keys, np.int64(span[0]), np.int64(span[1])
    at, end = np.int64(postings[0]), np.int64(postings[1])
    sparse = end - at > 8 * (last - j)
    while j < last and at < end:
        local = np.int64(docs[index(j)]) - place.base
        at = _next_posting(keys, at, end, local << 2, sparse)
        if at == end:
            break
        here = np.int64(keys[index(at)]) >> 2
        if here > local:
            j = lower_bound(docs, j + 1, last, here + place.base)
            continue
        tf, at = _term_frequency(lists, at, end, place, local)
        if tf:
            scores[index(j)] += weight * tf / (norm[index(local + place.base)] + tf)
        j += 1


@kernel(VOID, INTS, FLOATS, INT, INT, TEXTS, QUERY_TERMS, PLACE)
def score_terms(docs, scores, first, last, texts, terms, place):
    span = (first, last)
    for t in range(len(terms.sources)):
        postings, weight = (terms.begins[t], terms.ends[t]), terms.weights[t]
        if terms.sources[t] == 0:
            _add_scores(docs, scores, span, texts.words, postings, place, weight, terms.word_norm)
        else:
            _add_scores(docs, scores, span, texts.pairs, postings, place, weight, terms.pair_norm)


@kernel(VOID, INTS, FLOATS, LONGS, UNITS, QUERY_UNITS, PLACE)
def score_units(docs, scores, chosen, texts, units, place):
    wanted = np.full(units.vocabulary, -1, dtype=np.int32)
    for t in range(len(units.numbers)):
        if units.numbers[t] >= 0:
            wanted[units.numbers[t]] = t
    many = len(units.weights)
    counts = np.zeros(many, dtype=np.int64)
    for j in chosen:
        if scores[j] <= 0:
            continue
        doc = np.int64(docs[j])
        counts[:] = 0
        for slot in range(4):
            if (place.slots >> slot) & 1:
                key = (doc - place.base) * 4 + slot
                for at in range(index(texts.starts[key]), index(texts.starts[key + 1])):
                    t = wanted[index(texts.units[at])]
                    if t >= 0:
                        counts[index(t)] += 1
        for t in range(many):
            if counts[t]:
                scores[j] += units.weights[t] * counts[t] / (units.norm[doc] + counts[t])


@part
def _keep_three(three, score):
    """Puts a score in its place among a policy's three best."""
    if score <= three[2]:
        return
    at = 2
    while at > 0 and score > three[at - 1]:
        three[at] = three[at - 1]
        at -= 1
    three[at] = score


@kernel(VOID, INTS, FLOATS, CONTEXT)
def score_in_context(docs, scores, context):
    policies, prior = context.policies, context.prior
    best_three = np.zeros((len(prior), 3))
    for j in range(len(docs)):
        policy = policies[docs[j]]
        if policy >= 0 and scores[j] > 0:
            _keep_three(best_three[policy], scores[j])
    for j in range(len(docs)):
        policy = policies[docs[j]]
        if policy < 0 or scores[j] <= 0:
            continue
        three = best_three[policy]
        evidence = three[0] + three[1] + three[2]
        scores[j] = (scores[j] + context.weight * evidence) * prior[policy]


@kernel(VOID, INTS, FLOATS, TEXTS, QUERY_TERMS, QUERY_UNITS, PLACE, INT, CONTEXT)
def rank(docs, scores, texts, terms, units, place, candidates, context):
    score_terms(docs, scores, 0, len(docs), texts, terms, place)
    if len(units.numbers):
        score_units(docs, scores, best(scores, candidates), texts.units, units, place)
    score_in_context(docs, scores, context)
