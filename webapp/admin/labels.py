"""What the management pages call tasks, actions and how they ended."""

from __future__ import annotations

from webapp.web.languages import gettext as _


def task_label(name: str) -> str:
    """What a task is called."""
    labels = {
        "removal": _("移除文件"),
        "correction": _("更正或恢复文件"),
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
        "stop": _("停止识别"),
        "discard": _("放弃"),
        "remove": _("移除"),
        "correct": _("更正"),
        "restore": _("恢复"),
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
