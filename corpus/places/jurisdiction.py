"""Where an issuer's word counts: its region, and how high it stands.

A name that begins with a division's (浙江省民政厅, 中共北京市委, 国家税务总局北京市税务局)
has that region and its level; one of a central organ has the level 国家 and no
region.  What a name leaves out (市民政局, 朝阳区人民政府) the folder may say that the
file lay in (浙江省/杭州市), and a law without an issuer its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from corpus.places.organs import words
from corpus.places.regions import resolve, resolve_whole
from corpus.policy import Level, Region
from corpus.text.script import simplify

_PARTY = re.compile(r"(?:中国共产党|中共|中国共产主义青年团|共青团|政协|中国人民政治协商会议)(?=.)")
_TOWNSHIP = re.compile(r"(?:镇|乡|苏木)(?:人民政府|政府|党委|委员会|人民代表大会|综合)|街道|镇党政")
_INTERMEDIATE_COURT = re.compile(r"中级人民法院|人民检察院.*分院")
_SPECIAL_ZONE = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,3})经济特区")
_OWN = re.compile(r"(?P<kind>[省市区县旗州])(?=[\u4e00-\u9fff])")
_NATION = "中华人民共和国"
_SUFFIXES = ("", "省", "市", "自治区")


def jurisdiction(
    issuers: Sequence[str],
    title: str,
    category: str | None,
    source: str = "",
    date: str | None = None,
) -> tuple[Region | None, Level | None]:
    """Region and level of the first of ``issuers`` whose name tells.

    ``source`` is the file's name with the folders that it lay in, ``date`` the
    policy's; without issuers, ``title`` and ``category`` tell what they can.
    """
    folder = _folder(source, date)
    for issuer in issuers:
        region, level = _of_issuer(simplify(issuer), folder, date)
        if level:
            return region, level
    if issuers:
        return (folder, _level(folder)) if folder else (None, None)
    region, level = _of_title(simplify(title), category, date)
    return (region, level) if level or folder is None else (folder, _level(folder))


def _of_issuer(
    name: str, folder: Region | None, date: str | None
) -> tuple[Region | None, Level | None]:
    for organ, province in words().provincial.items():
        if name.startswith(organ):
            return resolve_whole(province, date), "省级"
    local = name
    for organ in words().vertical:
        local = local.removeprefix(organ)
    local = _PARTY.sub("", local, count=1) if _PARTY.match(local) else local
    found = resolve(local, date)
    if found is None and not is_national(name):
        found = _within(local, folder, date)
    if found:
        return found, _level_of_organ(found, local)
    return None, "国家" if is_national(name) else None


def is_national(name: str) -> bool:
    """Whether a name is that of a central organ."""
    known = words().known.match(name)
    return known is not None or name.startswith(words().national_prefixes)


def _within(name: str, folder: Region | None, date: str | None) -> Region | None:
    """The region of a name that leaves out what its folder says (市民政局, 朝阳区人民政府)."""
    if folder is None:
        return None
    own = _OWN.match(name)
    if own:
        parts = (folder.county, folder.city, folder.province)
        named = (part for part in parts if part and part.endswith(own["kind"]))
        return resolve("".join(_down_to(folder, next(named, ""))), date)
    found = resolve(folder.full_name + name, date)
    return found if found and found != folder else None


def _down_to(region: Region, name: str) -> Iterator[str]:
    for part in dict.fromkeys((region.province, region.city, region.county)):
        if name and part:
            yield part
        if part == name:
            return


def _level_of_organ(region: Region, name: str) -> Level:
    level = _level(region) or "县级"
    if level == "县级" and _TOWNSHIP.search(name):
        return "乡级"
    return "地级" if level == "省级" and _INTERMEDIATE_COURT.search(name) else level


def _level(region: Region | None) -> Level | None:
    code = region.code if region else None
    if code is None:
        return None
    return "省级" if code.endswith("0000") else "地级" if code.endswith("00") else "县级"


def _of_title(
    title: str, category: str | None, date: str | None
) -> tuple[Region | None, Level | None]:
    if category in words().national_kinds or title.startswith(_NATION):
        return None, "国家"
    found = resolve(title, date)
    if found is None and (zone := _SPECIAL_ZONE.match(title)):
        found = resolve_whole(zone["name"] + "市", date) or resolve_whole(zone["name"] + "省", date)
    return found, _level(found)


@lru_cache(maxsize=1024)
def _folder(source: str, date: str | None) -> Region | None:
    """The region that the folders of a source name: 浙江省/杭州市/通知.txt, 浙江/通知.txt."""
    found: Region | None = None
    for part in PurePosixPath(source.replace("\\", "/")).parts[:-1]:
        above = found.full_name if found else ""
        for suffix in _SUFFIXES:
            region = resolve_whole(above + part + suffix, date) or resolve_whole(
                part + suffix, date
            )
            if region:
                found = region
                break
    return found
