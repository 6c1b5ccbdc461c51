"""The foot of a card: save, cancel, and what came of it."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from widgets.plain import plain_label
from widgets.theme import set_role


class RecordFoot(QFrame):
    """Buttons, the word of success, and the reason of a refusal, which stays until the next act."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "foot")
        self._refused = plain_label("", "refusal", wrap=True)
        self._refused.hide()
        self.message = plain_label("", "good")
        self.save, self.cancel = QPushButton("Сохранить"), QPushButton("Отменить")
        self.undo = QPushButton("Вернуть введённое")
        set_role(self.save, "primary")
        set_role(self.undo, "quiet")
        self.save.setToolTip("Ctrl+S или Ctrl+Enter")
        row = QHBoxLayout()
        row.addWidget(self.message)
        row.addWidget(self.undo)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 10)
        column.addWidget(self._refused)
        column.addLayout(row)

    @property
    def refusal(self) -> str:
        """Why the last act was refused; empty if it was not."""
        return self._refused.text()

    def refuse(self, reason: str) -> None:
        self._refused.setText(reason)
        self._refused.setVisible(bool(reason))

    def show_state(self, *, closed: bool, saving: bool, savable: bool, touched: bool, undoable: bool) -> None:
        """What can be done now."""
        self.setVisible(not closed or bool(self.refusal))
        for button in (self.save, self.cancel):
            button.setVisible(not closed)
        self.save.setEnabled(savable and not saving)
        self.save.setText("Сохраняется…" if saving else "Сохранить")
        self.cancel.setEnabled(touched and not saving)
        self.undo.setVisible(undoable)
