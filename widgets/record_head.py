"""The head of a card: which record it is, its status, what of it is not sent or not saved."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from citymanager.schema import STATUS, Module
from citymanager.store import Record
from citymanager.text import plural
from widgets.plain import ElidedLabel, plain_label
from widgets.record_delegate import SHAPE, paint_pill, pill_height
from widgets.theme import Appearance


class Pill(QWidget):
    """A status as in the table, on its own."""

    def __init__(self, module: Module, appearance: Appearance) -> None:
        super().__init__()
        self._module, self._appearance, self._key = module, appearance, ""
        appearance.changed.connect(self.update)

    def show_status(self, key: str) -> None:
        self._key = key
        self.setVisible(bool(key))
        self.setAccessibleName(f"Статус: {self._title()}")
        self.updateGeometry()
        self.update()

    def _title(self) -> str:
        status = self._module.status(self._key)
        return status.title if status else self._key

    def sizeHint(self) -> QSize:
        return QSize(
            self.fontMetrics().horizontalAdvance(self._title()) + SHAPE + 36, pill_height(self.fontMetrics()) + 4
        )

    def minimumSizeHint(self) -> QSize:
        return QSize(60, pill_height(self.fontMetrics()) + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        status, theme = self._module.status(self._key), self._appearance.theme
        mark = theme.tones[status.tone if status else "closed"]
        painter = QPainter(self)
        paint_pill(painter, self.rect().toRectF(), self._title(), mark, theme.colour("text"))
        painter.end()


class RecordHead(QWidget):
    """Title, status and marks of the record in the form."""

    def __init__(self, module: Module, appearance: Appearance) -> None:
        super().__init__()
        self._module = module
        self.title, self.subtitle = ElidedLabel("title", least=200), ElidedLabel("muted")
        self.pill = Pill(module, appearance)
        self.draft = plain_label("черновик", "draft")
        self.draft.setToolTip("Введённое ещё не сохранено. Оно лежит на этом рабочем месте и не пропадёт.")
        self.unsent = plain_label("", "caption")
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.title)
        top.addWidget(self.pill)
        top.addWidget(self.draft)
        top.addStretch(1)
        below = QHBoxLayout()
        below.addWidget(self.subtitle, 1)
        below.addWidget(self.unsent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addLayout(below)

    def show_record(self, record: Record | None, name: str = "", aside: int = 0) -> None:
        """None is a new card; `name`: the record in one line; `aside`: its edits that wait for a person's decision."""
        title, subtitle = _words(self._module, record, name)
        self.title.show_text(title)
        self.subtitle.show_text(subtitle)
        self.pill.show_status(str(record.data.get(STATUS, "")) if record else "")
        unsent = record.unsent if record else 0
        marks = [
            f"! требует внимания: {plural(aside, 'правка', 'правки', 'правок')}" if aside else "",
            f"↑ не отправлено: {plural(unsent - aside, 'правка', 'правки', 'правок')}" if unsent > aside else "",
        ]
        self.unsent.setText(" · ".join(filter(None, marks)))

    def show_draft(self, on: bool) -> None:
        self.draft.setVisible(on)


def _words(module: Module, record: Record | None, name: str) -> tuple[str, str]:
    if record is None:
        return f"Новая карточка: {module.one}", "Звёздочкой отмечены обязательные поля."
    first, _, rest = (name or f"{module.one} без названия").partition(" · ")
    return first, rest
