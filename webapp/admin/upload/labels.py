"""What the pages of uploads call the states of a batch and the ends of a document."""

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
