"""One answer for several reports: chosen from a list, worded once, filled for each, prepared in one go."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from citymanager.answer_many import Addressed, Outcome, Request, prepare
from citymanager.errors import CityError
from citymanager.kindred import MOST, TITLES
from citymanager.modules.replies import REPLIES
from citymanager.modules.reports import REPORTS
from citymanager.store import Record
from citymanager.text import plural
from citymanager.work import Stopped
from widgets.overlay import Overlay
from widgets.panels.report_ticks import ReportTicks
from widgets.panels.shared_text import SharedText
from widgets.panels.stand import Stand
from widgets.plain import plain_label
from widgets.progress import WorkStrip
from widgets.theme import set_role

TITLE, CLOSE = "Один ответ на несколько сообщений", "Закрыть (Esc)"
ALL, NONE, LACKING = "Отметить все", "Снять отметки", "Снять с тех, где не хватает"
WAITS, EMPTY = "Читается список…", "Других сообщений больше нет."


class OneAnswer(Overlay):
    """`asked` carries the kind of reports that is to be listed (`kindred`); `show_reports` answers."""

    SHUTS = True
    asked = Signal(str)

    def __init__(self, window: QWidget, report: Record, kinds: Sequence[str], stand: Stand) -> None:
        super().__init__(window)
        self.report, self._kinds = report, kinds
        self._tasks, self._hub, self._stand = stand.tasks, stand.hub, stand
        self._working = False
        self._lay_out()
        self.kind.addItems([f"Сообщения {TITLES[key]}" for key in kinds])
        self._wire()

    def start(self, text: str = "") -> None:
        """Come up with the first kind, and with what was typed before."""
        self.text.page.setPlainText(text)
        self.come_up()
        self.list.setFocus()
        self._ask(0)

    def show_reports(self, key: str, found: list[Addressed]) -> None:
        """List them, all ticked."""
        if key != self._kinds[self.kind.currentIndex()]:
            return
        self.list.show_reports(found)
        self.say("" if len(found) > 1 else EMPTY)
        if len(found) >= MOST:
            self.say(f"Показаны последние {MOST}.")

    def say(self, words: str) -> None:
        """Something about the list."""
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def failed(self, error: CityError) -> None:
        self.say(f"Список не прочитан. {error}")

    # acting

    def prepare(self) -> None:
        """Make the replies; what is long is shown with its numbers and can be stopped."""
        chosen, text = self.list.chosen, self.text.text
        if self._why_not(chosen) or self._working:
            return
        self._working = True
        so_far, seat = Outcome(), self._stand.seat
        asked = Request(chosen, text, seat.login, seat.role, self._stand.clock())
        work = self._tasks.long(
            f"Готовятся ответы: {len(chosen)}",
            lambda hands: prepare(asked, hands.write, hands.at, so_far),
            lambda _: self._prepared(so_far, None),
            lambda error: self._prepared(so_far, error),
            self,
        )
        self._works.addWidget(WorkStrip(work))  # the window's own strips are under this sheet
        self._tell()

    def _prepared(self, made: Outcome, error: CityError | None) -> None:
        self._working = False
        if made.prepared:
            self._hub.outbox_changed.emit()
            self._hub.changed.emit(REPLIES.key, made.prepared)
        before = "" if error is None else "Остановлено. " if isinstance(error, Stopped) else f"{error} "
        whole = error is None and not made.refused
        self._hub.notice.emit(before + made.told(), "good" if whole else "warning")
        if whole:
            self.text.page.clear()
            self.put_away()
        self.say(before + made.told())
        self._tell()
        if self.isHidden():
            self._left()

    def _ask(self, at: int) -> None:
        self.list.show_reports([])
        self.say(WAITS)
        self.asked.emit(self._kinds[at])

    def _open(self, ident: str) -> None:
        self.put_away()
        self._hub.opened.emit(REPORTS.key, ident)

    def _left(self) -> None:
        """It stays for as long as its replies are under way."""
        if not self._working:
            self.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    # showing

    def _tell(self) -> None:
        """What will come of it, for the reports that are ticked."""
        chosen = self.list.chosen
        why = self._why_not(chosen)
        self.go.setText(f"Подготовить {plural(len(chosen), 'ответ', 'ответа', 'ответов')}")
        self.go.setEnabled(not why and not self._working)
        self.problem.setText(why)
        self.problem.setVisible(bool(why))
        self.lacking.setVisible(bool(self.text.lacking(chosen)))
        self.text.show_for(chosen[0] if chosen else None)

    def _why_not(self, chosen: Sequence[Addressed]) -> str:
        """Why they can't be prepared, in Russian; of reports without what the text needs, which ones."""
        if why := self._stand.seat.why_not_make(self._tasks.glance.modules[REPLIES.key]):
            return why
        if not chosen or not self.text.text:
            return "Отметьте сообщения." if not chosen else "Напишите текст ответа."
        lacking = self.text.lacking(chosen)
        if not lacking:
            return ""
        named = "; ".join(f"{one.name} — {', '.join(found)}" for one, found in lacking[:3])
        return f"Не хватает данных ({len(lacking)}): {named}. Снимите с них отметку или измените текст."

    def _untick_lacking(self) -> None:
        self.list.untick({one.record.id for one, _ in self.text.lacking(self.list.chosen)})

    # building

    def _wire(self) -> None:
        self.kind.activated.connect(self._ask)
        self.list.ticked.connect(self._tell)
        self.list.opened.connect(self._open)
        self.text.changed.connect(self._tell)
        self.all.clicked.connect(self.list.tick_all)
        self.none.clicked.connect(lambda: self.list.untick())
        self.lacking.clicked.connect(self._untick_lacking)
        self.go.clicked.connect(self.prepare)
        self.shut.clicked.connect(self.put_away)
        self.closed.connect(self._left)
        self._stand.seat.changed.connect(self._tell)

    def _lay_out(self) -> None:
        self.kind, self.list, self.text = QComboBox(), ReportTicks(), SharedText(self.report.data)
        self.go, self.shut = QPushButton(), QPushButton(CLOSE)
        self.all, self.none, self.lacking = (QPushButton(one) for one in (ALL, NONE, LACKING))
        self.note, self.problem = plain_label("", "note", wrap=True), plain_label("", "problem", wrap=True)
        self.kind.setAccessibleName("Какие сообщения")
        set_role(self.go, "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(8)
        column.addLayout(_row(plain_label(TITLE, "title"), None, self.shut))
        column.addLayout(_row(self.kind, None, self.all, self.none))
        column.addWidget(self.note)
        column.addWidget(self.list, 3)
        column.addWidget(self.text, 2)
        column.addWidget(self.problem)
        self._works = QVBoxLayout()
        column.addLayout(self._works)
        column.addLayout(_row(self.lacking, None, self.go))


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Side by side; None is the room between them."""
    row = QHBoxLayout()
    for one in widgets:
        if one is None:
            row.addStretch(1)
        else:
            row.addWidget(one)
    return row
