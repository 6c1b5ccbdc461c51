"""The status line: the link, the age of the data, what is unsent. It stays true when nobody tells it anything new."""

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QToolButton, QWidget

from citymanager.sync_state import Progress, SyncState
from widgets.age_label import AgeLabel
from widgets.link_age import LinkAge
from widgets.marks import mark_icon
from widgets.plain import one_line, plain_label, tip
from widgets.sync_words import Words, on_paper
from widgets.theme import Appearance, set_role

TICK = 1_000
MARK = 14


class SyncStatus(QWidget):
    """Shows a `SyncState` and lets the data's age grow by itself, to the second."""

    sync_requested = Signal()
    outbox_requested = Signal()
    attention_requested = Signal()
    told = Signal(object)
    """`Words`, each time that the line is written anew."""

    def __init__(self, appearance: Appearance, age: LinkAge) -> None:
        super().__init__()
        self._appearance, self._age, self._server = appearance, age, ""
        self.mark, self.link, self.clock = plain_label(), plain_label(), plain_label(role="late")
        self.age = AgeLabel(appearance)
        self.unsent, self.attention = QToolButton(), QToolButton()
        self.progress, self.send = QProgressBar(), QPushButton("Отправить сейчас")
        self._build()
        self._timer = QTimer(self, interval=TICK)
        self._timer.timeout.connect(self.refresh)
        self._timer.start()
        appearance.changed.connect(self.refresh)
        self.refresh()

    def _build(self) -> None:
        self.progress.setFixedWidth(280)
        self.unsent.setToolTip("Показать правки и файлы, которых ещё нет на сервере")
        self.attention.setToolTip("Разобрать правки, которые сервер не принял")
        set_role(self.attention, "attention")
        set_role(self.send, "quiet")
        self.unsent.clicked.connect(self.outbox_requested)
        self.attention.clicked.connect(self.attention_requested)
        self.send.clicked.connect(self.sync_requested)
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 3, 6, 3)
        line.setSpacing(8)
        for widget in (self.mark, self.link, self.age, self.clock, self.progress):
            line.addWidget(widget)
        line.addStretch(1)
        for button in (self.attention, self.unsent, self.send):
            line.addWidget(button)

    def show_state(self, state: SyncState) -> None:
        """Take a new picture of the link."""
        self._age.take(state)
        self.refresh()

    def show_server(self, address: str) -> None:
        """Whose link this is: told in the tooltip."""
        self._server = f"Сервер: {address}" if address else ""
        self.refresh()

    def words(self) -> Words:
        """What the line says now."""
        return self._age.words()

    def on_paper(self) -> str:
        """The same for paper, which is read on other days."""
        return on_paper(self.words(), self._age.state, self._age.seconds)

    def stop(self) -> None:
        """The window closes: nothing is shown any more."""
        self._timer.stop()

    def refresh(self) -> None:
        """Say it as it is now."""
        words, state = self.words(), self._age.state
        level = self._appearance.theme.levels[words.level]
        self.mark.setPixmap(mark_icon(replace(level, shape=words.shape), MARK, self.devicePixelRatio()).pixmap(MARK))
        self.link.setText(one_line(words.told, 90))
        self.link.setToolTip(tip("\n".join(part for part in (words.told, self._server) if part)))
        self.age.show_age(words.age, words.stale)
        self.clock.setText(words.clock)
        self.clock.setVisible(bool(words.clock))
        self.unsent.setText(words.unsent)
        set_role(self.unsent, "waits" if state.unsent or state.unsent_files else "quiet")
        self.attention.setText(words.attention)
        self.attention.setVisible(bool(words.attention))
        self.send.setEnabled(state.link not in ("local", "stopped"))
        self._show_progress(state.progress)
        self.told.emit(words)

    def _show_progress(self, progress: Progress | None) -> None:
        self.progress.setVisible(progress is not None)
        if progress is not None:
            self.progress.setRange(0, progress.total)
            self.progress.setValue(progress.done)
            total = f" из {progress.total}" if progress.total else ""
            self.progress.setFormat(f"{progress.what}: {progress.done}{total}")
