"""What ``add --dry-run`` prints of a document: what it would become, and what was recognised.

Every field stands with the words of the text that it was read from, in 【】, and every
warning with its row or line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from corpus.evidence import Evidence, LocatedWarning
from corpus.library.review import clash_message, replacement_lines
from corpus.library.writer import Examined, Outcome
from corpus.parsing.recognition import ORIGINS, Recognised, Recognition, report

VERBS = {"added": "加入", "updated": "更新", "unchanged": "已有"}


def report_of(found: Examined) -> dict[str, Any]:
    """What was recognised in a document and what was not, and what it would replace, for JSON."""
    outcome = found.outcome
    return {
        "action": found.kind,
        "replaces": asdict(found.replaces) if found.replaces else None,
        "clash": asdict(outcome.clash) if outcome.clash else None,
        "earlier_version": outcome.earlier or None,
        **report(found.parsed).to_dict(),
    }


def report_lines(found: Examined) -> Iterator[str]:
    """The same as lines for a reader."""
    recognised = report(found.parsed)
    yield f"{VERBS[found.kind]}：{recognised.source} → {recognised.policy_id}"
    if found.replaces:
        yield from (f"  {line}" for line in replacement_lines(found.replaces))
    if found.outcome.clash:
        yield f"  提示：{clash_message(found.outcome.clash, found.parsed.policy)}"
    if found.outcome.earlier:
        yield f"  提示：{earlier_note(found.outcome)}"
    yield from map(_field, recognised.fields)
    yield from _jurisdiction(recognised)
    for table in recognised.tables:
        columns = f"：{'、'.join(table.columns)}" if table.columns else ""
        line = f"（正文第 {table.line} 行起）" if table.line else ""
        yield f"  {table.label}{columns}，{table.rows} 行{line}"
    yield from (f"  附件：{name}" for name in recognised.attachments)
    yield (
        f"  记录：实验区 {recognised.zones} 条，正文段落 {recognised.passages} 条，"
        f"标题层次 {recognised.headings} 个"
    )
    yield from (f"  查不到的单位：第 {n} 行“{unit}”" for n, unit in recognised.unresolved)
    yield from map(_warning, recognised.warnings)


def _jurisdiction(recognised: Recognition) -> Iterator[str]:
    """Each of several issuers, the first one's level and area."""
    if len(recognised.issuers) > 1:
        yield f"  联合发文：{'、'.join(recognised.issuers)}"
    where = "，".join(filter(None, (recognised.level, recognised.region)))
    if where:
        yield f"  层级和地区：{where}"


def earlier_note(outcome: Outcome) -> str:
    """What to tell whoever adds an earlier state of a policy."""
    n, known = outcome.earlier, outcome.entry.id
    return (
        f"内容是“{known}”以前的第 {n} 个状态，没有替换现在的；"
        f"要恢复请用 zhengsou restore-version {known} {n}"
    )


def _field(field: Recognised) -> str:
    if field.value is None:
        return f"  {field.label}：（未识别）"
    place = ORIGINS.get(field.origin or "", "")
    if field.line:
        place = f"{place}第 {field.line} 行"
        if field.evidence and not _says_no_more(field.evidence, field.value):
            place = f"{place}：{_quoted(field.evidence)}"
    return f"  {field.label}：{field.value}（{place}）"


def _says_no_more(evidence: Evidence, value: str) -> bool:
    """Whether the line holds nothing but the value."""
    return evidence.words == value and not (evidence.before or evidence.after)


def _warning(warning: LocatedWarning) -> str:
    evidence = warning.evidence
    if evidence is None:
        return f"  提示：{warning.message}"
    return f"  提示：{warning.message}（正文第 {evidence.line} 行：{_quoted(evidence)}）"


def _quoted(evidence: Evidence) -> str:
    words = " / ".join(evidence.words.splitlines())
    return f"{evidence.before}【{words}】{evidence.after}"
