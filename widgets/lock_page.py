"""What a locked workstation shows: the time, who locked it, how the link stands. Nothing of any record."""

from datetime import datetime

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from citymanager.steady import wall_clock
from citymanager.values import CITY_ZONE
from widgets.login_people import PersonEntry
from widgets.plain import plain_label
from widgets.sync_words import Words
from widgets.theme import set_role

TICK_MS = 1_000
WIDTH = 480


class LockPage(QWidget):
    """Covers the whole window and keeps the keyboard to itself until somebody has proved who he is."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._over = window
        set_role(self, "lock")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.clock, self.day = plain_label("", "clock"), plain_label("", "muted")
        self.who = plain_label("", "title", wrap=True)
        self.link, self.unsent = plain_label("", wrap=True), plain_label("")
        self.alarms = plain_label("", "refusal", wrap=True)
        self.alarms.hide()
        self.entry = PersonEntry("Разблокировать", QBoxLayout.Direction.TopToBottom)
        self._lay_out()
        window.installEventFilter(self)
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._show_time)
        self.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(10)
        for label in (self.clock, self.day, self.who, self.alarms, self.link, self.unsent):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        column.addSpacing(10)
        column.addWidget(self.entry)
        middle = QWidget()
        middle.setLayout(column)
        middle.setFixedWidth(WIDTH)
        row = QHBoxLayout()  # an alignment would forget how high the lines are once they are broken
        row.addStretch(1)
        row.addWidget(middle)
        row.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addLayout(row)
        whole.addStretch(3)

    def tell_alarms(self, words: str) -> None:
        """How many alarms wait, and nothing of what they are about."""
        self.alarms.setText(words)
        self.alarms.setVisible(bool(words))

    def cover(self, who: str) -> None:
        """Come over the window; `who` has locked it."""
        self.who.setText(f"Заблокировано: {who}")
        self._show_time()
        self._tick.start()
        self._fit()
        self.show()
        self.raise_()
        self.entry.focus()

    def uncover(self) -> None:
        self._tick.stop()
        self.hide()

    def tell(self, words: Words) -> None:
        """How the link stands, and what is not sent."""
        self.link.setText(" · ".join(part for part in (words.link, words.age) if part))
        self.unsent.setText(" · ".join(part for part in (words.unsent, words.attention) if part))

    def _show_time(self) -> None:
        now: datetime = wall_clock().astimezone(CITY_ZONE)
        self.clock.setText(f"{now:%H:%M}")
        self.day.setText(f"{now:%d.%m.%Y}")

    # over the window, and alone with the keyboard

    def _fit(self) -> None:
        self.setGeometry(self._over.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False

    def event(self, event: QEvent) -> bool:
        """No key that is pressed here is a shortcut of the window."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round inside the page."""
        stops = [one for one in (self.entry.person, self.entry.password, self.entry.enter) if one.isEnabled()]
        here = next((at for at, one in enumerate(stops) if one.hasFocus()), -1)
        if not stops:
            self.setFocus()  # while the password is checked
        else:
            stops[(here + (1 if forward else -1)) % len(stops)].setFocus(
                Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
            )
        return True
