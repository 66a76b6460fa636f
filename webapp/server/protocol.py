"""HTTP/1.1 as our addresses need it: they are long, and they are Chinese.

The address is the state of a search, and a Chinese character takes nine bytes
of it, so requests may be longer than servers commonly allow.  An address with
Chinese letters as they are (curl sends it so) is read as if it had been
percent-encoded.  What is too long or no request at all is answered in the shape of
all other failures; the connection stays open for a moment after that, since
closing it on bytes that are still unread would take the answer back.
"""

from __future__ import annotations

import re
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from webapp.errors import Failure
from webapp.web.outside import render

#: Bytes of a request line with its headers.
MAX_HEAD = 1024 * 1024
#: Seconds that a refused client has to read why.
LINGER_SECONDS = 2.0
_RAW = re.compile(rb"[\x80-\xff]")


class Protocol(H11Protocol):
    """One connection."""

    _refused = False

    def data_received(self, data: bytes) -> None:
        """Takes what the client sent; nothing more from one that was refused."""
        if not self._refused:
            super().data_received(self._encoded(data))

    def send_400_response(self, msg: str) -> None:
        """Tells that this is no request that can be read, and hangs up."""
        self._refused = True
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()  # in the midst of another answer
            return
        if self.cycle is not None:
            self.cycle.disconnected = True
        received = self.conn.trailing_data[0]
        failure = _failure(received)
        path = received[:200].partition(b"?")[0].decode("latin-1")
        headers, body = render(failure, path)
        reason = HTTPStatus(failure.status).phrase
        for event in (
            h11.Response(
                status_code=failure.status,
                headers=[*headers, ("Connection", "close")],
                reason=reason,
            ),
            h11.Data(data=body),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _encoded(self, data: bytes) -> bytes:
        """The data, percent-encoded as far as it belongs to a request line."""
        if self.conn.their_state is not h11.IDLE or b"\n" in self.conn.trailing_data[0]:
            return data
        line, end, rest = data.partition(b"\n")
        return _RAW.sub(lambda byte: b"%%%02X" % byte[0][0], line) + end + rest


def _failure(received: bytes) -> Failure:
    if len(received) <= MAX_HEAD:
        return Failure(400, "bad_request", "这不是可以读懂的 HTTP 请求", "请检查地址和请求头")
    if b"\n" in received:
        return Failure(431, "headers_too_large", "请求头太大", "请清除这个网站的 Cookie 后重试")
    return Failure(414, "address_too_long", "地址太长", "请缩短检索式，或少选一些条件")
