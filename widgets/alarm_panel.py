"""Тревоги: the due times that call for somebody, the highest first; a person takes each or shelves it with a reason."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from citymanager.alarms import Alarm
from citymanager.hub import Hub
from citymanager.tasks import Tasks
from widgets.alarm_acts import NO_SHELF, ONE_BY_ONE, WHY, AlarmActs
from widgets.alarm_words import MARKS, Told, checked, counted, told
from widgets.flow import FlowLayout
from widgets.marks import mark_icon
from widgets.plain import one_line, plain_label
from widgets.theme import Appearance, set_role

SHOWN = 200
"""In the list; the line above it counts all."""
CALM_MS, TICK_MS, MARK = 100, 10_000, 18
ALARM = Qt.ItemDataRole.UserRole
NOTHING = "Тревог нет: ни один срок не требует внимания."
NOTHING_YET = "Тревог пока нет, проверены ещё не все сроки"


class AlarmPanel(QWidget):
    """The list with what can be done about its alarms, and below it those that were shelved."""

    def __init__(
        self, acts: AlarmActs, tasks: Tasks, hub: Hub, appearance: Appearance, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._acts, self._tasks, self._hub, self._appearance, self._clock = acts, tasks, hub, appearance, clock
        self.alarms: list[Told] = []
        self.list, self.count = QListWidget(), plain_label("", "section", wrap=True)
        self.shelved = plain_label("", "note", wrap=True)
        self.take, self.open = QPushButton("Принять"), QPushButton("Открыть карточку")
        self.take_warnings = QPushButton("Принять все предупреждения")
        self.reason, self.shelve = QLineEdit(), QPushButton("Отложить на 30 минут")
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._calm.timeout.connect(self.refresh)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._say)
        acts.changed.connect(self._hear)
        acts.judged.connect(self._hear)
        appearance.changed.connect(self._say)
        self.refresh()

    def _build(self) -> None:
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName("Тревоги")
        self.list.setWordWrap(True)
        self.list.setIconSize(QSize(MARK, MARK))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.itemSelectionChanged.connect(self._offer)
        self.list.itemActivated.connect(lambda _: self._open())
        self.reason.setPlaceholderText("Почему можно отложить")
        self.reason.setAccessibleName("Почему можно отложить")
        self.reason.setMaxLength(500)
        self.reason.setMinimumWidth(160)
        self.reason.textChanged.connect(self._offer)
        set_role(self.take, "primary")
        buttons, put_off = FlowLayout(), QHBoxLayout()
        for button, act in ((self.take, self._take), (self.open, self._open), (self.take_warnings, self._take_low)):
            button.clicked.connect(act)
            buttons.addWidget(button)
        self.shelve.clicked.connect(self._shelve)
        put_off.addWidget(self.reason, 1)
        put_off.addWidget(self.shelve)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 10, 12, 10)
        whole.addWidget(self.count)
        whole.addWidget(self.list, 1)
        whole.addLayout(buttons)
        whole.addLayout(put_off)
        whole.addWidget(self.shelved)

    # what is shown

    def refresh(self) -> None:
        """Look anew at what calls."""
        calling = self._acts.calling
        more = len(calling) - SHOWN
        judging = checked(self._acts.progress)
        words = counted(calling).capitalize() if calling else NOTHING_YET if judging else NOTHING
        shown = f"Показаны первые {SHOWN}" if more > 0 else ""
        self.count.setText(". ".join(one for one in (words, shown, judging) if one))
        self._tasks.read(lambda reader: told(reader, calling[:SHOWN]), self._show, owner=self, newest="alarm panel")
        aside = self._acts.shelved
        lines = [f"{one.title} — {reason}" for one, reason in aside[:5]]
        self.shelved.setText("\n".join([f"Отложено тревог: {len(aside)}. Через полчаса вернутся сами.", *lines]))
        self.shelved.setVisible(bool(aside))

    def selected(self) -> list[Alarm]:
        return [self.alarms[self.list.row(one)].alarm for one in self.list.selectedItems()]

    def _hear(self) -> None:
        if not self._calm.isActive():
            self._calm.start()

    def _show(self, found: list[Told]) -> None:
        chosen = {one.id for one in self.selected()} if len(self.alarms) == self.list.count() else set()
        self.alarms = found
        self.list.blockSignals(True)
        self.list.clear()
        for one in found:
            item = QListWidgetItem(self.list)
            item.setData(ALARM, one.alarm.id)
            item.setSelected(one.alarm.id in chosen)
        if found and not self.list.selectedItems():
            self.list.setCurrentRow(0)
        self.list.blockSignals(False)
        self._say()
        self._offer()

    def _say(self) -> None:
        now, ratio = self._clock(), self.devicePixelRatioF()
        for row, one in enumerate(self.alarms):
            item = self.list.item(row)
            item.setText(f"{one.line(now)}\n{one_line(one.record, 90)} · {one.until}")
            item.setIcon(mark_icon(self._appearance.theme.levels[MARKS[one.alarm.level]], MARK, ratio))

    def _offer(self) -> None:
        chosen = self.selected()
        urgent = any(one.level == "high" for one in chosen)
        self.take.setEnabled(bool(chosen) and not (urgent and len(chosen) > 1))
        self.take.setToolTip(ONE_BY_ONE if urgent and len(chosen) > 1 else "")
        self.open.setEnabled(len(chosen) == 1)
        self.take_warnings.setEnabled(any(one.alarm.level == "low" for one in self.alarms))
        self.shelve.setEnabled(len(chosen) == 1 and not urgent and bool(self.reason.text().strip()))
        self.shelve.setToolTip(NO_SHELF if urgent else "" if self.reason.text().strip() else WHY)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._say()
        self._tick.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._tick.stop()

    # what is done

    def _take(self) -> None:
        self._acts.take(self.selected())

    def _take_low(self) -> None:
        self._acts.take([one for one in self._acts.calling if one.level == "low"])

    def _open(self) -> None:
        for one in self.selected()[:1]:
            self._hub.opened.emit(one.module, one.record)

    def _shelve(self) -> None:
        for one in self.selected()[:1]:
            self._acts.shelve(one, self.reason.text())
        self.reason.clear()
