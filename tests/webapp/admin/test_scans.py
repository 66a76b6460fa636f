"""The recognition of an uploaded scan can be stopped, and goes on where it ended."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient
from PIL import Image

from corpus.formats.ocr.readings import PageStore
from corpus.library.source_files import scans_folder
from tests.support.scans import encoded
from tests.webapp.admin.test_admin import csrf, finished, log_in
from tests.webapp.pages.test_scans import TITLE, reading
from webapp.admin.access.credentials import new_token


def test_a_stopped_recognition_is_said_and_gone_on_with(
    client: FlaskClient, own_home: Path
) -> None:
    log_in(client, new_token(own_home))
    page = Image.new("L", (1654, 2339), 255)
    # Compressed: Flask's test client leaves a large upload's temporary file open.
    data = encoded(page, "TIFF", page.copy(), page.copy(), compression="tiff_lzw")
    form = {
        "csrf_token": csrf(client, "/admin/upload"),
        "files": [(io.BytesIO(data), "扫描.tif")],
    }
    answer = client.post("/admin/upload", data=form, content_type="multipart/form-data")
    address = answer.location
    stop = client.post(f"{address}/stop", data={"csrf_token": csrf(client, address)})
    assert stop.status_code == 302
    shown = client.get(finished(client, address)).text
    assert "文字识别已停止，3 页中完成的" in shown and "再次识别时从没有完成的页接着做" in shown
    assert "再试一次" in shown

    store = PageStore(scans_folder(own_home / "library"), hashlib.sha256(data).hexdigest())
    store.put(1, reading())  # as if the run had come to its end
    for number in (2, 3):
        store.put(number, replace(reading(), lines=()))
    client.post(f"{address}/add", data={"csrf_token": csrf(client, address)})
    shown = client.get(finished(client, address)).text
    assert TITLE in shown and "3 页的文字由图像识别得到" in shown
    assert "把握不大（0.70）" in shown
    client.post(f"{address}/add", data={"csrf_token": csrf(client, address)})
    finished(client, address)
    assert client.get("/api/search?q=老街坊议事厅").get_json()["total"] >= 1
