"""What else can be done with a panel's table and card: to paper, into a file."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from citymanager.store.bulk_acts import BulkAct
from citymanager.text import plural
from citymanager.values import CITY_ZONE, parse_moment

TITLE = "Печать и сохранение"


class MoreButton(QToolButton):
    """A button with a short menu; its keys stand in the cheat sheet with the panel's others."""

    table_print_requested = Signal()
    card_print_requested = Signal()
    export_requested = Signal()
    back_requested = Signal()
    """The last act on many records is to be taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.setText("···")
        self.setToolTip(TITLE)
        self.setAccessibleName(TITLE)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        self.table = menu.addAction("Печать таблицы…\tCtrl+P")
        self.card = menu.addAction("Печать карточки…\tCtrl+P в карточке")
        self.file = menu.addAction("Сохранить таблицу…\tCtrl+Shift+E")
        self.table.triggered.connect(self.table_print_requested)
        self.card.triggered.connect(self.card_print_requested)
        self.file.triggered.connect(self.export_requested)
        self._of_card: list[QAction] = [self.card]
        self.back = menu.addAction("")
        self.back.triggered.connect(self.back_requested)
        self.back.setVisible(False)
        self.setMenu(menu)

    def offer_back(self, act: BulkAct | None) -> None:
        """The act on many records that can be taken back; None: there is none."""
        self.back.setVisible(act is not None)
        if act is not None:
            when = parse_moment(act.at).astimezone(CITY_ZONE)
            count = plural(act.left, "запись", "записи", "записей")
            self.back.setText(f"Отменить «{act.title.replace('&', '&&')}»: {count}, {when:%d.%m %H:%M}")

    def add(self, title: str, act: Callable[[], object], *, card: bool = False) -> None:
        """What this module has beside. `card`: it is about the record in the card."""
        added = self.menu().addAction(title)
        added.triggered.connect(lambda: act())
        if card:
            self._of_card.append(added)

    def offer_card(self, on: bool) -> None:
        """Whether there is a card to print."""
        for action in self._of_card:
            action.setEnabled(on)
