"""The window around the panels: menus, shortcuts, banners and the status line. What is inside is handed to it."""

import logging
from collections.abc import Callable, Sequence, Set

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QMenuBar, QWidget

from citymanager.errors import ReadOnly
from citymanager.hub import Hub
from citymanager.settings import Settings
from citymanager.store import Profile
from widgets.banners import READ_ONLY, TRAINING, Banners
from widgets.docks import Docks
from widgets.docks_panels import Panel
from widgets.help_book import CONTENTS
from widgets.help_panel import page_of
from widgets.keys import Key, inventory, lend
from widgets.keys_sheet import KeysSheet
from widgets.layouts import Layouts
from widgets.layouts_menu import LayoutsMenu, NameStrip
from widgets.login import LoginStrip
from widgets.login_people import ChangeStrip
from widgets.seat import Seat
from widgets.sync_status import SyncStatus
from widgets.tab_walk import walk_by_tab
from widgets.theme import THEMES, Appearance, Theme

TITLE = "АРМ «Ситименеджер»"
DESK_THEMES = tuple(key for key in THEMES if key != "wall")

INTAKE = "reports"
"""The module whose new card one key opens from everywhere."""

log = logging.getLogger(__name__)


class MainWindow(QMainWindow):
    """One desk: panels that can be arranged, and around them what holds for all of them."""

    closed = Signal()
    help_requested = Signal(str)
    """A page of the help."""
    tidy_requested = Signal()
    """The notices at the edge have been read."""
    lock_requested = Signal()
    search_requested = Signal()
    """Something of the city is looked for, wherever the keyboard is."""
    map_print_requested = Signal()
    second_map_requested = Signal()
    alarm_taken = Signal()
    """The foremost alarm is taken, wherever the keyboard is."""

    def __init__(
        self,
        profile: Profile,
        hub: Hub,
        appearance: Appearance,
        seat: Seat,
        panels: Sequence[Panel],
        status: SyncStatus,
        login: LoginStrip | None,
        *,
        works: QWidget,
        alarms: QWidget | None = None,
        change: ChangeStrip | None = None,
        layout: str = "desk",
    ) -> None:
        """`works`: the strips of long acts; `alarms`: that of alarms, above all others. `change`: asks for another
        person; None where nobody can log in.

        `layout`: under which name the arrangement is kept; empty: it is neither restored nor kept.
        """
        super().__init__()
        self._profile, self._hub, self._appearance, self._seat = profile, hub, appearance, seat
        self.settings = Settings(profile)
        self.training = False
        """Whether the city is not a real one."""
        self._arranged = False
        self._ways: dict[str, list[QAction]] = {}
        """Actions that lead to each panel."""
        self._themes: dict[str, QAction] = {}
        self.status, self.login, self.change = status, login, change
        self.resize(1366, 768)
        self.docks = Docks(self, panels, profile, layout)
        menu = QMenuBar()
        self.layouts = Layouts(self.docks, profile)
        self.layouts.full_screen.connect(self.show_full_screen)
        self._names = NameStrip()
        strips = (one for one in (alarms, login, change) if one is not None)
        self.banners = Banners(menu, *strips, self._names, works)
        self.setMenuWidget(self.banners)
        self.statusBar().addPermanentWidget(status, 1)
        self.statusBar().setSizeGripEnabled(False)
        self._fill_menu(menu, panels)
        status.outbox_requested.connect(lambda: self.docks.show("outbox"))
        status.attention_requested.connect(lambda: self.docks.show("conflicts"))
        hub.sync_state.connect(status.show_state)
        hub.setting.connect(self._obey)
        self._obey("motion")
        seat.changed.connect(self._show_seat)
        self._show_seat()

    def restore(self) -> None:
        """Bring back the arrangement of the last time."""
        broken = self.docks.memory.restore()
        if broken:
            self._hub.notice.emit(broken, "warning")

    def _show_seat(self) -> None:
        """Say in the title who works here, and in a banner if nothing can be written."""
        seat = self._seat
        person = f"{seat.name or seat.login} ({seat.role.title})" if seat.login and seat.role else seat.login
        parts = [person, TITLE, "только чтение" if seat.read_only else ""]
        self.setWindowTitle(" — ".join(part for part in parts if part))
        self.banners.say("read_only", READ_ONLY if seat.read_only else "")

    def show_training(self, training: bool) -> None:
        """Say that the city is not a real one."""
        self.training = training
        self.banners.say("training", TRAINING if training else "", "training")

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the layout; what the window stands on is closed by who made it, at the signal `closed`."""
        try:
            self.docks.memory.save()
        except ReadOnly as error:
            log.warning("the layout could not be kept: %s", error)
        self.status.stop()
        self.closed.emit()
        event.accept()

    def showEvent(self, event: QShowEvent) -> None:
        """The shares of the default layout can be given, and the front panel is known, once the window has its size."""
        super().showEvent(event)
        if not self._arranged:
            self._arranged = True
            if not self.docks.memory.restored:
                self.docks.share()
            self.docks.begin()

    # menus

    def _fill_menu(self, menu: QMenuBar, panels: Sequence[Panel]) -> None:
        program = menu.addMenu("&Программа")
        _add(program, "Новое сообщение", "F2", lambda: self._hub.begun.emit(INTAKE, {}))
        _add(program, "Отправить сейчас", "Ctrl+Shift+S", self.status.sync_requested.emit)
        _add(program, "Принять тревогу", "F8", self.alarm_taken.emit)
        _add(program, "Печать карты…", "Ctrl+Alt+P", self.map_print_requested.emit)
        if self.change is not None:
            _add(program, "Сменить сотрудника…", "Ctrl+Shift+L", self.change.ask)
        _add(program, "Заблокировать", "Ctrl+L", self.lock_requested.emit)
        if self.login is not None:
            _add(program, "Войти на сервере…", "", self.login.ask)
        program.addSeparator()
        _add(program, "Настройки", "Ctrl+,", lambda: self.docks.show("settings"))
        program.addSeparator()
        _add(program, "Выход", "Ctrl+Q", self.close)
        self._fill_go(menu.addMenu("П&ерейти"), panels)
        view = menu.addMenu("&Вид")
        view.addActions(self.docks.toggles)
        view.addSeparator()
        windows = view.addMenu("Отдельным окном")
        for panel in panels:
            action = _add(windows, panel.title, "", lambda _=False, key=panel.key: self.docks.float(key))
            self._ways.setdefault(panel.key, []).append(action)
        view.addMenu(self._layouts_menu())
        _add(view, "Во весь экран", "F11", self.toggle_full_screen)
        _add(view, "Убрать сообщения программы", "Ctrl+Shift+U", self.tidy_requested.emit)
        self._fill_themes(menu.addMenu("&Тема"))
        about = menu.addMenu("&Справка")
        _add(about, "&Справка об этом месте", "F1", lambda: self._explain(page_of(QApplication.focusWidget())))
        _add(about, "С&одержание", "", lambda: self._explain(CONTENTS))
        _add(about, "&Клавиши", "?", KeysSheet(self, self.known_keys).toggle)

    def _fill_go(self, menu: QMenu, panels: Sequence[Panel]) -> None:
        """Panels under the headings of their groups; the first nine by number, the map by zero."""
        _add(menu, "Найти в городе", "Ctrl+K", self.search_requested.emit)
        group = ""
        for number, panel in enumerate(panels, 1):
            if panel.group != group:
                menu.addSection(panel.group or "Рабочее место")
                group = panel.group
            keys = "Ctrl+0" if panel.key == "map" else f"Ctrl+{number}" if number < 10 else ""
            action = _add(menu, panel.title, keys, lambda _=False, key=panel.key: self.docks.call(key))
            self._ways.setdefault(panel.key, []).append(action)
            if panel.key == "map":
                _add(menu, "Вторая карта", "Ctrl+Alt+0", self.second_map_requested.emit)

    def lend_keys(self, to: QWidget, but: Set[str]) -> None:
        """Let the keys of the menus work in a window beside this one, but for those that mean something else there."""
        bar = self.banners.findChild(QMenuBar)
        if isinstance(bar, QMenuBar):
            lend(bar, to, but)

    def offer(self, hidden: Set[str]) -> None:
        """Panels that are not for the person who sits here are neither shown nor in the menus."""
        self.docks.offer(self._ways.keys() - hidden)
        for key, actions in self._ways.items():
            for action in actions:
                action.setVisible(key not in hidden)
                action.setEnabled(key not in hidden)

    def _layouts_menu(self) -> QMenu:
        menu = LayoutsMenu(self.layouts, self._seat, self._hub, self._names)
        menu.setParent(self, menu.windowFlags())
        return menu

    def _fill_themes(self, menu: QMenu) -> None:
        group = QActionGroup(menu)
        for key in DESK_THEMES:
            action = _add(menu, Theme.load(key).title, "", lambda _=False, key=key: self.use_theme(key))
            action.setCheckable(True)
            action.setChecked(key == self._appearance.theme.key)
            group.addAction(action)
            self._themes[key] = action

    def use_theme(self, key: str) -> None:
        """Dress the program in another look, and remember it."""
        self._dress(key)
        try:
            self.settings.put("theme", key)
        except ReadOnly as error:
            self._hub.notice.emit(str(error), "warning")
        else:
            self._hub.setting.emit("theme")

    def _dress(self, key: str) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self._appearance.use(key, app, self.settings["text_size"])
        if key in self._themes:
            self._themes[key].setChecked(True)

    def _obey(self, key: str) -> None:
        """A setting has another value: what the window itself does by it."""
        wanted, worn = (self.settings["theme"], self.settings["text_size"]), self._appearance.theme
        if key in ("theme", "text_size") and wanted != (worn.key, worn.percent):
            self._dress(wanted[0])
        elif key == "motion":
            self.docks.animate(self.settings["motion"])

    def focusNextPrevChild(self, following: bool) -> bool:
        """Tab walks through what is seen: to Qt a panel behind a tab is visible and may take the keyboard away."""
        return walk_by_tab(
            self.focusWidget() or self, following, lambda one: one.isVisibleTo(self) and self.docks.sees(one)
        )

    def _explain(self, page: str) -> None:
        self.help_requested.emit(page)

    def known_keys(self) -> list[Key]:
        """Every key that works in this window."""
        bar = self.banners.findChild(QMenuBar)
        return inventory(self, bar) if isinstance(bar, QMenuBar) else []

    def toggle_full_screen(self) -> None:
        self.show_full_screen(not self.isFullScreen())

    def show_full_screen(self, full: bool) -> None:
        """Take the whole screen, or give it back as it was."""
        state = Qt.WindowState.WindowFullScreen
        self.setWindowState(self.windowState() | state if full else self.windowState() & ~state)


def _add(menu: QMenu, title: str, keys: str, act: Callable[..., object]) -> QAction:
    action = menu.addAction(title)
    action.setShortcut(QKeySequence(keys))
    action.triggered.connect(act)
    return action
