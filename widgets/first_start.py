"""The first start: server, login, map of the city, size of the text; each can be left for later, none is half-done."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from widgets.first_start_pages import LoginPage, LookPage, MapPage, ServerPage, StartPage
from widgets.help_panel import about
from widgets.overlay import Overlay
from widgets.plain import plain_label
from widgets.theme import set_role

WIDTH = 680


class FirstStart(Overlay):
    """Pages inside the window. `finished` when the work may begin."""

    finished = Signal()
    SHUTS = True

    def __init__(
        self, window: QWidget, server: ServerPage, login: LoginPage, map_page: MapPage, look: LookPage
    ) -> None:
        super().__init__(window)
        self.server, self.login, self.map, self.look = server, login, map_page, look
        self._pages: Sequence[StartPage] = (server, login, map_page, look)
        self.step, self.stack = plain_label("", "muted"), QStackedWidget()
        self.back, self.later, self.next = QPushButton("Назад"), QPushButton("Позже"), QPushButton("Далее")
        about(self, "first_start")
        self._build()
        self._wire()
        self._go(0)

    def _build(self) -> None:
        set_role(self.next, "primary")
        set_role(self.later, "quiet")
        self.next.setDefault(True)
        for page in self._pages:
            self.stack.addWidget(page)
        buttons = QHBoxLayout()
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        buttons.addWidget(self.later)
        buttons.addWidget(self.next)
        box = QWidget()
        set_role(box, "panel")
        column = QVBoxLayout(box)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(plain_label("АРМ «Ситименеджер»", "title"))
        column.addWidget(self.step)
        column.addWidget(self.stack)
        column.addSpacing(8)
        column.addLayout(buttons)
        column.addStretch(3)
        box.setMaximumWidth(WIDTH)
        middle = QWidget()
        set_role(middle, "panel")
        row = QHBoxLayout(middle)
        row.addStretch(1)
        row.addWidget(box, 100)
        row.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(middle)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)

    def _wire(self) -> None:
        self.back.clicked.connect(lambda: self._go(self.stack.currentIndex() - 1))
        self.next.clicked.connect(lambda: self._pages[self.stack.currentIndex()].submit())
        self.later.clicked.connect(self._skip)
        for page in self._pages:
            page.passed.connect(self._forward)
            page.busy.connect(self._wait)
        self.server.passed.connect(lambda: self.login.use_server(self.server.address()))

    def begin(self) -> None:
        """Come up at the first page."""
        self._go(0)
        self.come_up()
        self._pages[0].enter()

    def _go(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        page, last = self._pages[number], number == len(self._pages) - 1
        self.step.setText(f"Шаг {number + 1} из {len(self._pages)}. {page.title}")
        self.back.setEnabled(number > 0)
        self.later.setText(page.later)
        self.later.setVisible(bool(page.later))
        self.next.setText("Начать работу" if last else page.submit_words)
        page.enter()

    def _forward(self) -> None:
        number = self.stack.currentIndex() + 1
        if number < len(self._pages):
            self._go(number)
            return
        self.put_away()
        self.finished.emit()

    def _skip(self) -> None:
        """Nothing of this page; without a server there is nobody to log in to."""
        page = self._pages[self.stack.currentIndex()]
        page.leave()
        self._go(self.stack.currentIndex() + (2 if page is self.server else 1))

    def _wait(self, busy: bool) -> None:
        for button in (self.back, self.next):
            button.setDisabled(busy)
        if not busy:
            self.back.setEnabled(self.stack.currentIndex() > 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.next.isEnabled():
            self._pages[self.stack.currentIndex()].submit()
        else:
            super().keyPressEvent(event)
