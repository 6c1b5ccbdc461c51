"""Print of the map: asked for in a small window, drawn for its paper, looked at, printed; a journal line each."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QPagedPaintDevice, QShortcut
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from citymanager.errors import CityError
from citymanager.schema import Module
from widgets.parts import MapPicture, Photograph
from widgets.plain import plain_label
from widgets.printing.map_sheet import PAPERS, Format, MapSheet, paint, pdf
from widgets.printing.print_stand import PrintStand
from widgets.theme import set_role

TITLE = "Карта города"
WORK = "Печать карты"
DRAWN = "Карта рисуется…"
WAYS = {"альбомный": True, "книжный": False}
LONGEST_TITLE = 120


class MapOrder(QWidget):
    """Asks for title and paper, in a window of its own that stands in nobody's way."""

    def __init__(self, ask: Callable[[str, Format], None], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(WORK)
        self.title, self.paper, self.way = QLineEdit(TITLE), QComboBox(), QComboBox()
        self.title.setMaxLength(LONGEST_TITLE)
        self.paper.addItems(list(PAPERS))
        self.way.addItems(list(WAYS))
        self.go, self.drop = QPushButton("Показать лист"), QPushButton("Отмена")
        self.message = plain_label("", "muted", wrap=True)
        set_role(self.go, "primary")
        self._ask = ask
        self._lay_out()

    def _lay_out(self) -> None:
        form = QFormLayout()
        for words, editor in (("&Заголовок", self.title), ("&Бумага", self.paper), ("&Лист", self.way)):
            form.addRow(words, editor)
        buttons = QHBoxLayout()
        buttons.addWidget(self.message, 1)
        buttons.addWidget(self.go)
        buttons.addWidget(self.drop)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addStretch()
        column.addLayout(buttons)
        self.setMinimumWidth(440)
        self.go.clicked.connect(self.submit)
        self.drop.clicked.connect(self.close)
        for key in ("Return", "Enter"):
            QShortcut(QKeySequence(key), self).activated.connect(self.submit)
        QShortcut(QKeySequence("Esc"), self).activated.connect(self.close)
        self.title.selectAll()
        self.title.setFocus()

    def submit(self) -> None:
        if self.go.isEnabled():
            self.go.setEnabled(False)
            self.message.setText(DRAWN)
            self._ask(
                self.title.text().strip() or TITLE, Format(self.paper.currentText(), WAYS[self.way.currentText()])
            )

    def refuse(self, why: str) -> None:
        """It could not be drawn; it may be tried again."""
        self.message.setText(why)
        self.go.setEnabled(True)


class MapPress(QObject):
    """Prints what the map shows."""

    def __init__(
        self, stand: PrintStand, photograph: Photograph, modules: Mapping[str, Module], age: Callable[[], str]
    ) -> None:
        """`age`: how old the data are at this moment, in words for paper."""
        super().__init__(stand.window)
        self._stand, self._tasks = stand, stand.tasks
        self._photograph, self._modules, self._age = photograph, modules, age
        self.previews = stand.previews
        self.order: MapOrder | None = None
        """The window that asks, while it is open."""

    def ask(self) -> None:
        """Open the window that asks for the paper, or bring it to the front."""
        if self.order is None:
            self.order = MapOrder(self._take, self._stand.window)
            self.order.destroyed.connect(self._closed)
        self.order.show()
        self.order.activateWindow()

    def _closed(self) -> None:
        self.order = None

    def _take(self, title: str, paper: Format) -> None:
        room, _ = paper.places(paper.room)

        def done(picture: MapPicture) -> None:
            if self.order is not None:  # whoever has closed it does not want the map any more
                self._compose(title, paper, picture)

        self._photograph(room.width(), room.height(), done, self._refuse)

    def _compose(self, title: str, paper: Format, picture: MapPicture) -> None:
        whys = [self._stand.seat.why_not_print(self._modules[one.module]) for one in picture.legend]
        if why := next(filter(None, whys), ""):
            self._refuse(f"{why} Снимите его в слоях карты.")
            return
        imprint = self._stand.imprint()
        about = " · ".join(filter(None, (imprint.city, self._age())))
        sheet = MapSheet(title, about, picture, imprint.foot, paper)
        self._tasks.long(WORK, lambda hands: pdf(sheet), lambda made: self._show(sheet, made), self._failed, self)

    def _show(self, sheet: MapSheet, made: bytes) -> None:
        from widgets.printing.preview import Preview  # QtPdf is loaded by who prints

        def allowed(how: str) -> None:
            for one in sheet.picture.legend:
                self._stand.journal.print(one.module, one.records, f"карта, {how}")
            if not sheet.picture.legend:
                self._stand.journal.print("map", 0, f"карта без записей, {how}")

        def on_paper(device: QPagedPaintDevice, done: Callable[[], None]) -> None:
            self._tasks.long(WORK, lambda hands: paint(sheet, device), lambda _: done(), self._failed, self)

        preview = Preview(sheet.title, made, allowed, on_paper, self._stand.window)
        self._stand.show(preview)
        if self.order is not None:
            self.order.close()

    def _refuse(self, why: str) -> None:
        if self.order is not None:
            self.order.refuse(why)

    def _failed(self, error: CityError) -> None:
        self._refuse(str(error))
        self._stand.tell(error)
