"""A user's themes beside the packaged ones: theirs is the last word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.analysis.phrases import phrase_key
from indexer.themes.in_force import themes_of
from indexer.themes.lexicon import ThemeLexicon, default_lexicon
from indexer.themes.merge import merge_themes
from indexer.themes.theme_file import RecordDecision, Theme, ThemeEntry

PACKAGED = (
    Theme("居民公约", ("村规民约", "小区公约"), broader=("居民自治",)),
    Theme("志愿服务", ("志愿者",), exclude=("志愿者招聘",)),
    Theme("居民自治", ("村民自治",)),
)


def merged(*own: ThemeEntry) -> dict[str, Theme]:
    return {theme.name: theme for theme in merge_themes(PACKAGED, own)}


def test_a_new_name_adds_a_theme_at_the_end() -> None:
    themes = merged(ThemeEntry(Theme("社区食堂", ("长者食堂",))))
    assert list(themes) == ["居民公约", "志愿服务", "居民自治", "社区食堂"]
    assert [themes[t.name] for t in PACKAGED] == list(PACKAGED)


def test_a_known_name_extends() -> None:
    added = RecordDecision("x/zone-1", "理由")
    themes = merged(
        ThemeEntry(Theme("志愿服务", ("义工",), exclude=("义工招聘",), included=(added,)))
    )
    assert themes["志愿服务"] == Theme(
        "志愿服务", ("志愿者", "义工"), (), ("志愿者招聘", "义工招聘"), included=(added,)
    )
    assert list(themes) == [theme.name for theme in PACKAGED]


def test_a_known_name_replaces_or_removes_where_it_says_so() -> None:
    own = Theme("志愿服务", ("义工",))
    themes = merged(ThemeEntry(own, "replace"), ThemeEntry(Theme("居民自治"), "remove"))
    assert list(themes.values()) == [PACKAGED[0], own]


def test_a_phrase_moves_to_the_users_theme() -> None:
    themes = merged(ThemeEntry(Theme("村规", ("村规民约",))))
    assert themes["居民公约"].phrases == ("小区公约",)
    assert themes["村规"].phrases == ("村规民约",)


def test_a_theme_gets_another_name_and_several_become_one() -> None:
    themes = merged(ThemeEntry(Theme("自治与公约", ("居民公约", "居民自治"))))
    assert list(themes) == ["志愿服务", "自治与公约"]
    assert themes["自治与公约"].phrases == (
        "居民公约", "居民自治", "村规民约", "小区公约", "村民自治",
    )  # fmt: skip


def test_a_removed_name_is_free_for_a_phrase() -> None:
    own = Theme("公约", ("居民公约",))
    themes = merged(ThemeEntry(Theme("居民公约"), "remove"), ThemeEntry(own))
    assert themes["公约"] == own


WORDS = ["居民公约", "村规民约", "小区公约", "志愿服务", "志愿者", "居民自治", "甲议题", "乙议题"]


@st.composite
def own_files(draw: st.DrawFn) -> tuple[ThemeEntry, ...]:
    """Files that are right by themselves: no phrase twice."""
    words = draw(st.permutations(WORDS))
    modes = st.sampled_from(["extend", "replace", "remove"])
    entries = []
    for name in words[: draw(st.integers(0, 3))]:
        entry = ThemeEntry(Theme(name), draw(modes))  # type: ignore[arg-type]
        entries.append(entry)
    for word in words[len(entries) :]:
        takers = [i for i, entry in enumerate(entries) if entry.mode != "remove"]
        if takers and draw(st.booleans()):
            i = draw(st.sampled_from(takers))
            theme = entries[i].theme
            phrases = (*theme.phrases, word)
            entries[i] = ThemeEntry(replace(theme, phrases=phrases), entries[i].mode)
    return tuple(entries)


@given(own_files())
def test_every_phrase_leads_to_one_theme_and_the_users_to_the_users(
    own: tuple[ThemeEntry, ...],
) -> None:
    themes = merge_themes(PACKAGED, own)
    said = [phrase_key(p) for theme in themes for p in (theme.name, *theme.phrases)]
    assert len(said) == len(set(said))
    lexicon = ThemeLexicon(themes)
    for entry in own:
        for phrase in (entry.theme.name, *entry.theme.phrases):
            meant = lexicon.resolve(phrase)
            if entry.mode != "remove":
                assert meant is not None
                assert meant.name == entry.theme.name
            else:
                assert meant is None or meant.name != phrase or phrase not in WORDS[:6]


def test_no_file_leaves_the_packaged_themes_alone() -> None:
    assert themes_of("").lexicon is default_lexicon()
    assert themes_of('[candidates]\nrejected = ["工作机制"]\n').lexicon is default_lexicon()


@pytest.mark.parametrize("name", [theme.name for theme in default_lexicon().themes][:5])
def test_packaged_themes_can_be_taken_away(name: str) -> None:
    text = f'[[theme]]\nname = "{name}"\nremove = true\n'
    assert name not in {theme.name for theme in themes_of(text).lexicon.themes}
