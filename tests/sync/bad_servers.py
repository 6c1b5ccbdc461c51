"""Servers that go wrong in every way that a raw socket can: each answers with bytes made by the test."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sync.contract import PRODUCT, seal_of

FEED = "11111111-1111-1111-1111-111111111111"
Answer = Callable[[str, bytes], bytes | Iterator[bytes]]
"""Of method and path, and of the request's body: the whole answer as it goes over the wire, or its pieces."""


def changes(items: list[Any], **more: Any) -> dict[str, Any]:
    """A sound answer to CHANGES."""
    return {
        "product": PRODUCT, "feed": FEED, "server_time": "2026-11-23T00:00:00Z", "sight": "s",
        "next": 5, "more": False, "count": len(items), "sha256": seal_of(dumped(items)), **more, "changes": items,
    }  # fmt: skip


def change(ident: str = "r1", **more: Any) -> dict[str, Any]:
    return {
        "seq": 5, "module": "reports", "id": ident, "version": 1, "deleted": False,
        "data": {"text": "Яма", "status": "new"}, "by": "ivanov", "at": "2026-11-23T00:00:00Z", **more,
    }  # fmt: skip


def dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def http(
    body: bytes, status: str = "200 OK", *, length: int | None = -1, kind: str = "application/json", **headers: str
) -> bytes:
    """A whole answer; `length` -1: the true one, None: none said (the end of the connection ends it)."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if length is not None:
        lines.append(f"Content-Length: {len(body) if length < 0 else length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def chunked(body: bytes, *, whole: bool) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + f"{len(body):x}\r\n".encode() + (body + b"\r\n0\r\n\r\n" if whole else body[: len(body) // 2])


def packed(value: Any) -> bytes:
    return gzip.compress(dumped(value))


class BadServer:
    """Answers every request by `answer`; `asked` are the requests, `fired` how many were answered."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.heads: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                try:
                    self._serve(connection)
                except OSError:
                    continue  # the client has had enough

    def _serve(self, connection: socket.socket) -> None:
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        size = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
        while len(body) < size:
            body += connection.recv(65536)
        words = head.decode("latin-1")
        self.asked.append(words.split(" HTTP/")[0])
        self.heads.append(words)
        answer = self.answer(self.asked[-1], body)
        if isinstance(answer, bytes):
            connection.sendall(answer)
        else:
            for piece in answer:
                connection.sendall(piece)


@contextmanager
def bad_server(answer: bytes | Answer) -> Iterator[BadServer]:
    server = BadServer(answer if callable(answer) else lambda *_: answer)
    try:
        yield server
    finally:
        server.close()


def trickle(answer: bytes, pause: float = 0.05) -> Iterator[bytes]:
    """A byte at a time, for ever long."""
    for number in range(len(answer)):
        time.sleep(pause)  # the fault itself: a line that trickles
        yield answer[number : number + 1]
