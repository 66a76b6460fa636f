"""What the help pages explain: the query language, the API and the commands, with examples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote

from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from webapp.web.addresses import url_for
from webapp.web.languages import gettext as _


@dataclass(frozen=True, slots=True)
class Topic:
    """One form of the query language: what is typed, what it means, what to try."""

    typed: tuple[str, ...]
    meaning: str
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API: its address, the same as one reads it, what it gives."""

    url: str
    shown: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the server: what is typed, what it does."""

    typed: str
    meaning: str


_COMMANDS = (
    Command("zhengsou serve", N_("启动网页服务；索引缺少或过时的，先自动建好。")),
    Command("zhengsou add PATH --dry-run", N_("先看会识别出什么、要核对什么，不改动馆藏。")),
    Command("zhengsou add PATH", N_("加入文件或整个文件夹，写明识别到的内容和提醒。")),
    Command("zhengsou list --problems", N_("列出需要核对的文件。")),
    Command("zhengsou history ID", N_("列出一份文件的各个状态；可用 restore-version 恢复。")),
    Command("zhengsou index --rebuild", N_("重新建立索引。索引总能从馆藏重建。")),
    Command("zhengsou backup FILE", N_("备份馆藏和词表；用 restore 恢复。")),
    Command("zhengsou check", N_("检查馆藏和索引是否完好。")),
    Command("zhengsou token --new", N_("生成管理页的口令，只显示一次。")),
)

#: For the start page: a few queries that show the language at work.
_EXAMPLE_QUERIES = (
    "三社联动",
    "“三社+N”",
    "党建 机制",
    "网格化 OR 信息化",
    "单位:南京",
    "主题:(物业 OR 减负)",
    "省:四川 -评价",
    "同句:(平台 信息)",
)

#: The common forms first; meanings are message ids, translated when they are shown.
_TOPICS = (
    Topic(
        ("三社联动 党建",),
        N_(
            "用空格、逗号、顿号或分号隔开的词须全部出现，不论先后和远近。"
            "每个词先找原样出现的（精确），再找其中各词都出现的（分词）。"
        ),
        ("三社联动 党建", "社区，减负"),
    ),
    Topic(
        ("“三社联动”", '"三社联动"', "「三社联动」"),
        N_(
            "引号里的文字须原样连续出现，与在原文中逐字查找相同；"
            "全半角、大小写、繁简和标点的差别不计，但不跨句。"
        ),
        ("“三社+N”", "“人人参与、人人尽力”"),
    ),
    Topic(
        ("A OR B", "A｜B"),
        N_("二者有一即可。OR、AND、NOT 须大写；空格比 OR 结合得紧。"),
        ("网格化 OR 信息化", "公约｜契约"),
    ),
    Topic(
        ("-A", "NOT A"),
        N_("去掉原样含有 A 的记录。减号须在词的开头。"),
        ("自治 -网格化", "NOT 机制"),
    ),
    Topic(
        ("( … )", "（ … ）"),
        N_("用括号分组。"),
        ("(物业 OR 减负) 社区",),
    ),
    Topic(
        ("主题:", "内容:", "单位:", "标题:", "发文字号:", "机关:"),
        N_(
            "只在一个字段里找，后面可以是词、引号或括号。"
            "也可写 title: body: unit: policy: number: issuer:。"
        ),
        ("主题:党建", "单位:南京", "文号:民函"),
    ),
    Topic(
        ("省:", "市:", "区县:", "议题:", "关键词:"),
        N_(
            "按行政区划、议题或关键词限定；区划名以所写文字开头即可。"
            "实验区看它所在的地方，没有地区的记录看发文机关所在的地方。"
            "也可写 province: city: county: theme: keyword:。"
        ),
        ("省:四川", "议题:三社联动 省:江苏"),
    ),
    Topic(
        ("年:2019", "年:2015..2019"),
        N_("按成文日期的年份限定，起止都包括在内，可以只写一端。"),
        ("年:2019", "年:2018.. 党建"),
    ),
    Topic(
        ("同句:(A B)",),
        N_("括号里的词须出现在同一句里。"),
        ("同句:(平台 信息)",),
    ),
    Topic(
        ("同文件:(A B)",),
        N_(
            "括号里的词须出现在同一份文件里，不论在哪一条。没有一条记录具备全部检索词、"
            "整份文件却具备的，另列为“同文件命中”；引号里的文字跨行、跨格、跨条时也是如此。"
        ),
        ("同文件:(平台 信息)",),
    ),
    Topic(
        ("社区*",),
        N_("前缀：末尾的字母或数字可以只写开头。"),
        ("15*",),
    ),
)


def example_queries() -> tuple[str, ...]:
    """A few queries that show the language at work, for the start page."""
    return _EXAMPLE_QUERIES


def topics() -> tuple[Topic, ...]:
    """The query language in the reader's language, the common forms first."""
    return tuple(replace(topic, meaning=_(topic.meaning)) for topic in _TOPICS)


def commands() -> tuple[Command, ...]:
    """The commands of a server in the reader's language."""
    return tuple(Command(each.typed, _(each.meaning)) for each in _COMMANDS)


#: How a pattern of a theme is written, and what it means.
_PATTERNS = (
    (
        "{党建|党组织} … {引领|领导}",
        N_("一个模式说出一类说法：前一组中的一个，隔几个字，后一组中的一个"),
    ),
    ("{甲|乙}", N_("其中一个；紧挨着别的词就连成一个词")),
    ("…", N_("中间隔着别的字，在同一小句里；…(6) 最多隔 6 个字；…，… 可以隔着逗号，在同一句里")),
    ("~", N_("也是间隔，前后次序不论")),
    ("+{甲|乙}", N_("写在最后，前面空一格：同一小句里还要有其中一个；++{…} 是同一句里")),
    ("-{甲|乙}", N_("同一小句里不能有其中任何一个；--{…} 是同一句里")),
)


def pattern_signs() -> tuple[tuple[str, str], ...]:
    """How a pattern of a theme is written, and what it means."""
    return tuple((written, _(meaning)) for written, meaning in _PATTERNS)


def calls(record_ids: Iterable[str]) -> tuple[Call, ...]:
    """A few calls of the API, in the reader's language, each record's among them."""
    searching = {"q": "三社联动", "province": "四川省", "size": "50"}
    found = (
        (url_for("api.search", **searching), _("一页检索结果：命中、标记的位置、分面、提醒")),
        (
            url_for("api.search", q="三社联动", by="document"),
            _("按文件：每份文件给出命中条数、最好的三条和相近的旧版；versions=all 各版各算一份"),
        ),
        (url_for("api.suggest", q="sans"), _("输入提示，也可以用拼音")),
        (url_for("api.themes"), _("全部议题及其记录数")),
        *(
            (url_for("api.record", record_id=each), _("一条记录，连同它在原文中的位置和议题依据"))
            for each in record_ids
        ),
        (url_for("api.export", format="csv", kind="zone"), _("全部命中，作为文件")),
    )
    return tuple(Call(url, unquote(url), meaning) for url, meaning in found)
