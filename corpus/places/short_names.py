"""Short forms of the names of divisions, made from their full names by rule.

Documents rarely write 恩施土家族苗族自治州 in full:

    恩施土家族苗族自治州  ->  恩施州    积石山保安族东乡族撒拉族自治县  ->  积石山县
    鄂伦春自治旗        ->  鄂伦春旗  科尔沁左翼中旗                ->  科左中旗
    巴音郭楞蒙古自治州    ->  巴州      锡林郭勒盟                   ->  锡盟
    内蒙古自治区        ->  内蒙古    湖南省                       ->  湖南

:func:`short_forms` gives such a form, which stands for its division wherever the
full name may; :func:`stem` gives what is left without any kind (恩施, 大同, 通州),
which says too little to be read alone.  Whether a form means one division only is
for :mod:`corpus.places.regions` to see, since that depends on where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: The names of the 55 minorities (GB/T 3304), without 族.
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水"
    "|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒"
    "|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
#: Peoples that name an area without 族: 博尔塔拉蒙古自治州, 察布查尔锡伯自治县.
_BARE = "哈萨克|蒙古|塔吉克|锡伯|柯尔克孜"
_AUTONOMOUS = re.compile(
    rf"(?P<stem>.{{2,}}?)(?:(?:{_PEOPLES}|各)族|{_BARE})+自治(?P<kind>[州县旗])"
)
_OF_ONE_PEOPLE = re.compile(r"(?P<stem>.{2,}?)族?自治(?P<kind>[州县旗])")
_WING = re.compile(r"(?P<stem>.{2,})(?P<wing>[左右])翼(?P<side>[前中后]?)(?P<kind>.*[旗县])")
_SIDED = re.compile(r"(?P<stem>.{2,}?)(?P<side>[左右前中后]?)(?P<kind>[旗盟州])")
#: Inner Mongolia and Xinjiang, where names rendered by sound shrink to their first character.
_BY_SOUND = ("15", "65")
#: First characters that tell nothing: 东乌珠穆沁旗 is no 东旗, but 东乌旗.
_COMMON = "东西南北新正四"
_LONG = 3  # characters
#: Short names in use that no rule gives: they join pieces of a name rendered by sound.
_CUSTOMARY = {
    "达尔罕茂明安联合旗": "达茂旗",
    "前郭尔罗斯蒙古族自治县": "前郭县",
    "杜尔伯特蒙古族自治县": "杜蒙县",
    "阜新蒙古族自治县": "阜蒙县",
}
_PROVINCE = re.compile(r"(壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$")
_KIND = re.compile(r"(?:地区|林区|特区|新区|矿区|[市区县旗盟州])$")


def short_forms(name: str, code: str) -> Iterator[str]:
    """The short forms of a division's ``name`` that keep its kind; its ``code`` says where it is.

    A province has none here: its short form (:func:`stem`) may stand anywhere.
    """
    if code.endswith("0000"):
        return
    if name in _CUSTOMARY:
        yield _CUSTOMARY[name]
    found = _AUTONOMOUS.fullmatch(name) or _OF_ONE_PEOPLE.fullmatch(name)
    if found:
        yield found["stem"] + found["kind"]
    short = found["stem"] + found["kind"] if found else name
    if wing := _WING.fullmatch(short):
        yield short[0] + wing["wing"] + wing["side"] + wing["kind"]
    elif code.startswith(_BY_SOUND) and (sided := _SIDED.fullmatch(short)):
        if _is_shrunk(sided):
            yield short[0] + sided["side"] + sided["kind"]
        elif len(sided["stem"]) > _LONG:
            yield short[:2] + sided["kind"]


def _is_shrunk(sided: re.Match[str]) -> bool:
    """Whether a name is so long that it is shrunk, to a character that tells something."""
    bare = sided["stem"]
    return len(bare) > 2 and bool(sided["side"] or bare[0] not in _COMMON)


def stem(name: str, code: str) -> str:
    """What names a division without saying its kind; empty where less than two characters are."""
    if code.endswith("0000"):
        return _PROVINCE.sub("", name)
    found = _AUTONOMOUS.fullmatch(name) or _OF_ONE_PEOPLE.fullmatch(name)
    bare = found["stem"] if found else _KIND.sub("", name)
    return bare if len(bare) > 1 else ""
