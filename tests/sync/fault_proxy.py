"""Between a station and the real server: passes every call byte by byte, but for the faults of the test.

A fault is a function of one `Call`; `line_faults.py` has them. Faults are counted, and one that never fired fails its
test when the proxy closes: it would have proved nothing.
"""

import random
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

Predicate = Callable[[str, bytes], bool]
"""Of "METHOD PATH" and the request's body: whether this request is struck."""
PIECE = 64 * 1024
_RESET = struct.pack("ii", 1, 0)


class Call:
    """One request on its way; a fault decides what becomes of it. When the fault is over, its connection is closed."""

    def __init__(self, proxy: "FaultProxy", station: socket.socket, head: bytes, body: bytes) -> None:
        self._proxy, self._station, self.head, self.body = proxy, station, head, body
        self.path = head.split(b" HTTP/", 1)[0].decode()
        self.whole = False
        """The answer has gone to its end, and the connection may carry another call."""

    def ask(self, upto: int | None = None) -> bytes:
        """Put the request to the server; its answer as it came, after it has committed. `upto`: only so many bytes."""
        with self._asked(upto) as server:
            return _own(b"".join(iter(lambda: server.recv(PIECE), b"")))

    def relay(self) -> None:
        """Pass the request and, as it comes, the answer."""
        with self._asked(None) as server:
            answer = _own(_head(server))
            while answer:
                self.send(answer)
                self.whole = self.whole or b"content-length:" in answer.partition(b"\r\n\r\n")[0].lower()
                answer = server.recv(PIECE)

    def send(self, data: bytes) -> None:
        self._station.sendall(data)

    def reset(self) -> None:
        """RST: the station is told at once that there is no connection any more."""
        self._station.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def wait(self, seconds: float) -> None:
        """The fault itself: time that passes. Over at once when the test is over."""
        self._proxy.over.wait(seconds)

    def wait_until_left(self) -> None:
        """Say nothing until the station gives up."""
        while self._station.recv(PIECE):
            continue

    @contextmanager
    def _asked(self, upto: int | None) -> Iterator[socket.socket]:
        with self._proxy.known(socket.create_connection(self._proxy.server)) as server:
            server.sendall((self.head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) + self.body)[:upto])
            if upto is not None:
                server.shutdown(socket.SHUT_WR)
            yield server


Fault = Callable[[Call], None]


@dataclass
class Strike:
    """Which calls a fault strikes: `where` stands in "METHOD PATH", `holding` in the body; `skip` of them are spared,
    `times` are struck, each with the chance `share`."""

    fault: Fault
    where: str = ""
    holding: bytes = b""
    skip: int = 0
    times: int = 1_000_000
    share: float = 1.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    fired: int = 0

    def takes(self, call: Call) -> bool:
        if self.where not in call.path or self.holding not in call.body or self.fired >= self.times:
            return False
        if self.skip:
            self.skip -= 1
            return False
        return self.share == 1.0 or self.chance.random() < self.share


class FaultProxy:
    """`strike` arms a fault, `calm` ends all.

    For the plainest there are predicates: `before`: struck requests get a 500 and never reach the server; `after`: they
    do, and their answer is lost. `busy`: a Retry-After: all get a 503.
    """

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        self.server = (address.hostname, address.port)
        self.busy = ""
        self.fired = 0
        self.passed: list[str] = []
        self.over = Event()
        self._never: Predicate = lambda path, body: False
        self.before = self.after = self._never
        self._plain = False
        self.strikes: list[Strike] = []
        self._old: list[Strike] = []
        self._guard = Lock()
        self._sockets: set[socket.socket] = set()
        self._frozen: set[socket.socket] = set()
        self._threads: list[Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self._accepting = Thread(target=self._accept)
        self._accepting.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def strike(self, fault: Fault, where: str = "", **which: object) -> Strike:
        made = Strike(fault, where, **which)  # type: ignore[arg-type]
        self.strikes.append(made)
        return made

    def calm(self) -> None:
        """The line is well from now on."""
        self._plain = self._armed()
        self.before = self.after = self._never
        self.busy = ""
        self._old += self.strikes
        self.strikes = []

    def freeze(self) -> None:
        """Every connection that is there goes dead without a word, as after a change of network; new ones are well."""
        with self._guard:
            self._frozen |= self._sockets
        assert self._frozen, "there was no connection to freeze"
        self.fired += 1

    def unfired(self) -> list[str]:
        """Faults that were armed in vain."""
        plain = ["before, after or busy"] if self._armed() and not self.fired else []
        return plain + [f"{one.fault!r} on {one.where or 'any'}" for one in self._old + self.strikes if not one.fired]

    def _armed(self) -> bool:
        return self._plain or self.before is not self._never or self.after is not self._never or self.busy != ""

    def close(self) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join()
        with self._guard:
            for one in self._sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(10)

    @contextmanager
    def known(self, one: socket.socket) -> Iterator[socket.socket]:
        """A socket that ends with the proxy."""
        with self._guard:
            self._sockets.add(one)
        try:
            with one:
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                yield one
        finally:
            with self._guard:
                self._sockets.discard(one)

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                station, _ = self._listener.accept()
            except OSError:
                return
            self._threads.append(Thread(target=self._serve, args=[station], daemon=True))
            self._threads[-1].start()

    def _serve(self, station: socket.socket) -> None:
        with suppress(OSError), self.known(station):  # a station that has had enough, or the end
            while head := _head(station):
                call = Call(self, station, head, _body(station, head))
                if station in self._frozen:
                    call.wait_until_left()
                    return
                self._pass(call)
                if not call.whole:
                    return

    def _pass(self, call: Call) -> None:
        struck = self._struck(call)
        if struck is not None:
            struck(call)
            return
        if self.after is self._never or "/events" in call.path:
            self.passed.append(call.path)
            call.relay()
            return
        answer = call.ask()
        self.passed.append(call.path)
        if self.after(call.path, call.body):
            self.fired += 1
        else:
            call.send(answer)

    def _struck(self, call: Call) -> Fault | None:
        with self._guard:
            found = next((one for one in self.strikes if one.takes(call)), None)
            if found is not None:
                found.fired += 1
                self.fired += 1
                return found.fault
        if self.busy or self.before(call.path, call.body):
            self.fired += 1
            status = f"503 Busy\r\nRetry-After: {self.busy}" if self.busy else "500 Internal Server Error"
            return lambda call: call.send(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
        return None


def _head(one: socket.socket) -> bytes:
    """The head of a message, and not a byte more; empty at the connection's end."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        ahead = one.recv(PIECE, socket.MSG_PEEK)
        if not ahead:
            return b""
        end = (seen + ahead).find(b"\r\n\r\n")
        seen += one.recv(len(ahead) if end < 0 else end + 4 - len(seen))
    return seen


def _body(one: socket.socket, head: bytes) -> bytes:
    lines = head.lower().split(b"\r\n")
    size = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), 0)
    body = b""
    while len(body) < size and (more := one.recv(min(PIECE, size - len(body)))):
        body += more
    return body


def _own(answer: bytes) -> bytes:
    """Without the word that the server will close its own connection, which the station's is not."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    return b"\r\n".join(one for one in head.split(b"\r\n") if not one.lower().startswith(b"connection:")) + gap + body


@contextmanager
def fault_proxy(target: str) -> Iterator[FaultProxy]:
    proxy = FaultProxy(target)
    try:
        yield proxy
        assert not proxy.unfired(), f"the fault never fired: {proxy.unfired()}"
    finally:
        proxy.close()
