"""What every editor of a field promises to the form."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QWidget

from citymanager.errors import Refused
from citymanager.schema import Field, Module
from citymanager.tasks import Tasks
from citymanager.values import problem
from widgets.theme import set_role

if TYPE_CHECKING:
    from widgets.editors.view_links import Follow
    from widgets.intake_places import CityPlaces
    from widgets.record_files import RecordFiles


@dataclass(frozen=True)
class Surroundings:
    """What an editor may need beside its field."""

    module: Module
    tasks: Tasks
    files: "RecordFiles | None" = None
    """Who takes files in and shows them; None: they are only listed."""
    drawable: frozenset[str] = frozenset({"point", "line", "polygon", "shape"})
    """Geometries (`Module.geometry`) that can be taken from the map."""
    places: "CityPlaces | None" = None
    """Who completes addresses; None: they are typed out."""
    follow: "Follow | None" = None
    """Who shows the views of the map that texts link to; None: links are plain text."""


class Editor(QWidget):
    """Shows the value of one field and lets it be changed.

    `edited` is emitted by the user's own acts only, never by `show_value`; `left` when the focus has gone elsewhere.
    A value that cannot be read from what was typed makes `value` raise Refused; the text stays as it is.
    """

    edited = Signal()
    left = Signal()
    pick_requested = Signal()
    """The user wants to show the place on the map."""
    draw_requested = Signal(object, object)
    """The user wants to draw on the map: the shape as it is, the drawing of it that was begun; either may be None."""
    draw_left = Signal()
    """What is being drawn on the map for this editor is wanted no more."""
    lost = Signal(str)
    """Russian: something that was under way for the former record has come to nothing."""
    ROLED: tuple[str, ...] = ()
    """Attributes that hold the widgets which are marked when a value is wrong or asked for."""

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__()
        self.field, self.surroundings = field, surroundings
        self.reading = False
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(6)

    def add(self, widget: QWidget, stretch: int = 0, row: QBoxLayout | None = None) -> None:
        """Put a part of the editor into its row, or another, and watch its focus."""
        (row or self.row).addWidget(widget, stretch)
        widget.setAccessibleName(self.field.title)
        widget.installEventFilter(self)
        if self.focusProxy() is None:
            self.setFocusProxy(widget)

    def start(self) -> None:
        """Another record comes: what is under way for the former one ends."""

    def show_value(self, value: Any) -> None:
        """Show a stored value; None is an empty field."""
        raise NotImplementedError

    def value(self) -> Any:
        """The JSON value of what stands in the editor; None if it is empty. Raises Refused."""
        raise NotImplementedError

    def state(self) -> Any:
        """What stands in the editor, readable or not, as JSON: for a draft."""
        raise NotImplementedError

    def restore(self, state: Any) -> None:
        """Show a draft's state."""
        raise NotImplementedError

    def set_reading(self, reading: bool) -> None:
        """Close the editor for changes; its text can still be read and copied."""
        self.reading = reading

    def problem(self) -> str:
        """What is wrong with what stands in the editor, in Russian; empty if nothing."""
        try:
            value = self.value()
        except Refused as error:
            return str(error)
        return problem(self.surroundings.module, self.field, value) or ""

    def mark(self, role: str) -> None:
        """Dress the editor as `wrong`, `asked` for, or plain ("")."""
        for name in self.ROLED:
            set_role(getattr(self, name), role)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and QApplication.activePopupWidget() is None:
            self.left.emit()
        return super().eventFilter(watched, event)
