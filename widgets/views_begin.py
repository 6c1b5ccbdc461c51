"""With which view a table begins: his own choice for each person who sits down, else what his role begins with."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from citymanager.values import moment
from widgets.filters import Filter
from widgets.seat import Seat
from widgets.views import ALL, Views
from widgets.views_kept import View
from widgets.views_shared import SharedViews


class Beginning(QObject):
    """`wanted` carries the `View` that is to be shown, `told` what there is to say of it, and its level.

    A table begins once for each person: what is set or withdrawn later changes nothing under his hands. But what had
    been set before he sat down, and has come to a new desk only since, is shown while he has touched nothing.
    """

    wanted = Signal(object)
    told = Signal(str, str)

    def __init__(
        self, views: Views, shared: SharedViews, seat: Seat, clock: Callable[[], datetime], shown: Callable[[], Filter]
    ) -> None:
        """`shown`: what the table is narrowed to."""
        super().__init__(shared)
        self._clock, self._sat = clock, moment(clock())
        self._views, self._shared, self._seat, self._shown = views, shared, seat, shown
        self._person, self._owed, self._begun = seat.login, True, ALL
        seat.changed.connect(self._sit)
        shared.read.connect(self.begin)

    def begin(self) -> None:
        """Show what this person begins with, as soon as that is known."""
        own = self._views.first(self._seat.login)
        missed = own is None and self._missed
        if not (self._owed or missed) or (own is None and not (self._shared.known and self._seat.role)):
            return
        self._owed = False
        shared = self._shared.of_role if own is None else None
        self._show(shared.view if shared else own)
        if shared is not None and shared.warning:
            self.told.emit(shared.warning, "warning")

    def _sit(self) -> None:
        """A desk that was just started does not know yet who sits there: what he has narrowed till then stays."""
        login, former = self._seat.login, self._person
        if login and login != former:
            self._person, self._owed = login, bool(former) or self._untouched
            self._sat = moment(self._clock())
        self.begin()

    @property
    def _missed(self) -> bool:
        """Whether all is shown, while his role's view had been set before he sat down."""
        shared = self._shared.of_role
        return shared is not None and shared.since < self._sat and self._begun == ALL and self._untouched

    @property
    def _untouched(self) -> bool:
        """Whether the table is narrowed to what it began with."""
        return self._shown() == self._begun.filter

    def _show(self, view: View | None) -> None:
        """None: nothing was chosen; what the table has begun with goes, what somebody has narrowed himself stays."""
        before, untouched = self._begun, self._untouched
        self._begun = view or ALL
        if not (untouched and self._begun == before) and (view is not None or untouched):
            self.wanted.emit(self._begun)
