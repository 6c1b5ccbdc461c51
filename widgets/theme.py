"""How the program looks: one TOML of named colours and roles feeds the widgets' style and the map's.

A widget takes its look from its property `role` (`set_role`); `resources/style.qss` says what each role looks like.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from citymanager.schema import Tone

Level = Literal["good", "info", "warning", "error"]
Shape = Literal["disc", "ring", "diamond", "play", "check", "cross", "alert", "stop"]
FAMILIES = ["Noto Sans", "DejaVu Sans"]
THEMES = ("day", "night", "wall")
ICONS = ("chevron", "chevron_up", "tick", "close", "float")
"""Pictures of the style sheet, one file per look: resources/icons/NAME_LOOK.svg."""

_PLACEHOLDER = re.compile(r"@([a-z_]+)")
_PIXELS = re.compile(r"\b(\d+)px")
_HAIR = 3
"""Lines up to this many pixels stay as thin as they are, however large the text."""
_Role = QPalette.ColorRole
_PALETTE: Mapping[QPalette.ColorRole, str] = {
    _Role.Window: "ground", _Role.WindowText: "text", _Role.Base: "field", _Role.AlternateBase: "raised",
    _Role.Text: "text", _Role.Button: "raised", _Role.ButtonText: "text", _Role.BrightText: "problem",
    _Role.Highlight: "selection", _Role.HighlightedText: "text", _Role.ToolTipBase: "raised",
    _Role.ToolTipText: "text", _Role.PlaceholderText: "faint", _Role.Link: "link", _Role.LinkVisited: "link",
    _Role.Light: "hover", _Role.Midlight: "line", _Role.Mid: "line", _Role.Dark: "edge", _Role.Shadow: "edge",
    _Role.Accent: "accent",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """How a status' tone or a notice's level is told: never by colour alone."""

    colour: str
    """Of the shape."""
    fill: str
    """Of the ground under the shape and its text."""
    shape: Shape
    word: str


@dataclass(frozen=True)
class Theme:
    """Named colours, sizes and marks of one look."""

    key: str
    title: str
    dark: bool
    contrast: float
    """The least contrast of text that this look promises."""
    named: Mapping[str, str]
    sizes: Mapping[str, int]
    """Of letters, in pixels: text, small, title."""
    tones: Mapping[Tone, Mark]
    levels: Mapping[Level, Mark]
    over: Mapping[str, list[str]]
    """Text colours and the backgrounds that they may stand on."""
    ground: Mapping[str, str]
    """Of the base map (`layers.style` has the names), where it is not the usual one by day or by night."""
    percent: int = 100
    """Size of the text; what holds text grows with it."""

    @classmethod
    def load(cls, key: str) -> "Theme":
        """One of `THEMES`."""
        found = tomllib.loads(files("resources").joinpath("theme", f"{key}.toml").read_text(encoding="utf-8"))
        return cls(
            key, found["title"], found["dark"], found["contrast"], found["colours"], found["sizes"],
            _marks(found["tones"]), _marks(found["levels"]), found["over"], found.get("map", {}),
        )  # fmt: skip

    def sized(self, percent: int) -> "Theme":
        """The same look with text of another size."""
        usual = Theme.load(self.key).sizes
        return replace(self, sizes={name: round(size * percent / 100) for name, size in usual.items()}, percent=percent)

    def length(self, pixels: int) -> int:
        """A length that has to hold text, drawn for text of the usual size."""
        return pixels if pixels <= _HAIR else round(pixels * self.percent / 100)

    def colours(self) -> dict[str, str]:
        """Every colour by its name, marks among them: `tone_new`, `tone_new_fill`, `level_error`, …"""
        return dict(self._colours)

    @cached_property
    def _colours(self) -> dict[str, str]:
        """Put together once: whoever paints a list asks for some at every line."""
        marks = {f"tone_{key}": mark for key, mark in self.tones.items()}
        marks |= {f"level_{key}": mark for key, mark in self.levels.items()}
        plain = {name: mark.colour for name, mark in marks.items()}
        return {**self.named, **plain, **{f"{name}_fill": mark.fill for name, mark in marks.items()}}

    def map_colours(self) -> dict[str, str]:
        return {**self.colours(), **self.ground}

    def colour(self, name: str) -> QColor:
        return QColor(self._colours[name])

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """What it is, its colour and the colour behind it, of every text that the look may show."""
        for name, grounds in self.over.items():
            for ground in grounds:
                yield f"{name} on {ground}", self.named[name], self.named[ground]
        for mark in (*self.tones.values(), *self.levels.values()):
            yield f"text on {mark.word}", self.named["text"], mark.fill

    def style_sheet(self) -> str:
        """`resources/style.qss` with this look's colours and sizes. Raises KeyError on an unknown name."""
        words = {**self.colours(), **{f"size_{name}": f"{size}px" for name, size in self.sizes.items()}}
        words |= {name: _icon(f"{name}_{self.key}.svg") for name in ICONS}
        raw = files("resources").joinpath("style.qss").read_text(encoding="utf-8")
        raw = _PIXELS.sub(lambda found: f"{self.length(int(found.group(1)))}px", raw)
        return _PLACEHOLDER.sub(lambda found: words[found.group(1)], raw)

    def palette(self) -> QPalette:
        """For what Qt draws without the style sheet: its own dialogs, arrows, carets."""
        palette = QPalette()
        for part, name in _PALETTE.items():
            palette.setColor(part, QColor(self.named[name]))
            if part in (_Role.WindowText, _Role.Text, _Role.ButtonText):
                palette.setColor(QPalette.ColorGroup.Disabled, part, QColor(self.named["faint"]))
        return palette

    def font(self, size: str = "text", *, bold: bool = False) -> QFont:
        font = QFont(FAMILIES)
        font.setPixelSize(self.sizes[size])
        font.setBold(bold)
        return font


class Appearance(QObject):
    """The look in use, switched while the program runs; who paints by hand asks it for `theme`."""

    changed = Signal()

    def __init__(self, key: str = "day", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme = Theme.load(key)

    def use(self, key: str, app: QApplication, percent: int | None = None) -> None:
        """Dress the whole program in this look, with text of this size, or of the size that it has."""
        self.theme = Theme.load(key).sized(self.theme.percent if percent is None else percent)
        sheet = self.theme.style_sheet()
        anew = app.styleSheet() != sheet  # else every widget would be polished to look as it does
        if anew:
            app.setStyle("Fusion")
        app.setPalette(self.theme.palette())
        app.setFont(self.theme.font())
        if anew:
            app.setStyleSheet(sheet)
        self.changed.emit()


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget a role of the style sheet, also when it has one already."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast of two colours, 1 to 21."""
    light, dark = sorted((_luminance(QColor(one)), _luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _icon(name: str) -> str:
    return Path(str(files("resources").joinpath("icons", name))).as_posix()


def _marks(found: Mapping[str, Mapping[str, Any]]) -> Mapping[Any, Mark]:
    return {key: Mark(one["colour"], one["fill"], one["shape"], one["word"]) for key, one in found.items()}
