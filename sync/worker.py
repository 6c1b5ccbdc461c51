"""The sync of a window: its own thread, heard and steered from the window's."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, QTimer, Signal, Slot

from citymanager.hub import Hub
from citymanager.schema import Module
from citymanager.store import Profile, Reader
from citymanager.sync_state import FileNews, SyncState
from citymanager.tasks import READ_ONLY, Tasks
from citymanager.text import plural
from sync.engine import Round
from sync.file_turns import NO_LINE
from sync.keys import KeyRing
from sync.rounds import Rounds
from sync.waking import Waking

STOPS_IN = 2_000
"""Milliseconds in which `stop` ends, whatever the network does."""
TICK = 2_000
"""Milliseconds after which a sleep is looked for: here, because the sync's own thread may wait for a dead line."""


class SyncWorker(QObject):
    """Keeps the cache and the server together while the window lives. All methods are for the GUI thread.

    What happens is said by the hub: `sync_state` at every change, `changed` for rows, `outbox_changed` when the server
    has answered, `notice` when the link is lost, back, or needs a person.
    """

    entered = Signal(str)
    """What came of `log_in`: a Russian sentence of what is wrong, or nothing."""

    probed = Signal(str, str)
    """What came of `probe`: the address, and what is wrong there, or nothing."""

    _begin = Signal(str, str, str)
    _log_in = Signal(str, str, str)
    _log_out = Signal()
    _probe = Signal(str)
    _fetch = Signal(str)
    _now = Signal()
    _saved = Signal()
    _woken = Signal()
    _end = Signal()

    def __init__(
        self,
        profile: Profile,
        modules: Sequence[Module],
        tasks: Tasks,
        hub: Hub,
        keys: Callable[[str, str], KeyRing] = KeyRing,
        turned_away: Callable[[str], str] = lambda role: "",
    ) -> None:
        """`keys(address, station)`: where tokens are kept. `turned_away`: why nobody of this role may work here."""
        super().__init__()
        self._tasks, self._hub = tasks, hub
        self._titles = {one.key: one.title for one in modules}
        self._state = SyncState()
        self._answering = False
        self._waking = Waking()
        self._tick = QTimer(self, interval=TICK)
        self._thread = QThread()
        self._thread.setObjectName("sync")
        self._rounds = Rounds(profile, modules, tasks.write_here, keys, turned_away)
        self._rounds.moveToThread(self._thread)
        self._connect()

    @property
    def state(self) -> SyncState:
        return self._state

    def start(self, server: str, login: str = "", password: str = "") -> None:
        """Begin, with what is known; an empty server: nothing but the cache. Called once.

        A window that may not write the profile does not sync: the program that holds it does.
        """
        self._count()
        if self._tasks.read_only:
            self._show_state(replace(self._state, reason=READ_ONLY))
            return
        self._thread.start()
        self._tick.start()
        self._begin.emit(server, login, password)

    def log_in(self, server: str, login: str, password: str) -> None:
        """Log in at this server or, without a line, here; `entered` follows."""
        self._log_in.emit(server, login, password)

    def probe(self, server: str) -> None:
        """Ask what answers at an address; `probed` follows."""
        self._probe.emit(server)

    def log_out(self) -> None:
        """The person leaves; his unsent edits wait for his next login."""
        self._log_out.emit()

    def fetch(self, name: str) -> None:
        """A person wants this file, named by its sum: the hub's `file_news` says how far it is, or why it can't be."""
        if self._thread.isRunning():
            self._fetch.emit(name)
        else:
            self._hub.file_news.emit(FileNews(name, problem=READ_ONLY if self._tasks.read_only else NO_LINE))

    def sync_now(self) -> None:
        """Do not wait for the next try."""
        self._now.emit()

    def stop(self) -> bool:
        """End the thread; whether it has ended in time. A round that is under way goes on at the next start."""
        self._tick.stop()
        self._rounds.abort()
        self._end.emit()
        ended = not self._thread.isRunning() or self._thread.wait(STOPS_IN)
        QCoreApplication.removePostedEvents(self, QEvent.Type.MetaCall.value)  # what it told last has no listener now
        return ended

    def _connect(self) -> None:
        rounds = self._rounds
        self._begin.connect(rounds.begin)
        self._log_in.connect(rounds.log_in)
        self._log_out.connect(rounds.log_out)
        self._probe.connect(rounds.probe)
        self._fetch.connect(rounds.fetch)
        self._now.connect(rounds.now)
        self._saved.connect(rounds.outbox_changed)
        self._woken.connect(rounds.woken)
        self._tick.timeout.connect(self._look)
        self._end.connect(rounds.end)
        rounds.state.connect(self._take)
        rounds.changed.connect(self._changed)
        rounds.finished.connect(self._finished)
        rounds.repaired.connect(self._repaired)
        rounds.file_news.connect(self._file_news)
        rounds.entered.connect(self.entered)
        rounds.probed.connect(self.probed)
        self._hub.outbox_changed.connect(self._outbox_changed)
        self._tasks.renewed.connect(self._renewed)

    @Slot()
    def _look(self) -> None:
        if self._waking.woke():
            self._rounds.rouse()
            self._woken.emit()

    @Slot(str, list)
    def _changed(self, module: str, ids: list[str]) -> None:
        self._hub.changed.emit(module, ids)

    @Slot(object)
    def _renewed(self, _: object) -> None:
        """Another cache stands in the place of a damaged one: all is read again, and loaded again."""
        for key in self._titles:
            self._hub.changed.emit(key, [])
        self._hub.outbox_changed.emit()
        self.sync_now()

    @Slot(object)
    def _file_news(self, news: FileNews) -> None:
        self._hub.file_news.emit(news)
        if not news.size:
            self._count()

    @Slot()
    def _outbox_changed(self) -> None:
        if not self._answering:  # else it was we who said it
            self._saved.emit()
            self._count()

    @Slot(object)
    def _finished(self, done: Round) -> None:
        aside = done.conflicts + done.refused
        if done.pushed or aside:
            self._answering = True
            self._hub.outbox_changed.emit()
            self._answering = False
        if aside:
            told = plural(aside, "правка не принята", "правки не приняты", "правок не приняты")
            self._hub.notice.emit(f"Сервером {told}: разберите в списке неотправленного.", "warning")
        self._count()

    @Slot(list)
    def _repaired(self, keys: list[str]) -> None:
        names = ", ".join(f"«{self._titles.get(key, key)}»" for key in keys)
        self._hub.notice.emit(f"Данные расходились с сервером и загружены заново: {names}.", "warning")

    def _count(self) -> None:
        """What is unsent is read at once, whatever the round is at."""
        self._tasks.read(_counts, self._show_counts, owner=self)

    def _show_counts(self, found: tuple[int, int, int]) -> None:
        unsent, aside, files = found
        self._show_state(replace(self._state, unsent=unsent, needs_attention=aside, unsent_files=files))

    @Slot(object)
    def _take(self, told: SyncState) -> None:
        before = self._state
        self._show_state(
            replace(
                told, unsent=before.unsent, needs_attention=before.needs_attention, unsent_files=before.unsent_files
            )
        )
        notice = _notice(before, self._state)
        if notice is not None:
            self._hub.notice.emit(*notice)

    def _show_state(self, state: SyncState) -> None:
        if state != self._state:
            self._state = state
            self._hub.sync_state.emit(state)


def _counts(reader: Reader) -> tuple[int, int, int]:
    return reader.unsent(), reader.needs_attention(), reader.files.count()[0]


def _notice(before: SyncState, after: SyncState) -> tuple[str, str] | None:
    """What is worth telling of a change of the link: only that it changed."""
    if before.link == after.link:
        return None
    if after.link == "stopped" and before.link != "local":
        return after.reason, "error"
    if after.link == "offline" and before.link == "online":
        return "Связь с сервером потеряна: правки сохраняются здесь и уйдут, когда она вернётся.", "warning"
    if after.link == "online" and before.link == "offline":
        return "Связь с сервером восстановлена.", "info"
    return None
