"""Тревоги: the due times that call for somebody, the highest first; a person takes each or shelves it with a reason."""

from collections.abc import Callable, Sequence

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

from citymanager.alarm_load import AlarmLoad
from citymanager.alarms import Alarm
from citymanager.text import plural
from widgets.alarm_acts import NO_SHELF, ONE_BY_ONE, WHY, AlarmActs
from widgets.alarm_rows import rows
from widgets.alarm_words import MUTED, Told, checked, counted, flooded, gone, told
from widgets.flow import FlowLayout
from widgets.marks import mark_icon
from widgets.panels.stand import Stand
from widgets.plain import one_line, plain_label
from widgets.theme import set_role

SHOWN = 200
"""In the list; the line above it counts all."""
CALM_MS, TICK_MS, MARK = 100, 10_000, 18
BUSY_MS = 500
"""While all records are judged, each heap brings other alarms: read at every one, the list would slow down the rest."""
ALARM = Qt.ItemDataRole.UserRole
NOTHING = "Тревог нет: ни один срок не требует внимания."
NOTHING_YET = "Тревог пока нет, проверены ещё не все сроки"


class AlarmPanel(QWidget):
    """The list with what can be done about its alarms, and below it those that were shelved."""

    def __init__(self, acts: AlarmActs, load: AlarmLoad, stand: Stand) -> None:
        super().__init__()
        self._acts, self._load, self._tasks, self._hub = acts, load, stand.tasks, stand.hub
        self._appearance, self._clock = stand.appearance, stand.clock
        self.alarms: list[Told] = []
        self.list, self.count = QListWidget(), plain_label("", "section", wrap=True)
        self.shelved = plain_label("", "note", wrap=True)
        self.take, self.open = QPushButton("Принять"), QPushButton("Открыть карточку")
        self.take_warnings = QPushButton("Принять все предупреждения")
        self.take_left = QPushButton("Принять ушедшие")
        self.reason, self.shelve = QLineEdit(), QPushButton("Отложить на 30 минут")
        self.work = QWidget()
        """All that there is to do something about; hidden while there is nothing."""
        self.muted: Callable[[], bool] = lambda: False
        """Whether alarms are not heard here."""
        self._chosen = False
        """Whether a person has selected something; if nobody has, the first line is selected."""
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self._calm = QTimer(self, singleShot=True, interval=CALM_MS)
        self._calm.timeout.connect(self.refresh)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._say)
        acts.changed.connect(self._hear)
        acts.judged.connect(self._hear)
        stand.appearance.changed.connect(self._say)
        self.refresh()

    def _build(self) -> None:
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setAccessibleName("Тревоги")
        self.list.setWordWrap(True)
        self.list.setIconSize(QSize(MARK, MARK))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.itemSelectionChanged.connect(self._choose)
        self.list.itemActivated.connect(lambda _: self._open())
        self.reason.setPlaceholderText("Почему можно отложить")
        self.reason.setAccessibleName("Почему можно отложить")
        self.reason.setMaxLength(500)
        self.reason.setMinimumWidth(160)
        self.reason.textChanged.connect(self._offer)
        set_role(self.take, "primary")
        buttons, put_off = FlowLayout(), QHBoxLayout()
        acts = ((self.take, self._take), (self.open, self._open), (self.take_warnings, self._take_low),
                (self.take_left, self._take_left))  # fmt: skip
        for button, act in acts:
            button.clicked.connect(act)
            buttons.addWidget(button)
        self.shelve.clicked.connect(self._shelve)
        put_off.addWidget(self.reason, 1)
        put_off.addWidget(self.shelve)
        work = QVBoxLayout(self.work)
        work.setContentsMargins(0, 0, 0, 0)
        work.addWidget(self.list, 1)
        work.addLayout(buttons)
        work.addLayout(put_off)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 10, 12, 10)
        whole.addWidget(self.count)
        whole.addWidget(self.work, 1)
        whole.addWidget(self.shelved)
        whole.addStretch()

    # what is shown

    def refresh(self) -> None:
        """Look anew at what calls."""
        calling, left = self._acts.calling, self._acts.left
        flood = self._load.flood(self._clock())
        found = rows(calling, left, grouped=flood or len(calling) > SHOWN)
        self.count.setText(self._counted(calling, left, len(found), flood=flood))
        self.take_left.setVisible(bool(left))
        self._tasks.read(lambda reader: told(reader, found[:SHOWN]), self._show, owner=self, newest="alarm panel")
        aside = self._acts.shelved
        lines = [f"{one.title} — {reason}" for one, reason in aside[:5]]
        self.shelved.setText("\n".join([f"Отложено тревог: {len(aside)}. Через полчаса вернутся сами.", *lines]))
        self.shelved.setVisible(bool(aside))

    def _counted(self, calling: Sequence[Alarm], left: Sequence[Alarm], lines: int, *, flood: bool) -> str:
        judging = checked(self._acts.progress)
        silent = MUTED.capitalize() + " в настройках" if self.muted() else ""
        if not (calling or left or judging):
            return f"{NOTHING} {silent}".strip()
        words = (
            flooded(self._load.count(self._clock())) if flood else "",
            counted(calling).capitalize() if calling else "" if left else NOTHING_YET,
            gone(left).capitalize(), f"Показаны первые {SHOWN} строк" if lines > SHOWN else "", silent, judging,
        )  # fmt: skip
        return ". ".join(filter(None, words))

    def selected(self) -> list[Told]:
        return [self.alarms[self.list.row(one)] for one in self.list.selectedItems()]

    def _hear(self) -> None:
        if not self._calm.isActive():
            self._calm.start(CALM_MS if self._acts.progress is None else BUSY_MS)

    def _show(self, found: list[Told]) -> None:
        known = self._chosen and len(self.alarms) == self.list.count()
        chosen = {one.alarm.id for one in self.selected()} if known else set()
        self.alarms = found
        self.list.blockSignals(True)
        self.list.clear()
        for one in found:
            item = QListWidgetItem(self.list)
            item.setData(ALARM, one.alarm.id)
            item.setSelected(one.alarm.id in chosen)
        self._chosen = bool(self.list.selectedItems())
        if found and not self._chosen:
            self.list.setCurrentRow(0)
        elif found:
            self.list.scrollToItem(self.list.selectedItems()[0])
        self.list.blockSignals(False)
        self.work.setVisible(bool(found))
        self._say()
        self._offer()

    def _say(self) -> None:
        now, ratio, escalation = self._clock(), self.devicePixelRatioF(), self._acts.escalation
        levels = self._appearance.theme.levels
        icons = {key: mark_icon(levels[key], MARK, ratio) for key in {one.mark for one in self.alarms}}
        for row, one in enumerate(self.alarms):
            times = self._load.times(one.alarm)
            again = f" · поднялась {plural(times, 'раз', 'раза', 'раз')} за 10 минут" if times > 1 else ""
            line = one.line(now, escalation.stage(one.alarm))
            item = self.list.item(row)
            item.setText(f"{line}\n{one_line(one.record, 90)} · {one.until}{again}")
            item.setIcon(icons[one.mark])

    def _choose(self) -> None:
        self._chosen = True
        self._offer()

    def _offer(self) -> None:
        chosen = self.selected()
        urgent = any(one.row.one_by_one for one in chosen)
        self.take.setEnabled(bool(chosen) and not (urgent and len(chosen) > 1))
        self.take.setToolTip(ONE_BY_ONE if urgent and len(chosen) > 1 else "")
        self.open.setEnabled(len(chosen) == 1)
        self.take_warnings.setEnabled(any(one.alarm.level == "low" for one in self.alarms))
        single = len(chosen) == 1 and len(chosen[0].row.alarms) == 1 and not chosen[0].row.left
        self.shelve.setEnabled(single and not urgent and bool(self.reason.text().strip()))
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
        self._acts.take([alarm for one in self.selected() for alarm in one.row.alarms])

    def _take_low(self) -> None:
        self._acts.take([one for one in self._acts.calling if one.level == "low"])

    def _take_left(self) -> None:
        self._acts.take(self._acts.left)

    def _open(self) -> None:
        for one in self.selected()[:1]:
            self._hub.opened.emit(one.alarm.module, one.alarm.record)

    def _shelve(self) -> None:
        for one in self.selected()[:1]:
            self._acts.shelve(one.alarm, self.reason.text())
        self.reason.clear()
