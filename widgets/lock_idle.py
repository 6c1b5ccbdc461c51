"""How long nobody has touched keyboard or mouse at this window: a lock that a tired person need not think of."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from citymanager.steady import since_boot

TICK_MS = 1_000
ACTS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class Idle(QObject):
    """Watches the program's windows; `over` when nobody has touched them for so many minutes."""

    over = Signal()

    def __init__(self, minutes: Callable[[], float], parent: QObject, clock: Callable[[], float] = since_boot) -> None:
        """`minutes`: how long may pass, 0 for ever; asked for each time.

        `clock`: seconds that also pass while the computer sleeps.
        """
        super().__init__(parent)
        self._minutes, self._clock, self._since = minutes, clock, clock()
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._watch)
        self._watch(app.focusWindow())
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def touched(self) -> None:
        """Somebody is here."""
        self._since = self._clock()

    def look(self) -> None:
        """Whether it is time."""
        passed = self._clock() - self._since
        if passed < 60:  # not even the shortest time: the setting is not asked for
            return
        minutes = self._minutes()
        if minutes and passed >= minutes * 60:
            self.touched()
            self.over.emit()

    def _watch(self, window: QWindow | None) -> None:
        """What is pressed or moved comes through the windows of the screen first, also that of a floating panel."""
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in ACTS:
            self.touched()
        return False
