"""What the lists of one station have shown, told by its own `changed`: versions of a record never go back."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from oracle.cache import Cache, Place
from oracle.ledger import Broken


class Screen:
    """Looks at the rows whenever the program says that they have changed. Versions of two feeds are not compared."""

    def __init__(self, name: str, look: Callable[[], AbstractContextManager[Cache]]) -> None:
        self._name, self._look = name, look
        self._feed = ""
        self._shown: dict[Place, int] = {}

    def changed(self, module: str, idents: Sequence[str]) -> None:
        with self._look() as cache:
            if cache.feed != self._feed or cache.mixed:
                self._feed, self._shown = cache.feed, {}
            if cache.mixed:  # of some rows the version is still the former feed's
                return
            found = cache.versions(module, idents)
        for ident, version in found.items():
            before = self._shown.get((module, ident), 0)
            if 0 < version < before:  # 0: what is seen of it is this station's own, the server has it no more for him
                raise Broken(f"I5 no going back: {module}/{ident} on {self._name} was v{before}, now it is v{version}")
            self._shown[module, ident] = version

    def replaced(self) -> None:
        """The file is another one: what it shows has no past here."""
        self._shown = {}
