"""Under a telephonogram's addressees: those whom the city's rules name are added by a button, each with its reason."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from citymanager.recipients import Recipient, recipients
from citymanager.store import Query, Reader
from citymanager.tasks import Tasks
from citymanager.terms import named_time
from widgets.plain import plain_label
from widgets.record_form import RecordForm
from widgets.theme import set_role

RULES = "distribution"
NONE = "Ни одно правило не подходит: они в разделе «Правила рассылки»."
Named = list[tuple[Recipient, str]]


class RecipientsStrip(QWidget):
    """Adds only: whom the user has chosen stays, whom he takes away is not brought back by itself."""

    def __init__(self, form: RecordForm, tasks: Tasks, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self._form, self._tasks, self._clock = form, tasks, clock
        self._line, self._card = form.lines["addressees"], 0
        self.add, self.why = QPushButton("Добавить по правилам"), plain_label("", "caption", wrap=True)
        set_role(self.add, "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.why)
        self._line.below.addWidget(self)
        self.add.clicked.connect(self.ask)
        form.shown.connect(self._another)
        self._another()

    def ask(self) -> None:
        """Compute them for the kind, the place and the hour that the card has now."""
        kind, place = (str(self._form.lines[key].editor.value() or "") for key in ("type", "place"))
        written = self._form.lines["date"].editor
        when = (None if written.problem() else named_time(written.value())) or self._clock()
        card = self._card
        self._tasks.read(
            lambda reader: _named(reader, kind, place, when),
            lambda found: self._take(found) if card == self._card else None,
            owner=self, newest=f"recipients:{id(self)}",
        )  # fmt: skip

    def _take(self, found: Named) -> None:
        chosen = [str(one) for one in self._line.editor.value() or []]
        fresh = [one.addressee for one, _ in found if one.addressee not in chosen]
        if fresh:
            self._line.fill([*chosen, *fresh], "")
        self._say("\n".join(f"{name}: {one.why}" for one, name in found) or NONE)

    def _another(self) -> None:
        self._card += 1
        self._say("")
        self.add.setVisible(not self._form.closed)

    def _say(self, words: str) -> None:
        self.why.setText(words)
        self.why.setVisible(bool(words))


def _named(reader: Reader, kind: str, place: str, when: datetime) -> Named:
    rules = [one.data for one in reader.each(Query(RULES, sort="name"))]
    found = recipients(rules, kind, place, when)
    names = reader.captions("organisations", [one.addressee for one in found])
    return [(one, names.get(one.addressee, one.addressee)) for one in found]
