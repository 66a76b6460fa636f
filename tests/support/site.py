"""Every page of the site with real content, for what must hold on all of them."""

from __future__ import annotations

POLICY = "民函〔2019〕41号"


def zone(n: int) -> str:
    """The id of a zone of the bundled notice."""
    return f"{POLICY}/zone-{n}"


#: A name for each page, or state of a page, and its address.
PAGES = {
    "start": "/",
    "hits": "/?q=三社联动",
    "hits-narrowed": "/?q=社区&province=江苏省&city=南京市&from=2019-01-01&size=50",
    "hits-by-document": "/?q=社区 民政&by=document&kind=zone&province=江苏省",
    "hits-table": "/?q=三社联动 火星基地&view=table&sort=date",
    "hits-table-columns": "/?q=社区&view=table&columns=序号,实验内容,价格",
    "documents-table": "/?q=社区&by=document&view=table",
    "export": "/export?q=三社联动&province=江苏省",
    "export-none": "/export?q=火星基地量子飞船&columns=价格&format=pdf",
    "no-hits": "/?q=火星基地量子飞船",
    "no-hits-narrowed": "/?q=社区&province=江苏省&theme=党建引领",
    "partial-hits": "/?q=三社联动 火星基地",
    "warnings": "/?q=(三社联动 OR “社区",
    "record": f"/record/{zone(7)}?q=三社联动",
    "passage": f"/record/{POLICY}/passage-4",
    "policy": f"/policy/{POLICY}?q=三社联动",
    "documents": "/documents",
    "error-documents": "/documents?q=没有这份文件&level=国家&sort=价格",
    "themes": "/themes",
    "themes-none": "/themes?q=没有这个议题&sort=name",
    "theme": "/themes/三社联动",
    "theme-table": "/themes/三社联动?view=table",
    "place": "/place/330102",
    "overview": "/overview",
    "overview-narrowed": "/overview?q=社区&province=江苏省",
    "overview-none": "/overview?q=“没有这个词”",
    "values": "/values/keyword?q=社区",
    "basket-empty": "/basket",
    "basket": f"/basket?id={zone(7)}&id={zone(8)}&id=gone/zone-1",
    "basket-table": f"/basket?id={zone(7)}&id={zone(8)}&view=table&columns=实验主题,议题",
    "error-compare": "/compare?" + "&".join(f"id={zone(n)}" for n in range(1, 8)),
    "compare": f"/compare?id={zone(7)}&id={zone(8)}&id={zone(23)}&id={zone(31)}",
    "advanced": "/advanced",
    "advanced-filled": "/advanced?q=主题:党建 -网格 年:2019&province=江苏省&theme=三社联动",
    "help": "/help",
    "help-api": "/help/api",
    "help-admin": "/help/admin",
    "answer-read-as": "/?q=sanshe",
    "analyze": "/analyze?text=探索三社联动机制，居委会减负",
    "error-404": "/record/nope",
    "error-400": "/?sort=bad",
}


def in_language(address: str, language: str) -> str:
    """The address of a page in a language."""
    return f"{address}{'&' if '?' in address else '?'}lang={language}"
