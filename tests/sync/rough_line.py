"""A line that fails as it is told: each request that passes takes the next fault of a list, and is counted.

Between one station and the real server; as thin as it can be, because thousands of histories run through it.
"""

import http.client
import socket
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from urllib.parse import urlsplit

FAULTS = (
    "unsent",  # the request never reaches the server
    "unheard",  # the server has done it, its answer is lost
    "twice",  # the server gets it twice
    "error",  # a 500 in the server's place
    "error after",  # the server has done it, a 500 comes back
    "busy",  # a 503 that asks to come back later
    "cut",  # the connection ends in the middle of the answer
    "short",  # half an answer whose length is right
    "garbled",  # some bytes of the list that it carries are others
    "portal",  # a page of HTML with status 200
    "stale",  # the answer to an earlier request of the same words
)
SOUND = "sound"
_PAGE = b"<html><body>Wi-Fi</body></html>"
_KEPT = ("content-type", "content-encoding", "retry-after")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def raw(self, body: bytes | None = None, *, length: int | None = None) -> bytes:
        """As it goes over the wire; `body`, `length`: other ones than its own."""
        sent = self.body if body is None else body
        told = len(sent) if length is None else length
        lines = [f"HTTP/1.1 {self.status} -", f"Content-Length: {told}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items() if name.lower() in _KEPT]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + sent


class RoughLine:
    """`faults`: what becomes of the next requests, one each; when they are used up, the line is sound."""

    def __init__(self, target: str) -> None:
        self.faults: deque[str] = deque()
        self.fired: Counter[str] = Counter()
        self._target = urlsplit(target).netloc
        self._old: dict[tuple[str, str, str], Answer] = {}
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=20)
        self._sockets: list[socket.socket] = []
        self._threads = [Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        for one in (self._listener, *self._sockets):
            with_shutdown(one)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                one, _ = self._listener.accept()
            except OSError:
                return
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets.append(one)
            self._threads.append(Thread(target=self._serve, args=(one,), daemon=True))
            self._threads[-1].start()

    def _serve(self, one: socket.socket) -> None:
        server = http.client.HTTPConnection(self._target)
        try:
            with one, one.makefile("rb") as read:
                while (request := _request(read)) and (sent := self._answer(server, *request)):
                    one.sendall(sent[0])
                    if sent[1]:
                        return
        except (OSError, http.client.HTTPException):
            pass  # either end has gone: the other one sees that its connection is over
        finally:
            server.close()

    def _answer(
        self, server: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[bytes, bool] | None:
        """What the station gets, and whether the connection ends with it; None: nothing at all."""
        fault = self.faults.popleft() if self.faults else SOUND
        name = (method, path, headers.get("authorization", ""))
        if fault == "stale" and name not in self._old:
            fault = SOUND
        if fault != SOUND:
            self.fired[fault] += 1
        if fault == "unsent":
            return None
        if fault in ("error", "busy", "portal", "stale"):
            return self._instead(fault, name).raw(), False
        for _ in range(2 if fault == "twice" else 1):
            answer = _ask(server, method, path, headers, body)
        self._old.setdefault(name, answer)
        return _spoilt(fault, answer)

    def _instead(self, fault: str, name: tuple[str, str, str]) -> Answer:
        if fault == "stale":
            return self._old[name]
        html = {"Content-Type": "text/html"}
        if fault == "busy":
            return Answer(503, {**html, "Retry-After": "1"}, b"")
        return Answer(200 if fault == "portal" else 500, html, _PAGE)


def _request(read: object) -> tuple[str, str, dict[str, str], bytes] | None:
    line = read.readline().decode("latin-1").split()  # type: ignore[attr-defined]
    if len(line) < 2:
        return None
    headers = {}
    while words := read.readline().decode("latin-1").strip():  # type: ignore[attr-defined]
        key, _, value = words.partition(":")
        headers[key.lower()] = value.strip()
    return line[0], line[1], headers, read.read(int(headers.get("content-length", 0)))  # type: ignore[attr-defined]


def _ask(server: http.client.HTTPConnection, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
    told = {key: value for key, value in headers.items() if key in ("authorization", "content-type", "accept-encoding")}
    server.request(method, path, body or None, told)
    answer = server.getresponse()
    return Answer(answer.status, dict(answer.getheaders()), answer.read())


def _spoilt(fault: str, answer: Answer) -> tuple[bytes, bool] | None:
    """An answer of the server as it arrives."""
    half = answer.body[: len(answer.body) // 2]
    if fault == "unheard":
        return None
    if fault == "error after":
        return Answer(500, {"Content-Type": "text/html"}, _PAGE).raw(), False
    if fault == "cut":
        return answer.raw(half, length=len(answer.body)), True
    if fault == "short":
        return answer.raw(half), False
    if fault == "garbled":
        return answer.raw(_garbled(answer.body)), False
    return answer.raw(), False


def _garbled(body: bytes) -> bytes:
    """Other letters near its end, where the list is that its hash is of; of a packed one, other bytes."""
    return body[:-6] + bytes(byte ^ 1 for byte in body[-6:-3]) + body[-3:]


def with_shutdown(one: socket.socket) -> None:
    """End a socket, also for whoever waits on it in another thread."""
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


@contextmanager
def rough_line(target: str) -> Iterator[RoughLine]:
    line = RoughLine(target)
    try:
        yield line
    finally:
        line.close()
