"""A notice that nobody should publish: markup, script, direction signs, endless words."""

from __future__ import annotations

from pathlib import Path

RLO, LRI, PDI, RLM = "\u202e", "\u2066", "\u2069", "\u200f"
SCRIPT = "<script>document.title='pwned'</script>"
IMAGE = '"><img src=x onerror="document.title=1">'
LONG_WORD = "社区" + "A" * 3000
LONG_MARKS = "e" + "\u0301" * 400
TITLE = f"关于{RLO}社区{SCRIPT}治理的通知"
NUMBER = "民发〔2020〕7号"
PARAGRAPHS = (
    f"社区治理{IMAGE}要落到实处。",
    f"社区服务{RLO}要翻转的文字{LRI}没有收尾{RLM}。",
    f"社区名称{LONG_WORD}。",
    f"社区符号{LONG_MARKS}&amp;&#x3C;b&#x3E;{{{{ 7*7 }}}}${{7*7}}。",
    f"社区]]><!-- </textarea></title>{SCRIPT}",
)


def write(folder: Path) -> Path:
    """The notice as a file that the library takes."""
    path = folder / "hostile.txt"
    lines = [TITLE, NUMBER, *PARAGRAPHS, "民政部", "2020年1月2日"]
    path.write_text("\n\n".join(lines), encoding="utf-8")
    return path
