"""Radicals that PDF writers put in the place of the characters they look like.

Fonts share a glyph between 民 and ⺠ (U+2EA0), 石 and ⽯ (U+2F6F), and a PDF
made from it maps the glyph back to either; no search for 民政部 would find ⺠政部.
The Kangxi radicals have their characters in Unicode's compatibility mappings,
those of the supplement in its EquivalentUnifiedIdeograph.txt, from which the
ones that are characters in use are taken here.  ⼾ is 户 here, whose glyph it
has in fonts for Chinese, not the 戶 of the mapping.
"""

from __future__ import annotations

import unicodedata

_SUPPLEMENT = (
    "⺁厂⺄乙⺈刀⺊卜⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺜日⺝月⺞歺⺟母⺠民⺧牛⺩王⺫目⺬示⺮竹⺶羊⺷羊"
    "⺼肉⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻊足⻋车⻐钅⻑長⻒镸⻓长⻔门⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻠饣"
    "⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
_CHARACTERS = {
    **{radical: unicodedata.normalize("NFKC", chr(radical)) for radical in range(0x2F00, 0x2FD6)},
    ord("⼾"): "户",
    **{ord(_SUPPLEMENT[at]): _SUPPLEMENT[at + 1] for at in range(0, len(_SUPPLEMENT), 2)},
}


def characters(text: str) -> str:
    """``text`` with characters in the place of radicals; its length stays."""
    return text.translate(_CHARACTERS)
