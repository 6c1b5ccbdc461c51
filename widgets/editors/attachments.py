"""Files of a record: their names and sizes; added and taken away where somebody can take them in."""

from typing import Any

from PySide6.QtWidgets import QPushButton, QVBoxLayout

from citymanager.schema import Field
from widgets.editors.editor import Editor, Surroundings
from widgets.editors.rows import Rows

_UNITS = ((1 << 20, "МБ"), (1 << 10, "КБ"))


class FilesEditor(Editor):
    """The list of a record's files."""

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self._files: list[dict[str, Any]] = []
        column = QVBoxLayout()
        column.setSpacing(2)
        self.row.addLayout(column, 1)
        self._rows = Rows()
        self._rows.dropped.connect(self._drop)
        column.addWidget(self._rows)
        self.choose = QPushButton("Добавить файлы…")
        self.choose.clicked.connect(self._choose)
        self.add(self.choose)
        column.addWidget(self.choose)
        self.row.addStretch(0)
        self.set_reading(False)

    @property
    def _closed(self) -> bool:
        return self.reading or self.surroundings.choose_files is None

    def _choose(self) -> None:
        if self.surroundings.choose_files is not None:
            self.surroundings.choose_files(self, self._add)

    def _add(self, entries: list[dict[str, Any]]) -> None:
        known = {one.get("sha256") for one in self._files}
        self._files += [one for one in entries if one["sha256"] not in known]
        self._show()
        self.edited.emit()

    def _drop(self, number: int) -> None:
        del self._files[number]
        self._show()
        self.edited.emit()

    def _show(self) -> None:
        rows = [(str(one.get("name", "файл")), size_in_words(one.get("size"))) for one in self._files]
        self._rows.show_rows(rows, closed=self._closed, empty="нет файлов" if self._closed else "")

    def show_value(self, value: Any) -> None:
        self._files = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        self._show()

    def value(self) -> Any:
        return list(self._files) or None

    def state(self) -> Any:
        return list(self._files)

    def restore(self, state: Any) -> None:
        self.show_value(state)

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.choose.setVisible(not self._closed)
        self._show()


def size_in_words(size: Any) -> str:
    """«1,4 МБ»; empty if it is not known."""
    if not isinstance(size, int):
        return ""
    for one, unit in _UNITS:
        if size >= one:
            return f"{size / one:.1f} {unit}".replace(".", ",")
    return f"{size} Б"
