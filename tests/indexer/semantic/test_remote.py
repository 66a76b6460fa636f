"""Asking an address for vectors, over a real connection to a small server in this process."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from indexer.semantic.configuration import KEY_VARIABLE, configuration
from indexer.semantic.encoder import SemanticError
from indexer.semantic.remote import BATCH, RemoteEncoder, RemoteSettings
from tests.support.encoders import DIMENSION, CharacterEncoder


class _Http(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Who asked is gone, as those do who wait no longer."""


class Server:
    """Answers as servers of embeddings do, or as they do on a bad day."""

    def __init__(self) -> None:
        self.model = CharacterEncoder()
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.mood = ""
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.requests.append(json.loads(body))
                server.headers.append(dict(self.headers))
                status, text, more = server.answer(self.path)
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *about: object) -> None:
                """Nothing is printed."""

        self._http = _Http(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, path: str) -> tuple[int, bytes, dict[str, str]]:
        texts = self.requests[-1]["input"]
        if path != "/v1/embeddings":
            return 404, b"", {}
        if self.mood == "busy once" and len(self.requests) == 1:
            return 503, b"", {}
        if self.mood == "refuses":
            return 401, b'{"error": {"message": "no key"}}', {}
        if self.mood == "page":
            return 200, "<html>出错了</html>".encode(), {}
        if self.mood == "moved":
            return 307, b"", {"Location": "http://127.0.0.1:9/v1/embeddings"}
        if self.mood == "slow":
            time.sleep(0.3)
        rows = self.model.passages(texts)[:, : 8 if self.mood == "short" else None]
        data = [{"index": at, "embedding": row.tolist()} for at, row in enumerate(rows)]
        if self.mood == "fewer":
            data = data[1:]
        if self.mood == "not numbers":
            data[0]["embedding"] = ["a"] * DIMENSION
        return 200, json.dumps({"data": data[::-1]}).encode(), {}

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def encoder(server: Server, **chosen: Any) -> RemoteEncoder:
    return RemoteEncoder(RemoteSettings(server.address, "some-model", **chosen))


def test_texts_go_out_in_batches_and_come_back_in_order(server: Server) -> None:
    texts = [f"第{number}条" for number in range(BATCH + 5)]
    rows = encoder(server, key="secret", passage_prefix="passage: ").passages(texts)
    assert [len(each["input"]) for each in server.requests] == [BATCH, 5]
    assert server.requests[0]["input"][0] == "passage: 第0条"
    assert server.requests[0]["model"] == "some-model"
    assert server.headers[0]["Authorization"] == "Bearer secret"
    expected = server.model.passages([f"passage: {each}" for each in texts])
    np.testing.assert_allclose(rows, expected, atol=1e-6)
    query = encoder(server, query_prefix="query: ").query("第3条")
    np.testing.assert_allclose(query, server.model.query("query: 第3条"), atol=1e-6)


def test_what_passes_by_itself_is_tried_again(server: Server) -> None:
    server.mood = "busy once"
    assert encoder(server).passages(["社区"]).shape == (1, DIMENSION)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("mood", "said"),
    [
        ("refuses", "401"),
        ("page", "不是向量"),
        ("moved", "307"),
        ("fewer", "个数"),
        ("not numbers", "不是向量"),
        ("short", "8 维"),
        ("slow", "没有及时回答"),
    ],
)
def test_a_server_on_a_bad_day_gives_a_clear_error(server: Server, mood: str, said: str) -> None:
    server.mood = mood
    patience = 0.1 if mood == "slow" else 30.0
    asked = encoder(server, dimension=DIMENSION, query_timeout=patience)
    with pytest.raises(SemanticError) as caught:
        asked.query("社区食堂")
    assert said in caught.value.message
    assert server.address in caught.value.message
    assert caught.value.hint


def test_who_waits_for_texts_waits_no_longer_than_for_a_query(server: Server) -> None:
    server.mood = "slow"
    asked = encoder(server, query_timeout=0.1)
    with pytest.raises(SemanticError, match="没有及时回答"):
        asked.passages(["社区食堂"], awaited=True)
    assert len(server.requests) == 1
    assert asked.passages(["社区食堂"]).shape == (1, DIMENSION)


def test_nobody_listens(server: Server) -> None:
    server.close()
    with pytest.raises(SemanticError, match="连接"):
        encoder(server, retries=0).query("社区")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('address = "127.0.0.1:8080"\nmodel = "m"', "地址"),
        ('address = "ftp://x/"\nmodel = "m"', "地址"),
        ('address = "http://a:b@x/"\nmodel = "m"', "地址"),
        ('address = "http://127.0.0.1/v1"', "model"),
        ('adress = "http://127.0.0.1/v1"', "adress"),
        ("timeout = true", "timeout"),
        ("model = ", "写法"),
    ],
)
def test_settings_that_are_wrong_say_what(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "semantic.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SemanticError, match=said):
        configuration(tmp_path)


def test_settings_choose_the_address(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "semantic.toml"
    file.write_text(f'address = "{server.address}"\nmodel = "m"\n', encoding="utf-8")
    monkeypatch.setenv(KEY_VARIABLE, "k")
    chosen = configuration(tmp_path)
    assert chosen is not None
    assert chosen.place == server.address
    assert chosen.load().query("社区").shape == (DIMENSION,)
    assert server.headers[0]["Authorization"] == "Bearer k"
    file.write_text("enabled = false", encoding="utf-8")
    assert configuration(tmp_path) is None
