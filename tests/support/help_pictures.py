"""Makes the pictures of the help page from the product itself.

It is run as ``python -m tests.support.help_pictures``.

A server on a fresh library, a real Chromium, one picture for each task of
:mod:`webapp.presentation.help_tasks` in each language, cut to one size and to few colours,
so that each is a few kilobytes.  Run it after the pages changed, and look at what it made.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.conftest import CHROMIUM
from tests.support.serving import served
from tests.support.site import in_language, zone
from webapp.presentation.help_tasks import HEIGHT, WIDTH
from webapp.web.languages import LANGUAGES

FOLDER = Path(__file__).parents[2] / "webapp" / "static" / "help"
#: Colours that are kept: text in few tones does not need more.
COLOURS = 24
#: Of each task: the page, and what stands at the top of its picture.
SCENES: Mapping[str, tuple[str, str]] = {
    "phrase": ("/?q=三社联动", "#count"),
    "advanced": ("/advanced?q=主题:社区 -网格 年:2019", "main h1"),
    "record": (f"/record/{zone(7)}?q=三社联动", "main h1"),
    "report": ("/?q=三社联动&view=table", "table"),
    "themes": ("/overview", ".picture"),
}


def take(page: Page, address: str, top: str) -> bytes:
    """The page from the element ``top`` on, as a PNG of the help page's size."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    box = page.locator(top).first.bounding_box()
    assert box is not None, f"{address} has no {top}"
    y = max(0.0, box["y"] - 12)
    clip = {"x": 0, "y": y, "width": WIDTH, "height": HEIGHT}
    picture = page.screenshot(clip=clip, full_page=True)  # type: ignore[arg-type]
    return small(picture)


def small(picture: bytes) -> bytes:
    """The same picture in :data:`COLOURS` colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    file = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def make(folder: Path, said: Callable[[str], object] = print) -> None:
    """Writes every picture into ``folder``."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        sys.exit("no Chromium is installed (on Debian: apt-get install chromium)")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path(home)) as address,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        size = {"width": WIDTH, "height": HEIGHT}
        for language in LANGUAGES:
            page = browser.new_page(base_url=address, viewport=size)  # type: ignore[arg-type]
            for name, (where, top) in SCENES.items():
                content = take(page, in_language(where, language), top)
                (folder / f"{name}.{language}.png").write_bytes(content)
                said(f"{name}.{language}.png: {len(content)} bytes")
            page.close()
        browser.close()


if __name__ == "__main__":
    make(FOLDER)
