"""Who works at a desk, from the first login over the lock to the next person: the link and the lock agree on it."""

from citymanager.roles import role
from widgets.desk import Desk
from widgets.lock import Lock, Lockable
from widgets.lock_idle import Idle
from widgets.login import LoginStrip
from widgets.login_people import ChangeStrip
from widgets.station_parts import Parts

NEW_SERVER = "Адрес сервера изменён. Войдите, чтобы начать обмен; неотправленные правки целы."


class Session:
    """Takes logins where they are typed, and tells there what came of them; locks the desk and opens it again."""

    lock: Lock

    def __init__(self, parts: Parts) -> None:
        """A window that only reads has no strips: nobody can log in there."""
        self._parts, self._link, self._seat = parts, parts.link, parts.seat
        self.login: LoginStrip | None = None
        self.change: ChangeStrip | None = None
        if not self._seat.read_only:
            self.login = LoginStrip(self._link.log_in, parts.profile.setting("server", ""))
            self.change = ChangeStrip(parts.people)
            self.change.submitted.connect(self._log_in)
            self._link.entered.connect(self._entered)
            parts.hub.sync_state.connect(self.login.show_state)

    def watch(self, desk: Desk) -> None:
        """From now on the desk can be locked."""
        parts, window = self._parts, desk.window
        self._status = desk.status
        log_in = None if self._seat.read_only else self._log_in
        place = Lockable(window, window.docks, parts.profile, parts.tasks, parts.hub, self._seat, desk.notices)
        self.lock = lock = Lock(place, parts.people, log_in, lambda: self._link.state.link == "online")
        lock.locking.connect(desk.lock_away)
        lock.opened.connect(self._unlocked)
        window.lock_requested.connect(lock.lock)
        desk.status.told.connect(lock.page.tell)
        lock.page.tell(desk.status.words())
        desk.alarms.acts.changed.connect(lambda: lock.page.tell_alarms(desk.alarms.words()))
        parts.hub.setting.connect(self._obey)
        Idle(lambda: float(window.settings["lock_minutes"]), window).over.connect(lock.lock_idle)

    @property
    def server(self) -> str:
        """The server of this profile."""
        return str(self._parts.profile.setting("server", "") or "")

    def _log_in(self, login: str, password: str) -> None:
        self._link.log_in(self.server, login, password)

    def _unlocked(self, login: str, password: str) -> None:
        """Who has just proved who he is goes on working here; where the link has lost him, he logs in again."""
        person = self._parts.people.get(login)
        if self._seat.read_only and person is not None:
            self._seat.take(login, person.name, role(person.role))
        elif not self._seat.read_only and (self._link.state.login != login or self._link.state.link == "stopped"):
            self._log_in(login, password)

    def _entered(self, problem: str) -> None:
        """Somebody has logged in, perhaps at another server, or could not: told where he was asked."""
        assert self.login is not None and self.change is not None
        if self.lock.on:
            self.lock.show_outcome(problem)
        elif not self.change.isHidden():
            self.change.show_outcome(problem)
        else:
            self.login.show_outcome(problem)
        if not problem:
            self.login.hide()
            self._status.show_server(self.server)

    def _obey(self, key: str) -> None:
        """Another server: whoever works here has to log in there."""
        if key == "server" and self.login is not None:
            self._link.log_out()
            self.login.server.setText(self.server)
            self.login.ask(NEW_SERVER)
