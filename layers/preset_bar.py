"""The row of the layer panel that chooses a set of layers by its name, and the line in which a name is typed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from layers.presets import LONGEST_NAME, Presets

OWN_CHOICE = "Свой выбор слоёв"


class PresetBar(QWidget):
    """The sets by name, the one that is shown now marked; «⋯» keeps and forgets own ones."""

    used = Signal(str)
    named = Signal(str)
    """Keep what is shown under this name."""
    forgotten = Signal(str)

    def __init__(self, presets: Presets) -> None:
        super().__init__()
        self._presets = presets
        self.box, self.more, self.name = QComboBox(), QToolButton(), QLineEdit()
        self.strip = QFrame()
        self.problem = QLabel()
        self._save = QToolButton()
        self._build()
        self.fill("")

    def _build(self) -> None:
        self.box.setAccessibleName("Набор слоёв")
        self.box.setPlaceholderText(OWN_CHOICE)
        self.box.setMinimumContentsLength(10)
        self.more.setText("⋯")
        self.more.setAccessibleName("Сохранить или удалить набор слоёв")
        self.more.setToolTip("Сохранить или удалить набор слоёв")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.menu = QMenu(self)
        self.menu.aboutToShow.connect(self._offer)
        self.more.setMenu(self.menu)
        self.name.setPlaceholderText("Имя набора")
        self.name.setAccessibleName("Имя набора слоёв")
        self.name.setMaxLength(LONGEST_NAME)
        self._save.setText("Сохранить")
        self._save.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setProperty("role", "problem")
        self.problem.setWordWrap(True)
        row, typed, column = QHBoxLayout(), QHBoxLayout(self.strip), QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        typed.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box, 1)
        row.addWidget(self.more)
        typed.addWidget(self.name, 1)
        typed.addWidget(self._save)
        column.addLayout(row)
        column.addWidget(self.strip)
        column.addWidget(self.problem)
        self.close_strip()
        self.box.activated.connect(lambda row: self.used.emit(self.box.itemText(row)))
        self.name.returnPressed.connect(self._submit)
        self._save.clicked.connect(self._submit)

    def fill(self, current: str) -> None:
        """Take the sets anew; `current` is the one that is shown now, empty: none of them."""
        self.box.clear()
        for name in self._presets.shipped:
            self.box.addItem(name)
            self.box.setItemData(self.box.count() - 1, self._presets.hint(name), Qt.ItemDataRole.ToolTipRole)
        if self._presets.own:
            self.box.insertSeparator(self.box.count())
            self.box.addItems(self._presets.own)
        self.mark(current)

    def mark(self, current: str) -> None:
        self.box.setCurrentIndex(self.box.findText(current) if current else -1)

    def ask_name(self) -> None:
        """Let a name be typed; that of an own set is offered."""
        current = self.box.currentText()
        self.name.setText(current if current in self._presets.own else "")
        self.strip.show()
        self.name.setFocus()
        self.name.selectAll()

    def close_strip(self) -> None:
        self.strip.hide()
        self.say("")

    def say(self, problem: str) -> None:
        """Why something can't be, in Russian; empty: it can."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def _submit(self) -> None:
        self.named.emit(self.name.text())

    def _offer(self) -> None:
        self.menu.clear()
        self.menu.addAction("&Сохранить как…").triggered.connect(self.ask_name)
        current = self.box.currentText()
        if current in self._presets.own:
            title = f"&Удалить «{current.replace('&', '&&')}»"
            self.menu.addAction(title).triggered.connect(lambda: self.forgotten.emit(current))
