"""A person's decisions on candidate themes: a file that is edited, then applied.

:func:`decision_file` writes the candidates as TOML, each with the same four
answers to fill in; :func:`decide` takes the edited file and the user's theme
file and gives the theme file as it will be.  Comments and order of the theme
file stay (TOML Kit keeps them); what is accepted is added as themes and
variants, what is rejected under ``[candidates]``, so that it is not proposed
again.  Nothing is written here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

import tomlkit

from indexer.analysis.phrases import phrase_key
from indexer.curation.candidates import Candidate
from indexer.curation.theme_tables import line_ends, theme_table
from indexer.themes.in_force import ThemesInForce, themes_of
from indexer.themes.toml_file import Table, TomlFile

_KEYS = ("phrase", "accept", "rename", "merge_into", "reject")
_HEAD = """\
# 候选议题（自动提取，按 C-value × 逆文件频率排序）。请逐条填写，存盘后执行：
#
#     zhengsou themes --apply 这个文件
#
#   accept     = true         收为议题
#   rename     = "名称"       收为议题，另起名称；原来的短语成为它的一种说法
#   merge_into = "已有议题"   不另立议题，作为已有议题的一种说法
#   reject     = true         不收，以后不再提出
#
# 四项至多填一项；都不填的，下次仍会提出。
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided on one candidate.

    ``accept``: it becomes a theme, under ``name`` where one is given.
    ``merge``: it becomes a way to say the theme ``name``.  ``reject``: it is
    not proposed again.
    """

    phrase: str
    action: Literal["accept", "merge", "reject"]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """The theme file as it will be, and the candidates that were decided on."""

    text: str
    accepted: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()


@dataclass(slots=True)
class _Answers:
    """The decisions of one file, in order."""

    themes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    merges: list[tuple[str, str, int]] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)


def decision_file(candidates: Iterable[Candidate]) -> str:
    """The candidates as a TOML file to be edited."""
    parts = [_HEAD]
    for each in candidates:
        shown = "；".join(f"{e.before}【{each.phrase}】{e.after}" for e in each.examples)
        parts.append(
            f"# {each.count} 次，{each.records} 条记录，C-value {each.c_value}，"
            f"对数似然比 {each.log_likelihood}\n# 例：{shown}\n"
            f"[[candidate]]\nphrase = {_quoted(each.phrase)}\n"
            'accept = false\nrename = ""\nmerge_into = ""\nreject = false\n'
        )
    return "\n".join(parts)


def decisions_text(decisions: Iterable[Decision]) -> str:
    """Decisions given as values, in the form of the file that :func:`decide` reads."""
    parts = []
    for each in decisions:
        rename, merge = ("", each.name) if each.action == "merge" else (each.name, "")
        parts.append(
            f"[[candidate]]\nphrase = {_quoted(each.phrase)}\n"
            f"accept = {str(each.action == 'accept').lower()}\nrename = {_quoted(rename)}\n"
            f"merge_into = {_quoted(merge)}\nreject = {str(each.action == 'reject').lower()}\n"
        )
    return "\n".join(parts)


def decide(decisions: str, source: str, current: ThemesInForce, name: str) -> Decided:
    """The theme file with the decisions of a file's text.

    ``source`` names that file, ``name`` the theme file in errors; ``current``
    is what the theme file says now.  Raises
    :class:`~indexer.errors.LexiconError` with file, line and hint.
    """
    answers = _Reader(decisions, source, current).read()
    document = tomlkit.parse(current.text)
    for theme, variants in answers.themes:
        _add_variants(document, theme, variants)
    for phrase, theme, _ in answers.merges:
        _add_variants(document, theme, (phrase,))
    if answers.rejected:
        _reject(document, answers.rejected)
    text = line_ends(tomlkit.dumps(document), current.text)
    themes_of(text, name)  # what is written must be readable again
    return Decided(
        text,
        tuple(theme for theme, _ in answers.themes),
        tuple(phrase for phrase, _, _ in answers.merges),
        tuple(answers.rejected),
    )


class _Reader:
    """One pass over a decision file."""

    def __init__(self, text: str, source: str, current: ThemesInForce) -> None:
        self._file = TomlFile(text, source, "candidate")
        self._lexicon = current.lexicon
        self._names: dict[tuple[str, ...], str] = {}

    def read(self) -> _Answers:
        answers = _Answers()
        for index, table in enumerate(self._file.tables):
            self._answer(table, index, answers)
        merges = answers.merges
        answers.merges = [(phrase, self._theme(name, i), i) for phrase, name, i in merges]
        return answers

    def _answer(self, table: Table, index: int, answers: _Answers) -> None:
        file = self._file
        file.known(table, _KEYS, index)
        phrase = file.text(table, "phrase", index)
        if len("".join(phrase_key(phrase))) < 2:
            file.fail_in(
                index, "候选没有写 phrase，或短于两个字", "请保留生成时的 phrase", "phrase"
            )
        rename, merge = (file.text(table, key, index) for key in ("rename", "merge_into"))
        accept, reject = (file.flag(table, key, index) for key in ("accept", "reject"))
        if (accept or bool(rename)) + bool(merge) + reject > 1:
            hint = "收、并入、不收，只能选一样"
            file.fail_in(index, f"“{phrase}”的决定互相矛盾", hint, "merge_into", "reject")
        if reject:
            answers.rejected.append(phrase)
            return
        if not (accept or rename or merge):
            return
        self._free(phrase, index)
        if merge:
            answers.merges.append((phrase, merge, index))
            self._names[phrase_key(phrase)] = merge
            return
        theme = rename or phrase
        variants = (phrase,) if phrase_key(theme) != phrase_key(phrase) else ()
        if variants:
            self._free(theme, index)
        for said in (theme, *variants):
            self._names[phrase_key(said)] = theme
        answers.themes.append((theme, variants))

    def _free(self, phrase: str, index: int) -> None:
        """Refuses a phrase that leads to a theme already."""
        known = self._lexicon.resolve(phrase)
        owner = known.name if known else self._names.get(phrase_key(phrase))
        if owner:
            hint = f"请改填 merge_into = {_quoted(owner)}，或不填这一条"
            self._file.fail_in(index, f"“{phrase}”已经属于议题“{owner}”", hint, f'"{phrase}"')

    def _theme(self, name: str, index: int) -> str:
        """The name of an existing theme, or of one that the same file accepts."""
        known = self._lexicon.resolve(name)
        found = known.name if known else self._names.get(phrase_key(name))
        if found is None:
            hint = "请填已有议题的名称（zhengsou themes 列出全部），或同一文件里收下的议题"
            self._file.fail_in(index, f"没有议题“{name}”可以并入", hint, "merge_into")
        return found


def _add_variants(document: tomlkit.TOMLDocument, name: str, phrases: Iterable[str]) -> None:
    """Adds variants to the user's table of a theme, made where there is none."""
    table = theme_table(document, name)
    for phrase in phrases:
        if "variants" in table:
            table["variants"].append(phrase)
        else:
            table.add("variants", [phrase])


def _reject(document: tomlkit.TOMLDocument, phrases: Iterable[str]) -> None:
    if "candidates" not in document:
        document.append("candidates", tomlkit.table())
    held: Any = document["candidates"]
    before = list(held.get("rejected", ()))
    held["rejected"] = list(dict.fromkeys((*before, *phrases)))


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False)
