"""Photos and papers between the rounds: a part of one file per turn of the loop, behind any round that is due."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from citymanager.errors import CityError, NoLink
from citymanager.sync_state import FileNews
from sync.faults import Busy, Expired
from sync.peer import Peer

LATER = 1.0
"""Seconds until the round that looks what is wrong with a file's part."""
NO_LINE = "Нет связи с сервером: файл ещё не скачан. Откройте его, когда связь появится."
log = logging.getLogger(__name__)


class FileTurns(QObject):
    """What a person waits for goes before what is sent. Lives in the sync's thread."""

    news = Signal(object)
    """`FileNews`, after every part of a file."""
    trouble = Signal(float)
    """A round is to look what is wrong, in so many seconds."""
    sent_away = Signal(object)
    """`Busy`: nothing may be asked of the server for a while."""

    def __init__(self, parent: QObject, peer: Callable[[], Peer | None], due: Callable[[], bool]) -> None:
        """`peer`: with whom files may be exchanged now, if with anybody; `due`: a round goes first, then `go_on`."""
        super().__init__(parent)
        self._peer, self._due = peer, due
        self._wanted: list[str] = []
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._part)

    def want(self, name: str) -> None:
        """A person wants to see this file: `news` says how far it is, at once if nothing can come now."""
        if name not in self._wanted:
            self._wanted.append(name)
        if self._peer() is None:
            self.give_up()
        else:
            self.go_on()

    def go_on(self) -> None:
        self._turn.start()

    def rest(self) -> None:
        self._turn.stop()

    def give_up(self) -> None:
        """Nothing comes now: whoever waits for a file is told so."""
        wanted, self._wanted = self._wanted, []
        for name in wanted:
            self.news.emit(FileNews(name, problem=NO_LINE))

    @Slot()
    def _part(self) -> None:
        """One part of one file."""
        peer = self._peer()
        if peer is None or peer.session.person is None or self._due():
            return
        try:
            more = self._fetch(peer) if self._wanted else peer.files.step(peer.session.person.login)
        except Busy as error:
            self.sent_away.emit(error)
        except CityError as error:  # the next round meets it, too, and knows what to do about it
            log.info("files wait for the next round: %s", error)
            self.trouble.emit(LATER)
        except Exception:
            log.exception("a part of a file failed")
            self.trouble.emit(LATER)
        else:
            if more:
                self.go_on()

    def _fetch(self, peer: Peer) -> bool:
        name = self._wanted[0]
        try:
            news = peer.fetching.step(name)
        except CityError as error:
            news = FileNews(name, problem=str(error))
            if isinstance(error, NoLink | Expired):
                self.trouble.emit(LATER)
        if news.problem or news.got >= news.size:
            self._wanted.remove(name)
        self.news.emit(news)
        return True
