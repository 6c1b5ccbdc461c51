"""Personal data at the desk: masked until a person asks for them, one record at a time, each time with its line in the
journal of access."""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from citymanager.access_journal import AccessJournal
from citymanager.errors import CityError
from citymanager.schema import Field, Module
from widgets.plain import plain_label, tip
from widgets.seat import Seat
from widgets.theme import set_role

MASK = "•••"
EMPTY = "не заполнено"
SHOW, KEYS = "Показать", "Ctrl+Shift+P"
LASTS_MS = 5 * 60 * 1000
"""How long personal data stay on the screen after they were asked for."""


def masked(field: Field, text: str) -> str:
    """A value's text as everybody may see it."""
    return MASK if field.personal and text else text


class Reveal(QObject):
    """Whose personal data are shown now: those of one record at most, and not for long."""

    over = Signal()
    """They have been shown for long enough."""

    def __init__(
        self, module: Module, seat: Seat, journal: AccessJournal, parent: QObject, lasts_ms: int = LASTS_MS
    ) -> None:
        super().__init__(parent)
        self._module, self._seat, self._journal = module, seat, journal
        self.ident = ""
        """The record; empty: none."""
        self._timer = QTimer(self, singleShot=True, interval=lasts_ms)
        self._timer.timeout.connect(self._end)

    def why_not(self) -> str:
        """Why this person can't see them, in Russian; empty if he can."""
        return self._seat.why_not_reveal(self._module)

    def show(self, ident: str) -> str:
        """Let the data of a record be shown from now on; the reason if they can't be. The journal comes first."""
        titles = ", ".join(one.title for one in self._module.fields if one.personal)
        if why := self.note(ident, titles):
            return why
        self.ident = ident
        self._timer.start()
        return ""

    def note(self, ident: str, what: str) -> str:
        """Write into the journal that this of a record is about to be shown; the reason if it can't be."""
        if why := self.why_not():
            return why
        try:
            self._journal.reveal(self._module.key, ident, what)
        except CityError as error:
            return f"Персональные данные не показаны: нет записи в журнале доступа. {error}"
        return ""

    def end(self) -> None:
        """Another card, another person: nothing is shown any more."""
        self._timer.stop()
        self.ident = ""

    def _end(self) -> None:
        self.end()
        self.over.emit()


class Veil(QWidget):
    """What stands in a card in the place of a masked value."""

    asked = Signal()

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.words, self.button = plain_label(MASK, "muted"), QPushButton(SHOW)
        self.button.setAccessibleName(f"{SHOW}: {field.title}")
        set_role(self.button, "quiet")
        self.button.clicked.connect(self.asked)
        self.setFocusProxy(self.button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words)
        row.addWidget(self.button)
        row.addStretch(1)
        self.hide()

    def show_state(self, *, filled: bool, draft: bool, why_not: str) -> None:
        """Whether something is stored, whether something typed waits, and why it can't be shown."""
        words = MASK if filled or draft else EMPTY
        self.words.setText(words + (" (введённое не сохранено)" if draft else ""))
        self.button.setEnabled(not why_not)
        self.button.setToolTip(tip(why_not) or f"{KEYS}. Показ записывается в журнал доступа.")
