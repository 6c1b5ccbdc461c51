"""The window around the panels: menus, shortcuts, banners and the status line. What is inside is handed to it."""

import logging
from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QMenuBar

from citymanager.errors import ReadOnly
from citymanager.hub import Hub
from citymanager.roles import role
from citymanager.store import Profile
from citymanager.sync_state import SyncState
from widgets.banners import READ_ONLY, TRAINING, Banners
from widgets.docks import Docks, Panel
from widgets.login import LoginStrip
from widgets.sync_status import SyncStatus
from widgets.theme import THEMES, Appearance, Theme

TITLE = "АРМ «Ситименеджер»"
DESK_THEMES = tuple(key for key in THEMES if key != "wall")

log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """One desk: panels that can be arranged, and around them what holds for all of them."""

    closed = Signal()

    def __init__(
        self,
        profile: Profile,
        hub: Hub,
        appearance: Appearance,
        panels: Sequence[Panel],
        status: SyncStatus,
        login: LoginStrip,
        *,
        read_only: bool = False,
    ) -> None:
        super().__init__()
        self._profile, self._hub, self._appearance = profile, hub, appearance
        self._read_only, self._arranged = read_only, False
        self.status, self.login = status, login
        self.resize(1366, 768)
        self.docks = Docks(self, panels, profile)
        menu = QMenuBar()
        self.banners = Banners(menu, login)
        self.setMenuWidget(self.banners)
        self.statusBar().addPermanentWidget(status, 1)
        self.statusBar().setSizeGripEnabled(False)
        self._fill_menu(menu, panels)
        status.outbox_requested.connect(lambda: self.docks.show("outbox"))
        status.attention_requested.connect(lambda: self.docks.show("conflicts"))
        hub.sync_state.connect(self.show_state)
        if read_only:
            self.banners.say("read_only", READ_ONLY)
        self.show_state(SyncState())
        broken = self.docks.restore()
        if broken:
            hub.notice.emit(broken, "warning")

    def show_state(self, state: SyncState) -> None:
        """Say in the title and the status line who works here and how the link stands."""
        known = role(state.role)
        person = f"{state.login} ({known.title})" if state.login and known else state.login
        parts = [person, TITLE, "только чтение" if self._read_only else ""]
        self.setWindowTitle(" — ".join(part for part in parts if part))
        self.status.show_state(state)

    def show_training(self, training: bool) -> None:
        """Say that the city is not a real one."""
        self.banners.say("training", TRAINING if training else "", "training")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the layout; what the window stands on is closed by who made it, at the signal `closed`."""
        try:
            self.docks.save()
        except ReadOnly as error:
            log.warning("the layout could not be kept: %s", error)
        self.status.stop()
        self.closed.emit()
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:
        """The shares of the default layout can be given only once the window has its size."""
        super().showEvent(event)
        if not self._arranged:
            self._arranged = True
            if self._profile.setting("layout.desk") is None:
                self.docks.share()

    # menus

    def _fill_menu(self, menu: QMenuBar, panels: Sequence[Panel]) -> None:
        program = menu.addMenu("&Программа")
        _add(program, "Отправить сейчас", "Ctrl+Shift+S", self.status.sync_requested.emit)
        _add(program, "Войти или сменить сотрудника…", "", self.login.ask)
        program.addSeparator()
        _add(program, "Выход", "Ctrl+Q", self.close)
        go = menu.addMenu("П&ерейти")
        for number, panel in enumerate(panels, 1):
            keys = f"Ctrl+{number}" if number < 10 else ""
            _add(go, panel.title, keys, lambda _=False, key=panel.key: self.docks.show(key))
        view = menu.addMenu("&Вид")
        view.addActions(self.docks.toggles)
        view.addSeparator()
        _add(view, "Расположение по умолчанию", "", self.docks.arrange)
        _add(view, "Во весь экран", "F11", self.toggle_full_screen)
        self._fill_themes(menu.addMenu("&Тема"))

    def _fill_themes(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for key in DESK_THEMES:
            action = _add(menu, Theme.load(key).title, "", lambda _=False, key=key: self.use_theme(key))
            action.setCheckable(True)
            action.setChecked(key == self._appearance.theme.key)
            group.addAction(action)

    def use_theme(self, key: str) -> None:
        """Dress the program in another look, and remember it."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._appearance.use(key, app)
        try:
            self._profile.set("theme", key)
        except ReadOnly as error:
            self._hub.notice.emit(str(error), "warning")

    def toggle_full_screen(self) -> None:
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()


def _add(menu: QMenu, title: str, keys: str, act: Callable[..., object]) -> QAction:
    action = menu.addAction(title)
    action.setShortcut(QKeySequence(keys))
    action.triggered.connect(act)
    return action
