"""What has changed since somebody last looked: noted on the GUI thread, taken in by the reader that answers next."""

import threading
from collections.abc import Iterable, Sequence

MANY = 10_000
"""From so many changed records on, a layer is read anew."""


class Changes:
    """Ids of changed records by module; None stands for all of a module's. At first all are."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._waiting: dict[str, set[str] | None] = dict.fromkeys(modules)
        self._lock = threading.Lock()

    def note(self, module: str, ids: Iterable[str] | None) -> None:
        """These records, or all, are not as they were. Returns at once."""
        with self._lock:
            waiting = self._waiting.setdefault(module, set())
            if waiting is not None and ids is not None:
                waiting.update(ids)
            if ids is None or (waiting is not None and len(waiting) > MANY):
                self._waiting[module] = None

    def take(self, module: str) -> set[str] | None:
        """What has changed since the last taking."""
        with self._lock:
            return self._waiting.pop(module, set())
