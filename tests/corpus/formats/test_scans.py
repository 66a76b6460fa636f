"""Scans and pictures are read by recognition: page by page, kept, and said to be so."""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest
from PIL import Image, ImageDraw
from rapidfuzz.distance import Levenshtein

from corpus.document import SourceDocument
from corpus.errors import SourceError
from corpus.formats.ocr import recognition
from corpus.formats.ocr.page_picture import page_picture
from corpus.formats.ocr.process import PageFailed
from corpus.formats.ocr.readings import PageReading, ReadLine
from corpus.formats.ocr.recognition import Recognised
from corpus.formats.ofd.jbig2 import decode
from corpus.formats.read import Limits, decode_source
from corpus.formats.scans import Scans, ScanStopped
from corpus.parsing.notice import parse_document
from corpus.policy import ParsedPolicy
from tests.support.notice_files import as_page, as_pdf, parts_of
from tests.support.ofd_files import document, package, page
from tests.support.scans import as_jbig2, as_scanned_pdf, encoded, pictures_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: As an office prints it: a margin, a face with serifs, a table with thin rules.
STYLE = """
@page { margin: 15mm }
body { font: 9pt/1.4 serif }
p { margin: 4px 0 }
.nav, .links, .footer { display: none }
td, th { border: 1px solid black; padding: 2px }
table[border] { border-collapse: collapse }
table[width] > tbody > tr > td { border: 0 }
"""
#: Other tests keep the machine busy.
PATIENT = Limits(page_seconds=280)
INSTALL = "pip install 'zhengsou[ocr]'"


@pytest.fixture(scope="module")
def printed(notice: ParsedPolicy, browser: Browser) -> bytes:
    return as_pdf(browser, as_page(parts_of(notice), style=STYLE), prefer_css_page_size=True)


@pytest.fixture(scope="module")
def scan(printed: bytes) -> bytes:
    """The notice on a scanner's glass: 200 dots an inch, askew by 0.4 degrees."""
    return as_scanned_pdf(pictures_of(printed))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scans")


@pytest.fixture(scope="module")
def read(scan: bytes, store: Path) -> SourceDocument:
    return decode_source(scan, "扫描.pdf", PATIENT, Scans(store))


@pytest.fixture
def without_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without the extra: whatever is read must be there already."""
    monkeypatch.setattr(recognition, "is_installed", lambda: False)


def refusal(data: bytes, name: str, limits: Limits = Limits()) -> SourceError:  # noqa: B008
    with pytest.raises(SourceError) as caught:
        decode_source(data, name, limits)
    assert f"“{name}”" in caught.value.message and caught.value.hint
    return caught.value


def bare(text: str) -> str:
    return "".join(text.split())


def test_a_scan_gives_the_characters_of_what_was_printed(
    read: SourceDocument, printed: bytes
) -> None:
    true = bare(decode_source(printed, "通知.pdf").text)
    distance = Levenshtein.distance(bare(read.text), true)
    assert distance <= 0.01 * len(true), f"{distance} of {len(true)} characters differ"


def test_a_scanned_notice_gives_its_zones_with_their_regions(
    read: SourceDocument, notice: ParsedPolicy
) -> None:
    parsed = parse_document(read)
    zones = [record for record in parsed.records if record.kind == "zone"]
    expected = [record for record in notice.records if record.kind == "zone"]
    assert len(zones) == 31
    assert [(z.n, z.region, z.status) for z in zones] == [
        (z.n, z.region, z.status) for z in expected
    ]
    policy = parsed.policy
    assert (policy.number, policy.date) == (notice.policy.number, notice.policy.date)
    assert policy.ocr is not None and 0.95 < policy.ocr.confidence <= 1
    assert policy.ocr.engine.startswith("rapidocr") and policy.ocr.pages > 1
    assert notice.policy.ocr is None


@pytest.mark.usefixtures("without_worker")
def test_finished_pages_are_not_read_again(read: SourceDocument, scan: bytes, store: Path) -> None:
    again = decode_source(scan, "另一个名字.pdf", scans=Scans(store))
    assert (again.text, again.tables, again.ocr) == (read.text, read.tables, read.ocr)


def test_a_stopped_run_goes_on_where_it_ended(
    scan: bytes, read: SourceDocument, store: Path
) -> None:
    folder = next(store.iterdir())
    last = max(folder.iterdir(), key=lambda path: int(path.stem))
    kept = last.read_bytes()
    last.write_bytes(kept[:-10])  # as a crash leaves it
    with pytest.raises(ScanStopped, match=f"完成的 {len(list(folder.iterdir())) - 1} 页已保存"):
        decode_source(scan, "扫描.pdf", scans=Scans(store, stopped=lambda: True))
    steps: list[tuple[int, int]] = []

    def follow(message: str, done: int, total: int) -> None:
        assert "识别文字" in message
        steps.append((done, total))

    whole = decode_source(scan, "扫描.pdf", PATIENT, Scans(store, follow))
    pages = len(list(folder.iterdir()))
    assert steps == [(pages - 1, pages), (pages, pages)]
    assert whole.text == read.text and last.read_bytes() == kept


def test_lines_beyond_those_named_are_counted_with_their_pages() -> None:
    line = ReadLine("经费", 0.7, 0, 80, 20, 40, (20.0, 60.0))
    pages = {n: PageReading("stub", 100, 100, 0.36, (line,) * 10, ()) for n in range(1, 6)}
    *named, rest = [n.message for n in Recognised(pages, {}).notes() if n.code == "ocr-unsure"]
    assert len(named) == 30 and all("把握不大（0.70）：经费" in message for message in named)
    assert rest == "识别把握不大的还有20行，在第4、5页"


def test_pictures_of_several_pages_and_modes_are_read(printed: bytes) -> None:
    first, *_ = pictures_of(printed, askew=0)
    line = first.crop((0, 0, first.width, first.height // 8))
    upside_down = line.rotate(180)
    tiff = encoded(line.convert("RGB"), "TIFF", upside_down.convert("RGB"))
    read = decode_source(tiff, "扫描.tif", PATIENT)
    words = "关于同意将北京市石景山区等单位确认为全国社区治理和服务创新实验区的批复"
    assert bare(read.text).count(words) == 2
    assert read.extension == ".tif" and read.ocr is not None and read.ocr.pages == 2


def test_a_picture_of_a_page_is_grey_on_white() -> None:
    picture = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    ImageDraw.Draw(picture).rectangle((100, 50, 199, 149), fill=(0, 0, 0, 255))
    drawn, points = page_picture(encoded(picture, "PNG"), "图.png", 1)
    assert (drawn.mode, drawn.size) == ("L", (300, 200)) and points > 0
    assert drawn.getpixel((10, 10)) == 255 and drawn.getpixel((150, 100)) == 0
    huge = page_picture(encoded(Image.new("1", (9000, 9000)), "PNG"), "图.png", 1)[0]
    assert huge.width * huge.height <= 5_500_000


def ofd_scan(picture: bytes, file: str) -> bytes:
    """An OFD file whose page is nothing but a picture, from 50, 100 mm and 20 by 40 mm large."""
    drawn = '<ofd:ImageObject ID="4" ResourceID="8" Boundary="50 100 20 40" CTM="20 0 0 40 0 0"/>'
    resources = (
        '<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016" BaseLoc="Res"><ofd:MultiMedias>'
        f'<ofd:MultiMedia ID="8" Type="Image"><ofd:MediaFile>{file}</ofd:MediaFile>'
        "</ofd:MultiMedia></ofd:MultiMedias></ofd:Res>"
    )
    parts = document([page(drawn)], "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>")
    return package({**parts, "DocumentRes.xml": resources, f"Res/{file}": picture})


SQUARE = Image.new("L", (10, 10), 0)


@pytest.mark.parametrize(
    ("picture", "file"),
    [
        (encoded(SQUARE, "PNG"), "a.png"),
        (as_jbig2(SQUARE), "a.jb2"),
        (as_jbig2(SQUARE, random=True), "a.jb2"),
    ],
)
def test_pictures_of_an_ofd_page_stand_where_the_page_has_them(picture: bytes, file: str) -> None:
    drawn, points = page_picture(ofd_scan(picture, file), "扫描.ofd", 1)
    pixels = 72 / 25.4 / points  # a millimetre

    def shade(x: float, y: float) -> object:
        return drawn.getpixel((round(x * pixels), round(y * pixels)))

    assert [shade(60, 120), shade(52, 102), shade(68, 138)] == [0, 0, 0]
    assert [shade(45, 120), shade(75, 120), shade(60, 95), shade(60, 145)] == [255] * 4


def test_what_jbig2_draws_is_what_was_coded_and_a_broken_one_is_named() -> None:
    picture = Image.new("L", (301, 203), 255)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((20, 30, 250, 180), fill=0)
    draw.line((0, 0, 300, 202), fill=255, width=5)
    whole = as_jbig2(picture)
    assert decode(whole, "a.jb2", Limits()).tobytes() == picture.tobytes()
    for broken in (whole[:40], whole[:-30], whole[:13], whole[:13] + bytes(40)):
        with pytest.raises(SourceError, match=r"JBIG2.*已损坏"):
            decode(broken, "a.jb2", Limits())
    with pytest.raises(SourceError, match="太大"):
        decode(whole, "a.jb2", Limits(pixels=1000))


#: A page each.
SENTENCES = [
    "健全组织。",
    "完善制度，分级负责。",
    "开展协商。",
    "培育社会组织。",
    "引导居民参与。",
    "落实经费。",
    "加强培训。",
    "推广先进经验。",
    "及时报告进展。",
    "做好宣传。",
    "严格检查验收。",
    "表彰先进。",
]


class _Pages:
    """A worker that reads any page at once, but for the seventh; it keeps what it was asked."""

    asked: ClassVar[list[int]] = []

    def __init__(self, *given: object) -> None:
        del given

    def __enter__(self) -> _Pages:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def read(self, number: int) -> PageReading:
        self.asked.append(number)
        if number == 7:
            raise PageFailed("超过 120 秒")
        score = 0.75 if number in (2, 9) else 0.99
        text = SENTENCES[number - 1]
        centres = tuple(100.0 + 40 * at for at in range(len(text)))
        line = ReadLine(text, score, 80, centres[-1] + 20, 100, 40, centres)
        return PageReading("stub", 1654, 2339, 0.36, (line,), ())


def test_a_long_scan_keeps_what_is_done_and_names_pages_and_lines_to_look_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recognition, "Worker", _Pages)
    monkeypatch.setattr(recognition, "is_installed", lambda: True)
    monkeypatch.setattr(_Pages, "asked", [])
    data = as_scanned_pdf([Image.new("L", (100, 100), 255)] * 12)
    with pytest.raises(ScanStopped, match="12 页中完成的 5 页已保存"):
        decode_source(
            data, "扫描.pdf", scans=Scans(tmp_path, stopped=lambda: _Pages.asked[4:] != [])
        )
    whole = decode_source(data, "扫描.pdf", scans=Scans(tmp_path))
    assert _Pages.asked == list(range(1, 13))
    assert [one in whole.text for one in SENTENCES] == [n != 7 for n in range(1, 13)]
    said = [note.message for note in whole.notes]
    assert any("第7页没有识别出来：超过 120 秒" in message for message in said)
    assert [m for m in said if "把握不大（" in m] == [
        f"第{n}页识别把握不大（0.75）：{SENTENCES[n - 1]}" for n in (2, 9)
    ]


@pytest.mark.usefixtures("without_worker")
def test_without_the_extra_the_command_that_installs_it_is_named(
    scan: bytes, notice: ParsedPolicy, browser: Browser
) -> None:
    for data, name in (
        (scan, "扫描.pdf"),
        (encoded(Image.new("L", (50, 50)), "PNG"), "扫描.png"),
        (encoded(Image.new("L", (50, 50)), "JPEG"), "扫描.jpg"),
    ):
        assert INSTALL in refusal(data, name).hint
    picture = "<svg width=300 height=300><rect width=300 height=300 fill=gray /></svg>"
    mixed = f"<p>正文</p><div style='break-before: page'>{picture}</div>"
    read = decode_source(as_pdf(browser, mixed), "通知.pdf")
    assert "正文" in read.text and read.ocr is None
    assert any(INSTALL in note.message for note in read.notes)


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size, with next to nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_pictures_too_large_or_broken_are_refused() -> None:
    assert "太大" in refusal(png_of(20_000, 20_000), "扫描.png").message
    assert "太大" in refusal(png_of(12_000, 12_000), "扫描.png").message
    assert "已损坏" in refusal(png_of(200, 200)[:30], "扫描.png").message
    pages = as_scanned_pdf([Image.new("L", (100, 100), 255)] * 3)
    assert "超过 2 页" in refusal(pages, "扫描.pdf", Limits(scanned_pages=2)).message


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(page_seconds=0.05), "超过 0.05 秒"),
        pytest.param(
            Limits(page_memory=100_000_000),
            "",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="bounded on Linux alone"),
        ),
    ],
)
def test_a_page_that_asks_too_much_is_given_up(scan: bytes, limits: Limits, said: str) -> None:
    error = refusal(scan, "扫描.pdf", limits)
    assert "没有成功" in error.message and said in error.message
