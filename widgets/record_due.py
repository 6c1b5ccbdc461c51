"""The due times of a record in its card: which norm makes each, when it is up, how long is left."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from citymanager.calendar import WorkCalendar
from citymanager.clocks import Due, State, dues, unjudged
from citymanager.limits import Limit, Unit
from citymanager.modules.rules import RULES
from citymanager.returning import comes_back, passed_over, put_off
from citymanager.schema import Clock, Module
from citymanager.text import plural, span
from citymanager.values import CITY_ZONE
from widgets.city_norms import CityNorms
from widgets.plain import plain_label
from widgets.record_delegate import INSET, SHAPE, paint_pill, pill_height
from widgets.record_nearest import LEVELS, told
from widgets.theme import Appearance, Level

TICK_MS = 10_000
STILL: Mapping[State, str] = {"met": "выполнено", "paused": "приостановлен"}
HELD = "приостановлено: после возобновления назначьте новый срок"
LATE = "уведомление о продлении дано после срока и его не продлевает"
NOT_FOUND = "норма не найдена"
_UNITS: Mapping[Unit, tuple[str, str, str]] = {
    "seconds": ("секунда", "секунды", "секунд"), "minutes": ("минута", "минуты", "минут"),
    "hours": ("час", "часа", "часов"), "days": ("день", "дня", "дней"),
    "working_days": ("рабочий день", "рабочих дня", "рабочих дней"), "years": ("год", "года", "лет"),
    "metres": ("метр", "метра", "метров"),
}  # fmt: skip


class DueMark(QWidget):
    """How long is left, with the shape and colour of its urgency."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._level: Level = "info"
        self._text = ""
        appearance.changed.connect(self.update)

    def show_left(self, text: str, level: Level) -> None:
        self._text, self._level = text, level
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._text) + SHAPE + 36, pill_height(self.fontMetrics()) + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._appearance.theme
        painter = QPainter(self)
        whole = self.rect().toRectF().adjusted(-INSET, 0, INSET, 0)
        paint_pill(painter, whole, self._text, theme.levels[self._level], theme.colour("text"))
        painter.end()


class DueList(QWidget):
    """One line for each clock that runs on the record in the card; nearest first, true to ten seconds."""

    def __init__(self, module: Module, appearance: Appearance, clock: Callable[[], datetime], norms: CityNorms) -> None:
        super().__init__()
        self._module, self._clock, self._norms = module, clock, norms
        self._calendar = WorkCalendar()
        self._data: Mapping[str, Any] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._lines = [(DueMark(appearance), plain_label("", "caption", wrap=True)) for _ in (None, *module.clocks)]
        for row, (mark, words) in enumerate(self._lines):
            self._grid.addWidget(mark, row, 0)
            self._grid.addWidget(words, row, 1)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tell)
        norms.changed.connect(self._tell)
        self.show_data({})

    def show_data(self, data: Mapping[str, Any]) -> None:
        """The clocks of this record; of an empty one, none."""
        self._data = data
        self._tell()

    @property
    def told(self) -> list[str]:
        """What stands in the lines, top down."""
        return [f"{mark.accessibleName()} · {words.text()}" for mark, words in self._lines if not words.isHidden()]

    def _tell(self) -> None:
        now, norms = self._clock(), self._norms.now
        found = dues(self._module, self._data, norms, self._calendar, now)
        found.sort(key=lambda due: due.state == "met")  # what still runs stands first
        status = put_off(self._module, self._data)
        over = _passed_over(self._module, self._data, found)
        lines: list[tuple[str, Level, str]] = [
            *([over] if over else []),
            *((NOT_FOUND, "warning", _lost(one)) for one in unjudged(self._module, self._data, norms)),
            *(
                (left(one, now), LEVELS[one.state], _words(one, self._calendar, status.title if status else ""))
                for one in found
            ),
        ]
        for (mark, words), line in zip(self._lines, [*lines, *[None] * len(self._lines)], strict=False):
            mark.setVisible(line is not None)
            words.setVisible(line is not None)
            if line is not None:
                mark.show_left(*line[:2])
                words.setText(line[2])
        self.setVisible(bool(lines))
        self._timer.start() if lines else self._timer.stop()


def left(due: Due, now: datetime) -> str:
    """How long is left until a due time, or how long it is over."""
    if due.state in STILL:
        return STILL[due.state]
    rest = span((due.at - now).total_seconds())
    return f"осталось {rest}" if due.state != "red" else f"просрочено на {rest}"


def _words(due: Due, calendar: WorkCalendar, put_off: str) -> str:
    at = told(due.at)
    parts = [f"{due.clock.title}: до {at:%d.%m.%Y %H:%M} — {due.limit.citation if due.limit else 'срок из карточки'}"]
    if due.limit is None:
        return "; ".join(parts + ([HELD] if due.state == "paused" else []))
    parts[0] += "" if due.limit.verified else " (не проверено)"
    if due.limit.extension and due.state != "met":
        parts.append(f"{'продлён' if due.extended else 'можно продлить'} на {_length(due.limit, due.limit.extension)}")
    if due.late:
        parts.append(LATE)
    if due.moved:
        parts.append(f"сдвинут приостановкой на {_length(due.limit, due.moved)}")
    parts += _pauses(due, put_off)
    if due.limit.unit == "working_days" and not calendar.official(at.year):
        parts.append(f"производственного календаря на {at.year} год ещё нет")
    return "; ".join(parts)


def _pauses(due: Due, put_off: str) -> list[str]:
    """What stops this term, where that is of interest: of one that runs on while the card is put off, that it does."""
    if due.state == "paused":
        why = due.limit.pauses if due.limit else ""
        return [f"стоит, пока {why}" if why else "стоит"]
    runs_on = due.state != "met" and put_off and not due.clock.pauses
    return [f"«{put_off}» этот срок не останавливает"] if runs_on else []


def _passed_over(module: Module, data: Mapping[str, Any], found: list[Due]) -> tuple[str, Level, str] | None:
    """The line about a card that is put off to a day after a term that goes on running."""
    day, status = comes_back(module, data), put_off(module, data)
    over = passed_over(module, data, found)
    if day is None or status is None or over is None:
        return None
    words = f"«{status.title}» до {day.astimezone(CITY_ZONE):%d.%m.%Y} — позже срока «{over.clock.title}»"
    return "внимание", "error", f"{words}: он истечёт раньше"


def _length(limit: Limit, count: int) -> str:
    return plural(count, *_UNITS[limit.unit])


def _lost(clock: Clock) -> str:
    return f"{clock.title}: в разделе «{RULES.title}» нет действующей нормы «{clock.limit}»"
