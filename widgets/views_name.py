"""The small window that asks for the name of a view."""

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from citymanager.modules.views import LONGEST
from widgets.plain import plain_label
from widgets.theme import set_role


class NameSheet(QFrame):
    """Asks for a name; one of a shipped view is not to be had."""

    named = Signal(str)

    def __init__(self, name: str, taken: set[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_role(self, "popup")
        self._taken = taken
        self.line, self.accept = QLineEdit(name), QPushButton("Сохранить")
        self.line.setMaxLength(LONGEST)
        self.line.setAccessibleName("Имя вида")
        self.line.setPlaceholderText("имя вида")
        self.problem = plain_label("", "problem", wrap=True)
        self.problem.hide()
        set_role(self.accept, "primary")
        self.accept.clicked.connect(self._finish)
        self.line.returnPressed.connect(self._finish)
        column, row = QVBoxLayout(self), QHBoxLayout()
        column.setContentsMargins(12, 10, 12, 12)
        row.addWidget(self.line)
        row.addWidget(self.accept)
        column.addLayout(row)
        column.addWidget(self.problem)

    def open_below(self, widget: QWidget) -> None:
        self.adjustSize()
        self.move(widget.mapToGlobal(QPoint(0, widget.height() + 4)))
        self.show()
        self.line.setFocus()

    def _finish(self) -> None:
        name = " ".join(self.line.text().split())
        if not name or name in self._taken:
            self.problem.setText("Это имя занято: назовите иначе." if name else "Назовите вид.")
            self.problem.show()
            self.adjustSize()
            return
        self.named.emit(name)
        self.close()
