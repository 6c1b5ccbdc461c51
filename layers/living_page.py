"""A page that is kept alive: it is shut in, it is listened to, and it is started anew when it dies or falls silent."""

import logging
import os
import signal
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWebEngineWidgets import QWebEngineView

from layers.bridge import Bridge, Message, connect, join
from layers.heart import Heart, Restarts
from layers.interceptor import Interceptor
from layers.page import START, CityPage, closed_profile
from layers.scheme import CityScheme

log = logging.getLogger(__name__)


class LivingPage(QObject):
    """The page inside a view. What it is told while it does not listen is lost: `opened` is the time to tell all."""

    opened = Signal()
    """The page listens: after each start."""
    said = Signal(str, object)
    """A word of the page and its content (`layers.bridge.SHAPES`)."""
    given_up = Signal()
    """It died too often; only `restart` brings it back."""

    def __init__(self, view: QWebEngineView, scheme: CityScheme, script: Path) -> None:
        """`script` is the file of the isolated world's end of the bridge."""
        super().__init__(view)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        view.installEventFilter(self)
        self._view = view
        self.listens = False
        """Whether the page has opened the talk."""
        self._restarts = Restarts()
        self._heart = Heart(self)
        self._heart.stopped.connect(self._end)
        self._bridge = Bridge(self._hear, self)
        self.interceptor = Interceptor(self)
        profile = closed_profile(scheme, self.interceptor)
        self.page = CityPage(profile, view)
        profile.setParent(self.page)  # children go after their parent has let go of them: it must outlive the page
        self.page.renderProcessTerminated.connect(self._terminated)
        self.page.loadFinished.connect(self._loaded)
        self._script = script.read_text(encoding="utf-8")
        connect(self.page, self._bridge)
        view.setPage(self.page)

    def start(self) -> None:
        self.listens = False
        self._watch()
        self.page.start()

    def restart(self) -> None:
        """A new start at a person's wish: earlier deaths do not count."""
        self._restarts.forget()
        self._revive()

    def tell(self, word: str, **content: Any) -> None:
        if self.listens:
            self._bridge.tell(word, **content)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A hidden page is slowed down by Chromium and may miss its beats without being dead."""
        if event.type() == QEvent.Type.Show:
            self._heart.watch()
        elif event.type() == QEvent.Type.Hide:
            self._heart.rest()
        return False

    def _watch(self) -> None:
        if self._view.isVisible():
            self._heart.watch()

    def _hear(self, word: str, message: Message) -> None:
        self._heart.beat()
        if word == "loaded":
            self.listens = True
            self.opened.emit()
        elif word != "beat":
            self.said.emit(word, message)

    def _end(self) -> None:
        """The page is silent: end its process, `_terminated` will hear of it."""
        process = self.page.renderProcessPid()
        log.warning("map: the page does not answer, its renderer is ended")
        if process > 0:
            os.kill(process, signal.SIGKILL)
        else:
            self._revive()

    def _terminated(self, status: QWebEnginePage.RenderProcessTerminationStatus, code: int) -> None:
        normal = status is QWebEnginePage.RenderProcessTerminationStatus.NormalTerminationStatus
        log.log(logging.INFO if normal else logging.WARNING, "map: renderer ended, %s, code %d", status.name, code)
        if not normal:
            self._revive()

    def _loaded(self, whole: bool) -> None:
        if self.page.url() != START:
            log.warning("map: the page has gone elsewhere, it is called back")  # Chromium asks nobody for about:blank
            self._revive()
        elif whole and not self.listens:
            join(self.page, self._script)

    def _revive(self) -> None:
        self._heart.rest()
        if self._restarts.allowed():
            self.start()
        else:
            self.listens = False
            self.given_up.emit()
