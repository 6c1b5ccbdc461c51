"""Пересечения: what works that are under way or to come clash with; a row chosen here is shown on the map."""

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from citymanager.clashes import Clash
from citymanager.hub import Hub
from citymanager.tasks import Tasks
from widgets.keys import add_key
from widgets.panels.city_clashes import CityClashes
from widgets.panels.clash_model import COLUMNS, ClashModel
from widgets.plain import plain_label
from widgets.record_empty import EmptyPage
from widgets.seat import Seat
from widgets.theme import Appearance, set_role

TITLE, AGAIN = "Пересечения", "Проверить снова"
NONE = "Пересечений нет: работы, которые идут или предстоят, ни с чем не сходятся."


class ClashPanel(QWidget):
    """The city is looked through when the list is first seen, and anew after changes while it is seen."""

    outlined = Signal(object)
    """The chosen `Clash`, to be outlined on the map; None: no more."""

    def __init__(self, tasks: Tasks, hub: Hub, appearance: Appearance, seat: Seat, clashes: CityClashes) -> None:
        super().__init__()
        self._tasks, self._hub, self._seat, self._clashes = tasks, hub, seat, clashes
        self._on_map: Clash | None = None
        self.model, self.table = ClashModel(appearance, self), QTableView()
        self.all, self.bans = QPushButton("Все"), QPushButton("Запреты")
        self.open, self.open_other = QPushButton("Открыть ордер"), QPushButton("Открыть, с чем")
        self.empty = EmptyPage({AGAIN: clashes.search})
        self._build()
        self._wire()
        self._say("Проверка…")
        self._offer()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._if_seen)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._outline(None)

    def _if_seen(self) -> None:
        if self.isVisible():
            self._show()
            self._clashes.look()

    # the list

    def _show(self) -> None:
        if not self._clashes.known:
            return
        declared, chosen = self._tasks.glance.modules, self._chosen()
        seen = [one for one in self._clashes.now if self._seat.may_read(declared[one.other_module])]
        bans = [one for one in seen if one.banned]
        self.all.setText(f"Все: {len(seen)}")
        self.bans.setText(f"Запреты: {len(bans)}")
        self.model.show_things(bans if self.bans.isChecked() else seen)
        if chosen is not None and chosen in self.model.things:
            pick = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
            row = list(self.model.things).index(chosen)
            self.table.selectionModel().select(self.model.index(row, 0), pick)
        if self.model.things:
            self._pages.setCurrentWidget(self.table)
        else:
            self._say("Запретов нет." if seen else NONE)
        self._offer()

    def _say(self, why: str, act: str = "") -> None:
        self.empty.say(why, act)
        self._pages.setCurrentWidget(self.empty)

    def _chosen(self) -> Clash | None:
        rows = self.table.selectionModel().selectedRows()
        return self.model.things[rows[0].row()] if rows else None

    def _choose(self) -> None:
        """Show on the map what is chosen: the works, and an outline where they clash."""
        one = self._chosen()
        self._offer()
        if one is None:
            return
        self._hub.selected.emit(one.module, one.ident)
        if one.shape is not None:
            self._outline(one)

    def _outline(self, one: Clash | None) -> None:
        """What a card has outlined is the card's: only what was outlined here is taken away from here."""
        if one != self._on_map:
            self._on_map = one
            self.outlined.emit(one)

    def _offer(self) -> None:
        one = self._chosen()
        if one is None or one.shape is None:
            self._outline(None)
        self.open.setEnabled(one is not None)
        self.open_other.setEnabled(one is not None and bool(one.other))

    def open_work(self) -> None:
        """Open the order of the chosen clash."""
        if (one := self._chosen()) is not None:
            self._hub.opened.emit(one.module, one.ident)

    def _open_other(self) -> None:
        if (one := self._chosen()) is not None and one.other:
            self._hub.opened.emit(one.other_module, one.other)

    # building

    def _wire(self) -> None:
        self.table.selectionModel().selectionChanged.connect(self._choose)
        self.table.doubleClicked.connect(lambda _: self.open_work())
        self.open.clicked.connect(self.open_work)
        self.open_other.clicked.connect(self._open_other)
        self.bans.toggled.connect(self._show)
        self._clashes.found.connect(self._show)
        self._clashes.failed.connect(lambda why: self._say(why, AGAIN))
        self._clashes.outdated.connect(self._if_seen)
        self._seat.changed.connect(self._show)
        add_key(self, TITLE, "Открыть ордер", "Return", self.open_work)

    def _build(self) -> None:
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._set_table()
        head = QHBoxLayout()
        for chip in (self.all, self.bans):
            chip.setCheckable(True)
            chip.setAutoExclusive(True)
            set_role(chip, "chip")
            head.addWidget(chip)
        self.all.setChecked(True)
        head.addWidget(plain_label("По данным этого рабочего места", "caption"))
        head.addStretch(1)
        head.addWidget(self.open)
        head.addWidget(self.open_other)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 10, 12, 10)
        whole.addLayout(head)
        whole.addWidget(self._pages, 1)
        self.setFocusProxy(self.table)

    def _set_table(self) -> None:
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setWordWrap(False)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        header = self.table.horizontalHeader()
        header.setStretchLastSection(True)
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, (_, width, _) in enumerate(COLUMNS):
            self.table.setColumnWidth(column, width)
        self.table.setAccessibleName(TITLE)
