"""Near-duplicates: the same notice saved twice, a law and its amended text.

They are named, never dropped.  A document's :class:`Fingerprint` is the bottom-k
sketch of its shingles (Broder, "On the resemblance and containment of documents",
1997; Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007): of all
distinct runs of eight letters, the :data:`SKETCH_SIZE` with the smallest hashes.
The share of common hashes among the smallest of both estimates the Jaccard
similarity of the whole sets, with a standard error of at most 0.5 / √k ≈ 0.03.

White space, punctuation, the width of letters and the script do not count, so a copy
from a page and one from a document are the same, and so are one in traditional
characters and one in simplified ones.  Pairs are looked for only among
documents that share hashes, so the work grows with the documents, not with their
pairs, and a new one is compared with a whole library at once.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from corpus.policy import ParsedPolicy, Policy
from corpus.text.normalize import letters_of

DuplicateKind = Literal["同文", "修订", "近似"]
#: Hashes kept of a document.
SKETCH_SIZE = 256
_SHINGLE = 8  # letters
#: Similarities from which documents count as the same text, as similar, as versions of a title.
_SAME, _ALIKE, _VERSION = 0.97, 0.6, 0.1
#: The most that texts which are not the same can have.
_NEARLY = 0.999
_NEIGHBOURS = 12  # documents back along a common hash
_FEWEST_COMMON = 6
_EDITION = re.compile(
    r"[（(][^（()）]*(?:修订|修正|试行|暂行|版|年|稿)[^（()）]*[）)]|中华人民共和国"
)
#: Titles of norms: they are kept from version to version, while those of notices and reports
#: come again over other texts.  A decision on a norm is a document of its own.
_NORM = re.compile(r"(?:法|条例|规定|办法|规则|细则|解释|规程|章程|准则|标准|规范)$")
#: The least that versions have in common: of a norm under the very same title, of a norm whose
#: edition differs, of anything else.
_VERSIONS = (_VERSION, 0.3, 0.5)
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a document to find its near-duplicates.

    ``title`` is its title without edition and punctuation, ``digest`` the hash of
    its letters in hex, ``sketch`` the smallest hashes of its shingles, sorted.
    """

    policy_id: str
    title: str
    number: str | None
    date: str | None
    digest: str
    sketch: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two documents with much of their text in common: the earlier in the list, and the later.

    ``similarity`` estimates the Jaccard similarity of their shingles, 0 to 1; 1 is the
    same text.  ``kind`` is 同文 (the same text, or nearly), 修订 (another version under
    the same title) or 近似 (much in common).
    """

    first: str
    second: str
    similarity: float
    kind: DuplicateKind

    def other(self, policy_id: str) -> str:
        """The id of the other document of the pair."""
        return self.second if policy_id == self.first else self.first


def fingerprint(parsed: ParsedPolicy) -> Fingerprint:
    """The fingerprint of a document."""
    letters = letters_of(parsed.text)
    return Fingerprint(
        policy_id=parsed.policy.id,
        title=_undated(parsed.policy.title),
        number=parsed.policy.number,
        date=parsed.policy.date,
        digest=hashlib.sha256(letters.encode("utf-8")).hexdigest(),
        sketch=tuple(map(int, _sketch(letters))),
    )


def find_near_duplicates(fingerprints: Sequence[Fingerprint]) -> tuple[NearDuplicate, ...]:
    """All pairs of near-duplicates, in the order of the documents.

    In a group of many copies each is paired with some of those before it, not
    with all, so that the pairs stay in proportion to the documents.
    """
    pairs = set(_same_digest(fingerprints))
    pairs.update(_same_title(fingerprints))
    pairs.update(_common_hashes(fingerprints))
    found = (_compare(fingerprints[a], fingerprints[b]) for a, b in sorted(pairs))
    return tuple(pair for pair in found if pair)


def near_duplicates_of(
    new: Fingerprint, fingerprints: Iterable[Fingerprint]
) -> tuple[NearDuplicate, ...]:
    """The near-duplicates of one document among others, the most similar first."""
    own = set(new.sketch)
    found = []
    for other in fingerprints:
        related = (
            other.digest == new.digest
            or other.title == new.title
            or len(own.intersection(other.sketch)) >= _FEWEST_COMMON
        )
        pair = _compare(other, new) if related else None
        if pair:
            found.append(pair)
    return tuple(sorted(found, key=lambda pair: -pair.similarity))


def groups(pairs: Iterable[NearDuplicate], kind: DuplicateKind) -> tuple[tuple[str, ...], ...]:
    """Documents that pairs of one kind join, directly or through others; in their order.

    Said of 同文 and 修订: what is the same as a third is the same, and versions of
    one title are versions of each other.  近似 goes astray over several steps.
    """
    return _joined(pair for pair in pairs if pair.kind == kind)


def families(
    pairs: Iterable[NearDuplicate], policies: Mapping[str, Policy]
) -> tuple[tuple[str, ...], ...]:
    """Documents that are copies or versions of each other, directly or through others.

    Stricter than :func:`groups`, since one of a family stands for all where hits are
    counted by document: see :func:`is_version`.  Every document is in one family at most.
    """
    return _joined(p for p in pairs if is_version(p, policies[p.first], policies[p.second]))


def is_version(pair: NearDuplicate, first: Policy, second: Policy) -> bool:
    """Whether a pair are copies or versions of one document, and not two much alike.

    Copies have the same text, or nearly the same, and of their titles one ends with the
    other.  Versions have the same title and enough in common, more where the title is no
    norm's or names another edition.  Organs of two regions issue two documents, unless every
    letter is the same.
    """
    regions = {each.region.full_name for each in (first, second) if each.region}
    if pair.kind == "近似" or (len(regions) > 1 and pair.similarity < 1):
        return False
    titles = sorted((_without_country(each.title) for each in (first, second)), key=len)
    if pair.kind == "同文":
        return titles[1].endswith(titles[0])
    whole, edition, other = _VERSIONS
    if not _NORM.search(_undated(first.title)):
        return pair.similarity >= other
    return pair.similarity >= (whole if titles[0] == titles[1] else edition)


def _joined(pairs: Iterable[NearDuplicate]) -> tuple[tuple[str, ...], ...]:
    """The connected components of pairs."""
    group_of: dict[str, list[str]] = {}
    for pair in pairs:
        one = group_of.setdefault(pair.first, [pair.first])
        other = group_of.setdefault(pair.second, [pair.second])
        if one is not other:
            one.extend(other)
            group_of.update(dict.fromkeys(other, one))
    return tuple(map(tuple, {id(group): group for group in group_of.values()}.values()))


def _without_country(title: str) -> str:
    """The letters of a title; laws are cited with the country's name and without."""
    return letters_of(title.replace("中华人民共和国", ""))


def _undated(title: str) -> str:
    """A title without edition and punctuation."""
    return letters_of(_EDITION.sub("", title))


def percentage(similarity: float) -> str:
    """A similarity in per cent, rounded down: only what is the same has 100%."""
    return f"{int(similarity * 100)}%"


def similarity(one: Fingerprint, other: Fingerprint) -> float:
    """The estimated Jaccard similarity of the shingles of two documents, 0 to 1.

    1 only where all letters are the same: a sketch may miss a word.
    """
    if one.digest == other.digest:
        return 1.0
    common = sorted(set(one.sketch).intersection(other.sketch))
    size = min(SKETCH_SIZE, len(one.sketch) + len(other.sketch) - len(common))
    # Both sketches are sorted, so a common value's place among all of both needs no sorting of all.
    places = (
        bisect_left(one.sketch, value) + bisect_left(other.sketch, value) - known
        for known, value in enumerate(common)
    )
    return min(sum(place < size for place in places) / size, _NEARLY) if size else 0.0


def _compare(first: Fingerprint, second: Fingerprint) -> NearDuplicate | None:
    value = similarity(first, second)
    kind: DuplicateKind
    same_title = first.title == second.title
    known = [(first.date, second.date), (first.number, second.number)]
    differ = any(one and other and one != other for one, other in known)
    if first.digest == second.digest or (value >= _SAME and not differ):
        kind = "同文"
    elif same_title and value >= _VERSION:
        kind = "修订"
    elif value >= _ALIKE:
        kind = "近似"
    else:
        return None
    return NearDuplicate(first.policy_id, second.policy_id, round(value, 3), kind)


def _sketch(letters: str) -> Hashes:
    """The smallest hashes of the shingles of ``letters``, sorted and distinct."""
    codes = np.frombuffer(letters.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    if not len(codes):
        return np.empty(0, dtype=np.uint64)
    length = min(_SHINGLE, len(codes))
    hashes = np.zeros(len(codes) - length + 1, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for at in range(length):
            hashes = hashes * _MIX[0] + codes[at : at + len(hashes)]
        hashes = _mixed(hashes)
    if len(hashes) > 4 * SKETCH_SIZE:  # only the smallest can be in the sketch
        some = min(len(hashes), 8 * SKETCH_SIZE)
        smallest = np.unique(np.partition(hashes, some - 1)[:some])
        if len(smallest) >= SKETCH_SIZE:
            return smallest[:SKETCH_SIZE]
    return np.unique(hashes)[:SKETCH_SIZE]


def _mixed(hashes: Hashes) -> Hashes:
    """The finaliser of SplitMix64 (Steele, Lea and Flood, 2014), which makes hashes uniform."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX[1]
    hashes = (hashes ^ (hashes >> np.uint64(27))) * _MIX[2]
    return hashes ^ (hashes >> np.uint64(31))


def _same_digest(fingerprints: Sequence[Fingerprint]) -> Iterator[tuple[int, int]]:
    last: dict[str, int] = {}
    for at, each in enumerate(fingerprints):
        if each.digest in last:
            yield last[each.digest], at
        last[each.digest] = at


def _same_title(fingerprints: Sequence[Fingerprint]) -> Iterator[tuple[int, int]]:
    last: dict[str, list[int]] = {}
    for at, each in enumerate(fingerprints):
        before = last.setdefault(each.title, [])
        yield from ((other, at) for other in before[-_NEIGHBOURS:])
        before.append(at)


def _common_hashes(fingerprints: Sequence[Fingerprint]) -> Iterator[tuple[int, int]]:
    """Pairs that share several hashes, each document with some of those before it."""
    sizes = [len(each.sketch) for each in fingerprints]
    if not sum(sizes):
        return
    hashes = np.fromiter(
        (value for each in fingerprints for value in each.sketch), np.uint64, sum(sizes)
    )
    owners = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    order = np.argsort(hashes, kind="stable")  # equal hashes keep the documents' order
    hashes, owners = hashes[order], owners[order]
    codes = []
    for back in range(1, _NEIGHBOURS + 1):
        equal = hashes[back:] == hashes[:-back]
        codes.append(owners[:-back][equal] * len(sizes) + owners[back:][equal])
    pairs, counts = np.unique(np.concatenate(codes), return_counts=True)
    for code in pairs[counts >= _FEWEST_COMMON]:
        first, second = divmod(int(code), len(sizes))
        yield first, second
