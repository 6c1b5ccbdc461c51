"""How long a page the line carries: after one that did not come in time, shorter ones are asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

from sync.contract import PAGE
from sync.faults import Slow

_STEP = 5


class Pace:
    """Kept from round to round: a page is a fifth as long after each that was too slow, and a quarter longer after each
    that came.
    """

    def __init__(self) -> None:
        self.size = PAGE
        """Records to ask for."""

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While a page is asked for."""
        try:
            yield
        except Slow:
            self.size = max(self.size // _STEP, 1)
            raise
        self.size = min(self.size + self.size // 4 + 1, PAGE)
