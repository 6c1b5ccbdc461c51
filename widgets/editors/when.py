"""Dates and moments: typed as people write them, the city's time on the screen, UTC in the record."""

from datetime import UTC, date, datetime

from PySide6.QtCore import QDate, QLocale, QPoint, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QFrame, QPushButton, QToolButton, QVBoxLayout, QWidget

from citymanager.errors import Refused
from citymanager.schema import Field
from citymanager.values import CITY_ZONE, show
from widgets.editors.editor import Surroundings
from widgets.editors.text import ParsedEditor
from widgets.plain import plain_label
from widgets.theme import set_role


class DateEditor(ParsedEditor):
    """A day: typed, or taken from a calendar that opens beside it."""

    PATTERN = "дд.мм.гггг"

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self.line.setPlaceholderText(self.PATTERN)
        self.line.setMinimumWidth(self.line.fontMetrics().horizontalAdvance(self.PATTERN) + 30)
        self.line.setMaximumWidth(230)
        self.pick = QToolButton()
        self.pick.setToolTip("Календарь")
        set_role(self.pick, "drop")
        self.pick.clicked.connect(self._open_calendar)
        self.add(self.pick)
        self.pick.setAccessibleName(f"{field.title}: календарь")
        self.row.addStretch(1)

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.pick.setVisible(not reading)

    def _open_calendar(self) -> None:
        calendar = Calendar(self, self._day())
        calendar.chosen.clicked.connect(self._take_day)
        calendar.open_below(self.line)

    def _day(self) -> date:
        try:
            value = super().value()
        except Refused:
            value = None
        return self.day_of(value) if value else datetime.now(CITY_ZONE).date()

    def day_of(self, value: str) -> date:
        return date.fromisoformat(value)

    def _take_day(self, day: QDate) -> None:
        self.line.setText(self.typed(date(day.year(), day.month(), day.day())))
        self.line.setFocus()
        self.edited.emit()

    def typed(self, day: date) -> str:
        """What stands in the line after a day was taken from the calendar."""
        return day.strftime("%d.%m.%Y")


class MomentEditor(DateEditor):
    """A moment to the minute, in the city's time."""

    PATTERN = "дд.мм.гггг чч:мм"

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self.now = QPushButton("Сейчас")
        set_role(self.now, "quiet")
        self.now.clicked.connect(self._take_now)
        if field.fill == "now":
            self.line.setPlaceholderText("сейчас")
        self.row.insertWidget(2, self.now)
        offset = datetime.now(CITY_ZONE).strftime("%z")
        zone = plain_label(f"UTC{offset[:3]}", "caption")
        zone.setToolTip(f"Время города ({CITY_ZONE.key})")
        self.row.insertWidget(2, zone)  # after the calendar, which belongs to the line

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.now.setVisible(not reading)

    def day_of(self, value: str) -> date:
        return datetime.fromisoformat(value).astimezone(CITY_ZONE).date()

    def typed(self, day: date) -> str:
        kept = self.line.text().strip().partition(" ")[2]
        return f"{day:%d.%m.%Y} {kept or f'{datetime.now(CITY_ZONE):%H:%M}'}"

    def _take_now(self) -> None:
        self.line.setText(show(self.field, datetime.now(UTC).isoformat()))
        self.edited.emit()


class Calendar(QFrame):
    """A month to choose a day from; it goes when another place is clicked."""

    def __init__(self, parent: QWidget, day: date) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        set_role(self, "popup")
        self.chosen = QCalendarWidget()
        self.chosen.setLocale(QLocale(QLocale.Language.Russian, QLocale.Country.Russia))
        for day_off in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):  # Qt's own red is too weak on a dark ground
            self.chosen.setWeekdayTextFormat(day_off, QTextCharFormat())
        self.chosen.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.chosen.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.chosen.setSelectedDate(QDate(day.year, day.month, day.day))
        self.chosen.clicked.connect(self.close)
        self.chosen.activated.connect(self.chosen.clicked)
        QVBoxLayout(self).addWidget(self.chosen)

    def open_below(self, widget: QWidget) -> None:
        self.adjustSize()
        self.move(widget.mapToGlobal(QPoint(0, widget.height() + 2)))
        self.show()
        self.chosen.setFocus()
