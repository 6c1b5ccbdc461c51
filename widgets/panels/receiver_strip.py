"""Who has received a telephonogram: asked for in one line under the table, with what the duty register knows."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLineEdit, QPushButton

from citymanager.on_duty import Officer
from citymanager.schema import Values
from widgets.plain import plain_label
from widgets.theme import set_role

FIELDS = (("receiver_name", "Фамилия"), ("receiver_position", "Должность"), ("receiver_phone", "Телефон"))
READ_BACK = "Прочитал обратно, всё верно"
NEEDED = "Укажите фамилию того, кто принял."


class ReceiverStrip(QFrame):
    """Enter records, Esc gives it up. `left`: nothing was told.

    `told` carries the values, and whether he has read the text back and it was right.
    """

    told = Signal(dict, bool)
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "offer")
        self._question = plain_label("", "section", wrap=True)
        self._problem = plain_label("", "problem", wrap=True)
        self.fields = {key: QLineEdit() for key, _ in FIELDS}
        self.read_back = QCheckBox(READ_BACK)
        self.read_back.installEventFilter(self)
        self.save = QPushButton("Принята")
        set_role(self.save, "primary")
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 8, 10, 8)
        grid.addWidget(self._question, 0, 0, 1, 3)
        places = {"receiver_name": (1, 0, 1, 3), "receiver_position": (2, 0, 1, 1), "receiver_phone": (2, 1, 1, 1)}
        for key, title in FIELDS:
            editor = self.fields[key]
            editor.setPlaceholderText(title)
            editor.setAccessibleName(f"Принял: {title.lower()}")
            editor.setMaxLength(100 if key == "receiver_phone" else 200)
            editor.returnPressed.connect(self._tell)
            editor.installEventFilter(self)
            grid.addWidget(editor, *places[key])
        grid.addWidget(self.save, 2, 2)
        grid.addWidget(self.read_back, 3, 0, 1, 3)
        grid.addWidget(self._problem, 4, 0, 1, 3)
        self.save.clicked.connect(self._tell)
        self.hide()

    def ask(self, name: str, known: Officer | None) -> None:
        """Ask who at this addressee has received it; who is on duty there is offered."""
        self._question.setText(f"Кто принял: {name}")
        self._problem.hide()
        self.read_back.setChecked(False)
        found = known or Officer()
        values = (found.name, found.position if found.name else "", found.phone)
        for editor, value in zip(self.fields.values(), values, strict=True):
            editor.setText(value)
            editor.setCursorPosition(0)
        self.show()
        self.fields["receiver_name"].setFocus()
        self.fields["receiver_name"].selectAll()

    def _tell(self) -> None:
        values: Values = {key: editor.text().strip() for key, editor in self.fields.items() if editor.text().strip()}
        if "receiver_name" not in values:
            self._problem.setText(NEEDED)
            self._problem.show()
            self.fields["receiver_name"].setFocus()
            return
        self.hide()
        self.told.emit(values, self.read_back.isChecked())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc is ours here, not the panel's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            event.setAccepted(event.key() == Qt.Key.Key_Escape)
            return event.isAccepted()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.left.emit()
        else:
            super().keyPressEvent(event)
