"""The keys of the map and of its layers, declared in one place: the sheet of keys and the help are held to them."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

GROUP = "keys"
"""The property in which a key says under which heading the sheet of keys has it."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a part, and what it does."""

    group: str
    keys: str
    title: str


FIND_LAYER = Key("Слои карты", "Ctrl+F", "Найти слой")
INTO_LAYERS = Key("Слои карты", "Down", "Из поиска к слоям")
ONLY_LAYER = Key("Слои карты", "Ctrl+Return", "Показать только этот слой")
LAYERS_BACK = Key("Слои карты", "Ctrl+Z", "Вернуть прежние слои")
LEAVE_LAYERS = Key("Слои карты", "Esc", "Не сохранять набор, очистить поиск")
GO_TO = Key("Карта", "Ctrl+G", "Перейти к координатам или по ссылке")
MEASURE_LENGTH = Key("Карта", "Ctrl+M", "Измерить расстояние")
MEASURE_AREA = Key("Карта", "Ctrl+Shift+M", "Измерить площадь")
COPY_LINK = Key("Карта", "Ctrl+Shift+C", "Скопировать ссылку на вид")
OPEN_FILE = Key("Карта", "Ctrl+O", "Открыть файл на карте")
REMOVE_GUEST = Key("Слои карты", "Del", "Убрать временный слой")
FULL_SCREEN = Key("Карта", "Shift+F11", "Карта во весь экран и обратно")
SECOND_MAP = Key("Перейти", "Ctrl+Alt+0", "Вторая карта")
"""Of the main window's menu; the map's own menu tells it, too."""
KEYS = (
    FIND_LAYER, INTO_LAYERS, ONLY_LAYER, LAYERS_BACK, LEAVE_LAYERS,
    REMOVE_GUEST, OPEN_FILE, GO_TO, MEASURE_LENGTH, MEASURE_AREA, COPY_LINK, FULL_SCREEN,
)  # fmt: skip


def add_key(parent: QWidget, key: Key, act: Callable[[], object]) -> QShortcut:
    """Let a key work while the keyboard is inside a widget."""
    shortcut = QShortcut(QKeySequence(key.keys), parent, act)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.setWhatsThis(key.title)
    shortcut.setProperty(GROUP, key.group)
    return shortcut
