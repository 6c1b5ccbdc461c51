"""A narrow line between a station and the real server: so many bytes a second upwards, cut when the test says so."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

PIECE = 16 * 1024


class NarrowLine:
    """Passes bytes both ways. `rate`: bytes a second upwards, over all connections. `cut_after`: a connection is reset
    when so many bytes have gone up it; 0: never. `sent` counts what went up, `cuts` how often the fault has struck.
    """

    def __init__(self, target: str, rate: float = 1e12, cut_after: int = 0) -> None:
        place = urlsplit(target)
        self._target = (place.hostname or "", place.port or 80)
        self.rate, self.cut_after = rate, cut_after
        self.sent, self.cuts = 0, 0
        self._turn = threading.Lock()
        self._free = time.monotonic()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _run(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
            except OSError:
                return
            self._open += [near, far]
            threading.Thread(target=self._up, args=(near, far), daemon=True).start()
            threading.Thread(target=self._down, args=(far, near), daemon=True).start()

    def _up(self, near: socket.socket, far: socket.socket) -> None:
        passed = 0
        with suppress(OSError), near, far:
            while piece := near.recv(PIECE):
                self._wait(len(piece))
                passed += len(piece)
                if self.cut_after and passed > self.cut_after:
                    self.cuts += 1
                    break
                far.sendall(piece)
                self.sent += len(piece)
            for one in (near, far):
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def _wait(self, size: int) -> None:
        """The fault itself: the line takes its time, one connection after another."""
        with self._turn:
            self._free = max(self._free, time.monotonic()) + size / self.rate
            until = self._free
        time.sleep(max(0.0, until - time.monotonic()))

    def _down(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while piece := far.recv(65_536):
                near.sendall(piece)
            near.shutdown(socket.SHUT_WR)


@contextmanager
def narrow_line(target: str, rate: float = 1e12, cut_after: int = 0) -> Iterator[NarrowLine]:
    line = NarrowLine(target, rate, cut_after)
    try:
        yield line
    finally:
        line.close()
