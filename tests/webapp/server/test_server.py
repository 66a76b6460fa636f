"""The server as it is run: a process that listens, answers, and goes when told to."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from email.message import Message
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.program import process, refused
from tests.support.serving import served, serving
from webapp.errors import ServerError
from webapp.server import waiting
from webapp.server.protocol import MAX_HEAD
from webapp.server.server import Address, listen
from webapp.web.security import MAX_ADDRESS

posix = pytest.mark.skipif(os.name == "nt", reason="SIGTERM ends a process at once on Windows")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def test_answers_do_not_wait_for_the_acknowledgement_of_their_first_piece() -> None:
    """asyncio turns Nagle's algorithm off only for sockets that name their protocol."""
    with closing(listen("127.0.0.1", 0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def get(address: str, path: str) -> tuple[int, bytes]:
    match = re.fullmatch(r"http://(.+?:\d+)(/.*)?", address)
    assert match, address
    with closing(http.client.HTTPConnection(match[1], timeout=30)) as connection:
        connection.request("GET", (match[2] or "").rstrip("/") + path)
        response = connection.getresponse()
        return response.status, response.read()


@posix
def test_several_workers_finish_what_is_under_way_on_sigterm(home: Path) -> None:
    with serving(home, "--url-prefix", "/zs", "--workers", "2") as (process, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/zs/", address)
        status, body = get(address, "/healthz")
        assert (status, json.loads(body)["status"]) == (200, "ok")
        status, body = get(address, "/")
        assert status == 200
        assert b'href="/zs/' in body
        answers: list[int] = []
        started = threading.Barrier(9)

        def ask() -> None:
            started.wait()
            status, body = get(address, "/export/json")
            json.loads(body)
            answers.append(status)

        clients = [threading.Thread(target=ask) for _ in range(8)]
        for client in clients:
            client.start()
        # One connection is open, and its request sent, before the signal goes out.
        connection = http.client.HTTPConnection(address.split("/")[2], timeout=30)
        connection.request("GET", "/zs/export/xlsx")
        started.wait()
        for client in clients:
            client.join()
        process.send_signal(signal.SIGTERM)
        response = connection.getresponse()
        assert (response.status, response.read()[:2]) == (200, b"PK")
        connection.close()
        out, err = process.communicate(timeout=60)
        assert answers == [200] * 8
    assert (process.returncode, out, err) == (0, "", "")


def test_pages_records_and_exports_come_over_the_wire(home: Path) -> None:
    with served(home) as address:
        _, body = get(address, "/api/search?q=%E8%80%81%E8%A1%97%E5%9D%8A")
        assert json.loads(body)["hits"][0]["unit"] == "北京市石景山区"
        assert get(address, "/")[0] == 200
        zone = "%E6%B0%91%E5%87%BD%E3%80%942019%E3%80%9541%E5%8F%B7%2Fzone-1"
        assert json.loads(get(address, f"/api/records/{zone}")[1])["n"] == 1
        assert get(address, "/export/xlsx")[1][:2] == b"PK"


#: A server that has to build first, until a line comes in; its application takes its
#: time, and says so where applications log.
SLOW = """
import sys, time
from pathlib import Path
from webapp.server import server
from tests.support.program import process, refused
from tests.support.serving import served, serving
from webapp.server import waiting
from webapp.settings import Settings

def create_app(settings, progress):
    progress("建立索引", 1, 2)
    sys.stdin.readline()

    def app(environ, start_response):
        print("under way", file=environ["wsgi.errors"], flush=True)
        time.sleep(1)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"done"]
    return app

if __name__ == "__main__":
    server.create_app = create_app
    waiting.PATIENCE_SECONDS = 0.0
    listener = server.listen("127.0.0.1", 0)
    url = server.Address.of(listener).url()
    print(url, flush=True)
    busy = lambda: print("busy", flush=True)
    ready = lambda: print("ready", flush=True)
    server.serve(Settings(Path(".")), listener, workers=1, ready=ready, busy=busy)
"""


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_that_it_is_building_and_finishes_a_slow_request_before_it_ends(
    number: signal.Signals,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SLOW],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        address = process.stdout.readline().strip()
        assert process.stdout.readline() == "busy\n"
        status, headers, body = exchange(address, request("/api/search?q=a"))
        assert (status, headers["Retry-After"]) == (503, "5")
        failure = json.loads(body)["error"]
        assert failure["code"] == "index_building" and "建立索引 1 / 2" in failure["hint"]
        status, headers, body = exchange(address, request("/"))
        assert status == 503 and headers["Content-Type"].startswith("text/html")
        assert "索引正在重建" in body.decode() and b'http-equiv="refresh"' in body
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"
        connection = http.client.HTTPConnection(address.split("/")[2], timeout=30)
        connection.request("GET", "/")
        assert process.stderr.readline() == "under way\n"
        process.send_signal(number)
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"done")
        connection.close()
        assert process.communicate(timeout=60) == ("", "")
        assert process.returncode == 0


def test_a_long_start_is_answered_before_any_building_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "START_SECONDS", 0.0)
    told = threading.Event()
    with listen("127.0.0.1", 0) as listener, waiting.waiting(listener, told.set):
        assert told.wait(30)
        address = Address.of(listener).url()
        status, headers, body = exchange(address, request("/healthz"))
        assert (status, headers["Retry-After"]) == (503, "5")
        assert "正在启动" in json.loads(body)["error"]["hint"]
        plain = request("/")
        odd = [plain.replace(b"GET", method) for method in (b"PROPFIND", b"FOO", b"")]
        for sent in (*odd, request("http://[/"), request("/" + "a" * 70_000)):
            status, headers, body = exchange(address, sent)
            assert (status, headers["Retry-After"], headers["Server"]) == (503, "5", None)
            assert headers["X-Frame-Options"] == "DENY" and "索引正在重建" in body.decode()


def exchange(address: str, request: bytes) -> tuple[int, Message, bytes]:
    """Status, headers and body that answer bytes sent as they are, until the server hangs up."""
    host, _, port = address.split("/")[2].rpartition(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(request)
        with http.client.HTTPResponse(connection) as response:
            response.begin()
            return response.status, response.headers, response.read()


def request(target: str, encoding: str = "ascii") -> bytes:
    return f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode(encoding)


def test_long_and_odd_requests_get_a_proper_answer(home: Path) -> None:
    long = quote("治" * 10_000)
    with served(home) as address:
        status, body = get(address, f"/api/search?q={long}")
        found = json.loads(body)
        assert status == 200
        assert "too-long" in [warning["code"] for warning in found["warnings"]]

        # As curl sends what was typed.
        status, _, body = exchange(address, request("/api/search?q=三社联动", "utf-8"))
        assert (status, json.loads(body)["query"]) == (200, "三社联动")

        for length in (MAX_ADDRESS + 1, MAX_HEAD + 1, 4 * MAX_HEAD):
            status, headers, body = exchange(address, request("/api/search?q=" + "a" * length))
            assert status == 414
            assert json.loads(body)["error"]["code"] == "address_too_long"
            assert headers["X-Content-Type-Options"] == "nosniff"
        status, headers, body = exchange(address, request("/?q=" + "a" * 2 * MAX_HEAD))
        assert status == 414
        assert headers["Content-Type"].startswith("text/html")
        assert "地址太长" in body.decode("utf-8")

        status, headers, body = exchange(address, b"GET / HTTP/1.1\r\nno header\r\n\r\n")
        assert status == 400 and headers["Content-Security-Policy"]
        assert "HTTP 请求" in body.decode("utf-8")
        cookie = b"GET /api/ HTTP/1.1\r\nCookie: " + b"a" * MAX_HEAD
        assert exchange(address, cookie)[0] == 431
        assert answers(address)


def test_answers_do_not_name_the_server_software(home: Path) -> None:
    with served(home) as address:
        assert "Server" not in exchange(address, request("/"))[1]


@pytest.fixture
def unreadable(tmp_path: Path) -> Path:
    """A home whose catalogue is none."""
    catalogue = tmp_path / "library" / "library.json"
    catalogue.parent.mkdir()
    catalogue.write_text("{}", encoding="utf-8")
    return tmp_path


def test_a_server_that_cannot_open_its_index_says_why_in_one_line(unreadable: Path) -> None:
    said = refused(unreadable, "serve", "--port", "0", status=1)
    assert re.fullmatch(r"错误：.*library\.json.*\n", said)


@posix
def test_workers_that_cannot_open_the_index_say_why_in_one_line(unreadable: Path) -> None:
    done = process(unreadable, "serve", "--port", "0", "--workers", "2")
    assert (done.status, done.out) == (1, b"")
    assert re.fullmatch(r"错误：.*library\.json.*\n", done.said)


def test_a_port_in_use_is_one_line_with_a_way_out(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(home, "serve", "--port", str(port), status=1)
    assert re.fullmatch(rf"错误：端口 {port} 已被占用。.*--port.*\n", said)


def test_a_home_that_cannot_be_used_is_one_line_with_a_cause(tmp_path: Path) -> None:
    file = tmp_path / "文件"
    file.write_text("x", encoding="utf-8")
    said = refused(tmp_path, "serve", "--port", "0", "--home", str(file), status=1)
    assert re.fullmatch(r"错误：.+\n", said)
    assert str(file) in said


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc to find the workers")
def test_workers_are_replaced_when_they_die_and_do_not_outlive_their_parent(home: Path) -> None:
    with serving(home, "--workers", "2") as (process, address):
        first = workers_of(process.pid)
        assert len(first) == 2
        for worker in first:
            os.kill(worker, signal.SIGKILL)
        wait_until(lambda: answers(address), "no new worker")
        assert not workers_of(process.pid) & first

        process.kill()
        process.wait(timeout=60)
        port = int(address.rstrip("/").rpartition(":")[2])

        def is_free() -> bool:
            try:
                listen("127.0.0.1", port).close()
            except ServerError:
                return False
            return True

        wait_until(is_free, "the port is still held")


def workers_of(parent: int) -> set[int]:
    """The worker processes of a server (there is a resource tracker, too)."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text("utf-8").split()
    return {
        int(child)
        for child in children
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    }


def wait_until(condition: Callable[[], bool], failure: str) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, failure
        time.sleep(0.05)


def answers(address: str) -> bool:
    try:
        return get(address, "/healthz")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def test_port_zero_takes_a_free_port_and_holds_it() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = Address.of(listener).port
        assert port > 0
        with pytest.raises(ServerError, match=f"端口 {port} 已被占用"):
            listen("127.0.0.1", port)
    with listen("127.0.0.1", port) as listener:
        assert Address.of(listener) == Address("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "named"), [("no.such.host.invalid", "主机"), ("192.0.2.1", "地址")]
)
def test_a_host_that_is_not_ours_is_named(host: str, named: str) -> None:
    with pytest.raises(ServerError) as caught:
        listen(host, 0)
    assert host in caught.value.message
    assert named in caught.value.message


@pytest.mark.parametrize(
    ("ip", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/x/"),
        ("0.0.0.0", "http://127.0.0.1:8000/x/"),
        ("::1", "http://[::1]:8000/x/"),
        ("::", "http://[::1]:8000/x/"),
    ],
)
def test_the_address_is_one_that_a_browser_takes(ip: str, url: str) -> None:
    assert Address(ip, 8000).url("/x") == url
