"""Several segments as one, without what is deleted.

Texts lie in a segment as sequences of numbers, so merging is building again
from there, without any analysis: sequences are strung together, numbers of the
old dictionaries become those of a common one, and what follows is the same
inversion as for new records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis.batch import RUNS
from indexer.engines.embedded.kernels import choice
from indexer.engines.embedded.kernels.protocol import BuildKernels
from indexer.engines.embedded.segments.array_file import ArrayFile
from indexer.engines.embedded.segments.dictionary import Dictionary
from indexer.engines.embedded.segments.document_buffer import merged_documents
from indexer.engines.embedded.segments.documents import StoredDocuments
from indexer.engines.embedded.segments.fields import Field, plain_field
from indexer.engines.embedded.segments.inversion import Arrays, invert_units, invert_words
from indexer.engines.embedded.segments.segment_format import (
    FIELD_SLOTS,
    LISTED_FACETS,
    PIECES,
    STREAMS,
)
from indexer.engines.embedded.segments.streams import Group
from indexer.engines.embedded.segments.themes import StoredThemes, theme_arrays
from indexer.engines.embedded.segments.values import common_values, joined_values, split_values
from indexer.results.facets import SINGLE_FACETS

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Mask = NDArray[np.bool_]


def merged(files: Sequence[ArrayFile], live: Sequence[Mask]) -> Iterator[tuple[str, NDArray[Any]]]:
    """The arrays of one segment with the ``live`` documents of all, in order."""
    kernels = choice.for_building(sum(int(np.count_nonzero(mask)) for mask in live))
    for group in FIELD_SLOTS:
        yield from _texts(group, files, live, kernels)
    documents = ((StoredDocuments(file), mask) for file, mask in _each(files, live))
    yield from merged_documents(documents).items()
    for name in ("order", "dates", "codes"):
        columns = (file[f"columns/{name}"][mask] for file, mask in _each(files, live))
        yield f"columns/{name}", np.concatenate(list(columns))
    yield from _single_facets(files, live).items()
    for name in LISTED_FACETS:
        yield from _many_facet(name, files, live).items()
    yield from _stored(files, live).items()
    for name in ("id", "policy_id"):
        values = (
            _by_document(Field(file, name), file[f"field/{name}/numbers"], mask)
            for file, mask in _each(files, live)
        )
        yield from plain_field(name, [value for each in values for value in each]).items()


def merged_themes(files: Sequence[StoredThemes], live: Sequence[Mask]) -> Arrays:
    """The themes of the ``live`` documents of all, in order."""
    rows = (
        themes.of(doc)
        for themes, mask in zip(files, live, strict=True)
        for doc in np.flatnonzero(mask).tolist()
    )
    return theme_arrays(rows)


def _each(files: Sequence[ArrayFile], live: Sequence[Mask]) -> Iterable[tuple[ArrayFile, Mask]]:
    return zip(files, live, strict=True)


def _texts(
    name: str, files: Sequence[ArrayFile], live: Sequence[Mask], kernels: BuildKernels
) -> Iterator[tuple[str, NDArray[Any]]]:
    """The streams of a group."""
    runs: dict[str, int] = {}
    words: dict[str, int] = {}

    def unit_number(text: str) -> int:
        return ord(text) if len(text) == 1 and not _is_run(text) else RUNS + _number(runs, text)

    parts = []
    for file, mask in _each(files, live):
        group = Group(file, name)
        table = _table(group.unit_terms, unit_number)
        parts.append(_kept(group.units, group.unit_starts, np.repeat(mask, 4), table))
    pairs = "pairs" in STREAMS[name]
    yield from invert_units(name, *_joined(parts), list(runs), pairs, kernels)
    parts = []
    for file, mask in _each(files, live):
        group = Group(file, name)
        table = _table(group.word_terms, lambda text: _number(words, text))
        parts.append(_kept(group.sequence, group.sequence_starts, np.repeat(mask, 4), table))
    yield from invert_words(name, *_joined(parts), list(words), kernels)


def _is_run(text: str) -> bool:
    return text.isascii() and text.isalnum()


def _number(numbers: dict[str, int], text: str) -> int:
    return numbers.setdefault(text, len(numbers))


def _table(terms: Dictionary, number: Any) -> Ints:
    """The provisional number of each term."""
    return np.array([number(terms.text(i)) for i in range(len(terms))], dtype=np.int32)


def _kept(tokens: Ints, starts: Longs, keys: Mask, table: Ints) -> tuple[Ints, Longs]:
    """The tokens of the kept keys, renumbered, and how many each has."""
    sizes = np.diff(starts)
    if not keys.all():
        tokens = tokens[np.repeat(keys, sizes)]
        sizes = sizes[keys]
    if len(table):
        tokens = np.where(tokens >= 0, table[np.maximum(tokens, 0)], tokens)
    return tokens.astype(np.int32, copy=False), sizes


def _joined(parts: Sequence[tuple[Ints, Longs]]) -> tuple[Ints, Longs]:
    tokens = parts[0][0] if len(parts) == 1 else np.concatenate([tokens for tokens, _ in parts])
    sizes = np.concatenate([sizes for _, sizes in parts])
    return tokens, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)


def _single_facets(files: Sequence[ArrayFile], live: Sequence[Mask]) -> Arrays:
    arrays: Arrays = {}
    columns = []
    for at, name in enumerate(SINGLE_FACETS):
        parts = [split_values(file[f"single/values/{name}"]) for file in files]
        names, tables = common_values(parts)
        arrays[f"single/values/{name}"] = joined_values(names)
        codes = [
            table[file["single/codes"][mask, at]]
            for (file, mask), table in zip(_each(files, live), tables, strict=True)
        ]
        columns.append(np.concatenate(codes))
    arrays["single/codes"] = np.ascontiguousarray(np.stack(columns, axis=1))
    return arrays


def _many_facet(name: str, files: Sequence[ArrayFile], live: Sequence[Mask]) -> Arrays:
    parts = [split_values(file[f"many/{name}/values"]) for file in files]
    names, tables = common_values(parts)
    rows = [
        _kept(file[f"many/{name}/codes"], file[f"many/{name}/starts"], mask, table[:-1])
        for (file, mask), table in zip(_each(files, live), tables, strict=True)
    ]
    codes, starts = _joined(rows)
    return {
        f"many/{name}/values": joined_values(names),
        f"many/{name}/codes": codes,
        f"many/{name}/starts": starts,
    }


def _stored(files: Sequence[ArrayFile], live: Sequence[Mask]) -> Arrays:
    """Stored pieces, run by run of documents that stay; each policy once."""
    blobs, sizes, rows, policies = [], [], [], dict[bytes, int]()
    for file, mask in _each(files, live):
        blob, offsets = file["stored/blob"], file["stored/offsets"]
        edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
        for first, last in edges.reshape(-1, 2).tolist():
            blobs.append(blob[offsets[first * PIECES] : offsets[last * PIECES]])
            sizes.append(np.diff(offsets[first * PIECES : last * PIECES + 1]))
        known = Dictionary(file["policies/blob"], file["policies/offsets"])
        held = file["stored/policy"][mask]
        table = np.full(len(known), -1, dtype=np.int32)
        for row in np.unique(held).tolist():
            table[row] = policies.setdefault(known[row], len(policies))
        rows.append(table[held])
    listed = list(policies)
    bounds = np.cumsum([0, *map(len, listed)])
    return {
        "stored/blob": np.concatenate(blobs) if blobs else np.zeros(0, dtype=np.uint8),
        "stored/offsets": np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64)
        if sizes
        else np.zeros(1, dtype=np.int64),
        "stored/policy": np.concatenate(rows),
        "policies/blob": np.frombuffer(b"".join(listed), dtype=np.uint8),
        "policies/offsets": bounds.astype(np.int64),
    }


def _by_document(field: Field, numbers: Ints, live: Mask) -> list[str]:
    """The only term of each live document."""
    text = field.terms.text
    return [text(number) for number in numbers[live].tolist()]
