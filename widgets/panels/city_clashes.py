"""The clashes of all works as the cache has them: looked for once for all panels, and only if one shows them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from citymanager.clashes import Clash, all_clashes
from citymanager.clashes.finding import modules
from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.modules.rules import RULES
from citymanager.tasks import Tasks
from citymanager.values import CITY_ZONE
from citymanager.work import Hands, Stopped

CALM_MS = 1_000
"""Changes are gathered before the whole city is looked through again."""


class CityClashes(QObject):
    """`now` holds what was found last; `outdated` asks whoever shows it to `look` again."""

    found = Signal()
    failed = Signal(str)
    outdated = Signal()

    def __init__(self, tasks: Tasks, hub: Hub, clock: Callable[[], datetime], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._clock = tasks, clock
        self.now: Sequence[Clash] = ()
        self.known = False
        """Whether the city was looked through at all."""
        self._old, self._under_way = True, False
        """Whether something has changed since the last search; whether one is under way."""
        self._soon = QTimer(self, singleShot=True, interval=CALM_MS)
        self._soon.timeout.connect(self.outdated)
        hub.changed.connect(self._changed)

    def look(self) -> None:
        """Somebody wants to see them: search, if that was not done since the last change."""
        if self._old and not self._under_way:
            self.search()

    def search(self) -> None:
        """Look through all works."""
        self._old, self._under_way = False, True
        today = self._clock().astimezone(CITY_ZONE).date()

        def act(hands: Hands) -> Sequence[Clash]:
            return all_clashes(hands.reader, today, hands.at)

        self._tasks.long("Поиск пересечений земляных работ", act, self._take, self._fail, self)

    def _changed(self, module: str, idents: list[str]) -> None:
        if module in modules() or module == RULES.key:
            self._old = True
            self._soon.start()

    def _take(self, found: Sequence[Clash]) -> None:
        self._under_way, self.known, self.now = False, True, found
        self.found.emit()
        if self._old:
            self._soon.start()

    def _fail(self, error: CityError) -> None:
        self._under_way, self._old = False, True
        self.failed.emit(str(error) if isinstance(error, Stopped) else f"Не проверено. {error}")
