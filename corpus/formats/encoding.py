"""Bytes to text, in whatever encoding Chinese official files come.

UTF-8 announces itself: other text is hardly ever valid UTF-8.  The others
(GB18030 with GBK and GB2312 inside it, Big5, UTF-16 without its mark) all give
*some* text for almost any bytes, and the wrong one gives mojibake.  So each is
tried, strictly, and what comes out is held against what Chinese looks like: the
characters of everyday use, those that GB 2312 and Big5 keep in their first
levels, make up nearly all of a real text and about half of mojibake, and the
commonest hundred (的, 和, 在 …) hardly ever come out of the wrong bytes.  What
looks like Chinese in no encoding is refused, with the byte that is not UTF-8.
"""

from __future__ import annotations

import codecs
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from corpus.errors import SourceError
from corpus.policy import ParseWarning, WarningPlace

SAVE_AS_UTF8 = "请用文本编辑器打开该文件，另存为 UTF-8 编码的文本文件后再试"
SAVE_AS_TEXT = "请在原来的软件中打开该文件，另存为 UTF-8 编码的纯文本（.txt）后再试"
_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
#: GB 2312 and GBK are parts of GB18030, and pages that state them use all of it.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs"}
_NAMES = {"gb18030": "GB18030（GBK）", "big5hkscs": "Big5"}
_FREQUENT = frozenset(
    "的一是在不了有和人中大为为上个国我以要时来用生到作地于出就分对成会可主发年动同工也能下过"
    "产种面而方后多定行学法所民得经十三之进等部度家电力里如水化高自二理实加量两体制机当使点从"
    "业本性好应开合因由其前外天政四日社事平形相全间样与关各重新内数正心原利比或第向此条结问意"
    "建月公系情者最立代已通并提题党程展五位入常文总次品式活设及管特件长求基资流路级省市县区镇"
    "會為時來對發動過產種電實兩體從業應開關與數條結問題黨總設級縣區鎮務號"
)
_SAMPLE = 100_000  # characters
_LOOKS_CHINESE = 0.8
_MOST_LOST = 0.002


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, without byte order mark, and what should be known of how it was read."""

    text: str
    notes: tuple[ParseWarning, ...] = ()


def decode(data: bytes, name: str, declared: str | None = None) -> Decoded:
    """The text in ``data``, in the encoding that its mark, ``declared`` or its look tells.

    Raises :class:`SourceError` when the bytes are no text, or in no encoding
    that gives Chinese.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _marked(data, len(mark), encoding, name)
    if (text := _strictly(data, "utf-8")) is not None and "\0" not in text:
        if _could_be_otherwise(text) and (other := _best(data, ("gb18030",))):
            return _guess(other)
        return Decoded(text)
    if declared and (as_stated := _declared(data, declared)):
        return as_stated
    if found := _best(data, _candidates(data)):
        return _guess(found)
    raise _unreadable(data, name)


def _marked(data: bytes, mark: int, encoding: str, name: str) -> Decoded:
    try:
        return Decoded(data[mark:].decode(encoding))
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            raise _unreadable(data, name) from None
        message = (
            f"文件“{name}”开头注明是 {encoding.upper()} 编码，但第{mark + error.start + 1}字节不是"
        )
        raise SourceError(message, SAVE_AS_UTF8) from None


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _could_be_otherwise(text: str) -> bool:
    """Whether UTF-8 holds no character of Chinese, so that its being valid may be chance."""
    return not text.isascii() and all(char < "\u0800" for char in text)


def _declared(data: bytes, declared: str) -> Decoded | None:
    """The text in the encoding that a page states, unless more than a trace of it is lost."""
    label = declared.strip().lower()
    encoding = _WIDER.get(label, label)
    try:
        if not codecs.lookup(encoding)._is_text_encoding:
            return None
        text = data.decode(encoding, errors="replace")
    except (LookupError, ValueError):
        return None
    lost = text.count("\N{REPLACEMENT CHARACTER}")
    if lost > _MOST_LOST * len(text) or "\0" in text:
        return None
    if lost:
        message = (
            f"有{lost}处字节在注明的编码 {declared} 中不是字符，以“\N{REPLACEMENT CHARACTER}”代替"
        )
        place = WarningPlace(words="\N{REPLACEMENT CHARACTER}")
        return Decoded(text, (ParseWarning("encoding-damaged", message, place),))
    return Decoded(text)


def _candidates(data: bytes) -> tuple[str, ...]:
    utf16 = ("utf-16-le", "utf-16-be") if len(data) % 2 == 0 else ()
    return utf16 if 0 in data else ("gb18030", "big5hkscs", *utf16)


def _best(data: bytes, encodings: tuple[str, ...]) -> tuple[str, str] | None:
    """The encoding whose text looks most like Chinese, and the text; ``None``: none does."""
    best, highest = None, 0.0
    for encoding in encodings:
        text = _strictly(data, encoding)
        if text is None or "\0" in text:
            continue
        common, frequent = _likeness(text[:_SAMPLE])
        if common >= _LOOKS_CHINESE and common + frequent > highest:
            best, highest = (encoding, text), common + frequent
    return best


def _guess(found: tuple[str, str]) -> Decoded:
    encoding, text = found
    name = _NAMES.get(encoding, encoding.upper())
    message = f"文件没有注明文字编码，按 {name} 读取；如有乱码，请另存为 UTF-8 后重新添加"
    return Decoded(text, (ParseWarning("encoding-guessed", message),))


def _likeness(text: str) -> tuple[float, float]:
    """The shares of everyday and of the commonest characters among those beyond ASCII."""
    common = _common()
    others = [char for char in text if char > "\x7f"]
    controls = sum(char < " " and char not in "\t\n\r\f" for char in text)
    total = len(others) + 5 * controls
    if not others:
        return 0.0, 0.0
    everyday = sum(char in common for char in others)
    impossible = sum(unicodedata.category(char) in ("Co", "Cn", "Cc", "Cs") for char in others)
    frequent = sum(char in _FREQUENT for char in others)
    return max(0.0, (everyday - 2 * impossible) / total), frequent / total


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Symbols and first-level characters of GB 2312 and Big5, as their codecs have them."""
    level_one = (
        ("gb2312", (*range(0xA1, 0xA4), *range(0xB0, 0xD8)), range(0xA1, 0xFF)),
        ("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))),
    )
    characters = "".join(
        bytes((lead, trail)).decode(codec, errors="ignore")
        for codec, leads, trails in level_one
        for lead in leads
        for trail in trails
    )
    return frozenset(char for char in characters if char > "\x7f") | frozenset("〇•–—·\xa0\u200b")


def _unreadable(data: bytes, name: str) -> SourceError:
    """What is wrong with bytes that are no text in any encoding known here."""
    zero = data.find(0)
    if zero >= 0:
        return SourceError(f"文件“{name}”不是纯文本：第{zero + 1}字节是空字符", SAVE_AS_TEXT)
    marked = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    try:
        data.decode("utf-8")
        at = 0
    except UnicodeDecodeError as error:
        at = error.start
    line = data.count(b"\n", 0, at) + 1
    message = f"文件“{name}”不是 UTF-8 编码：第{at + 1}字节（第{line}行，0x{data[at]:02X}）无法识别"
    if not marked and (likely := _likely(data[:_SAMPLE])):
        message += f"，可能是 {likely} 编码"
    return SourceError(message, SAVE_AS_UTF8)


def _likely(sample: bytes) -> str | None:
    """The name of the encoding that it may be in."""
    # Imported when wanted: most commands read no file that needs it.
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best else None
