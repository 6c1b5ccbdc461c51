"""Правки, которые нужно разобрать: conflicts and what the server refused, each decided field by field.

What waits for a decision is in the store: it is here again after a restart, until a person has decided it.
"""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
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
from widgets.flow import FlowLayout
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
UNDELETED = "Пока вы удаляли запись, её изменил другой сотрудник. Она не удалена."
GOES_ON = "После этого запись на сервере изменилась ещё раз: показано новейшее."
DECIDE, SEND, DELETE = "Решить", "Отправить исправленное", "Удалить всё равно"
THEIRS, GIVE_UP, LEAVE = "Принять серверное", "Отказаться от правки", "Оставить запись"


class ConflictPanel(QWidget):
    """To the left what waits for a decision, to the right the sheet of the chosen one and what can be done with it."""

    mend_requested = Signal(object)
    """`Pending`: what the server has refused is to be corrected in its card."""

    def __init__(
        self, tasks: Tasks, hub: Hub, seat: Seat, journal: AccessJournal, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._tasks, self._hub, self._seat, self._journal, self._clock = tasks, hub, seat, journal, clock
        self._reveal: Reveal | None = None
        """Of the personal data in the chosen edit; None: it holds none."""
        self.edits: list[Edit] = []
        self.sheet: ConflictSheet | None = None
        self.list, self.area = QListWidget(), QScrollArea()
        self.title, self.reason = plain_label(role="section", wrap=True), plain_label(role="problem", wrap=True)
        self.why = plain_label(role="note", wrap=True)
        """Why this person can't decide it."""
        self.decide, self.mend = QPushButton(DECIDE), QPushButton("Исправить в карточке")
        self.again, self.accept = QPushButton("Отправить снова"), QPushButton(THEIRS)
        self.open = QPushButton("Открыть карточку")
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
        for button in (self.decide, self.mend):
            set_role(button, "primary")
        self.accept.setToolTip("Отказаться от своей правки: останется то, что на сервере")
        self.again.setToolTip("Предложить серверу ту же правку ещё раз")
        self.mend.setToolTip("Открыть карточку с этими значениями: сохранённая, она заменит отклонённую правку")
        foot = FlowLayout()
        acts = (self._decide, self._mend, self._again, self._accept, self._open)
        buttons = (self.decide, self.mend, self.again, self.accept, self.open)
        for button, act in zip(buttons, acts, strict=True):
            button.clicked.connect(act)
            foot.addWidget(button)
        foot.addWidget(self.reveal)
        set_role(self.reveal, "quiet")
        self.reveal.clicked.connect(self._show_personal)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(12, 10, 12, 10)
        column.addWidget(self.title)
        column.addWidget(self.reason)
        column.addWidget(self.why)
        column.addWidget(self.area, 1)
        column.addLayout(foot)
        halves = QSplitter()
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.list)
        halves.addWidget(right)
        halves.setStretchFactor(1, 3)
        halves.setSizes([220, 780])
        self.list.setMinimumWidth(130)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(halves)

    # what waits

    def refresh(self) -> None:
        """Look anew at what waits for a decision; a sheet that is being decided stays as it is."""
        self._tasks.read(
            lambda reader: in_words(reader, reader.queue.set_aside(SHOWN)), self._show, owner=self, newest="aside"
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
            item = QListWidgetItem(f"{edit.state}\n{one_line(edit.caption, 60)}\n{edit.pending.author}, {edit.day}")
            item.setData(OPERATION, edit.pending.op)
            self.list.addItem(item)
        row = next((row for row, edit in enumerate(edits) if edit.pending.op == wanted), 0 if edits else -1)
        self.list.setCurrentRow(row)
        self.list.blockSignals(False)
        if before is not None and row >= 0 and edits[row].pending.op == before.pending.op and edits[row] != before:
            self._tell(edits[row])
            self._lay_sheet(edits[row])
        elif before is None or row < 0 or edits[row] != before:
            self._choose()

    def _choose(self) -> None:
        row = self.list.currentRow()
        edit = self.edits[row] if 0 <= row < len(self.edits) else None
        self._tell(edit)
        self._watch_over(edit)
        self.sheet = None  # of another edit, or for another person: nothing is chosen yet
        self._lay_sheet(edit)

    def _tell(self, edit: Edit | None) -> None:
        self.title.setText(edit.caption if edit else NOTHING)
        self.reason.setText(_reason(edit) if edit else "")
        self.why.setText(self._why_not(edit) if edit else "")
        for label in (self.reason, self.why):
            label.setVisible(bool(label.text()))

    def _lay_sheet(self, edit: Edit | None) -> None:
        """Lay out the sheet; one of the same edit hands over what was chosen in it."""
        revealed, before, self.sheet = self._reveal is not None and bool(self._reveal.ident), self.sheet, None
        if edit is not None:
            own = edit.pending.author in (self._seat.login, "")
            self.sheet = ConflictSheet(edit, lambda field: self._editor(edit, field), own=own, revealed=revealed)
            if before is not None:
                self.sheet.take_over(before)
            self.sheet.changed.connect(self._offer)
        self.area.setWidget(self.sheet or _blank())
        needed = self.sheet.minimumSizeHint().width() if self.sheet else 0
        self.area.setMinimumWidth(needed + self.area.verticalScrollBar().sizeHint().width())
        self._offer()

    def _watch_over(self, edit: Edit | None) -> None:
        """Another edit: its personal data are masked until they are asked for."""
        if self._reveal is not None:
            self._reveal.deleteLater()
        personal = edit is not None and any(one.field.personal for one in edit.fields)
        self._reveal = Reveal(edit.module, self._seat, self._journal, self) if edit and personal else None
        if self._reveal is not None:
            self._reveal.over.connect(lambda: self._lay_sheet(self.sheet.edit if self.sheet else None))

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

    def _why_not(self, edit: Edit) -> str:
        """Why this person can decide nothing about the edit; empty if he can."""
        may_write = self._seat.why_not_delete if edit.pending.deleted else self._seat.why_not_edit
        return self._seat.why_not_decide(edit.pending.author) or may_write(edit.module)

    def _offer(self) -> None:
        edit = self.sheet.edit if self.sheet is not None else None
        state, deleted = (edit.pending.state, edit.pending.deleted) if edit else ("", False)
        self.decide.setText(DELETE if deleted else DECIDE if state == "conflict" else SEND)
        self.accept.setText(THEIRS if state == "conflict" and not deleted else LEAVE if deleted else GIVE_UP)
        altered = self.sheet is not None and self.sheet.altered
        self.decide.setVisible(state == "conflict" or (state == "refused" and altered))
        self.mend.setVisible(state == "refused" and not deleted)
        self.again.setVisible(state in ("refused", "failed"))
        self.accept.setVisible(edit is not None)
        self.open.setVisible(edit is not None and self.mend.isHidden())
        self.list.setVisible(edit is not None)
        self.reveal.setVisible(self._reveal is not None and not self._reveal.ident)
        self._allow(edit)

    def _allow(self, edit: Edit | None) -> None:
        why = self._why_not(edit) if edit else NOTHING
        decided = self.sheet is not None and self.sheet.decided
        self.decide.setEnabled(not why and decided)
        self.decide.setToolTip("" if decided else ALL_CHOSEN)
        self.mend.setEnabled(not why)
        for button in (self.again, self.accept):  # to give up one's own edit, no right to write is needed
            button.setEnabled(edit is not None and not self._seat.why_not_decide(edit.pending.author))
        self.open.setEnabled(edit is not None)

    # decisions

    def _decide(self) -> None:
        assert self.sheet is not None
        try:
            change = self.sheet.change()
        except Refused as problem:
            self._hub.notice.emit(str(problem), "error")
            return
        self._resolve(self.sheet.edit, change, delete=self.sheet.edit.pending.deleted)

    def _accept(self) -> None:
        assert self.sheet is not None
        self._resolve(self.sheet.edit, {})

    def _resolve(self, edit: Edit, change: Values, *, delete: bool = False) -> None:
        op, author, role, now = edit.pending.op, self._seat.login, self._seat.role, self._clock()
        self._tasks.write(
            lambda writer: writer.resolve(op, change, author, role, now, delete=delete, seen=edit.seen),
            lambda saved: self._resolved(edit, saved),
            self._failed,
            self,
        )

    def _resolved(self, edit: Edit, saved: Saved) -> None:
        how = "Решение сохранено и будет отправлено" if saved.op else "Осталось то, что на сервере"
        self._hub.notice.emit(f"{how}: {one_line(edit.caption, 80)}.", "info")
        self._hub.changed.emit(edit.pending.module, [edit.pending.id])
        self._hub.outbox_changed.emit()

    def _again(self) -> None:
        assert self.sheet is not None
        op = self.sheet.edit.pending.op
        self._tasks.write(
            lambda writer: writer.retry([op]), lambda _: self._hub.outbox_changed.emit(), self._failed, self
        )

    def _mend(self) -> None:
        assert self.sheet is not None
        self.mend_requested.emit(self.sheet.edit.pending)

    def _open(self) -> None:
        assert self.sheet is not None
        self._hub.opened.emit(self.sheet.edit.pending.module, self.sheet.edit.pending.id)

    def _failed(self, error: CityError) -> None:
        self._hub.notice.emit(str(error), "error")


def _reason(edit: Edit) -> str:
    """Why it waits for a decision."""
    pending, seen = edit.pending, edit.seen
    if pending.state != "conflict":
        return pending.reason
    if edit.gone:
        return f"Запись на сервере удалена: {edit.theirs}. «{DECIDE}» со своим значением вернёт её."
    met = seen.version > int((pending.current or {}).get("version", seen.version)) if seen is not None else False
    return " ".join(filter(None, (UNDELETED if pending.deleted else pending.reason, GOES_ON if met else "")))


def _blank() -> QWidget:
    page = QWidget()
    set_role(page, "panel")
    return page
