"""What can be done with many chosen rows: it stands over the table while more than one is chosen."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from citymanager.errors import Refused
from citymanager.schema import Module, Values
from citymanager.store import Record
from citymanager.tasks import Tasks
from citymanager.text import plural
from widgets.bulk_moves import Offer, offers, told
from widgets.editors import Surroundings, editor_of
from widgets.plain import plain_label
from widgets.seat import Seat
from widgets.theme import set_role

MOST = 5_000
"""Records that are moved at once at most: whoever has chosen more by a slip of the hand is told."""
WIDTH = 380


class BulkStrip(QFrame):
    """`wanted` carries an `Offer` and the values that go with it."""

    wanted = Signal(object, object)
    told = Signal(str)
    """Why nothing is offered."""

    def __init__(self, module: Module, tasks: Tasks, seat: Seat, surroundings: Surroundings) -> None:
        super().__init__()
        self._module, self._tasks, self._seat, self._around = module, tasks, seat, surroundings
        self.numbers: Callable[[], Sequence[int]] = tuple
        """The store's numbers of the chosen rows."""
        self.count, self.act = plain_label(""), QPushButton("Перевести…")
        set_role(self, "bar")
        self.act.clicked.connect(self.ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(self.count)
        row.addWidget(self.act)
        row.addStretch(1)
        self.hide()

    def show_count(self, count: int) -> None:
        """So many rows are chosen."""
        self.count.setText(f"Выбрано: {plural(count, 'запись', 'записи', 'записей')}")
        self.setVisible(count > 1)

    def ask(self) -> None:
        """Look at the chosen records, then offer what they may take."""
        numbers = list(self.numbers())
        if len(numbers) > MOST:
            self.told.emit(f"Выбрано слишком много: перевести можно не больше {MOST} записей за раз.")
            return
        key = self._module.key
        self._tasks.read(
            lambda reader: [one for one in reader.page(key, numbers) if one is not None], self._offer, owner=self
        )

    def _offer(self, records: Sequence[Record]) -> None:
        found = offers(self._module, records, self._seat.role)
        if not found:
            self.told.emit("Ни одну из выбранных записей отсюда перевести нельзя.")
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for one in found:
            words = f"{one.title.replace('&', '&&')} — {len(one.able)} из {len(records)}"
            menu.addAction(words).triggered.connect(partial(self.open_sheet, one))
        menu.popup(self.act.mapToGlobal(QPoint(0, self.act.height() + 2)))

    def open_sheet(self, offer: Offer, _checked: bool = False) -> "BulkSheet":
        """The last look before it is done."""
        sheet = BulkSheet(offer, self._module, self._around, self)
        sheet.ready.connect(lambda values: self.wanted.emit(offer, values))
        sheet.open_below(self.act)
        return sheet


class BulkSheet(QFrame):
    """How many will take a move and why others will not; asks for what it requires, one value for all."""

    ready = Signal(object)

    def __init__(self, offer: Offer, module: Module, around: Surroundings, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_role(self, "popup")
        self.setFixedWidth(WIDTH)
        self._module = module
        self.editors = {key: editor_of(module.field(key), around) for key in offer.fields}
        self._problem = plain_label("", "problem", wrap=True)
        self._problem.hide()
        count = plural(len(offer.able), "записи", "записям", "записям")
        self.accept = QPushButton(f"Применить к {count}")
        set_role(self.accept, "primary")
        self.accept.clicked.connect(self._finish)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.addWidget(plain_label(offer.title, "section"))
        if offer.closed:
            words = f"Не примут: {offer.closed.total()} — {told(offer.closed)}."
            column.addWidget(plain_label(words, "caption", wrap=True))
        for key, editor in self.editors.items():
            column.addWidget(plain_label(f"{module.field(key).title} — где ещё не заполнено"))
            column.addWidget(editor)
        for widget in (self._problem, self.accept):
            column.addWidget(widget)

    def open_below(self, widget: QWidget) -> None:
        self.adjustSize()
        self.move(widget.mapToGlobal(QPoint(0, widget.height() + 4)))
        self.show()
        (next(iter(self.editors.values()), None) or self.accept).setFocus()

    def _finish(self) -> None:
        try:
            values: Values = {key: editor.value() for key, editor in self.editors.items()}
            empty = [self._module.field(key).title for key, value in values.items() if value in (None, "", [])]
            if empty:
                raise Refused(f"Заполните: {', '.join(f'«{one}»' for one in empty)}.")
        except Refused as error:
            self._problem.setText(str(error))
            self._problem.show()
            self.adjustSize()
            return
        self.ready.emit(values)
        self.close()
