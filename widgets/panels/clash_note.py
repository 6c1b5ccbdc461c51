"""What the record in the card clashes with, while it is typed and after it is saved: from the cache, offline too."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from citymanager.clashes import Clash, clashes, told, watched
from citymanager.clashes.clash import TITLES
from citymanager.clashes.finding import modules
from citymanager.modules.rules import RULES
from citymanager.schema import Module
from citymanager.store import Reader
from citymanager.text import plural
from citymanager.values import CITY_ZONE
from widgets.panels.clash_model import level
from widgets.panels.stand import Stand
from widgets.plain import plain_label
from widgets.record_due import DueMark
from widgets.theme import set_role

SOON_MS = 250
"""From the last letter typed to the search."""
MOST = 3
"""Lines in the card; the panel «Пересечения» has all."""
OPEN, ON_MAP = "Открыть", "На карте"
Key = tuple[str, Mapping[str, Any]]


class ClashNote(QWidget):
    """One line for each clash, bans first; not there while there is none, or in a module that can't clash."""

    outlined = Signal(object)
    """The `Clash` whose place is to be seen on the map as it is now; None: none any more."""

    def __init__(self, module: Module, stand: Stand) -> None:
        super().__init__()
        self._module, self._tasks, self._hub, self._clock = module, stand.tasks, stand.hub, stand.clock
        self._seat, self._appearance = stand.seat, stand.appearance
        self._asked: Key = ("", {})
        self.found: Sequence[Clash] = ()
        """What is shown."""
        self._on_map: Clash | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self.hide()
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._search)
        if watched(module.key):
            self._hub.changed.connect(self._changed)
            self._seat.changed.connect(self.leave)

    def show_data(self, ident: str, data: Mapping[str, Any]) -> None:
        """Of a record as it stands in the card, what was typed with it."""
        if not watched(self._module.key) or (ident, data) == self._asked:
            return
        other = ident != self._asked[0]
        self._asked = (ident, dict(data))
        if other:
            self.leave()
            self._show(())
        self._soon.start(0 if other else SOON_MS)

    def leave(self) -> None:
        """The card is left: nothing of it stays on the map."""
        self._outline(None)

    @property
    def told(self) -> list[str]:
        """What stands in the lines."""
        return [told(one) for one in self.found]

    def _changed(self, module: str, idents: list[str]) -> None:
        if module in modules() or module == RULES.key:
            self._soon.start()

    def _search(self) -> None:
        (ident, data), module = self._asked, self._module.key
        today = self._clock().astimezone(CITY_ZONE).date()

        def act(reader: Reader) -> Sequence[Clash]:
            return clashes(reader, module, ident, dict(data), today)

        self._tasks.read(act, self._show, owner=self, newest=f"clashes:{id(self)}")

    def _show(self, found: Sequence[Clash]) -> None:
        declared = self._tasks.glance.modules
        found = [one for one in found if self._seat.may_read(declared[one.other_module])]
        if found == list(self.found):
            return
        self.found = found
        self._follow()
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for row, one in enumerate(found[:MOST]):
            self._add(row, one)
        if (more := len(found) - MOST) > 0:
            rest = f"и ещё {plural(more, 'пересечение', 'пересечения', 'пересечений')}: см. «Пересечения»"
            self._grid.addWidget(plain_label(rest, "caption"), 2 * MOST, 0, 1, 4)
        self.setVisible(bool(found))

    def _follow(self) -> None:
        """What is on the map is as it is now, or is no clash any more."""
        before = self._on_map
        if before is not None and before not in self.found:
            self._outline(next((one for one in self.found if one.other == before.other), None))

    def _outline(self, one: Clash | None) -> None:
        if one == self._on_map:
            return
        self._on_map = one
        for button in self.findChildren(QPushButton, ON_MAP):
            button.setChecked(one is not None and button.property("clash") == one.other)
        self.outlined.emit(one)

    def _add(self, row: int, one: Clash) -> None:
        mark = DueMark(self._appearance)
        mark.show_left("запрет" if one.banned else "исключение" if one.exempt else "пересечение", level(one))
        words = plain_label(told(one), "caption", wrap=True)
        self._grid.addWidget(mark, 2 * row, 0)
        self._grid.addWidget(words, 2 * row + 1, 0, 1, 4)
        if one.other:
            self._grid.addWidget(self._on_map_button(one), 2 * row, 2)
            self._grid.addWidget(self._open_button(one), 2 * row, 3)

    def _on_map_button(self, one: Clash) -> QPushButton:
        """Down while the place is outlined on the map."""
        show = QPushButton(ON_MAP)
        show.setObjectName(ON_MAP)
        show.setProperty("clash", one.other)
        show.setCheckable(True)
        show.setChecked(one == self._on_map)
        set_role(show, "chip")
        show.setToolTip("Обвести на карте место, где сходятся обе записи, или убрать обводку")
        show.setAccessibleName(f"{ON_MAP}: {TITLES[one.kind]} {one.other_name}")
        show.clicked.connect(lambda down: self._outline(one if down else None))
        return show

    def _open_button(self, one: Clash) -> QPushButton:
        go = QPushButton(OPEN)
        set_role(go, "quiet")
        go.setAccessibleName(f"{OPEN}: {TITLES[one.kind]} {one.other_name}")
        go.clicked.connect(partial(self._hub.opened.emit, one.other_module, one.other))
        return go
