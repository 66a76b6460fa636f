"""What the help page teaches first: five tasks, each with steps and a picture of the product.

The pictures are made by ``python -m tests.support.help_pictures`` from the bundled notice, one in
each language; they all have the same size.  Then the words of the interface that mean
something of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from indexer.labels import marked as N_  # noqa: N812 - what pybabel looks for
from webapp.web.addresses import url_for
from webapp.web.assets import picture_url
from webapp.web.languages import chosen
from webapp.web.languages import gettext as _

#: The size of every picture, in CSS pixels.
WIDTH, HEIGHT = 720, 400


@dataclass(frozen=True, slots=True)
class Task:
    """Something one comes for; ``name`` is that of its picture.

    ``shown`` says in words what the picture shows.  ``endpoint`` and ``values`` lead to
    the page that it was made of.
    """

    name: str
    title: str
    steps: tuple[str, ...]
    shown: str
    endpoint: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address at which one can do it; empty where the library has no such page."""
        return url_for(self.endpoint, **self.values) if all(self.values.values()) else ""

    @property
    def picture(self) -> str:
        """The address of the picture in the reader's language."""
        return picture_url(f"{self.name}.{chosen()}")


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the interface and what it means here."""

    word: str
    meaning: str


_TASKS = (
    Task(
        "phrase",
        N_("查一个说法"),
        (
            N_("在检索框里写要找的词，按回车。命中处有底色；结果上方说明实际检索了什么。"),
            N_("加引号，就与在原文里逐字查找一样，一处不漏，也不多出一处。"),
            N_("右栏可以按议题、地区、年份缩小范围，每个数字都是点开后的条数。"),
        ),
        N_("检索“三社联动”的结果页：命中数、检索说明和标出命中处的记录。"),
        "pages.search",
        {"q": "三社联动"},
    ),
    Task(
        "advanced",
        N_("不记写法，也能查得准"),
        (
            N_("点检索框旁的“高级检索”，每行填一个说法，选在标题、主题、内容还是单位里找。"),
            N_("选“且”“或”“不含”，再限定年份和地区；填的时候就看得到条数。"),
            N_("按“检索”后，填的内容写成一条检索式，下次可以直接这样写。"),
        ),
        N_("高级检索的表单，填了两行：在主题里找“社区”，不含“网格”。"),
        "advanced.advanced",
        {"q": "主题:社区 -网格 年:2019"},
    ),
    Task(
        "record",
        N_("核对原文，写进引文"),
        (
            N_("点一条记录的标题，看它在原文里的位置和议题的依据。"),
            N_("页上有按国家标准写好的引文，点“复制”就能用。"),
            N_("从记录可以打开全文，逐处看命中；也可以下载原始文件核对。"),
        ),
        N_("一条记录的页面：标题、单位、内容和它在原文中的位置。"),
        "pages.record",
        {"record_id": "", "q": "三社联动"},
    ),
    Task(
        "report",
        N_("做一张表，放进报告"),
        (
            N_("在结果页点“表格”，选要的列；也可以勾选“选定”，只留需要的几条。"),
            N_("点“导出”，选 Word 表格、Excel 表格或引文，先看三行再下载。"),
            N_("导出的文件写明了检索式、日期和条数，别人可以照样再查一遍。"),
        ),
        N_("同样的结果以表格显示，每行一个实验区。"),
        "pages.search",
        {"q": "三社联动", "view": "table"},
    ),
    Task(
        "themes",
        N_("比较议题和地方"),
        (
            N_("“议题”列出全部议题；点开一个，按省看它的记录，依据都标在原文上。"),
            N_("“图表”画出任何一次检索的分布；点图中的格子，就是那里的记录。"),
            N_("图和数据都能保存，供报告和幻灯片使用。"),
        ),
        N_("图表页：各省级地区的实验区数，画成一张方块地图。"),
        "overview.overview",
    ),
)

_TERMS = (
    Term(N_("记录"), N_("检索的单位：附件表格的一行，或正文的一段。")),
    Term(N_("实验区"), N_("附件表格的一行，有实验单位、实验主题和实验内容。")),
    Term(
        N_("主题"),
        N_("文件里写的实验主题；正文段落则是它的章节标题。写“主题:”就只在这里找。"),
    ),
    Term(
        N_("议题"),
        N_("由词表归纳的概念，例如“三社联动”也含“五社联动”。每条都有原文依据，可以核对。"),
    ),
    Term(N_("关键词"), N_("自动从一条记录里提取的词，没有经过人工确认。")),
    Term(N_("精确"), N_("检索词原样出现在一处，不计标点、全半角和繁简。")),
    Term(N_("分词"), N_("检索词的每个词都出现，但不相连。")),
    Term(
        N_("同文件"),
        N_("整份文件具备全部检索词，却没有一条记录单独具备；另列在后，另计。"),
    ),
    Term(
        N_("按文件"),
        N_("一份文件算一个结果，给出命中条数和最好的三条；内容相近的旧版合并到最新的一份之下。"),
    ),
    Term(N_("部分"), N_("只出现一部分检索词；另列在后，不计入命中数，也不导出。")),
)


def tasks(record_id: str) -> tuple[Task, ...]:
    """The tasks in the reader's language, the commonest first; ``record_id`` may be empty."""
    return tuple(
        replace(
            task,
            title=_(task.title),
            steps=tuple(_(step) for step in task.steps),
            shown=_(task.shown),
            values={**task.values, "record_id": record_id}
            if "record_id" in task.values
            else task.values,
        )
        for task in _TASKS
    )


def terms() -> tuple[Term, ...]:
    """The glossary in the reader's language."""
    return tuple(Term(_(term.word), _(term.meaning)) for term in _TERMS)
