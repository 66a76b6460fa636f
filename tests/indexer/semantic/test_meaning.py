"""Search by meaning on the bundled notice: apart from every count, and harmless where it fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from indexer.results.model import Filters, NearHits, Results
from indexer.searcher import Searcher
from indexer.semantic import meaning as meaning_module
from indexer.semantic.encoder import SemanticError
from indexer.semantic.listing import load_listing, text_of_record
from indexer.semantic.making import make_vectors
from indexer.semantic.meaning import Meaning
from tests.support.encoders import CharacterEncoder

QUESTION = "邻里互助怎么办好社区食堂"
Open = Callable[[CharacterEncoder], Searcher]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vectors"


@pytest.fixture
def opened(searcher: Searcher, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """The bundled notice, searched with an encoder as well; new vectors are seen at once."""
    monkeypatch.setattr(meaning_module, "_LOOK", 0.0)

    def open_(encoder: CharacterEncoder) -> Searcher:
        meaning = Meaning(folder, encoder.chosen)
        policies = searcher.policies()
        return Searcher(searcher.reader, searcher.linguistics, policies, meaning=meaning)

    return open_


def section(results: Results) -> NearHits:
    assert results.near is not None
    return results.near


def counted(results: Results) -> tuple[object, ...]:
    facets = {name: [(v.value, v.count) for v in values] for name, values in results.facets.items()}
    partial = {hit.record.record.id for hit in results.hits}
    totals = (results.total, results.document_total, results.partial_total)
    return (*totals, results.total_documents, facets, partial)


def test_what_is_near_stands_apart_with_its_nearest_sentence(
    searcher: Searcher, opened: Open, folder: Path
) -> None:
    encoder = CharacterEncoder()
    make_vectors(folder, encoder, searcher.reader)
    plain, found = searcher.search(QUESTION, size=200), opened(encoder).search(QUESTION, size=200)
    assert counted(found) == counted(plain)
    near = section(found)
    assert (near.made, near.total, near.problem) == (found.index.records,) * 2 + ("",)
    # The oracle: every record's vector against the query's.
    asked = encoder.query(QUESTION)
    full = {hit.record.record.id for hit in found.hits if hit.match in ("literal", "words")}
    records = [hit.record.record for hit in searcher.export("").hits]
    best = sorted(
        (r for r in records if r.id not in full),
        key=lambda r: -float(encoder.passages([text_of_record(r)])[0] @ asked),
    )[:5]
    assert {hit.record.record.id for hit in near.hits} == {r.id for r in best}
    for hit in near.hits:
        ((start, end),) = hit.highlights["body"]
        text = hit.record.record.body
        marked = text[start:end]
        sentences = [each for each in text.replace("；", "。").split("。") if each.strip()]
        nearest = max(sentences, key=lambda s: float(encoder.passages([s.strip()])[0] @ asked))
        assert marked.strip("。；") == nearest.strip()


@pytest.mark.parametrize(
    "query", ['"邻里"', "社区 “三社联动”", "文号:民函", "", "年:2019", "-社区"]
)
def test_who_quotes_means_the_words(
    searcher: Searcher, opened: Open, folder: Path, query: str
) -> None:
    encoder = CharacterEncoder()
    make_vectors(folder, encoder, searcher.reader)
    encoder.asked.clear()
    assert opened(encoder).search(query).near is None
    assert encoder.asked == []


def test_filters_bind_what_is_near_and_partial_hits_keep_their_set(
    searcher: Searcher, opened: Open, folder: Path
) -> None:
    encoder = CharacterEncoder()
    make_vectors(folder, encoder, searcher.reader)
    filters = Filters(province=("四川省",))
    found = opened(encoder).search(QUESTION, filters=filters)
    assert counted(found) == counted(searcher.search(QUESTION, filters=filters))
    near = section(found).hits
    assert len(near) == len(searcher.export("", filters=filters).hits)
    assert {hit.record.region.province for hit in near if hit.record.region} == {"四川省"}


def test_pages_of_partial_hits_fit_together(searcher: Searcher, opened: Open, folder: Path) -> None:
    encoder = CharacterEncoder()
    make_vectors(folder, encoder, searcher.reader)
    both = opened(encoder)
    whole = [hit.record.record.id for hit in both.search(QUESTION, size=200).hits]
    paged = [
        hit.record.record.id
        for page in range(1, -(-len(whole) // 5) + 1)
        for hit in both.search(QUESTION, size=5, page=page).hits
    ]
    assert paged == whole
    assert len(set(whole)) == len(whole) > 5
    assert whole != [hit.record.record.id for hit in searcher.search(QUESTION, size=200).hits]


def test_work_that_was_broken_off_is_used_and_goes_on(
    searcher: Searcher, opened: Open, folder: Path
) -> None:
    encoder = CharacterEncoder()
    first = make_vectors(folder, encoder, searcher.reader, stopped=lambda: len(encoder.asked) > 16)
    assert not first.complete
    both = opened(encoder)
    near = section(both.search(QUESTION))
    assert 0 < near.made < near.total
    assert {hit.record.record.kind for hit in near.hits} == {"zone"}  # they come first
    before = set(encoder.asked)
    encoder.asked.clear()
    assert make_vectors(folder, encoder, searcher.reader).complete
    texts = [text_of_record(hit.record.record) for hit in searcher.export("").hits]
    assert not {each for each in encoder.asked if each in texts} & before
    near = section(both.search(QUESTION))
    assert near.made == near.total


def test_unchanged_texts_are_not_encoded_again(searcher: Searcher, folder: Path) -> None:
    encoder = CharacterEncoder()
    make_vectors(folder, encoder, searcher.reader)
    encoder.asked.clear()
    # As after a commit: the records are listed again, under another version.
    (folder / "records.npz").unlink()
    assert make_vectors(folder, encoder, searcher.reader).encoded == 0
    assert len(encoder.asked) == 1  # the probe
    listing = load_listing(folder)
    assert listing is not None
    assert listing.all_ids() == [hit.record.record.id for hit in searcher.export("").hits]


@pytest.mark.parametrize("asked", ["fails", "renamed"])
def test_without_an_encoder_that_works_search_is_as_before(
    searcher: Searcher, opened: Open, folder: Path, asked: str
) -> None:
    encoder = CharacterEncoder()
    make_vectors(folder, encoder, searcher.reader)
    if asked == "fails":
        encoder.fails = True
    else:
        encoder = CharacterEncoder(turn=1)  # another model by the same name
    both = opened(encoder)
    for _ in range(2):
        found = both.search(QUESTION, size=200)
        near = section(found)
        assert near.problem
        assert near.hint
        assert near.hits == ()
        plain = searcher.search(QUESTION, size=200)
        assert [hit.record.record.id for hit in found.hits] == [
            hit.record.record.id for hit in plain.hits
        ]


def test_another_model_by_the_same_name_begins_again(
    searcher: Searcher, opened: Open, folder: Path
) -> None:
    make_vectors(folder, CharacterEncoder(), searcher.reader)
    other = CharacterEncoder(turn=1)
    records = searcher.info.records
    assert make_vectors(folder, other, searcher.reader).records == records
    assert section(opened(other).search(QUESTION)).made == records


def test_nothing_was_made_yet(opened: Open) -> None:
    encoder = CharacterEncoder()
    assert opened(encoder).search(QUESTION).near is None
    assert encoder.asked == []  # nor was the model loaded


def test_a_records_nearest_zones(searcher: Searcher, opened: Open, folder: Path) -> None:
    encoder = CharacterEncoder()
    make_vectors(folder, encoder, searcher.reader)
    zones = [h.record.record for h in searcher.export("").hits if h.record.record.kind == "zone"]
    rows = encoder.passages([text_of_record(each) for each in zones])
    found = opened(encoder).near_zones(zones[0].id)
    assert found is not None
    order = [int(at) for at in np.argsort(-(rows @ rows[0])) if at != 0][:5]
    near = [zones[at].id for at in order]
    assert {hit.record.record.id for hit in found.hits} == set(near)
    assert found.hits[0].record.record.id == near[0]


def test_settings_that_are_wrong_are_said_and_harm_nothing(searcher: Searcher) -> None:
    error = SemanticError("semantic.toml 里没有“adress”这一项", "可写的有 address")
    both = Searcher(searcher.reader, searcher.linguistics, searcher.policies(), meaning=error)
    found = both.search(QUESTION)
    assert section(found).problem == error.message
    assert found.total == searcher.search(QUESTION).total
