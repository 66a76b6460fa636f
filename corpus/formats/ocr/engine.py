"""Recognition of one picture, by RapidOCR with the models that its wheel carries.

Only the worker's process imports this module: the libraries behind it are an
extra, large, and slow to load.  Every model is named by its path within the
wheel, so that nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import onnxruntime
import rapidocr
from omegaconf import AnyNode
from PIL import Image

from corpus.formats.ocr.level import Level, ruling_lines
from corpus.formats.ocr.readings import PageReading, ReadLine

_MODELS = Path(rapidocr.__file__).parent / "models"
_DETECTION = "PP-OCRv6_det_small.onnx"
_RECOGNITION = "PP-OCRv6_rec_small.onnx"
_DIRECTION = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"
_LONGEST_SIDE = 6000  # pixels; the worker has made the picture smaller already
_FINDING_SIDE = 1600  # pixels of the longer side, enough to find where lines are
_LARGE = 0.9  # of the lines are no higher than one whose strokes are no rules
_TALL = 1.5  # times as high as wide: a line that runs from top to bottom
#: A page of which less than this was read may stand on its head.
_UNREAD = 0.65


class Engine:
    """The models, loaded once; raises :class:`OSError` where one is missing."""

    def __init__(self, threads: int) -> None:
        paths = {"Det": _DETECTION, "Rec": _RECOGNITION, "Cls": _DIRECTION}
        missing = [name for name in paths.values() if not (_MODELS / name).is_file()]
        if missing:
            raise FileNotFoundError(f"rapidocr lacks the models {missing}")
        self.name = f"rapidocr {version('rapidocr')} PP-OCRv6"
        self._reader = rapidocr.RapidOCR(
            params={
                **{f"{part}.model_path": str(_MODELS / name) for part, name in paths.items()},
                **{f"{part}.session": _session(name, threads) for part, name in paths.items()},
                "Global.log_level": "critical",
                "Det.limit_type": "max",
                "Det.limit_side_len": _FINDING_SIDE,
                "Global.use_cls": False,
                "Global.text_score": 0.0,
                "Global.max_side_len": _LONGEST_SIDE,
                "Global.return_word_box": True,
                "Global.return_single_char_box": True,
            }
        )

    def read(self, picture: Image.Image, points: float) -> PageReading:
        """What stands on a picture, turned upright and levelled; ``points`` is a pixel's size."""
        pixels = np.asarray(picture.convert("RGB"))[:, :, ::-1]
        pixels, found = self._upright(np.ascontiguousarray(pixels))
        height, width = pixels.shape[:2]
        level = Level.of([box for box, *_ in found], width, height)
        lines = tuple(_line(level, *each) for each in found)
        heights = sorted(line.height for line in lines) or [0.0]
        large = heights[min(int(_LARGE * len(heights)), len(heights) - 1)]
        rules = tuple(ruling_lines(level.turn(pixels), large))
        return PageReading(self.name, width, height, points, lines, rules)

    def _upright(self, pixels: Any) -> tuple[Any, list[_Found]]:
        """The picture turned by quarters until its lines run from left to right."""
        found = self._read(pixels)
        tall = [_is_tall(box) for box, text, *_ in found if len(text) > 1]
        if sum(tall) * 2 > len(tall):
            turns: Sequence[int] = (1, 3)
        elif found and _share_read(found) < _UNREAD:
            turns = (2,)
        else:
            return pixels, found
        turned = [np.ascontiguousarray(np.rot90(pixels, turn)) for turn in turns]
        ways = [(way, self._read(way)) for way in turned]
        if len(turns) == 1:  # lines from top to bottom are read as well, in a wrong order
            ways.append((pixels, found))
        return max(ways, key=lambda way: _share_read(way[1]))

    def _read(self, pixels: Any) -> list[_Found]:
        result: Any = self._reader(pixels)
        if not result.txts or result.boxes is None:
            return []
        rest = list(result.word_results)
        found = []
        for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
            words = rest.pop(0) if rest and _is_of(rest[0], text) else ()
            found.append((np.asarray(box, dtype=float), text, float(score), words))
        return found


def _session(model: str, threads: int) -> AnyNode:
    """A model that is ready to run; rapidocr's own settings cannot say how its threads wait.

    A thread that has nothing to do sleeps: by default it spins, which took a third more of the
    processor from whoever searches meanwhile and made a page slower.
    """
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(
        str(_MODELS / model), sess_options=options, providers=["CPUExecutionProvider"]
    )
    return AnyNode(session, flags={"allow_objects": True})


#: A line's box (four corners from the upper left, clockwise), text, score and characters.
_Found = tuple[Any, str, float, Sequence[Any]]


def _is_of(words: Sequence[Any], text: str) -> bool:
    """Whether the characters are those of a line: the reader leaves lines without any out."""
    joined = "".join(str(word[0]) for word in words)
    return joined.replace(" ", "") == text.replace(" ", "") and all(word[2] for word in words)


def _is_tall(box: Any) -> bool:
    width, height = np.ptp(box[:, 0]), np.ptp(box[:, 1])
    return bool(height > _TALL * width)


def _share_read(found: Sequence[_Found]) -> float:
    """How many characters were read for sure, of those for which there are squares."""
    squares = read = 0.0
    for box, text, score, _ in found:
        width, height = sorted((float(np.ptp(box[:, 0])), float(np.ptp(box[:, 1]))), reverse=True)
        squares += max(1.0, width / max(1.0, height))
        read += score * len(text)
    return read / squares if squares else 0.0


def _line(level: Level, box: Any, text: str, score: float, words: Sequence[Any]) -> ReadLine:
    corners = [level.point(float(x), float(y)) for x, y in box]
    left = min(x for x, _ in corners)
    right = max(x for x, _ in corners)
    height = (corners[3][1] - corners[0][1] + corners[2][1] - corners[1][1]) / 2
    middle = fmean(y for _, y in corners)
    return ReadLine(
        text=text,
        score=round(score, 4),
        left=round(left, 1),
        right=round(right, 1),
        middle=round(middle, 1),
        height=round(height, 1),
        centres=tuple(_centres(level, text, words, left, right)),
    )


def _centres(
    level: Level, text: str, words: Sequence[Any], left: float, right: float
) -> Iterator[float]:
    """The middles of a line's characters; where they are not known, evenly spread."""
    known = []
    for word, _, corners in words:
        middle = np.asarray(corners, dtype=float).mean(axis=0)
        x = level.point(float(middle[0]), float(middle[1]))[0]
        known.extend([x] * len(str(word).replace(" ", "")))
    if len(known) != len(text.replace(" ", "")):
        step = (right - left) / len(text)
        yield from (round(left + step * (at + 0.5), 1) for at in range(len(text)))
        return
    rest = iter(known)
    last = left
    for char in text:
        last = last if char == " " else next(rest)
        yield round(last, 1)
