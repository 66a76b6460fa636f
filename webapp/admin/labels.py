"""What the management pages call states, ends and actions."""

from __future__ import annotations

from webapp.admin.upload.staging import Batch
from webapp.web.languages import gettext as _


def state_label(batch: Batch) -> str:
    """What a batch's state is called."""
    if batch.is_stalled:
        return _("处理中断，可以再试")
    labels = {
        "received": _("已收到"),
        "examining": _("正在识别"),
        "examined": _("待确认"),
        "adding": _("正在加入馆藏"),
        "done": _("已加入馆藏"),
        "failed": _("没有成功"),
    }
    return labels.get(batch.state, batch.state)


def kind_label(kind: str) -> str:
    """What became of a document, in a word."""
    labels = {
        "added": _("新增"),
        "updated": _("更新"),
        "unchanged": _("已在馆藏"),
        "skipped": _("不是文件，跳过"),
        "refused": _("不能加入"),
    }
    return labels.get(kind, kind)


def errand_label(name: str) -> str:
    """What an errand is called."""
    labels = {
        "removal": _("移除文件"),
        "preview": _("预览议题的改动"),
        "themes": _("更新议题"),
        "candidates": _("候选议题"),
    }
    return labels.get(name, name)


def action_label(action: str) -> str:
    """What an action of the audit log is called."""
    labels = {
        "login": _("登录"),
        "logout": _("退出"),
        "upload": _("上传"),
        "examining": _("识别"),
        "add": _("确认加入"),
        "adding": _("加入馆藏"),
        "discard": _("放弃"),
        "remove": _("移除"),
        "themes": _("更新议题"),
    }
    return labels.get(action, action)


def outcome_label(outcome: str) -> str:
    """How an action of the audit log ended; what is no set word stays as it was written."""
    labels = {"ok": _("成功"), "refused": _("拒绝"), "begun": _("开始")}
    word, colon, why = outcome.partition(": ")
    if colon and word == "failed":
        return _("失败：%(why)s", why=why)
    return labels.get(outcome, outcome)
