"""What a shift can't wait for, ahead of everything else: taken before the rest, and again while the rest arrives."""

from collections.abc import Sequence
from typing import Any

from citymanager.schema import Module
from citymanager.store import Writer
from sync.client import Client
from sync.pull import DONE, ground
from sync.surroundings import Surroundings


class Urgent:
    """One round's reading ahead: changes of urgent modules are laid in without moving the cursor.

    They come again in their turn; by their versions they are known then, so nothing is done twice or undone.
    """

    def __init__(self, client: Client, modules: Sequence[Module], around: Surroundings) -> None:
        self._client, self._around = client, around
        self._keys = [one.key for one in modules if one.urgent]
        self._read = 0

    def take(self) -> None:
        """All urgent changes that have not been read yet. None while these modules are not loaded."""
        while self._keys and not self._around.should_stop() and self._page():
            pass

    def _page(self) -> bool:
        """Read a page; whether there is more."""
        stand = self._around.write(ground)
        if stand.cursor is None or not self._around.write(self._loaded):
            return False
        answer = self._client.changes(max(self._read, stand.cursor), modules=self._keys)
        stand.check(answer)
        changes: Sequence[Any] = answer["changes"]
        now = self._client.clock()
        if changes:
            self._around.tell(self._around.write(lambda writer: writer.absorb(changes, now, {})))
        self._read = answer["next"]
        return answer["more"]

    def _loaded(self, writer: Writer) -> bool:
        known = writer.metas([f"load:{key}" for key in self._keys])
        return len(known) == len(self._keys) and set(known.values()) == {DONE}
