"""What a desk writes about an outage: reports linked to it with their answers, its end; and what came of it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.known_outages import link
from citymanager.modules.replies import REPLIES
from citymanager.modules.telephonograms import TELEPHONOGRAMS
from citymanager.outage_end import Ending, end
from citymanager.store import Edit
from citymanager.tasks import Tasks
from citymanager.text import plural
from widgets.seat import Seat

WAIT = "они ждут отправки в «Ответах жителям»"


class OutageActs(QObject):
    """`ended` carries the id of the telephonogram that tells of an end."""

    ended = Signal(str)

    def __init__(self, tasks: Tasks, hub: Hub, seat: Seat, clock: Callable[[], datetime], parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._hub, self._seat, self._clock = tasks, hub, seat, clock

    def why_not(self) -> str:
        """Why the person at the desk can't link reports or end an outage, in Russian; empty if he can."""
        return self._seat.why_not_edit(TELEPHONOGRAMS) or self._seat.why_not_make(REPLIES)

    def link(self, outage: str, reports: Sequence[str]) -> None:
        """Link reports to an outage and prepare their answers."""
        login, role, now = self._seat.login, self._seat.role, self._clock()
        self._tasks.write(
            lambda writer: link(writer, outage, reports, login, role, now),
            lambda edits: self._linked(edits, len(reports)), self._refused, self,
        )  # fmt: skip

    def end(self, outage: str) -> None:
        """End an outage and open the telephonogram that tells of it."""
        if why := self.why_not():
            self._hub.notice.emit(why, "warning")
            return
        login, role, now = self._seat.login, self._seat.role, self._clock()
        self._tasks.write(lambda writer: end(writer, outage, login, role, now), self._was_ended, self._refused, self)

    def _linked(self, edits: Sequence[Edit], many: int) -> None:
        self._tell(edits)
        told = f"Связано с отключением: {plural(many, 'сообщение', 'сообщения', 'сообщений')}."
        self._hub.notice.emit(f"{told} {_answers(edits)}", "info")

    def _was_ended(self, ending: Ending) -> None:
        self._tell(ending.edits)
        told = "Отключение окончено." if ending.edits else "Об окончании уже составлена телефонограмма."
        self._hub.notice.emit(f"{told} {_answers(ending.edits)}".strip(), "info")
        self.ended.emit(ending.ident)

    def _tell(self, edits: Sequence[Edit]) -> None:
        self._hub.outbox_changed.emit()
        for module in dict.fromkeys(one.module for one in edits):
            self._hub.changed.emit(module, [one.id for one in edits if one.module == module])

    def _refused(self, error: CityError) -> None:
        self._hub.notice.emit(f"Не записано. {error}", "error")


def _answers(edits: Sequence[Edit]) -> str:
    many = sum(one.module == REPLIES.key for one in edits)
    return f"Подготовлено ответов: {many}, {WAIT}." if many else ""
