"""Deadlines of calls: a socket's own timeout begins anew with every byte, and a line may trickle for ever."""

import threading
import time
from collections.abc import Callable
from types import TracebackType


class Watch:
    """Keeps the deadlines of one client with one thread: to start one for each call took a quarter of a short call.

    The thread ends when it is woken by a deadline and no call is under way, or by `close`.
    """

    def __init__(self, cut: Callable[[], None]) -> None:
        """`cut` ends all calls under way, from the thread."""
        self._cut = cut
        self._turn = threading.Condition()
        self._running: list[Deadline] = []
        self._wakes = 0.0
        """When the thread looks next, if it runs."""
        self._thread: threading.Thread | None = None
        self._closed = False

    def begin(self, one: "Deadline") -> None:
        with self._turn:
            if self._closed:
                return
            self._running.append(one)
            if self._thread is None:
                self._thread = threading.Thread(target=self._keep, name="deadlines", daemon=True)
                self._wakes = one.until
                self._thread.start()
            elif one.until < self._wakes:
                self._turn.notify()

    def end(self, one: "Deadline") -> None:
        """The thread is let sleep on: it sees by itself that the call is over."""
        with self._turn:
            if one in self._running:
                self._running.remove(one)

    def close(self) -> None:
        """What is under way by now has no deadline any more, nor has what is begun later."""
        with self._turn:
            self._closed = True
            self._running.clear()
            self._turn.notify()

    def _keep(self) -> None:
        with self._turn:
            while self._running:
                self._end_late(time.monotonic())
                self._wakes = min((one.until for one in self._running), default=0.0)
                if self._running:
                    self._turn.wait(max(self._wakes - time.monotonic(), 0.0))
            self._thread = None

    def _end_late(self, now: float) -> None:
        late = [one for one in self._running if one.until <= now]
        for one in late:
            one.passed = True
            self._running.remove(one)
        if late:
            self._cut()


class Deadline:
    """While it is entered: the call is cut once its seconds are over. `passed` says so after."""

    def __init__(self, seconds: float, watch: Watch) -> None:
        self._seconds, self._watch = seconds, watch
        self.passed = False
        self.until = 0.0

    def __enter__(self) -> "Deadline":
        self.until = time.monotonic() + self._seconds
        self._watch.begin(self)
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._watch.end(self)

    def renew(self) -> None:
        """All its seconds again."""
        self.until = time.monotonic() + self._seconds
