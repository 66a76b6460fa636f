"""Questions as people ask them: what of 物业不作为怎么办 is asked about.

A reader of policy texts asks 请问社区食堂怎么申请？谢谢, and the texts answer without any of
the words of asking.  So the formulas of a question and of politeness are taken off the ends
of an unquoted chunk, and a form such as 能不能 parts it in two.  What a record holds
literally with them it holds without them, so nothing is lost that was found before; what
is quoted, and what stands behind a field, an exclusion or 同句:, stays as it is.

The formulas are whole phrases, never a word that a policy text could use for a thing: 处理
and 投诉 stay.  A chunk that is nothing but a formula is left out where others remain, and
kept where none does.

What is found is decided without the formulas.  The order of hits still looks at the whole
question: its words of asking are stop words, but its pairs of characters are counted as they
were typed, which measured a little better on 772 questions (nDCG@10 0.420 against 0.417).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import regex

from indexer.analysis.folding import fold
from indexer.query.tree import And, Chunk, Node, Query, QueryWarning

_POLITE = "您好|你好|请问一下|请问|请教一下|请教|麻烦问一下|麻烦问下|打扰了|谢谢了?|多谢了?"
_WISH = "我?(?:想|想要|要)(?:问问|问一下|问下|问|咨询一下|咨询下|了解一下|知道|请教)"
_HOW = "怎么办|怎样办|咋办|怎么样|怎样|怎么|如何|咋"
_OPENING = regex.compile(
    rf"(?:{_POLITE}|{_WISH}|有没有人知道|谁知道|{_HOW}|为什么|为何|什么是|什么叫|啥是|是否|"
    r"有?哪些|哪里有|哪儿有|谁来|[，,。.！!：:、\s])+"
)
# A particle alone ends words too (酒吧, 毛呢), so but for 吗 it goes only with a formula.
_ENDING = regex.compile(
    rf"(?:{_POLITE}|(?:(?:{_HOW})(?:办|做|弄)?(?:才好|比较好|好|才行)?|"
    r"该?(?:去|向)?(?:找|问)(?:谁|哪个部门|什么部门)|是?(?:什么意思|啥意思|什么|啥)|有哪些)"
    r"(?:呢|啊|呀|吧|嘛)?|吗|[，,。.！!？?、\s])+",
    flags=regex.REVERSE,
)
_WITHIN = regex.compile("能不能|可不可以|会不会|要不要|该不该|应不应该|是不是|有没有")


def without_question_words(query: Query) -> Query:
    """The query without the formulas of its questions; a warning names what was taken off."""
    asked: list[str] = []
    tree = _chunks(query.tree, asked)
    if not asked or tree is None:
        return query
    said = "、".join(f"“{each}”" for each in dict.fromkeys(asked))
    warning = QueryWarning("question", f"按问句理解，{said}不作为检索词", (said,))
    return replace(query, tree=tree, warnings=(*query.warnings, warning))


def _chunks(node: Node, asked: list[str]) -> Node | None:
    """The node without formulas; ``None`` where nothing else was in it."""
    match node:
        case Chunk(text, None, False):
            kept = list(_content(text, asked))
            if kept == [text]:
                return node
            # The whole question is said once, by the first of its parts.
            said = (text, *[""] * len(kept))
            chunks = tuple(
                replace(node, text=each, typed=typed)
                for each, typed in zip(kept, said, strict=False)
            )
            return And(chunks) if len(chunks) > 1 else chunks[0] if chunks else None
        case And(children):
            found = [_chunks(child, asked) for child in children]
            flat: list[Node] = []
            for each in found:
                flat.extend(each.children if isinstance(each, And) else [each] if each else [])
            return And(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None
    return node


def _content(text: str, asked: list[str]) -> Iterator[str]:
    """The stretches of a chunk that are asked about; formulas are added to ``asked``."""
    folded = fold(text)
    first, last = 0, len(folded.text)
    if found := _OPENING.match(folded.text):
        first = found.end()
    if (found := _ENDING.search(folded.text, first)) and found.end() == last:
        last = found.start()
    if first == 0 and last == len(folded.text) and not _WITHIN.search(folded.text):
        yield text
        return
    spans, at = [], first
    for found in _WITHIN.finditer(folded.text, first, last):
        spans.append((at, found.start()))
        at = found.end()
    spans.append((at, last))
    at = 0
    for start, end in (*spans, (len(folded.text), len(folded.text))):
        if at < start:
            formula = text[folded.starts[at] : folded.ends[start - 1]].strip(" ，,。.！!？?、")
            asked.extend([formula] if formula else [])
        if start < end:
            yield text[folded.starts[start] : folded.ends[end - 1]]
        at = max(at, end)
