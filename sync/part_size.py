"""How much of a file goes over the line at once: what takes about a second, so that nothing small waits for longer."""

from dataclasses import dataclass

LEAST, FIRST, MOST = 16 * 1024, 256 * 1024, 1024 * 1024
"""Bytes."""
QUICK, SLOW = 0.5, 1.5
"""Seconds of a part; after a quicker one the next is larger, after a slower one smaller."""


CALM = 16
"""Parts in a row after which a line that broke is trusted with larger ones again."""


@dataclass
class PartSize:
    """Learns from every part how fast the line is, and how much of it goes through whole."""

    bytes: int = FIRST
    _good: int = FIRST
    """What went through last."""
    _most: int = MOST
    _well: int = 0
    _ill: int = 0
    """How many in a row have gone through, or have not."""

    def took(self, seconds: float) -> None:
        """A part of this size has gone through in so many seconds."""
        self._good, self._well, self._ill = self.bytes, self._well + 1, 0
        if self._well % CALM == 0:
            self._most = min(self._most * 2, MOST)
        if seconds < QUICK:
            self.bytes = min(self.bytes * 2, self._most)
        elif seconds > SLOW:
            self.bytes = max(int(self.bytes * QUICK / seconds), LEAST)

    def failed(self) -> None:
        """A part has not gone through: if it was larger than the last one, or it is not the first, it was too large."""
        self._well, self._ill = 0, self._ill + 1
        if self.bytes > self._good:
            self.bytes = self._most = self._good
        elif self._ill > 1:
            self.bytes = self._most = max(self.bytes // 2, LEAST)
