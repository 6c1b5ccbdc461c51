"""Many connected stations in one process: each listens for events and takes the changes, as a workstation does.

They share the machine with what is measured, which stations of a city do not: so they read their answers and no more.
The server has the same work with them as with workstations.
"""

import re
import sys
import threading
import uuid
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

from sync.client import Client
from sync.contract import CHANGES, EVENTS, PAGE, PROTOCOL, SPEAKS

_NEXT = re.compile(rb'"next": ?(\d+)')
_SEQ = re.compile(rb'"seq": ?(\d+)')


class Station:
    """Takes what is new as soon as it hears of it; `listening` when its stream is open."""

    def __init__(self, url: str) -> None:
        self.listening = threading.Event()
        entrance = Client(url)
        self._headers = {
            "Authorization": f"Bearer {entrance.login('bench', 'bench', str(uuid.uuid4()))['token']}",
            "Accept-Encoding": "identity",
            SPEAKS: str(PROTOCOL),
        }
        entrance.close()
        self._pages, self._stream = (HTTPConnection(urlsplit(url).netloc, timeout=60) for _ in range(2))
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        cursor = None
        stream = self._get(self._stream, EVENTS)
        while line := stream.readline():
            if told := _SEQ.search(line):
                seq = int(told.group(1))
                if cursor is None:
                    cursor = seq  # what is there already is not the measure's
                    self.listening.set()
                while cursor < seq:
                    page = self._get(self._pages, f"{CHANGES}?after={cursor}&limit={PAGE}").read()
                    found = _NEXT.search(page)
                    assert found is not None, page[:200]
                    cursor = int(found.group(1))

    def _get(self, connection: HTTPConnection, path: str) -> HTTPResponse:
        connection.request("GET", path, headers=self._headers)
        answer = connection.getresponse()
        assert answer.status == 200, answer.status
        return answer


def main() -> None:
    url, many = sys.argv[1], int(sys.argv[2])
    stations = [Station(url) for _ in range(many)]
    for one in stations:
        assert one.listening.wait(60)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()  # until the measure is over; the stations end with the process


if __name__ == "__main__":
    main()
