"""What the columns of a table hold, recognised by their names and by what stands in them.

Ministries name the columns of their lists as they like: 实验单位, 试点地区, 申报
单位; 实验主题, 项目名称; 实验内容, 主要任务, 改革事项.  :func:`role_of` scores a name
against a table of synonyms; :func:`is_zone_table` then looks at the cells, since a
name alone does not tell: 单位 heads a list of pilot districts as well as one of
telephone numbers.  A zone table has a column of units and says something of them
in words; tables of contacts, money and figures are none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from corpus.places.regions import resolve, resolve_whole
from corpus.text.script import simplify

Role = Literal["number", "province", "city", "county", "unit", "title", "body", "other", "figures"]

#: The columns that together name a unit, from the widest to the narrowest.
PLACE_ROLES: tuple[Role, ...] = ("province", "city", "county", "unit")
#: What a table calls its cells where the head has lost a name.
USUAL_NAMES: dict[Role, str] = {"unit": "实验单位", "title": "实验主题", "body": "实验内容"}

#: Names as they are, without spaces and remarks in parentheses.  Below 1.0: only if
#: the cells bear it out.
_NAMES: tuple[tuple[Role, float, str], ...] = (
    ("number", 1.0, "序号 编号 序 项次 No NO no No."),
    ("province", 1.0, "省份 省 省市 省级 所在省 省别 省区市 省市区 所属省份 所在省份 省直辖市"),
    ("city", 1.0, "地市 市 市州 地级市 所在市 地市州 市地 市地州盟"),
    ("county", 1.0, "县 区县 县区 县市区 市县区 区县市 所在县 市区县"),
    (
        "unit",
        1.0,
        "实验单位 试点单位 申报单位 试验单位 实验区 试验区 实验地区 试点地区 试验地区 试点城市"
        " 试点县 试点区 试点市 示范区 示范县 示范市 示范单位 示范城市 创建单位 创建地区 实施单位"
        " 承担单位 实验区名称 试点名称 试验区名称 示范区名称 单位名称 地区名称 县市区名称"
        " 入选单位 入选地区 试点区域 申报地区 试点县市区 示范县名称",
    ),
    ("unit", 0.6, "单位 地区 地方 城市 区域 所在地区 所在地 建设单位 名称"),
    (
        "title",
        1.0,
        "实验主题 主题 试点主题 项目名称 试点项目 创新主题 改革主题 实验项目 项目 课题名称"
        " 创新项目 试点方向 实验方向 试点项目名称 实验项目名称 试验主题 示范主题 申报主题",
    ),
    ("title", 0.6, "题目 课题 方向 试点类型 事项名称"),
    (
        "body",
        1.0,
        "实验内容 内容 主要内容 实验任务 试点任务 试点内容 任务 主要任务 重点任务 创新内容"
        " 改革事项 改革内容 改革任务 建设内容 建设任务 工作任务 工作内容 具体内容 任务内容"
        " 试验任务 试验内容 创新举措 改革举措 主要做法 主要举措 试点事项 创新任务 重点内容",
    ),
    ("body", 0.6, "事项 举措 做法 措施 特色 主要措施 经验做法"),
    (
        "other",
        1.0,
        "备注 批次 类别 类型 级别 推荐单位 推荐部门 主管单位 主管部门 牵头单位 责任单位 联系单位"
        " 实验时间 试点时间 时间 期限 实验期限 试点期限 指导单位 支持单位 合作单位 配合单位"
        " 责任部门 牵头部门 完成时限 时限 性质 说明 领域",
    ),
    (
        "figures",
        1.0,
        "联系人 联系电话 电话 手机 手机号 邮箱 电子邮箱 传真 地址 通讯地址 邮编 邮政编码 职务"
        " 姓名 负责人 金额 资金 投资额 总投资 面积 人口 户数 数量 人数 合计 小计 比例 得分 排名"
        " 单价 规模 资金额度 预算 指标 任务数 目标任务数",
    ),
)
_EXACT: dict[str, tuple[Role, float]] = {
    name: (role, score) for role, score, names in _NAMES for name in names.split()
}
#: Parts by which longer names are known.
_PARTS: tuple[tuple[re.Pattern[str], Role, float], ...] = (
    (
        re.compile(r"(联系|电话|金额|资金|面积|人口|数量?|比例|[（(]?万元)$|^计划.*数"),
        "figures",
        0.9,
    ),
    (re.compile(r"^(推荐|主管|牵头|责任|联系|指导|支持|配合)"), "other", 0.9),
    (
        re.compile(r"(实验|试点|试验|示范|创建|申报|入选).{0,8}(单位|地区|城市|区|县|市)$"),
        "unit",
        0.9,
    ),
    (
        re.compile(r"(实验|试点|试验|示范|创新|改革|申报).{0,6}(主题|项目|方向|名称|题目)$"),
        "title",
        0.9,
    ),
    (
        re.compile(r"(实验|试点|试验|示范|创新|改革|建设).{0,6}(内容|任务|事项|举措|措施)$"),
        "body",
        0.9,
    ),
    (
        re.compile(r"^.{0,6}(单位|地区|城市|社区|街道|乡镇|村|园区|基地|机构)(名称|名单)?$"),
        "unit",
        0.6,
    ),
    (re.compile(r"(主题|项目名称|题目)$"), "title", 0.7),
    (re.compile(r"(内容|任务|事项|举措|做法)$"), "body", 0.7),
)
_REMARK = re.compile(r"[（(][^（）()]*[）)]")
_LONGEST_NAME = 16
_FIGURES = re.compile(r"[\d\s,.，．%％+\-—~/()（）@:：;；万亿元个户人次]*")
_HAN = re.compile(r"[\u3400-\u9fff]")


class Named(NamedTuple):
    """A column's role, and how well its name fits it (1.0: it can mean nothing else)."""

    role: Role
    score: float


@lru_cache(maxsize=4096)
def role_of(name: str) -> Named | None:
    """What a column of that name holds; ``None`` where the name is no known one."""
    bare = fold_name(name)
    if not bare or len(bare) > _LONGEST_NAME:
        return None
    if exact := _EXACT.get(bare) or _EXACT.get(_REMARK.sub("", bare)):
        return Named(*exact)
    plain = re.sub(r"[（）()、/]", "", bare)  # 县（市、区）
    if exact := _EXACT.get(plain):
        return Named(*exact)
    bare = _REMARK.sub("", bare)
    for pattern, role, score in _PARTS:
        if pattern.search(bare):
            return Named(role, score)
    return None


def is_plain_name(name: str) -> bool:
    """Whether a name is a known one as it stands, and says nothing else beside."""
    return fold_name(simplify(name)) in _EXACT


def fold_name(name: str) -> str:
    """A name without white space (实 验 单 位) and without a colon at its end."""
    if len(name) > 4 * _LONGEST_NAME:
        return ""
    return "".join(unicodedata.normalize("NFC", name).split()).rstrip(":：")


def is_figures(text: str) -> bool:
    """Whether a cell holds figures, a date or an address of the net rather than words."""
    return _FIGURES.fullmatch(text) is not None or not _HAN.search(text)


def is_zone_table(
    roles: Sequence[Named | None],
    units: Sequence[str],
    themes: Sequence[str],
    date: str | None,
    counts: int = 0,
) -> bool:
    """Whether a table of such columns is one of zones.

    ``units`` are the rows' units, ``themes`` what their title and body cells say,
    ``counts`` how many columns only say how many units a row names (数量).  A table
    that says nothing of its units must be nothing but a list of places.
    """
    present = {named.role for named in roles if named}
    filled = [unit for unit in units if unit]
    if not filled or not present.intersection(PLACE_ROLES):
        return False
    located = sum(resolve(unit, date) is not None for unit in filled)
    regional = 2 * located > len(filled)
    if present.intersection(("title", "body")):
        words = [text for text in themes if text]
        if not words or 2 * sum(is_figures(text) for text in words) > len(words):
            return False
        if regional:
            return True
        sure = {named.role for named in roles if named and named.score == 1.0}
        named_unit = "unit" in sure or {"title", "body"} <= sure
        return named_unit and "unit" in present and "figures" not in present
    figures = sum(named is not None and named.role == "figures" for named in roles)
    strange = figures > counts or None in roles
    return not strange and located * 5 >= len(filled) * 4 and len(filled) > 1


def is_province(text: str, date: str | None) -> bool:
    """Whether ``text`` is the name of a province and nothing else."""
    region = resolve_whole(text, date)
    return region is not None and (region.code or "").endswith("0000")


def is_count(name: str) -> bool:
    """Whether a column so named says how many units a row names."""
    return fold_name(name) in (
        "数量",
        "个数",
        "合计",
        "小计",
        "名额",
        "试点数量",
        "试点个数",
        "数目",
    )


def compose_unit(parts: Sequence[str], known: str = "") -> str:
    """One name from the cells that name a place, widest first.

    What a narrower cell says itself is not said twice: 浙江省 and 浙江省杭州市 are
    浙江省杭州市; a municipality named as province and as city is named once.
    ``known`` is put before names that do not begin with it.
    """
    unit = known
    for part in parts:
        if not part or (unit and unit.endswith(part)):
            continue
        short = unit[:-1] if unit.endswith(("省", "市")) else unit
        if unit and (part.startswith(unit) or (len(short) > 1 and part.startswith(short))):
            unit = part
        else:
            unit += part
    return unit
