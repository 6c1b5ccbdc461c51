"""One file of a record in its card: its name, how it stands, and what can be done with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from citymanager.attachments import Named
from widgets.file_words import Standing
from widgets.photos.thumbnail import Thumbnail
from widgets.plain import plain_label
from widgets.theme import set_role

OPEN, SAVE, DROP = "Открыть", "Сохранить как…", "Убрать"


class FileRow(QWidget):
    """Stays while its file's standing changes, so that neither a click nor the keyboard falls beside it."""

    opened = Signal()
    saved = Signal()
    dropped = Signal()
    looked_at = Signal()
    """The photo is to be shown large."""

    def __init__(self, file: Named, *, usable: bool) -> None:
        """`usable`: there is somebody who can open files; else they are only listed."""
        super().__init__()
        self.file = file
        self.name, self.note = plain_label(file.name, wrap=True), plain_label("", "caption", wrap=True)
        self.name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open, self.save, self.drop = QPushButton(OPEN), QPushButton(SAVE), QPushButton(DROP)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for button, signal in ((self.open, self.opened), (self.save, self.saved), (self.drop, self.dropped)):
            set_role(button, "quiet")
            button.setAccessibleName(f"{button.text().rstrip('…')}: {file.name}")
            button.clicked.connect(signal)
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.open.setVisible(usable)
        self.save.setVisible(usable)
        self.thumbnail = Thumbnail(file.name)
        self.thumbnail.clicked.connect(self.looked_at)
        row, column = QHBoxLayout(self), QVBoxLayout()
        row.setContentsMargins(0, 2, 0, 4)
        row.addWidget(self.thumbnail, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(column, 1)
        column.setSpacing(1)
        column.addWidget(self.name)
        column.addWidget(self.note)
        column.addLayout(buttons)
        column.addStretch(1)

    def show_standing(self, now: Standing) -> None:
        self.note.setText(now.text)
        set_role(self.note, now.role)
        self.open.setEnabled(now.can_open)
        self.save.setEnabled(now.can_open)

    def set_closed(self, closed: bool) -> None:
        """Whether the file can't be taken away."""
        self.drop.setVisible(not closed)
