"""Photos and papers from the server: a part at a time, from where the last one ended, and only what was asked for."""

from collections.abc import Callable
from time import monotonic

from citymanager.store.shelf import Shelf
from citymanager.sync_state import FileNews
from sync.client import Client
from sync.faults import Unacceptable
from sync.part_size import PartSize

NOT_THERE = "Файл ещё не дошёл до сервера или вам не доступен. Он появится, когда его отправит тот, кто приложил."


class Fetching:
    """Brings files to the shelf of one profile."""

    def __init__(self, client: Client, shelf: Shelf, room: Callable[[], int]) -> None:
        """`room`: bytes that files may take which the server has."""
        self._client, self._shelf, self._room = client, shelf, room
        self._part = PartSize()

    def step(self, name: str) -> FileNews:
        """Fetch the next part; how far the file is. Raises CityError: what has come so far stays."""
        start, started = self._shelf.arrived(name), monotonic()
        try:
            piece, size = self._client.fetch_part(name, start, self._part.bytes)
        except Unacceptable as refusal:
            raise Unacceptable(NOT_THERE) from refusal
        self._part.took(monotonic() - started)
        self._shelf.add(name, piece)
        if start + len(piece) >= size:
            self._shelf.finish(name)
            self._shelf.trim(self._room())
        return FileNews(name, start + len(piece), size)
