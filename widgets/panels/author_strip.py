"""Over a report's fields: how many others its author has, and how many are of the same trouble or outage.

How many there are is told to whoever reads the card; which they are, by their author, to those who may see who he is,
and the journal has a line for it.
"""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from citymanager.answer_many import Addressed, addressed
from citymanager.kindred import AUTHOR, OUTAGE, TITLES, TROUBLE, counts
from citymanager.modules.reports import REPORTS
from citymanager.modules.telephonograms import TELEPHONOGRAMS
from citymanager.store import Record
from widgets.panels.one_answer import OneAnswer
from widgets.panels.stand import Stand
from widgets.plain import plain_label, tip
from widgets.record_form import RecordForm
from widgets.theme import set_role

SOON_MS = 250
"""Changes come in bursts: it counts anew when they are over."""
LIST = "Показать и ответить…"
NOBODY = "Других сообщений этого автора, того же случая и отключения нет."
NEW = "Сначала сохраните карточку: на список отвечают записанным сообщениям."
WORDS = {AUTHOR: "Ещё сообщений этого автора", TROUBLE: "о том же", OUTAGE: "того же отключения"}


class AuthorStrip(QWidget):
    """Follows the card of a report that it stands in."""

    def __init__(self, form: RecordForm, stand: Stand) -> None:
        super().__init__()
        self._form, self._tasks, self._hub, self._stand = form, stand.tasks, stand.hub, stand
        self.counts: dict[str, int] = {}
        """How many others there are, by kind (`kindred`)."""
        self._ident = ""
        self._typed: dict[str, str] = {}
        """Texts that were left unfinished, by the report whose list they stood over."""
        self.sheet: OneAnswer | None = None
        self.words, self.list = plain_label("", "muted", wrap=True), QPushButton(LIST)
        set_role(self.list, "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.list)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.look)
        self.list.clicked.connect(self.open_list)
        form.sheet.prepend(self)
        form.shown.connect(self.look)
        form.saved.connect(lambda _: self.look())
        stand.hub.changed.connect(self._changed)
        stand.seat.changed.connect(self._seat_changed)
        self.look()

    def look(self) -> None:
        """Count anew, for the report in the card."""
        report, outages = self._form.record, self._outages
        if report is None or report.id != self._ident:
            self._take(report, {})
        if report is not None:
            self._tasks.read(
                lambda reader: counts(reader, report, outages=outages),
                lambda found: self._take(report, found),
                owner=self,
                newest=f"author:{id(self)}",
            )

    def open_list(self) -> None:
        """Show them, those of the author first; the journal comes before."""
        if self._form.record is None or not self.counts:
            self._hub.notice.emit(NOBODY if self._form.record else NEW, "info")
            return
        kinds = [key for key in TITLES if key in self.counts and not (key == AUTHOR and self._why_masked)]
        if not kinds:
            self._hub.notice.emit(self._why_masked, "warning")
            return
        report = self._form.record
        sheet = self.sheet = OneAnswer(self.window(), report, kinds, self._stand)
        sheet.asked.connect(self._read)
        sheet.closed.connect(lambda: self._keep(report.id, sheet.text.page.toPlainText()))
        sheet.start(self._typed.get(report.id, ""))

    def _keep(self, ident: str, text: str) -> None:
        """The sheet is gone; what was typed in it comes back with the next one."""
        self.sheet = None
        self._typed[ident] = text

    def _read(self, key: str) -> None:
        """Bring the reports of a kind into the sheet."""
        sheet, report = self.sheet, self._form.record
        if sheet is None or report is None or report.id != sheet.report.id:
            return
        if key == AUTHOR and (why := self._form.revealed.note(report.id, self._told_journal())):
            sheet.say(why)
            return
        norms, now, outages = self._stand.norms.now, self._stand.clock(), self._outages

        def take(found: list[Addressed]) -> None:
            if self.sheet is sheet:
                sheet.show_reports(key, found)

        self._tasks.read(
            lambda reader: addressed(reader, report, key, norms, now, outages=outages), take, sheet.failed, sheet
        )

    def _told_journal(self) -> str:
        return f"сообщения того же автора: {self.counts.get(AUTHOR, 0)}"

    @property
    def _outages(self) -> bool:
        known = self._tasks.glance.modules.get(TELEPHONOGRAMS.key)
        return known is not None and self._stand.seat.may_read(known)

    @property
    def _why_masked(self) -> str:
        return self._form.revealed.why_not()

    def _take(self, report: Record | None, found: dict[str, int]) -> None:
        now = self._form.record
        if (report.id if report else "") != (now.id if now else ""):
            return
        self._ident, self.counts = report.id if report else "", found
        told = [f"{WORDS[key]}: {count}" for key, count in found.items()]
        self.words.setText(" · ".join(told)[:1].upper() + " · ".join(told)[1:])
        self.setVisible(bool(found))
        masked = self._why_masked if list(found) == [AUTHOR] else ""
        self.list.setEnabled(not masked)
        self.list.setToolTip(tip(masked))

    def _changed(self, module: str, idents: list[str]) -> None:
        if module in (REPORTS.key, TELEPHONOGRAMS.key) and not self._soon.isActive():
            self._soon.start()

    def _seat_changed(self) -> None:
        """What one person was shown, the next one may not be allowed to see."""
        if self.sheet is not None:
            self.sheet.put_away()
        self._typed.clear()
        self._take(self._form.record, {})
        self.look()
