"""Other ways to write a text: those that must not matter to a search, and one that must.

Each function takes a text and a source of chance, and leaves the text's meaning
to the literal stream alone or, in :func:`swapped`, changes it on purpose.
"""

from __future__ import annotations

import random
from functools import cache
from importlib import resources

import regex

#: Skipped by the literal stream; graphemes of their own before any character.
SKIPPED = (" ", "\u3000", "，", "、", "《", "》", "“", "”", "（", "）", "：", "—", "·", ",", "/")
_SKIPPED = regex.compile("[" + regex.escape("".join(SKIPPED)) + "]+")
_ENDERS = regex.compile(r"[。！？；\n]")
_BETWEEN_HAN = regex.compile(r"(?<=\p{Han})(?=\p{Han})")


@cache
def traditional_forms() -> dict[str, tuple[str, ...]]:
    """All characters that OpenCC's table turns into a simplified one."""
    forms: dict[str, list[str]] = {}
    table = resources.files("corpus").joinpath("data/opencc/TSCharacters.txt")
    for line in table.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            traditional, _, simplified = line.partition("\t")
            forms.setdefault(simplified.split(" ")[0], []).append(traditional)
    return {simplified: tuple(found) for simplified, found in forms.items()}


def traditional(text: str, chance: random.Random) -> str:
    """Each simplified character as one of its traditional forms."""
    forms = traditional_forms()
    return "".join([chance.choice(forms.get(char, (char,))) for char in text])


def full_width(text: str, _: random.Random) -> str:
    """Letters, digits and signs of ASCII in their full-width forms."""
    return "".join([chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text])


def other_case(text: str, _: random.Random) -> str:
    """Letters of ASCII in the other case."""
    return "".join([char.swapcase() if char.isascii() else char for char in text])


def punctuated(text: str, chance: random.Random) -> str:
    """Spaces and punctuation put between Han characters."""
    return _BETWEEN_HAN.sub(lambda _: chance.choice(("", *SKIPPED)), text)


def unpunctuated(text: str, _: random.Random) -> str:
    """Without spaces and punctuation, where no ASCII runs would grow together."""
    return _SKIPPED.sub(lambda found: "" if _apart(text, found.span()) else " ", text)


def _apart(text: str, span: tuple[int, int]) -> bool:
    before, after = text[: span[0]][-1:], text[span[1] :][:1]
    return bool(regex.fullmatch(r"\p{Han}?", before) or regex.fullmatch(r"\p{Han}?", after))


def other_enders(text: str, chance: random.Random) -> str:
    """Each sentence ender as another one, or several."""
    return _ENDERS.sub(
        lambda _: chance.choice(("。", "！", "？\n", "；", "!", "\n\n", "。”\n")), text
    )


def swapped(text: str, chance: random.Random) -> str:
    """Two neighbouring characters exchanged: what rarely stands in any text."""
    if len(text) < 2:
        return text
    at = chance.randrange(len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
