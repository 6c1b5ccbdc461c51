"""Правки, которые нужно разобрать: conflicts and what the server refused, each decided field by field.

What waits for a decision is in the store: it is here again after a restart, until a person has decided it.
"""

from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from citymanager.access_journal import AccessJournal
from citymanager.errors import CityError, Refused
from citymanager.hub import Hub
from citymanager.schema import Field, Values
from citymanager.store import Saved
from citymanager.tasks import Tasks
from widgets.conflict_sheet import ConflictSheet
from widgets.editors import Editor, Surroundings, editor_of
from widgets.outbox_panel import CALM, SHOWN
from widgets.personal import Reveal
from widgets.plain import one_line, plain_label
from widgets.seat import Seat
from widgets.theme import set_role
from widgets.unsent import Edit, in_words

OPERATION = Qt.ItemDataRole.UserRole
NOTHING = "Нечего разбирать: сервер принял все правки, которые ему предложены."
REVEAL = "Показать персональные данные"
ALL_CHOSEN = "Выберите значение каждого выделенного поля."


class ConflictPanel(QWidget):
    """To the left what waits for a decision, to the right the sheet of the chosen one and what can be done with it."""

    def __init__(self, tasks: Tasks, hub: Hub, seat: Seat, journal: AccessJournal) -> None:
        super().__init__()
        self._tasks, self._hub, self._seat, self._journal = tasks, hub, seat, journal
        self._reveal: Reveal | None = None
        """Of the personal data in the chosen edit; None: it holds none."""
        self.edits: list[Edit] = []
        self.sheet: ConflictSheet | None = None
        self.list, self.area = QListWidget(), QScrollArea()
        self.title, self.reason = plain_label(role="section", wrap=True), plain_label(role="problem", wrap=True)
        self.decide, self.again = QPushButton("Решить"), QPushButton("Отправить снова")
        self.accept, self.open = QPushButton("Принять серверное"), QPushButton("Открыть карточку")
        self.reveal = QPushButton(REVEAL)
        self._wanted = ""
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=CALM)
        self._timer.timeout.connect(self.refresh)
        hub.outbox_changed.connect(self._timer.start)
        seat.changed.connect(self._choose)
        self.refresh()

    def _build(self) -> None:
        self.area.setWidgetResizable(True)
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.currentItemChanged.connect(self._choose)
        set_role(self.decide, "primary")
        self.accept.setToolTip("Отказаться от своей правки: останется то, что на сервере")
        self.again.setToolTip("Предложить серверу ту же правку ещё раз")
        foot = QHBoxLayout()
        acts = (self._decide, self._again, self._accept, self._open)
        for button, act in zip((self.decide, self.again, self.accept, self.open), acts, strict=True):
            button.clicked.connect(act)
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.reveal)
        set_role(self.reveal, "quiet")
        self.reveal.clicked.connect(self._show_personal)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self.title)
        column.addWidget(self.reason)
        column.addWidget(self.area, 1)
        column.addLayout(foot)
        halves = QSplitter()
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.list)
        halves.addWidget(right)
        halves.setStretchFactor(1, 3)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(halves)

    # what waits

    def refresh(self) -> None:
        """Look anew at what waits for a decision; a sheet that is being decided stays as it is."""
        self._tasks.read(
            lambda reader: in_words(reader, reader.set_aside(SHOWN)), self._show, owner=self, newest="aside"
        )

    def show_operation(self, op: str) -> None:
        """Bring up the sheet of this operation, as soon as it is known here."""
        self._wanted = op
        self.refresh()

    def _show(self, edits: list[Edit]) -> None:
        before = self.sheet.edit if self.sheet is not None else None
        wanted = self._wanted or (before.pending.op if before else "")
        self.edits, self._wanted = edits, ""
        self.list.blockSignals(True)
        self.list.clear()
        for edit in edits:
            item = QListWidgetItem(f"{edit.state}: {one_line(edit.caption, 80)}\n{edit.time}, {edit.pending.author}")
            item.setData(OPERATION, edit.pending.op)
            self.list.addItem(item)
        row = next((row for row, edit in enumerate(edits) if edit.pending.op == wanted), 0 if edits else -1)
        self.list.setCurrentRow(row)
        self.list.blockSignals(False)
        if before is None or row < 0 or edits[row] != before:
            self._choose()

    def _choose(self) -> None:
        row = self.list.currentRow()
        edit = self.edits[row] if 0 <= row < len(self.edits) else None
        self.title.setText(edit.caption if edit else NOTHING)
        self.reason.setText(edit.pending.reason if edit else "")
        self.reason.setVisible(bool(self.reason.text()))
        self._watch_over(edit)
        self._lay_sheet(edit)

    def _lay_sheet(self, edit: Edit | None) -> None:
        revealed = self._reveal is not None and bool(self._reveal.ident)
        self.sheet = (
            ConflictSheet(edit, lambda field: self._editor(edit, field), revealed=revealed) if edit else None
        )  # fmt: skip
        if self.sheet is not None:
            self.sheet.changed.connect(self._offer)
        self.area.setWidget(self.sheet or _blank())
        self._offer()

    def _watch_over(self, edit: Edit | None) -> None:
        """Another edit: its personal data are masked until they are asked for."""
        if self._reveal is not None:
            self._reveal.deleteLater()
        personal = edit is not None and any(one.field.personal for one in edit.fields)
        self._reveal = Reveal(edit.module, self._seat, self._journal, self) if edit and personal else None
        if self._reveal is not None:
            self._reveal.over.connect(lambda: self._lay_sheet(edit))

    def conceal(self) -> None:
        """Mask personal data again before their time."""
        if self._reveal is not None and self._reveal.ident:
            self._choose()

    def _show_personal(self) -> None:
        if self.sheet is None or self._reveal is None:
            return
        edit = self.sheet.edit
        if why := self._reveal.show(edit.pending.id):
            self._hub.notice.emit(why, "warning")
        else:
            self._lay_sheet(edit)

    def _editor(self, edit: Edit, field: Field) -> Editor:
        return editor_of(field, Surroundings(edit.module, self._tasks, drawable=frozenset()))

    def _offer(self) -> None:
        edit = self.sheet.edit if self.sheet is not None else None
        may = edit is not None and not self._seat.why_not_edit(edit.module)
        for button in (self.again, self.accept):
            button.setEnabled(may)
        decided = self.sheet is not None and self.sheet.decided and bool(self.sheet.choices)
        self.decide.setEnabled(may and decided)
        self.decide.setToolTip("" if decided else ALL_CHOSEN)
        self.open.setEnabled(edit is not None)
        self.reveal.setVisible(self._reveal is not None and not self._reveal.ident)
        for part in (self.list, self.decide, self.again, self.accept, self.open):
            part.setVisible(edit is not None)

    # decisions

    def _decide(self) -> None:
        assert self.sheet is not None
        try:
            change = self.sheet.change()
        except Refused as problem:
            self._hub.notice.emit(str(problem), "error")
            return
        self._resolve(self.sheet.edit, change)

    def _accept(self) -> None:
        assert self.sheet is not None
        self._resolve(self.sheet.edit, {})

    def _resolve(self, edit: Edit, change: Values) -> None:
        op, author, role, now = edit.pending.op, self._seat.login, self._seat.role, datetime.now(UTC)
        self._tasks.write(
            lambda writer: writer.resolve(op, change, author, role, now),
            lambda saved: self._resolved(edit, saved),
            self._failed,
            self,
        )

    def _resolved(self, edit: Edit, saved: Saved) -> None:
        how = "Решение сохранено и будет отправлено" if saved.op else "Принято то, что на сервере"
        self._hub.notice.emit(f"{how}: {one_line(edit.caption, 80)}.", "info")
        self._hub.changed.emit(edit.pending.module, [edit.pending.id])
        self._hub.outbox_changed.emit()

    def _again(self) -> None:
        assert self.sheet is not None
        op = self.sheet.edit.pending.op
        self._tasks.write(
            lambda writer: writer.retry([op]), lambda _: self._hub.outbox_changed.emit(), self._failed, self
        )

    def _open(self) -> None:
        assert self.sheet is not None
        self._hub.opened.emit(self.sheet.edit.pending.module, self.sheet.edit.pending.id)

    def _failed(self, error: CityError) -> None:
        self._hub.notice.emit(str(error), "error")


def _blank() -> QWidget:
    page = QWidget()
    set_role(page, "panel")
    return page
