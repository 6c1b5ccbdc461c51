"""What is told of the layer that is chosen in the panel, and what can be done with it: opacity, only this one."""

from typing import Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSlider, QVBoxLayout, QWidget

from layers.state import FAINTEST

SOON = 40
"""Milliseconds between two opacities that are told while the slider is drawn."""
STEP = 5


class Titled(Protocol):
    """What can be chosen: a layer of records, or of a file that was laid on the map."""

    @property
    def key(self) -> str: ...

    @property
    def title(self) -> str: ...


class LayerSheet(QWidget):
    """One layer: how much of it is shown, how old that is, how opaque it is drawn."""

    faded = Signal(str, float)
    """A layer's key and its opacity."""
    alone = Signal(str)
    """The key of the layer that is wanted and no other."""

    def __init__(self) -> None:
        super().__init__()
        self._layer: Titled | None = None
        self.title, self.facts, self.percent = _label("section"), _label("caption"), _label()
        self.facts.setWordWrap(True)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(round(FAINTEST * 100), 100)
        self.slider.setSingleStep(STEP)
        self.slider.setPageStep(2 * STEP)
        self.slider.setAccessibleName("Непрозрачность слоя")
        self.only = QPushButton("Только этот слой")
        self.only.setToolTip("Выключить все остальные слои (Ctrl+Enter)")
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self._fade)
        self._build()

    def _build(self) -> None:
        words = _label()
        words.setText("Непрозрачность")
        words.setBuddy(self.slider)
        self.percent.setMinimumWidth(self.percent.fontMetrics().horizontalAdvance("100 %") + 8)
        self.percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout()
        for widget in (words, self.slider, self.percent):
            row.addWidget(widget, 1 if widget is self.slider else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.facts)
        column.addLayout(row)
        column.addWidget(self.only, alignment=Qt.AlignmentFlag.AlignLeft)
        self.slider.valueChanged.connect(self._slid)
        self.only.clicked.connect(lambda: self.alone.emit(self.layer))

    @property
    def layer(self) -> str:
        """The key of the layer that is chosen; empty: none is."""
        return self._layer.key if self._layer else ""

    def show_layer(self, layer: Titled | None, opacity: float) -> None:
        """Another layer is chosen, or this one is drawn otherwise. None: nothing is to be seen."""
        if self._soon.isActive():
            self._fade()
        self._layer = layer
        self.setVisible(layer is not None)
        if layer is not None:
            self.title.setText(layer.title)
            self.slider.blockSignals(True)
            self.slider.setValue(round(opacity * 100))
            self.slider.blockSignals(False)
            self._show_percent()

    def say(self, told: str) -> None:
        """What is known of the layer (`layers.layer_words.told`)."""
        self.facts.setText(told)

    def _slid(self) -> None:
        self._show_percent()
        if not self._soon.isActive():
            self._soon.start()

    def _show_percent(self) -> None:
        self.percent.setText(f"{self.slider.value()} %")

    def _fade(self) -> None:
        self._soon.stop()
        if self._layer is not None:
            self.faded.emit(self._layer.key, self.slider.value() / 100)


def _label(role: str = "") -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    return label
