"""Every key of the program, as it is: read from the window's own actions and shortcuts, never written down twice."""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar, QWidget

GROUP = "keys"
"""The property in which a shortcut says under which heading its line stands."""
ROW = "row of keys"
"""The property in which each key of a row (Alt+1…Alt+9) says how the row is spelt: it is one line of the sheet."""


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the cheat sheet."""

    group: str
    keys: str
    title: str


TYPED: tuple[Key, ...] = (
    Key("Таблица", "↑ ↓ PgUp PgDn", "Ходить по записям"),
    Key("Таблица", "Enter", "Открыть карточку"),
    Key("Таблица", "Shift+F10", "Меню строки"),
    Key("Поиск", "↓ или Enter", "Из поиска в таблицу"),
    Key("Найти в городе", "↑ ↓ PgUp PgDn", "Ходить по найденному"),
    Key("Найти в городе", "Enter", "Открыть карточку, показать адрес на карте"),
    Key("Найти в городе", "Ctrl+Enter", "Новое сообщение по найденному адресу"),
    Key("Карточка", "Tab, Shift+Tab", "Следующее поле, предыдущее поле"),
    Key("Карточка", "Пробел", "Отметить, нажать кнопку"),
    Key("Карточка", "Alt+↓", "Открыть список вариантов"),
    Key("Дома", "Enter, Shift+Enter", "Взять набранные дома в список; записать, как набрано"),
    Key("Дома", "Delete", "Убрать выбранные дома из списка"),
    Key("Окно", "Alt", "Меню: дальше подчёркнутая буква или стрелки"),
)
"""What widgets answer to by themselves."""


def add_key(parent: QWidget, group: str, title: str, keys: str, act: Callable[[], object]) -> QShortcut:
    """A key that works while the keyboard is inside the widget; it stands in the cheat sheet."""
    shortcut = QShortcut(QKeySequence(keys), parent)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.setProperty(GROUP, group)
    shortcut.setWhatsThis(title)
    shortcut.activated.connect(act)
    return shortcut


def add_row(parent: QWidget, group: str, title: str, keys: Sequence[str], act: Callable[[int], object]) -> None:
    """Keys that do the same, each to another one of a list: `act` is told which, from 0 on."""
    row = f"{keys[0]}…{keys[-1]}"
    for place, one in enumerate(keys):
        add_key(parent, group, title, one, partial(act, place)).setProperty(ROW, row)


def inventory(window: QMainWindow, bar: QMenuBar) -> list[Key]:
    """All keys of the window by group: menus in their order, then the keys of its parts, then what widgets know."""
    found = dict.fromkeys([*_of_menus(bar), *_of_parts(window), *TYPED])
    groups = list(dict.fromkeys(key.group for key in found))
    return sorted(found, key=lambda key: groups.index(key.group))


def _of_menus(bar: QMenuBar) -> Iterator[Key]:
    for top in bar.actions():
        menu = top.menu()
        if isinstance(menu, QMenu):
            for action in actions(menu):
                if not action.shortcut().isEmpty() and action.isVisible():
                    yield Key(plain(top.text()), spelled(action.shortcut()), plain(action.text()))


def lend(bar: QMenuBar, to: QWidget, but: Set[str]) -> None:
    """Let the menus' keys work in another window, too, but for those that mean something else there."""
    for top in bar.actions():
        menu = top.menu()
        if isinstance(menu, QMenu):
            keyed = (one for one in actions(menu) if not one.shortcut().isEmpty())
            to.addActions([one for one in keyed if spelled(one.shortcut()) not in but])


def actions(menu: QMenu) -> Iterator[QAction]:
    """What can be chosen in a menu, its submenus included."""
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from actions(below)
        elif not action.isSeparator():
            yield action


def _of_parts(window: QMainWindow) -> Iterator[Key]:
    for shortcut in window.findChildren(QShortcut):
        if shortcut.whatsThis():
            group = str(shortcut.property(GROUP) or "Окно")
            yield Key(group, str(shortcut.property(ROW) or spelled(shortcut.key())), shortcut.whatsThis())


def spelled(keys: QKeySequence) -> str:
    """As it stands on the keyboard."""
    return keys.toString(QKeySequence.SequenceFormat.PortableText).replace("Return", "Enter").replace("Left", "←")


def plain(title: str) -> str:
    """A title without its mnemonic."""
    return title.replace("&&", "\0").replace("&", "").replace("\0", "&").rstrip("…")
