"""The kernels of searching in plain NumPy: what each one does, and the way where numba is missing.

Shared terms.  A *document* is numbered from 0 over all segments; ``base`` is
the first one of a segment.  A *zone* is one of up to four fields of a stream.
A *key*, int32, is ``document within the segment * 4 + zone``; ``zones`` is a
mask with a bit for each zone that counts.  A set of documents is a *bitmap*:
uint64, 64 documents a word, the first in the lowest bit.  A posting list is a
slice ``[lo, hi)`` of ``keys``, ascending; its frequencies are uint8, where 255
means that the number stands in ``over_freq`` (int32) at the place of the
posting in ``over_at`` (int64, ascending).
"""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bits = NDArray[np.uint64]
Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Any_ = NDArray[Any]


def set_docs(bits: Bits, keys: Ints, lo: int, hi: int, zones: int, base: int) -> None:
    """Adds the documents of a posting list to ``bits``."""
    mask = np.zeros(len(bits) * 64, dtype=np.bool_)
    mask[(_in_zones(keys[lo:hi], zones) >> 2) + base] = True
    bits |= np.packbits(mask, bitorder="little").view(np.uint64)


def _in_zones(keys: Any_, zones: int) -> Any_:
    found: Any_ = keys[(zones >> (keys & 3)) & 1 == 1]
    return found


def count_bits(bits: Bits) -> int:
    """The number of documents in a bitmap."""
    return int(np.unpackbits(bits.view(np.uint8)).sum(dtype=np.int64))


def docs_of(bits: Bits) -> Ints:
    """The documents of a bitmap, int32, ascending."""
    flags = np.unpackbits(bits.view(np.uint8), bitorder="little")
    return np.flatnonzero(flags).astype(np.int32)


def phrase(
    pair_keys: Ints,
    unit_keys: Ints,
    sources: Longs,
    los: Longs,
    his: Longs,
    units: Ints,
    starts: Longs,
    wanted_lo: Ints,
    wanted_hi: Ints,
    zones: int,
) -> tuple[Ints, Ints]:
    """Where units stand one after the other: keys, ascending, and how often in each.

    Candidates are in all lists ``[los[i], his[i])`` of ``pair_keys`` (where
    ``sources[i]`` is 0) or ``unit_keys`` (1), the shortest first.  In
    ``units[starts[key]:starts[key + 1]]`` unit number ``u`` stands for the
    wanted one at ``i`` if ``wanted_lo[i] <= u < wanted_hi[i]``.
    """
    lists = [
        (pair_keys if source == 0 else unit_keys)[lo:hi]
        for source, lo, hi in zip(sources.tolist(), los.tolist(), his.tolist(), strict=True)
    ]
    keys = _in_zones(lists[0], zones)
    for other in lists[1:]:
        keys = np.intersect1d(keys, other, assume_unique=True)
    _, owners = _places(units, starts, keys, wanted_lo, wanted_hi)
    counts = np.bincount(owners, minlength=len(keys))
    return keys[counts > 0].astype(np.int32), counts[counts > 0].astype(np.int32)


def aligned(
    positions: Ints,
    los: Longs,
    his: Longs,
    shifts: Longs,
    size: int,
    starts: Longs,
    zones: int,
) -> tuple[Ints, Ints]:
    """Where pairs stand so that they make a phrase of ``size`` units: keys and counts as above.

    Pair ``i`` has the positions ``[los[i], his[i])`` and begins ``shifts[i]``
    units after the phrase does; the shortest list first.
    """
    begins = np.unique(positions[los[0] : his[0]].astype(np.int64) - shifts[0])
    for lo, hi, shift in zip(los[1:].tolist(), his[1:].tolist(), shifts[1:].tolist(), strict=True):
        begins = np.intersect1d(begins, positions[lo:hi].astype(np.int64) - shift, True)
    begins = begins[begins >= 0]
    keys = np.searchsorted(starts, begins, side="right") - 1
    inside = (starts[keys + 1] >= begins + size) & ((zones >> (keys & 3)) & 1 == 1)
    found, counts = np.unique(keys[inside], return_counts=True)
    return found.astype(np.int32), counts.astype(np.int32)


def _places(
    units: Ints, starts: Longs, keys: Any_, wanted_lo: Ints, wanted_hi: Ints
) -> tuple[Longs, Longs]:
    """Every place where the wanted units stand, and the index in ``keys`` it belongs to."""
    size = len(wanted_lo)
    room = np.maximum(starts[keys.astype(np.int64) + 1] - starts[keys] - size + 1, 0)
    owners = np.repeat(np.arange(len(keys)), room)
    places = np.arange(len(owners)) + np.repeat(starts[keys] - (np.cumsum(room) - room), room)
    for i in range(size):
        here = units[places + i]
        fits = (here >= wanted_lo[i]) & (here < wanted_hi[i])
        places, owners = places[fits], owners[fits]
    return places, owners


def phrase_sentences(
    units: Ints, starts: Longs, keys: Ints, wanted_lo: Ints, wanted_hi: Ints, ender: int
) -> Longs:
    """The sentences in which units stand one after the other, of the fields ``keys``.

    A sentence is ``key << 32 | number``, int64, ascending: the number of units
    ``ender`` before it.  What an ender divides stands in no one sentence; one
    that it ends in belongs to it.
    """
    places, owners = _places(units, starts, keys, wanted_lo, wanted_hi)
    divided = np.zeros(len(places), dtype=np.bool_)
    for i in range(len(wanted_lo) - 1):
        divided |= units[places + i] == ender
    places, owners = places[~divided], owners[~divided]
    return np.unique(_sentences(units == ender, starts, keys, places, owners))


def _sentences(
    ends: NDArray[np.bool_], starts: Longs, keys: Ints, places: Longs, owners: Longs
) -> Longs:
    before = np.concatenate([[0], np.cumsum(ends)])
    number = before[places] - before[starts[keys[owners]]]
    sentences: Longs = (keys[owners].astype(np.int64) << 32) | number
    return sentences


def word_sentences(words: Ints, starts: Longs, keys: Ints, lo: int, hi: int) -> Longs:
    """The sentences that hold a word numbered from ``lo`` to ``hi`` - 1, as above.

    In ``words`` a run of -1 is the end of a sentence; -2 is anything else
    that is no word.
    """
    first = np.zeros(len(words), dtype=np.bool_)
    first[starts[:-1][starts[:-1] < len(words)]] = True
    again = np.concatenate([[False], (words[1:] == -1) & (words[:-1] == -1)]) & ~first
    flat = (words >= lo) & (words < hi)
    room = starts[keys.astype(np.int64) + 1] - starts[keys]
    owners = np.repeat(np.arange(len(keys)), room)
    places = np.arange(len(owners)) + np.repeat(starts[keys] - (np.cumsum(room) - room), room)
    here = flat[places]
    ends = (words == -1) & ~again
    return np.unique(_sentences(ends, starts, keys, places[here], owners[here]))


def _frequencies(freqs: Bytes, over_at: Longs, over_freq: Ints, lo: int, hi: int) -> Longs:
    found = freqs[lo:hi].astype(np.int64)
    many = np.flatnonzero(found == 255)
    if len(many):
        found[many] = over_freq[np.searchsorted(over_at, many + lo)]
    return found


def score_terms(
    docs: Ints,
    scores: Floats,
    first: int,
    last: int,
    word_keys: Ints,
    word_freqs: Bytes,
    word_over_at: Longs,
    word_over_freq: Ints,
    pair_keys: Ints,
    pair_freqs: Bytes,
    pair_over_at: Longs,
    pair_over_freq: Ints,
    sources: Longs,
    los: Longs,
    his: Longs,
    weights: Floats,
    zones: int,
    base: int,
    word_norm: Floats,
    pair_norm: Floats,
    k1: float,
) -> None:
    """Adds the parts of terms to the ``scores`` of ``docs[first:last]``, those of one segment.

    Term ``i`` is a word where ``sources[i]`` is 0, else a pair, with the list
    ``[los[i], his[i])``.  Its part is ``weights[i] * tf / (k1 * norm[document]
    + tf)``; ``tf`` sums the frequencies in all ``zones``.
    """
    for source, lo, hi, weight in zip(
        sources.tolist(), los.tolist(), his.tolist(), weights.tolist(), strict=True
    ):
        if source == 0:
            lists = (word_keys, word_freqs, word_over_at, word_over_freq)
        else:
            lists = (pair_keys, pair_freqs, pair_over_at, pair_over_freq)
        held, sums = _sums(*lists, lo, hi, zones, base)
        _, mine, theirs = np.intersect1d(
            docs[first:last], held, assume_unique=True, return_indices=True
        )
        norm = (word_norm if source == 0 else pair_norm)[held[theirs]]
        scores[first + mine] += weight * sums[theirs] / (k1 * norm + sums[theirs])


def _sums(
    keys: Ints,
    freqs: Bytes,
    over_at: Longs,
    over_freq: Ints,
    lo: int,
    hi: int,
    zones: int,
    base: int,
) -> tuple[Longs, Floats]:
    """The documents of a list and their frequencies in all zones."""
    here = keys[lo:hi]
    inside = (zones >> (here & 3)) & 1 == 1
    owners = (here[inside] >> 2).astype(np.int64) + base
    tf = _frequencies(freqs, over_at, over_freq, lo, hi)[inside]
    held, at = np.unique(owners, return_inverse=True)
    return held, np.bincount(at, weights=tf, minlength=len(held)).astype(np.float64)


def docs_in(keys: Ints, lo: int, hi: int, zones: int, base: int) -> Ints:
    """The documents of a posting list, int32, ascending."""
    return np.unique((_in_zones(keys[lo:hi], zones) >> 2) + base).astype(np.int32)


def all_words(
    docs: Ints,
    freqs: Bytes,
    over_at: Longs,
    over_freq: Ints,
    maps: Any_,
    ranks: Any_,
    spans: Any_,
    weights: Floats,
    norm: Floats,
    base: int,
    live: Bits,
    orders: Longs,
    bounds: Floats,
    every: Ints,
    size: int,
) -> tuple[Ints, Floats, int]:
    """The live documents that have all words in a zone.

    The ``size`` best (at least 1), best first, equals by ``orders[document]``;
    their scores; and how many there are.  ``every`` gets all of them, ascending, if
    it has any room; then it must have room for them.  Word ``i`` has the
    segment's documents ``docs[lo:hi]``, with ``lo, hi, row = spans[i]``, the
    shortest list first; ``row`` is that of its bitmap in ``maps``, if it is
    not -1, and ``ranks[row, w]`` how many documents are before word ``w`` of
    the bitmap.  Its part of a score is ``weights[i] * tf / (norm[document] +
    tf)``.  ``bounds[i]`` is more than what the words from ``i`` on can add to
    a score: what cannot be among the best need not be scored (MaxScore:
    Turtle & Flood, *Query Evaluation: Strategies and Optimizations*, 1995).
    """
    lists = _zone_lists(docs, freqs, over_at, over_freq, spans, base)
    found = lists[0][0]
    for held, _ in lists[1:]:
        found = np.intersect1d(found, held, assume_unique=True)
    found = found[has_bits(found, live)]
    scores = np.zeros(len(found))
    for weight, (held, freq) in zip(weights.tolist(), lists, strict=True):
        tf = freq[np.searchsorted(held, found)]
        scores += weight * tf / (norm[found] + tf)
    if len(every):
        every[: len(found)] = found
    best_first = np.lexsort((orders[found], -scores))[:size]
    return found[best_first], scores[best_first], len(found)


def _zone_lists(
    docs: Ints, freqs: Bytes, over_at: Longs, over_freq: Ints, spans: Any_, base: int
) -> list[tuple[Ints, Longs]]:
    return [
        ((docs[lo:hi] + base).astype(np.int32), _frequencies(freqs, over_at, over_freq, lo, hi))
        for lo, hi, _ in spans.tolist()
    ]


def any_words(
    docs: Ints,
    freqs: Bytes,
    over_at: Longs,
    over_freq: Ints,
    maps: Any_,
    ranks: Any_,
    spans: Any_,
    weights: Floats,
    norm: Floats,
    base: int,
    live: Bits,
    orders: Longs,
    bounds: Floats,
    size: int,
) -> tuple[Ints, Floats, int]:
    """The ``size`` best live documents that have any of the words in a zone, and how many have.

    Best first, equals by ``orders[document]``; the rest as in
    :func:`all_words`.
    """
    lists = _zone_lists(docs, freqs, over_at, over_freq, spans, base)
    found = reduce(np.union1d, [held for held, _ in lists])
    found = found[has_bits(found, live)]
    scores = np.zeros(len(found))
    for weight, (held, freq) in zip(weights.tolist(), lists, strict=True):
        mine, theirs = np.intersect1d(found, held, assume_unique=True, return_indices=True)[1:]
        tf = freq[theirs]
        scores[mine] += weight * tf / (norm[held[theirs]] + tf)
    best_first = np.lexsort((orders[found], -scores))[:size]
    return found[best_first].astype(np.int32), scores[best_first], len(found)


def unit_scores(
    docs: Ints,
    scores: Floats,
    chosen: Longs,
    first: int,
    last: int,
    units: Ints,
    starts: Longs,
    base: int,
    ids: Ints,
    vocabulary: int,
    zones: int,
    norm: Floats,
    weights: Floats,
    k1: float,
) -> None:
    """Adds the parts of single units to those scores of ``docs[chosen[first:last]]`` above 0.

    ``ids`` are the units that are asked for, -1 for those of which there is
    none; ``vocabulary`` is the number of distinct units.
    """
    slots = np.full(vocabulary + 1, -1, dtype=np.int32)
    slots[ids] = np.arange(len(ids))
    slots = slots[:vocabulary]
    for j in chosen[first:last][scores[chosen[first:last]] > 0].tolist():
        doc = int(docs[j])
        counts = np.zeros(len(weights), dtype=np.int64)
        for zone in range(4):
            if (zones >> zone) & 1:
                key = (doc - base) * 4 + zone
                found = slots[units[starts[key] : starts[key + 1]]]
                counts += np.bincount(found[found >= 0], minlength=len(weights))
        for t in np.flatnonzero(counts).tolist():
            scores[j] += weights[t] * counts[t] / (k1 * norm[doc] + counts[t])


def best(scores: Floats, size: int) -> Longs:
    """The indices of the ``size`` best scores above 0, ascending; of equals the first."""
    held = np.flatnonzero(scores > 0)
    return np.sort(held[np.lexsort((held, -scores[held]))[:size]])


def in_context(docs: Ints, scores: Floats, policies: Ints, prior: Floats, weight: float) -> None:
    """Scores with the evidence and the size of the documents' policies.

    ``policies``: each document's policy, -1 for none; ``prior``: each
    policy's factor; ``weight``: of the sum of a policy's three best scores.
    """
    policy = policies[docs]
    held = np.flatnonzero((scores > 0) & (policy >= 0))
    if not len(held):
        return
    ordered = held[np.lexsort((-scores[held], policy[held]))]
    owners = policy[ordered]
    begins = np.searchsorted(owners, owners, side="left")
    three = np.arange(len(ordered)) - begins < 3
    evidence = np.bincount(owners[three], weights=scores[ordered[three]], minlength=len(prior))
    scores[held] = (scores[held] + weight * evidence[policy[held]]) * prior[policy[held]]


def rank(
    docs: Ints,
    scores: Floats,
    word_keys: Ints,
    word_freqs: Bytes,
    word_over_at: Longs,
    word_over_freq: Ints,
    pair_keys: Ints,
    pair_freqs: Bytes,
    pair_over_at: Longs,
    pair_over_freq: Ints,
    sources: Longs,
    los: Longs,
    his: Longs,
    weights: Floats,
    zones: int,
    base: int,
    word_norm: Floats,
    pair_norm: Floats,
    k1: float,
    units: Ints,
    starts: Longs,
    ids: Ints,
    vocabulary: int,
    unit_norm: Floats,
    unit_weights: Floats,
    candidates: int,
    policies: Ints,
    prior: Floats,
    evidence: float,
) -> None:
    """All steps of ranking at once, for one segment and one group and zones.

    :func:`score_terms`, then :func:`unit_scores` for the ``candidates`` best,
    then :func:`in_context`.
    """
    words = (word_keys, word_freqs, word_over_at, word_over_freq)
    pairs = (pair_keys, pair_freqs, pair_over_at, pair_over_freq)
    terms: tuple[Any, ...] = (sources, los, his, weights, zones, base, word_norm, pair_norm, k1)
    score_terms(docs, scores, 0, len(docs), *words, *pairs, *terms)
    if len(ids):
        chosen = best(scores, candidates)
        texts = (units, starts, base, ids, vocabulary, zones, unit_norm, unit_weights, k1)
        unit_scores(docs, scores, chosen, 0, len(chosen), *texts)
    in_context(docs, scores, policies, prior, evidence)


def or_map(bits: Bits, map_: Bits, base: int) -> None:
    """Adds the documents of a segment's bitmap, the first of which is ``base``, to ``bits``."""
    mask = np.unpackbits(map_.view(np.uint8), bitorder="little")
    shifted = np.zeros(len(bits) * 64, dtype=np.uint8)
    room = min(len(mask), len(shifted) - base)
    shifted[base : base + room] = mask[:room]
    bits |= np.packbits(shifted, bitorder="little").view(np.uint64)


def mark_docs(
    docs: Ints, marks: Longs, keys: Ints, lo: int, hi: int, zones: int, base: int
) -> None:
    """Adds 1 to the mark of each of ``docs`` that has one of ``keys[lo:hi]``."""
    owners = np.unique(_in_zones(keys[lo:hi], zones) >> 2).astype(np.int64) + base
    _, mine, _ = np.intersect1d(docs, owners, assume_unique=True, return_indices=True)
    marks[mine] += 1


def has_bits(docs: Ints, bits: Bits) -> NDArray[np.bool_]:
    """Which of ``docs`` are in a bitmap."""
    shifts = (docs & 63).astype(np.uint64)
    found: NDArray[np.bool_] = ((bits[docs >> 6] >> shifts) & np.uint64(1)).astype(np.bool_)
    return found


def top(docs: Ints, keys: Longs, scores: Floats, orders: Longs, size: int) -> Longs:
    """The indices of the ``size`` first: by key and score, highest first, then ``orders[doc]``."""
    return np.lexsort((np.arange(len(keys)), orders[docs], -scores, -keys))[:size]


def count_values(
    docs: Ints,
    single: Any_,
    wanted: int,
    shifts: Longs,
    theme_starts: Longs,
    themes: Ints,
    keyword_starts: Longs,
    keywords: Ints,
    counts: Longs,
    head: int,
) -> tuple[Longs, Longs]:
    """The values of facets that ``docs`` have, each with how many have it.

    Facet ``f`` is column ``f`` of ``single`` (-1 where there is no value);
    the last two are multi-valued: a document has ``themes[theme_starts[doc]:
    theme_starts[doc + 1]]``, and keywords likewise.  Those with a bit in
    ``wanted`` are counted.  A value is ``(2 ** 28 - count) << 28 | place``, so
    that the most frequent come first in order.  Its place is its number and
    ``shifts[f]``, how many values the facets before have; ``counts``, as long as
    all together, is zero and is so again.

    Facet after facet, the ``head`` first of each in order, the others in any.  The
    second array begins with where the values of each facet begin, and of the
    last end; then come place and count of the ``head`` first of each.
    """
    columns = [single[docs, c] for c in range(single.shape[1])]
    columns = [codes[codes >= 0] for codes in columns]
    columns += [_gathered(docs, theme_starts, themes), _gathered(docs, keyword_starts, keywords)]
    found = []
    for facet, codes in enumerate(columns):
        if not (wanted >> facet) & 1:
            codes = codes[:0]
        places, times = np.unique(codes + shifts[facet], return_counts=True)
        found.append(np.sort(((1 << 28) - times << 28) | places))
    bounds = np.cumsum([0, *map(len, found)])
    first = np.concatenate([values[:head] for values in found])
    listed = np.stack([first & ((1 << 28) - 1), (1 << 28) - (first >> 28)], axis=1)
    return np.concatenate(found), np.concatenate([bounds, listed.ravel()])


def _gathered(docs: Ints, starts: Longs, codes: Ints) -> Any_:
    first = starts[docs]
    sizes = starts[docs.astype(np.int64) + 1] - first
    at = np.repeat(first - (np.cumsum(sizes) - sizes), sizes) + np.arange(int(sizes.sum()))
    return codes[at]


def joined_pieces(blob: Bytes, offsets: Longs, docs: Ints, many: int, piece: int) -> Bytes:
    """One of the ``many`` pieces of each document in ``blob``, a zero between them.

    Piece ``p`` of a document lies at ``offsets[doc * many + p]``, up to the next offset.
    """
    at = docs.astype(np.int64) * many + piece
    spans = zip(offsets[at].tolist(), offsets[at + 1].tolist(), strict=True)
    return np.frombuffer(b"\0".join(bytes(blob[lo:hi].data) for lo, hi in spans), dtype=np.uint8)
