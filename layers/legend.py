"""The layers of the map as a list: each may be switched off, and each says what its colours and shapes mean."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPixmap, QPolygonF
from PySide6.QtWidgets import QPushButton, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from citymanager.schema import Module
from layers.style import OUTLINES, Mark, marks, palette

SIZE = 16
_ON = Qt.CheckState.Checked
_KEY, _VALUE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class Legend(QWidget):
    """A tick for every layer, and under it a mark and a word for every value."""

    toggled = Signal(str, bool)
    """Module, and whether its layer is on now."""

    value_toggled = Signal(str, str, bool)
    """Module, value, and whether its records are on now."""

    wanted_in_table = Signal(str, list)
    """Module and those of its values that are on: the table is to show these only."""

    def __init__(
        self,
        modules: Sequence[Module],
        shown: Callable[[str], bool],
        value_shown: Callable[[str, str], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tree = QTreeWidget(self)
        self._tree.setHeaderHidden(True)
        self._tree.setIconSize(QSize(SIZE, SIZE))
        self._tree.setAccessibleName("Слои карты")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._tree)
        self.offer = QPushButton("Показать в таблице так же", self)
        self.offer.hide()
        self.offer.clicked.connect(self._want_in_table)
        self._ticked = ""
        layout.addWidget(self.offer)
        self._marks: list[tuple[QTreeWidgetItem, Mark]] = []
        for module in modules:
            if module.geometry:
                self._add(module, shown(module.key), value_shown)
        self.set_theme({}, dark=False)
        self._tree.itemChanged.connect(self._changed)

    def set_theme(self, colours: Mapping[str, str], dark: bool) -> None:
        """Paint the marks in the colours that the map has now."""
        named = palette(colours, dark)
        self._tree.blockSignals(True)
        for item, mark in self._marks:
            item.setIcon(0, icon(mark, named[mark.colour], self.devicePixelRatioF()))
        self._tree.blockSignals(False)

    def _add(self, module: Module, shown: bool, value_shown: Callable[[str, str], bool]) -> None:
        top = QTreeWidgetItem(self._tree, [module.title])
        top.setData(0, _KEY, module.key)
        top.setCheckState(0, _state(shown))
        for mark in marks(module):
            item = QTreeWidgetItem(top, [mark.title])
            item.setData(0, _KEY, module.key)
            item.setData(0, _VALUE, mark.value)
            item.setCheckState(0, _state(value_shown(module.key, mark.value)))
            self._marks.append((item, mark))
        top.setExpanded(shown)

    def _changed(self, item: QTreeWidgetItem) -> None:
        key, value, on = item.data(0, _KEY), item.data(0, _VALUE), item.checkState(0) == Qt.CheckState.Checked
        if value is None:
            self.toggled.emit(key, on)
        else:
            self.value_toggled.emit(key, value, on)
            self._ticked, layer = key, item.parent()
            self.offer.setToolTip(layer.text(0) if layer is not None else "")
            self.offer.setVisible(bool(self._on(key)))

    def _want_in_table(self) -> None:
        """As the ticks of the module stand that was touched last."""
        self.offer.hide()
        self.wanted_in_table.emit(self._ticked, self._on(self._ticked))

    def _on(self, key: str) -> list[str]:
        """The known values of a module that are ticked."""
        ticked = (mark.value for item, mark in self._marks if item.data(0, _KEY) == key and item.checkState(0) == _ON)
        return [value for value in ticked if value]


def _state(on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked


def icon(mark: Mark, colour: str, ratio: float = 1.0) -> QIcon:
    """A mark as the map draws it."""
    pixmap = QPixmap(round(SIZE * ratio), round(SIZE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    half = SIZE / 2
    path = QPainterPath()
    for outline in OUTLINES[mark.shape]:
        path.addPolygon(QPolygonF([QPointF(half + x * half * 0.8, half + y * half * 0.8) for x, y in outline]))
        path.closeSubpath()
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(path, QColor(colour))
    painter.end()
    return QIcon(pixmap)
