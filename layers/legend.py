"""The layers of the map as a tree: each may be switched off, and each says what its colours and shapes mean."""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QIcon, QPainter, QPainterPath, QPixmap, QPolygonF
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from citymanager.text import fold
from layers.guests.guests import GROUP, Stay
from layers.layer_facts import LayerFacts
from layers.layer_words import UNKNOWN, count, spaced
from layers.map_layer import MapLayer
from layers.style import OUTLINES, Mark, palette

SIZE = 16
CROSS = 28
"""Pixels across in which a layer's cross is hit."""
NAME, COUNT, AWAY = 0, 1, 2
_ON = Qt.CheckState.Checked
_KEY, _VALUE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class Legend(QTreeWidget):
    """Groups of layers; a tick and a count for every layer, and under it a mark and a count for every value.

    A layer whose records have one mark has it in its own line.
    """

    toggled = Signal(str, bool)
    """A layer's key, and whether it is on now."""
    value_toggled = Signal(str, str, bool)
    """Module, value, and whether its records are on now."""
    chosen = Signal(str)
    """The layer that is the current line now, or one of whose values is; empty: none."""

    dismissed = Signal(str)
    """The key of a temporary layer that is wanted no more."""

    def __init__(
        self,
        layers: Sequence[MapLayer],
        shown: Callable[[str], bool],
        value_shown: Callable[[str, str], bool],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shown, self._value_shown = shown, value_shown
        self.setColumnCount(3)
        self.setHeaderHidden(True)
        self.setIconSize(QSize(SIZE, SIZE))
        self.setIndentation(16)
        self.setUniformRowHeights(True)
        self.setAccessibleName("Слои карты")
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(COUNT, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setSectionResizeMode(AWAY, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setMinimumSectionSize(1)
        self.setColumnHidden(AWAY, True)
        self._marks: list[tuple[QTreeWidgetItem, Mark]] = []
        self._layers: dict[str, QTreeWidgetItem] = {}
        self._muted, self._words = QBrush(), ""
        self._withheld: Set[str] = frozenset()
        self._guests: QTreeWidgetItem | None = None
        for group, members in _grouped(layers).items():
            top = self._group(group)
            for one in members:
                self._add(top, one)
        self._own = frozenset(self._layers)
        self.set_theme({}, dark=False)
        self.itemChanged.connect(self._changed)
        self.itemClicked.connect(self._clicked)
        self.currentItemChanged.connect(lambda now, before: self.chosen.emit(self.current))

    @property
    def current(self) -> str:
        """The layer that is the current line, or one of whose values is; empty: none."""
        item = self.currentItem()
        return str(item.data(NAME, _KEY) or "") if item is not None else ""

    @property
    def shown_layers(self) -> list[str]:
        """The layers whose lines the search has left."""
        return [key for key, item in self._layers.items() if not item.isHidden()]

    def show_guests(self, stays: Mapping[str, Stay], colours: Mapping[str, str]) -> None:
        """The layers of files that were laid on the map, in a group of their own above all others."""
        kept = self.current
        self.blockSignals(True)
        for key in [one for one in self._layers if one not in self._own]:
            del self._layers[key]
        if self._guests is not None:
            self.takeTopLevelItem(self.indexOfTopLevelItem(self._guests))
            self._guests = None
        if stays:
            self._guests = self._group(GROUP, at=0)
            for key, stay in stays.items():
                self._add_guest(self._guests, key, stay, colours[stay.colour])
        self.setColumnHidden(AWAY, not stays)
        self.blockSignals(False)
        if kept in self._layers:
            self.choose(kept)
        self.leave(self._words)

    def _add_guest(self, group: QTreeWidgetItem, key: str, stay: Stay, colour: str) -> None:
        line = self._layers[key] = QTreeWidgetItem(group, [stay.guest.title, spaced(stay.guest.head.count)])
        line.setData(NAME, _KEY, key)
        line.setCheckState(NAME, _state(stay.shown))
        line.setIcon(NAME, icon(Mark("", "", stay.colour, "disc"), colour, self.devicePixelRatioF()))
        line.setTextAlignment(COUNT, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.setForeground(COUNT, self._muted)
        line.setText(AWAY, "×")
        line.setSizeHint(AWAY, QSize(CROSS, self.fontMetrics().height()))
        line.setToolTip(AWAY, "Убрать с карты (Del)")
        line.setTextAlignment(AWAY, Qt.AlignmentFlag.AlignCenter)

    def choose(self, layer: str) -> None:
        """Make a layer's line the current one."""
        self.setCurrentItem(self._layers[layer])

    def set_theme(self, colours: Mapping[str, str], dark: bool) -> None:
        """Paint the marks in the colours that the map has now."""
        named = palette(colours, dark)
        self._muted = QBrush(QColor(named.get("muted", named["text"])))
        self.blockSignals(True)
        for item, mark in self._marks:
            item.setIcon(NAME, icon(mark, named[mark.colour], self.devicePixelRatioF()))
        for item in self._items():
            item.setForeground(COUNT, self._muted)
        self.blockSignals(False)

    def show_state(self) -> None:
        """Tick what is on now."""
        self.blockSignals(True)
        for item in self._items():
            key, value = item.data(NAME, _KEY), item.data(NAME, _VALUE)
            on = self._shown(key) if value is None else self._value_shown(key, value)
            item.setCheckState(NAME, _state(on))
        self.blockSignals(False)
        self.viewport().update()

    def show_facts(self, facts: Mapping[str, LayerFacts]) -> None:
        """Say how many records there are; of a layer that was not counted, that it is not known."""
        self.blockSignals(True)
        for item in (one for one in self._items() if one.data(NAME, _KEY) in self._own):
            known = facts.get(item.data(NAME, _KEY))
            item.setText(COUNT, count(known, item.data(NAME, _VALUE)))
        self.blockSignals(False)

    def say(self, layer: str, told: str) -> None:
        """What is known of a layer, for its tooltip."""
        self.blockSignals(True)
        self._layers[layer].setToolTip(NAME, told)
        self.blockSignals(False)

    def withhold(self, layers: Set[str]) -> None:
        """These layers are not for the person who sits here now."""
        self._withheld = layers
        self.leave(self._words)

    def leave(self, words: str) -> None:
        """Leave the layers whose title, group or values have all these words; no words: every layer."""
        self._words = words
        wanted = fold(words).split()
        for top in _children(self.invisibleRootItem()):
            for layer in _children(top):
                own = fold(f"{top.text(NAME)} {layer.text(NAME)}")
                values = fold(" ".join(value.text(NAME) for value in _children(layer)))
                found = all(word in own or word in values for word in wanted)
                layer.setHidden(not found or layer.data(NAME, _KEY) in self._withheld)
                if wanted and not layer.isHidden():
                    layer.setExpanded(not all(word in own for word in wanted))
            top.setHidden(all(layer.isHidden() for layer in _children(top)))

    def _group(self, title: str, at: int = -1) -> QTreeWidgetItem:
        top = QTreeWidgetItem([title])
        self.insertTopLevelItem(at if at >= 0 else self.topLevelItemCount(), top)
        top.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        font = QFont(self.font())
        font.setBold(True)
        top.setFont(NAME, font)
        top.setFirstColumnSpanned(True)
        top.setExpanded(True)
        return top

    def _add(self, top: QTreeWidgetItem, one: MapLayer) -> None:
        layer = self._layers[one.key] = QTreeWidgetItem(top, [one.title, UNKNOWN])
        layer.setData(NAME, _KEY, one.key)
        layer.setCheckState(NAME, _state(self._shown(one.key)))
        if one.mark:
            self._marks.append((layer, one.mark))
        if one.dense:
            self._marks += [(QTreeWidgetItem(layer, [mark.title]), mark) for mark in one.marks]
        for mark in () if one.part or one.mark else one.marks:
            item = QTreeWidgetItem(layer, [mark.title, UNKNOWN])
            item.setData(NAME, _KEY, one.key)
            item.setData(NAME, _VALUE, mark.value)
            item.setCheckState(NAME, _state(self._value_shown(one.key, mark.value)))
            self._marks.append((item, mark))
        for item in (layer, *_children(layer)):
            item.setTextAlignment(COUNT, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _items(self) -> Iterator[QTreeWidgetItem]:
        """The lines of layers and of their values."""
        for layer in self._layers.values():
            yield layer
            yield from (one for one in _children(layer) if one.data(NAME, _KEY))

    def _clicked(self, item: QTreeWidgetItem, column: int) -> None:
        if column == AWAY and item.text(AWAY):
            self.dismissed.emit(item.data(NAME, _KEY))

    def _changed(self, item: QTreeWidgetItem, column: int) -> None:
        key, value = item.data(NAME, _KEY), item.data(NAME, _VALUE)
        on = item.checkState(NAME) == Qt.CheckState.Checked
        if column != NAME or key is None:
            return
        if value is None:
            self.toggled.emit(key, on)
        else:
            self.value_toggled.emit(key, value, on)

    def ticked(self, module: str) -> list[str]:
        """The known values of a module that are on."""
        own = ((item, mark.value) for item, mark in self._marks if item.data(NAME, _KEY) == module)
        return [value for item, value in own if value and item.checkState(NAME) == _ON]


def _grouped(layers: Sequence[MapLayer]) -> dict[str, list[MapLayer]]:
    """The layers by their groups, both in the order of the declarations."""
    found: dict[str, list[MapLayer]] = {}
    for one in layers:
        found.setdefault(one.group, []).append(one)
    return found


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    return [child for row in range(item.childCount()) if (child := item.child(row)) is not None]


def _state(on: bool) -> Qt.CheckState:
    return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked


def outline(mark: Mark, size: float) -> QPainterPath:
    """A mark as the map draws it, in a square of this side."""
    half = size / 2
    path = QPainterPath()
    for one in OUTLINES[mark.shape]:
        path.addPolygon(QPolygonF([QPointF(half + x * half * 0.8, half + y * half * 0.8) for x, y in one]))
        path.closeSubpath()
    return path


def icon(mark: Mark, colour: str, ratio: float = 1.0) -> QIcon:
    """A mark as a picture for lists."""
    pixmap = QPixmap(round(SIZE * ratio), round(SIZE * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(outline(mark, SIZE), QColor(colour))
    painter.end()
    found = QIcon(pixmap)
    found.addPixmap(pixmap, QIcon.Mode.Selected)  # or Qt would tint it, and it would be another colour than on the map
    return found
