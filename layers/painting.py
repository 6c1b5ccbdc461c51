"""When all that the page was told is on the screen, and a picture of the map as it stands then."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QWidget

from layers.drafting import Tell

STILL, FRAME_MS = 4, 40
"""So many pictures in a row, so many milliseconds apart, must be the same before the map counts as shown."""


class Painting(QObject):
    """Asks the page to say when it has painted; who waits goes on waiting while a page dies and another one starts."""

    def __init__(self, tell: Tell, city_map: QWidget) -> None:
        super().__init__(city_map)
        self._tell, self._map = tell, city_map
        self._number = 0
        self._waiting: dict[int, Callable[[], None]] = {}

    def when_painted(self, done: Callable[[], None]) -> None:
        """Call back once everything told so far is painted."""
        self._number += 1
        self._waiting[self._number] = done
        self._tell("report", number=self._number)

    def grab_when_ready(self, done: Callable[[QPixmap], None]) -> None:
        """Hand over a picture of the map once everything told so far is painted and shown."""
        self.when_painted(lambda: self._grab_at_rest(done, []))

    def tell_all(self) -> None:
        """Ask a new page for what an earlier one has not said."""
        for number in self._waiting:
            self._tell("report", number=number)

    def hear(self, n: int) -> None:
        """The page says that all it was told before this number is painted."""
        self._waiting.pop(n, lambda: None)()

    def _grab_at_rest(self, done: Callable[[QPixmap], None], same: list[QImage]) -> None:
        """Nothing says when the compositor has shown a frame: the picture is whole once it has stood still."""
        now = self._map.grab()
        same = [*same, now.toImage()] if same and same[-1] == now.toImage() else [now.toImage()]
        if len(same) == STILL:
            done(now)
        else:
            QTimer.singleShot(FRAME_MS, self, lambda: self._grab_at_rest(done, same))
