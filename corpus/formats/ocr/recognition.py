"""Recognising the pages of a file that are pictures: what is finished first, then one by one.

pages to read -> finished before -> as kept (:mod:`corpus.formats.ocr.readings`)
              -> others -> the worker's process (:mod:`corpus.formats.ocr.process`) -> kept
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.errors import SourceError
from corpus.formats.limits import Budget
from corpus.formats.ocr.printed import READABLE
from corpus.formats.ocr.process import INSTALL, PageFailed, Stopped, Worker, is_installed
from corpus.formats.ocr.readings import PageReading, PageStore, ReadLine
from corpus.formats.scans import SCANNING, ScanStopped
from corpus.policy import Ocr, ParseWarning, WarningPlace

#: A line less sure than this is named in the report.
LOW = 0.85
_MOST_NAMED = 30


@dataclass(frozen=True, slots=True)
class Recognised:
    """Pages by their numbers (from 1), and why others could not be recognised."""

    pages: Mapping[int, PageReading]
    failed: Mapping[int, str]

    def ocr(self) -> Ocr | None:
        """How sure the text is on the whole; ``None`` where there is none."""
        lines = [line for _, line in _lines(self.pages) if line.score >= READABLE]
        count = sum(len(line.text) for line in lines)
        if not count:
            return None
        mean = sum(line.score * len(line.text) for line in lines) / count
        engine = next(iter(self.pages.values())).engine
        low = sum(line.score < LOW for line in lines)
        return Ocr(engine, round(mean, 4), low, len(self.pages))

    def notes(self) -> Iterator[ParseWarning]:
        """That text was recognised, and what a reader should look at."""
        if (ocr := self.ocr()) is not None:
            low = f"，{ocr.low_lines} 行把握不大" if ocr.low_lines else ""
            message = (
                f"{ocr.pages} 页的文字由图像识别得到（识别文字，平均置信度 "
                f"{ocr.confidence:.3f}{low}），引用前请与原件核对"
            )
            yield ParseWarning("ocr", message)
        for number, why in sorted(self.failed.items()):
            message = f"第{number}页没有识别出来：{why}"
            yield ParseWarning("ocr-failed", message, WarningPlace(page=number))
        unsure = [(page, line) for page, line in _lines(self.pages) if line.score < LOW]
        for page, line in unsure[:_MOST_NAMED]:
            left_out = line.score < READABLE
            what = "没有认出，未收入" if left_out else "把握不大"
            place = WarningPlace(page=page, words=None if left_out else line.text)
            message = f"第{page}页识别{what}（{line.score:.2f}）：{line.text}"
            yield ParseWarning("ocr-unsure", message, place)
        if len(unsure) > _MOST_NAMED:
            rest = unsure[_MOST_NAMED:]
            pages = list(dict.fromkeys(page for page, _ in rest))
            named = "、".join(map(str, pages[:_MOST_NAMED])) + "等" * (len(pages) > _MOST_NAMED)
            message = f"识别把握不大的还有{len(rest)}行，在第{named}页"
            yield ParseWarning("ocr-unsure", message, WarningPlace(page=pages[0]))


def recognise(data: bytes, name: str, numbers: Sequence[int], budget: Budget) -> Recognised:
    """The pages of a file, by their numbers; those finished before are not read again.

    Raises :class:`SourceError` where the libraries are missing or there are too
    many pages, and :class:`~corpus.formats.scans.ScanStopped` when it was asked to stop.
    """
    scans = budget.scans
    store = PageStore(scans.folder, hashlib.sha256(data).hexdigest())
    pages = {number: kept for number in numbers if (kept := store.get(number)) is not None}
    rest = [number for number in numbers if number not in pages]
    if not rest:
        return Recognised(pages, {})
    if not is_installed():
        message = f"文件“{name}”有{len(rest)}页是图片，没有文字，要用文字识别（OCR）才能读"
        raise SourceError(message, f"请在服务器上执行 {INSTALL}，然后再添加")
    if len(numbers) > budget.limits.scanned_pages:
        most = budget.limits.scanned_pages
        message = f"文件“{name}”有{len(numbers)}页要做文字识别，超过 {most} 页，没有读取"
        raise SourceError(message, "请拆分成几个文件再添加")
    failed: dict[int, str] = {}
    with Worker(data, name, budget.limits, scans.stopped) as worker:
        for number in rest:
            scans.progress(_step(name), len(pages) + len(failed), len(numbers))
            try:
                if scans.stopped():
                    raise Stopped
                pages[number] = worker.read(number)
            except PageFailed as error:
                failed[number] = str(error)
            except Stopped:
                raise _stopped(name, len(pages), len(numbers)) from None
            else:
                store.put(number, pages[number])
    scans.progress(_step(name), len(numbers), len(numbers))
    return Recognised(dict(sorted(pages.items())), failed)


def _step(name: str) -> str:
    return f"{SCANNING}：{name.rpartition('/')[2]}"


def _stopped(name: str, done: int, total: int) -> ScanStopped:
    message = f"文件“{name}”的文字识别已停止，{total} 页中完成的 {done} 页已保存"
    return ScanStopped(message, "再次识别时从没有完成的页接着做")


def _lines(pages: Mapping[int, PageReading]) -> Iterator[tuple[int, ReadLine]]:
    for number, page in sorted(pages.items()):
        for line in page.lines:
            yield number, line
