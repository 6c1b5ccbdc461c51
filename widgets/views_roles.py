"""The small window that asks which roles begin a table with a view that was offered to all."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from citymanager.modules.views import SEATED
from widgets.plain import one_line, plain_label
from widgets.theme import set_role

NOTE = "Кто сам выбрал вид для этой таблицы, начинает со своего."
INDENT = 26


class RolesSheet(QFrame):
    """Asks for roles; beside each stands what it begins with now, if that is another view."""

    chosen = Signal(list)
    """Keys of roles."""

    def __init__(self, name: str, begins: tuple[str, ...], others: Mapping[str, str], parent: QWidget) -> None:
        """`begins`: the roles that begin with the view now. `others`: by its role, the view that gives way."""
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_role(self, "popup")
        self.boxes = {one.key: QCheckBox(one.title) for one in SEATED}
        self.accept = QPushButton("Сохранить")
        set_role(self.accept, "primary")
        self.accept.clicked.connect(self._finish)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.addWidget(plain_label(f"Начинать с «{one_line(name, 40)}»: роли", "section"))
        for key, box in self.boxes.items():
            box.setChecked(key in begins)
            column.addWidget(box)
            if key in others:
                column.addWidget(_indented(f"сейчас начинает с «{one_line(others[key], 60)}»"))
        column.addWidget(plain_label(NOTE, "caption", wrap=True))
        column.addWidget(self.accept)

    def open_below(self, widget: QWidget) -> None:
        self.adjustSize()
        self.move(widget.mapToGlobal(QPoint(0, widget.height() + 4)))
        self.show()
        next(iter(self.boxes.values())).setFocus()

    def _finish(self) -> None:
        self.chosen.emit([key for key, box in self.boxes.items() if box.isChecked()])
        self.close()


def _indented(text: str) -> QLabel:
    """Below a box's words."""
    label = plain_label(text, "caption")
    label.setContentsMargins(INDENT, 0, 0, 4)
    return label
