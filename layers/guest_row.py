"""What can be done with a temporary layer that is chosen in the panel, and what is said of it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from layers.guests.guests import Stay
from layers.layer_words import spaced

FLEETING = "Временный слой: с концом работы программы он исчезнет, файл останется, где был."


class GuestRow(QWidget):
    """Buttons for one temporary layer. Each signal names it by its key."""

    look = Signal(str)
    swap = Signal(str)
    move_in = Signal(str)
    """Its features are wanted as records of a module."""
    dismiss = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._key = ""
        self.where, self.turn = QPushButton("Показать весь"), QPushButton("Поменять широту и долготу")
        self.into, self.away = QPushButton("Перенести в раздел…"), QPushButton("Убрать")
        self.turn.setProperty("role", "primary")
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 0, 8, 8)
        grid.setSpacing(6)
        grid.addWidget(self.turn, 0, 0, 1, 2)
        grid.addWidget(self.where, 1, 0)
        grid.addWidget(self.away, 1, 1)
        grid.addWidget(self.into, 2, 0, 1, 2)
        for button, signal in (
            (self.where, self.look), (self.turn, self.swap), (self.into, self.move_in), (self.away, self.dismiss),
        ):  # fmt: skip
            button.clicked.connect(lambda _=False, signal=signal: signal.emit(self._key))
        self.hide()

    def show_stay(self, key: str, stay: Stay | None) -> None:
        """Another layer is chosen; None: it is none of these."""
        self._key = key
        self.setVisible(stay is not None)
        self.turn.setVisible(stay is not None and stay.guest.head.swapped)


def told_of(stay: Stay) -> str:
    """What is known of such a layer, a fact a line."""
    head = stay.guest.head
    left_out = f"Без места на карте пропущено: {spaced(head.left_out)}" if head.left_out else ""
    facts = (f"Объектов: {spaced(head.count)}. Координаты: {head.system}", left_out, *head.notes, FLEETING)
    return "\n".join(filter(None, facts))
