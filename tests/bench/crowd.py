"""Many connected stations in one process: each listens for events and takes the changes, as a workstation does."""

import sys
import threading
import uuid

from sync.client import Client
from sync.listener import Listener


class Station:
    """Takes what is new as soon as it hears of it; `listening` when its stream is open."""

    def __init__(self, url: str) -> None:
        self.client, self.listening = Client(url), threading.Event()
        self.client.login("bench", "bench", str(uuid.uuid4()))
        self.cursor, self._lock = 0, threading.Lock()
        self.listener = Listener(url, lambda: self.client.token, self._heard)

    def _heard(self, seq: int) -> None:
        with self._lock:
            if not self.listening.is_set():
                self.cursor = seq  # what is there already is not the measure's
                self.listening.set()
            while self.cursor < seq:
                self.cursor = self.client.changes(self.cursor)["next"]

    def close(self) -> None:
        self.listener.close(5)
        self.client.close()


def main() -> None:
    url, many = sys.argv[1], int(sys.argv[2])
    stations = [Station(url) for _ in range(many)]
    for one in stations:
        assert one.listening.wait(60)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()  # until the measure is over
    for one in stations:
        one.close()


if __name__ == "__main__":
    main()
