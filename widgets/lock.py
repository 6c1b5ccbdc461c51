"""The lock of a desk: nothing of any record can be seen or read until somebody has proved who he is.

Everything goes on behind it: sync, drafts, notices. It outlives the program: a locked desk starts locked.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import shiboken6
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QToolTip, QWidget

from citymanager.errors import CityError, ReadOnly
from citymanager.hub import Hub
from citymanager.store import Profile
from citymanager.tasks import Tasks
from widgets.docks import Docks
from widgets.lock_page import LockPage
from widgets.login_people import Acquaintance, Acquaintances
from widgets.seat import Seat

LOCKED = "locked"
"""The profile's setting: the login of who has locked the desk; empty: it is open."""
NOBODY = "Заблокировать можно после первого входа: иначе разблокировать было бы некому."

LogIn = Callable[[str, str], None]
"""Log in at the server, or without a line here; what comes of it is told by `Lock.show_outcome`."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lockable:
    """What a lock stands over."""

    window: QMainWindow
    docks: Docks
    profile: Profile
    tasks: Tasks
    hub: Hub
    seat: Seat
    notices: QWidget
    """Seen over the page all the same: what has happened is told without personal data."""


class Lock(QObject):
    """Covers a window with a page, takes the panels' content out of it, and gives it back to who may have it."""

    locking = Signal()
    """What was typed is to be kept now, and what was revealed to be masked."""
    opened = Signal(str, str)
    """Somebody known here has unlocked by his password: his login and the password."""

    def __init__(
        self, place: Lockable, people: Acquaintances, log_in: LogIn | None, online: Callable[[], bool]
    ) -> None:
        """`log_in` None: nobody can log in at this window. `online`: whether the server can be asked just now."""
        super().__init__(place.window)
        self._place, self._people, self._log_in, self._online = place, people, log_in, online
        self.page = LockPage(place.window)
        self.on = False
        self._who = ""
        self._asked = ""
        """Whose login at the server is under way."""
        self._set_aside: list[QWidget] = []
        """Windows beside the main one that were open."""
        self._focus: QWidget | None = None
        self.page.entry.submitted.connect(self._try)

    def lock(self) -> None:
        """Lock now, in the name of who works here."""
        last = self._people.last()
        who = self._place.seat.login or (last.login if last else "")
        if not self._people.everybody():
            self._place.hub.notice.emit(NOBODY, "warning")
        elif not self.on:
            self._keep(who)
            self._cover(who)

    def lock_idle(self) -> None:
        """Nobody has been here for a while: lock, if somebody could unlock."""
        if self._people.everybody():
            self.lock()

    def restore(self) -> None:
        """A desk that was locked when the program ended is locked again."""
        who = self._place.profile.setting(LOCKED)
        if who and self._people.everybody():
            self._cover(str(who))

    def show_outcome(self, problem: str) -> None:
        """What came of a login; only the one that this page has asked for unlocks."""
        if not self._asked:
            return
        if problem:
            self._refuse(problem)
        elif self._place.seat.login == self._asked:
            self._open()

    def give_back(self) -> None:
        """The window has been closed: what belongs into it goes with it."""
        self._place.docks.cover(False)

    # proving who one is

    def _try(self, login: str, password: str) -> None:
        """Who has locked it needs no server; anybody else becomes the person of this desk, so he logs in."""
        if login != self._who and self._log_in is not None:
            self._ask_server(self._log_in, login, password)
            return

        def entered(person: Acquaintance) -> None:
            self._open()
            self.opened.emit(person.login, password)

        def refused(error: CityError) -> None:
            if self._log_in is not None and self._online():
                self._ask_server(self._log_in, login, password)  # his password may be newer there
            else:
                self._refuse(str(error))

        self._place.tasks.read(
            lambda _: self._people.enter(login, password, datetime.now(UTC)), entered, refused, self
        )  # fmt: skip

    def _ask_server(self, log_in: LogIn, login: str, password: str) -> None:
        self._asked = login
        log_in(login, password)

    def _refuse(self, problem: str) -> None:
        self._asked = ""
        self.page.entry.say(problem)
        self.page.entry.password.setFocus()

    # covering and uncovering

    def _cover(self, who: str) -> None:
        app = _app()
        self.on, self._who, self._focus = True, who, app.focusWidget()
        self.locking.emit()
        while popup := app.activePopupWidget():
            popup.close()
        QToolTip.hideText()
        self._place.docks.cover(True)
        mine = {self._place.window, *self._place.docks.windows}
        self._set_aside = [one for one in app.topLevelWidgets() if one.isVisible() and one not in mine]
        for window in self._set_aside:
            window.hide()
        person = self._people.get(who)
        self.page.entry.offer(self._people.everybody(), who)
        self.page.cover((person.name if person else "") or who)
        self._place.notices.raise_()
        self._close_menus(True)
        app.focusChanged.connect(self._focus_moved)

    def _open(self) -> None:
        if not self.on:
            return
        app = _app()
        self._close_menus(False)
        app.focusChanged.disconnect(self._focus_moved)
        self.on, self._asked = False, ""
        self._keep("")
        self._place.docks.cover(False)
        self.page.uncover()
        same = self._place.seat.login in ("", self._who)
        for window in filter(shiboken6.isValid, self._set_aside):  # work went on: some may be gone
            window.show() if same else window.close()
        self._set_aside = []
        if self._focus is not None and shiboken6.isValid(self._focus) and self._focus.isVisible():
            self._focus.setFocus()
        self._focus = None

    def _close_menus(self, closed: bool) -> None:
        """Their shortcuts would act from a floating panel, too."""
        menus = self._place.window.menuWidget()
        if menus is not None:
            menus.setDisabled(closed)

    def _keep(self, who: str) -> None:
        try:
            self._place.profile.set(LOCKED, who)
        except ReadOnly as error:
            log.warning("the lock could not be kept: %s", error)
            self._place.hub.notice.emit(str(error), "warning")

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        """Whoever takes the keyboard in the covered window gives it back."""
        if new is not None and new.window() is self._place.window and not self.page.isAncestorOf(new):
            self.page.entry.focus()


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
