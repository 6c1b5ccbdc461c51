"""Where features of a temporary layer go: which module, which column is which field, what would be refused and why."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from citymanager.errors import CityError
from citymanager.exchange.column_map import recognised
from citymanager.schema import Module
from citymanager.text import plural
from widgets.move_in import Features, MoveIn, Preview, mapping, preview
from widgets.plain import plain_label

LEFT = "— не переносить —"
REASONS = 6
"""So many reasons are listed; the commonest first."""
TWICE = "Одно поле выбрано для двух столбцов: «{}». Оставьте один."


class MoveInBox(QDialog):
    """Looks first, saves then. It stands beside the work."""

    def __init__(self, moving: MoveIn, title: str, features: Features, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"Перенести «{title}» в раздел")
        self._moving, self._title, self._features = moving, title, features
        self._names = features().columns
        self._found: Preview | None = None
        self.module, self.columns = QComboBox(), QTableWidget(0, 2)
        self.told = plain_label("", wrap=True)
        buttons = QDialogButtonBox()
        self.go = buttons.addButton("Перенести", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("Отменить", QDialogButtonBox.ButtonRole.RejectRole)
        self.module.setAccessibleName("Раздел")
        for one in moving.open_modules():
            self.module.addItem(one.title, one.key)
        self._modules = {one.key: one for one in moving.open_modules()}
        self.columns.setHorizontalHeaderLabels(["Столбец файла", "Поле раздела"])
        self.columns.setAccessibleName("Какой столбец в какое поле")
        self.columns.verticalHeader().hide()
        self.columns.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        column = QVBoxLayout(self)
        for widget in (plain_label("Раздел"), self.module, self.columns, self.told, buttons):
            column.addWidget(widget)
        self.resize(560, 520)
        self.module.currentIndexChanged.connect(self._list)
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        self._list()

    @property
    def chosen(self) -> Module:
        return self._modules[self.module.currentData()]

    @property
    def fields(self) -> Mapping[str, QComboBox]:
        """The choice of a field for every column of the file."""
        found = {name: self.columns.cellWidget(row, 1) for row, name in enumerate(self._names)}
        return {name: box for name, box in found.items() if isinstance(box, QComboBox)}

    def _list(self) -> None:
        """The columns, with the fields that their names say."""
        known = {one.sources[0]: one.field.key for one in recognised(self.chosen, self._features()).columns}
        self.columns.setRowCount(len(self._names))
        for row, name in enumerate(self._names):
            cell = QTableWidgetItem(name)
            cell.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.columns.setItem(row, 0, cell)
            box = QComboBox()
            box.setAccessibleName(f"Поле для столбца «{name}»")
            box.addItem(LEFT, "")
            for key, field in self.chosen.columns.items():
                if key != "geometry":
                    box.addItem(field.title, key)
            box.setCurrentIndex(max(0, box.findData(known.get(name, ""))))
            box.currentIndexChanged.connect(self._look)
            self.columns.setCellWidget(row, 1, box)
            self.columns.setRowHeight(row, box.sizeHint().height() + 4)
        self._look()

    def _look(self) -> None:
        """Judge all features by what is chosen now."""
        self._found = None
        self.go.setEnabled(False)
        picked = {name: box.currentData() for name, box in self.fields.items()}
        used = [key for key in picked.values() if key]
        twice = next((key for key in used if used.count(key) > 1), None)
        if twice is not None:
            self.told.setText(TWICE.format(self.chosen.columns[twice].title))
            return
        told, source, role = mapping(self.chosen, picked), self._features(), self._moving.seat.role
        self._told = told
        self.told.setText("Проверяется…")
        self._moving.tasks.read(
            lambda reader: preview(reader, source, told, role, self._moving.clock()),
            self._show,
            lambda error: self.told.setText(str(error)),
            owner=self,
            newest="move-in",
        )

    def _show(self, found: Preview) -> None:
        self._found = found
        self.told.setText(words(found))
        self.go.setEnabled(found.new > 0)

    def save(self) -> None:
        """Begin to save what was judged."""
        if self._found is not None and self._found.new:
            found = self._found
            self._moving.save(self._title, self._features, self._told, found.new + found.there + found.refused)
            self.accept()


def words(found: Preview) -> str:
    """What a person reads before he decides."""
    lines = [f"Будет создано: {plural(found.new, 'запись', 'записи', 'записей')}."]
    lines += [f"Уже есть и не изменятся: {found.there}."] if found.there else []
    if found.refused:
        lines.append(f"Не будет перенесено: {found.refused}. Почему:")
        lines += [f"• {reason[:200]} — {count}" for reason, count in found.reasons.most_common(REASONS)]
        more = len(found.reasons) - REASONS
        lines += [f"• и ещё причин: {more}"] if more > 0 else []
    return "\n".join(lines)


def ask(moving: MoveIn, title: str, features: Features, parent: QWidget) -> MoveInBox | None:
    """Open the question; None: this person may make records of no module with a place, and was told so."""
    if not moving.open_modules():
        moving.say("Вы не можете заводить записи ни в одном разделе с местом на карте.")
        return None
    try:
        box = MoveInBox(moving, title, features, parent)
    except CityError as error:
        moving.say(str(error))
        return None
    box.show()
    return box
