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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from webapp.errors import ServerError
from webapp.server import Address, find_address

posix = pytest.mark.skipif(os.name == "nt", reason="SIGTERM ends a process at once on Windows")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@contextmanager
def serving(home: Path, *args: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server and the address that it printed."""
    command = [sys.executable, "-m", "webapp.cli", "serve", "--port", "0", "--home", str(home)]
    with subprocess.Popen(
        [*command, *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            address = process.stdout.readline().strip()
            assert address, process.stderr.read()
            yield process, address
        finally:
            process.terminate()
            process.wait(timeout=60)


def get(address: str, path: str) -> tuple[int, bytes]:
    match = re.fullmatch(r"http://(.+:\d+)(/.*)", address)
    assert match, address
    connection = http.client.HTTPConnection(match[1], timeout=30)
    connection.request("GET", match[2].rstrip("/") + path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


@posix
def test_it_prints_its_address_answers_and_ends_cleanly_on_sigterm(home: Path) -> None:
    with serving(home) as (process, address):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        status, body = get(address, "/healthz")
        assert (status, json.loads(body)["status"]) == (200, "ok")
        status, body = get(address, "/api/search?q=%E8%80%81%E8%A1%97%E5%9D%8A")
        assert json.loads(body)["hits"][0]["unit"] == "北京市石景山区"
        assert get(address, "/")[0] == 200
        zone = "%E6%B0%91%E5%87%BD%E3%80%942019%E3%80%9541%E5%8F%B7%2Fzone-1"
        assert json.loads(get(address, f"/api/records/{zone}")[1])["n"] == 1
        assert get(address, "/export/xlsx")[1][:2] == b"PK"
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")


@posix
def test_requests_under_way_are_finished_before_it_ends(home: Path) -> None:
    with serving(home) as (process, address):
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
        connection.request("GET", "/export/xlsx")
        started.wait()
        for client in clients:
            client.join()
        process.send_signal(signal.SIGTERM)
        response = connection.getresponse()
        assert (response.status, response.read()[:2]) == (200, b"PK")
        connection.close()
        assert process.wait(timeout=60) == 0
        assert answers == [200] * 8


@posix
def test_it_serves_under_a_prefix_with_several_workers(home: Path) -> None:
    with serving(home, "--url-prefix", "/zs", "--workers", "2") as (process, address):
        assert address.endswith("/zs/")
        assert get(address, "/healthz")[0] == 200
        status, body = get(address, "/")
        assert status == 200
        assert b'href="/zs/' in body
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_a_port_in_use_is_one_line_with_a_way_out(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "webapp.cli", "serve", "--port", str(port)]
        done = subprocess.run(
            [*command, "--home", str(home)],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(rf"错误：端口 {port} 已被占用。.*--port.*\n", done.stderr)


def test_a_home_that_cannot_be_used_is_one_line_with_a_cause(tmp_path: Path) -> None:
    file = tmp_path / "文件"
    file.write_text("x", encoding="utf-8")
    command = [sys.executable, "-m", "webapp.cli", "serve", "--port", "0", "--home", str(file)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"错误：.+\n", done.stderr)
    assert str(file) in done.stderr


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc to find the worker")
def test_a_worker_that_dies_is_replaced(home: Path) -> None:
    with serving(home) as (process, address):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        worker = next(
            int(child)
            for child in children.read_text("utf-8").split()
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
        )
        os.kill(worker, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while not answers(address):
            assert time.monotonic() < deadline, "no new worker within 30 s"
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def answers(address: str) -> bool:
    try:
        return get(address, "/healthz")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def test_port_zero_finds_a_free_port() -> None:
    address = find_address("127.0.0.1", 0)
    assert address.port > 0
    assert find_address("127.0.0.1", address.port) == address


@pytest.mark.parametrize(
    ("host", "named"), [("no.such.host.invalid", "主机"), ("192.0.2.1", "地址")]
)
def test_a_host_that_is_not_ours_is_named(host: str, named: str) -> None:
    with pytest.raises(ServerError) as caught:
        find_address(host, 0)
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
