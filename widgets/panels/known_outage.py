"""In a report's card: the outage that it tells of is known; one key links them and prepares the answer."""

from collections.abc import Callable
from datetime import datetime

from citymanager.hub import Hub
from citymanager.known_outages import told_of
from citymanager.outages import TELEPHONOGRAMS
from citymanager.store import Reader, Record
from citymanager.tasks import Tasks
from widgets.intake_offer import Offer
from widgets.panels.outage_acts import OutageActs
from widgets.record_form import RecordForm

LINK = "Связать"
NOTHING = "С известным отключением эту карточку связывать не нужно."
Known = list[tuple[str, str]]


class KnownOutage(Offer):
    """Asks once the card is saved; whether it is linked already, the cache says."""

    def __init__(
        self, form: RecordForm, acts: OutageActs, tasks: Tasks, hub: Hub, clock: Callable[[], datetime]
    ) -> None:  # fmt: skip
        super().__init__("Не связывать", form)
        self._form, self._acts, self._tasks, self._hub, self._clock = form, acts, tasks, hub, clock
        self._declined: set[str] = set()
        """Reports that are not to be asked about again."""
        form.alike.told.connect(self._look)
        form.shown.connect(self._another)
        form.saved.connect(lambda _: self._look())
        hub.changed.connect(self._changed)
        self.decline.clicked.connect(self._leave)

    def link(self) -> None:
        """By the key: as the button does, if it is asked."""
        if self.words:
            self.accept.click()
        else:
            self._hub.notice.emit(NOTHING, "info")

    def _changed(self, module: str, _idents: list[str]) -> None:
        if module == TELEPHONOGRAMS:
            self._look()

    def _leave(self) -> None:
        self._declined.add(self._form.ident)

    def _another(self) -> None:
        self.withdraw()
        self._look()

    def _look(self) -> None:
        record, now = self._form.record, self._clock()
        if record is None or not self._form.alike.found.outages or self._acts.why_not():
            self.withdraw()
            return
        self._tasks.read(
            lambda reader: _known(reader, record, now),
            lambda found: self._offer(record.id, found), owner=self, newest=f"known outage:{id(self)}",
        )  # fmt: skip

    def _offer(self, report: str, found: Known) -> None:
        if report != self._form.ident or report in self._declined or not found:
            self.withdraw()
            return
        outage, words = found[0]
        self.ask(words, LINK, lambda: self._acts.link(outage, [report]))


def _known(reader: Reader, report: Record, now: datetime) -> Known:
    return [
        (one.id, f"Это об отключении{_number(one)}? Автору будет подготовлен ответ.")
        for one, _ in told_of(reader, report, now)
    ]


def _number(outage: Record) -> str:
    number = outage.data.get("number")
    return f" {number}" if number else ""
