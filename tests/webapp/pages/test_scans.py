"""Recognised text is marked on every face, with the picture of its page beside it."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from corpus.formats.ocr.readings import PageReading, PageStore, ReadLine
from corpus.library.source_files import scans_folder
from indexer.exports.registry import FORMATS
from indexer.versions.ingest import add_paths, examine_paths
from webapp import create_app
from webapp.settings import Settings

TITLE = "某市民政局关于开展老街坊议事的通知"
LINES = (
    TITLE,
    "某民函〔2020〕7号",
    "各区民政局应当建立老街坊议事厅。",
    "某市民政局",
    "2020年5月6日",
)
SURE = (0.99, 0.98, 0.70, 0.97, 0.99)


def reading() -> PageReading:
    lines = tuple(
        ReadLine(
            text, score, 100, 100 + 40 * len(text), 200 + 100 * at, 44,
            tuple(120 + 40 * n for n in range(len(text))),
        )
        for at, (text, score) in enumerate(zip(LINES, SURE, strict=True))
    )  # fmt: skip
    return PageReading("rapidocr", 1654, 2339, 0.36, lines, ())


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a scan whose page was recognised before it is added."""
    home = tmp_path_factory.mktemp("scanned")
    picture = io.BytesIO()
    Image.new("L", (1654, 2339), 255).save(picture, "PNG")
    file = tmp_path_factory.mktemp("given") / "扫描.png"
    file.write_bytes(picture.getvalue())
    sha256 = hashlib.sha256(picture.getvalue()).hexdigest()
    PageStore(scans_folder(home / "library"), sha256).put(1, reading())
    assert len(list(examine_paths(home, [file]))) == 1
    assert not (home / "library" / "library.json").exists()
    intake = add_paths(home, [file])
    assert len(intake.added) == 1 and not intake.refused
    return home


@pytest.fixture(scope="module")
def client(scanned: Path) -> FlaskClient:
    return create_app(Settings(home=scanned)).test_client()


def policy_of(client: FlaskClient) -> dict[str, object]:
    found = client.get("/api/search?q=老街坊议事厅").get_json()
    return found["hits"][0]["policy"]


def test_the_api_says_how_sure_a_record_is(client: FlaskClient) -> None:
    policy = policy_of(client)
    ocr = policy["ocr"]
    assert isinstance(ocr, dict)
    assert 0.85 < ocr["confidence"] < 0.95 and ocr["low_lines"] == 1 and ocr["pages"] == 1
    assert client.get(f"/api/policies/{policy['id']}").get_json()["ocr"] == ocr
    bundled = client.get("/api/search?q=石景山区").get_json()["hits"][0]["policy"]
    assert bundled["ocr"] is None


def test_pages_mark_recognised_text_and_open_its_picture(client: FlaskClient) -> None:
    search = client.get("/?q=老街坊议事厅").text
    assert "识别文字 0." in search
    hit = client.get("/api/search?q=老街坊议事厅").get_json()["hits"][0]
    own = hit["policy"]["id"]
    for address in (f"/record/{hit['id']}", f"/policy/{own}"):
        page = client.get(address)
        assert page.status_code == 200
        assert "识别文字 0." in page.text and "/page/1.png" in page.text
    assert "各区民政局应当建立老街坊议事厅" in client.get(f"/policy/{own}").text
    assert "把握不大（0.70）" in client.get(f"/policy/{own}").text
    image = client.get(f"/source/{own}/page/1.png")
    assert image.status_code == 200 and image.mimetype == "image/png"
    assert Image.open(io.BytesIO(image.data)).size == (1654, 2339)
    assert "识别文字" not in client.get("/policy/民函〔2019〕41号").text


@pytest.mark.parametrize(
    ("policy_id", "page"), [("", 2), ("", 0), ("民函〔2019〕41号", 1), ("无", 1)]
)
def test_a_picture_that_is_not_there_is_not_found(
    client: FlaskClient, policy_id: str, page: int
) -> None:
    answer = client.get(f"/source/{policy_id or policy_of(client)['id']}/page/{page}.png")
    assert answer.status_code == 404
    assert "没有" in answer.text


def test_the_original_file_is_still_there(client: FlaskClient) -> None:
    answer = client.get(f"/source/{policy_of(client)['id']}")
    assert answer.status_code == 200 and answer.data.startswith(b"\x89PNG")
    answer.close()


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_export_says_that_text_was_recognised(client: FlaskClient, form: str) -> None:
    answer = client.get(f"/export/{form}?q=老街坊议事厅")
    assert answer.status_code == 200
    if form in ("json", "jsonl"):
        assert '"confidence": 0.' in answer.text
    elif form in ("csv", "md", "bib", "ris", "txt"):
        assert "识别文字" in answer.text
    else:
        assert answer.data.startswith(b"PK")


def test_bibliographies_say_it_in_a_note(client: FlaskClient) -> None:
    record = client.get("/api/search?q=老街坊议事厅").get_json()["hits"][0]["id"]
    page = client.get(f"/record/{record}").text
    assert "识别文字，平均置信度 0." in page
