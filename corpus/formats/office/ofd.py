"""OFD (GB/T 33190): said what to do, since there is no reader for it.

The one maintained reader on the package index draws in a PDF engine under the
AGPL and a neural network; a text layer read by rules of our own would be a
promise that this project cannot check against real files.
"""

from __future__ import annotations

from corpus.errors import SourceError
from corpus.formats.content import Content
from corpus.formats.limits import Budget


def read(data: bytes, name: str, budget: Budget) -> Content:
    """Raises :class:`SourceError`: the format is known, and cannot be read."""
    mend = (
        "请用 OFD 阅读器（如数科阅读器、福昕 OFD、WPS）打开，另存或打印为带文字的 PDF，再添加该 PDF"
    )
    raise SourceError(f"文件“{name}”是 OFD 版式文件，目前不能直接读取", mend)
