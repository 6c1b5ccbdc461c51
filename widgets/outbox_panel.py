"""Правки, которых ещё нет на сервере: everything that was saved here and is not there yet; nothing is hidden."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from citymanager.access_journal import AccessJournal
from citymanager.errors import ReadOnly, why
from citymanager.hub import Hub
from citymanager.store.outbox import wire
from citymanager.store.reader import Reader
from citymanager.tasks import Tasks
from citymanager.text import plural
from widgets.outbox_model import COLUMNS, OutboxModel
from widgets.plain import plain_label
from widgets.seat import Seat
from widgets.theme import Appearance, set_role
from widgets.unsent import Edit, in_words
from widgets.unsent_files import UnsentFiles

SHOWN = 500
"""Of each group; the counts above the table are those of all."""
CALM = 150
"""Milliseconds in which changes of the outbox are gathered into one look at it."""

Found = tuple[list[Edit], int, int]


class OutboxPanel(QWidget):
    """Two groups, what needs a person and what waits for the server, with what can be done about them."""

    mend_requested = Signal(str)
    """The operation that a person wants to decide."""

    def __init__(self, tasks: Tasks, hub: Hub, appearance: Appearance, seat: Seat, journal: AccessJournal) -> None:
        super().__init__()
        self._tasks, self._hub, self._seat, self._journal = tasks, hub, seat, journal
        self.model = OutboxModel(appearance, self)
        self.table, self.counts = QTableView(), plain_label()
        self.files = UnsentFiles(tasks, hub)
        self.all, self.aside, self.waits = QPushButton("Все"), QPushButton(), QPushButton()
        self.again, self.mend = QPushButton("Отправить снова"), QPushButton("Разобрать…")
        self.open, self.keep = QPushButton("Открыть карточку"), QPushButton("Сохранить в файл…")
        self._edits: list[Edit] = []
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self._timer = QTimer(self, singleShot=True, interval=CALM)
        self._timer.timeout.connect(self.refresh)
        hub.outbox_changed.connect(self._timer.start)
        seat.changed.connect(self._offer)
        self.refresh()

    def _build(self) -> None:
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setWordWrap(False)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, (_, width, _) in enumerate(COLUMNS):
            self.table.setColumnWidth(column, width)
        self.table.selectionModel().selectionChanged.connect(self._offer)
        self.table.doubleClicked.connect(lambda _: self._mend())
        head = QHBoxLayout()
        for chip in (self.all, self.aside, self.waits):
            chip.setCheckable(True)
            chip.setAutoExclusive(True)
            set_role(chip, "chip")
            chip.toggled.connect(self._show_group)
            head.addWidget(chip)
        self.all.setChecked(True)
        head.addStretch(1)
        for button, act in (
            (self.again, self._again),
            (self.mend, self._mend),
            (self.open, self._open),
            (self.keep, self._keep),
        ):
            button.clicked.connect(act)
            head.addWidget(button)
        set_role(self.counts, "muted")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 10, 12, 10)
        whole.addLayout(head)
        whole.addWidget(self.counts)
        whole.addWidget(self.table)
        whole.addWidget(self.files)

    # what is shown

    def refresh(self) -> None:
        """Look at the outbox anew."""
        self._tasks.read(_found, self._show, owner=self, newest="outbox")

    def _show(self, found: Found) -> None:
        self._edits, waiting, aside = found
        self.aside.setText(f"Требует внимания: {aside}")
        self.waits.setText(f"Ждёт отправки: {waiting}")
        hidden = waiting + aside - len(self._edits)
        self.counts.setText(
            "Все правки на сервере."
            if not waiting + aside
            else f"Показаны не все: ещё {plural(hidden, 'правка', 'правки', 'правок')}."
            if hidden > 0
            else ""
        )
        self.counts.setVisible(bool(self.counts.text()))
        self._show_group()

    def _show_group(self) -> None:
        chosen = {edit.pending.op for edit in self.selected()}
        self.model.show_things([edit for edit in self._edits if self._in_group(edit)])
        pick = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        for row, edit in enumerate(self.model.things):
            if edit.pending.op in chosen:
                self.table.selectionModel().select(self.model.index(row, 0), pick)
        self._offer()

    def _in_group(self, edit: Edit) -> bool:
        waits = edit.pending.state == "waiting"
        return self.all.isChecked() or (self.waits if waits else self.aside).isChecked()

    # what can be done

    def selected(self) -> list[Edit]:
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.model.things[row] for row in rows]

    def _offer(self) -> None:
        chosen = self.selected()
        aside = [edit for edit in chosen if edit.pending.state != "waiting"]
        self.again.setEnabled(bool(self._retriable()))
        self.mend.setEnabled(len(aside) == 1)
        self.open.setEnabled(len(chosen) == 1)
        self.keep.setEnabled(bool(self.model.things))

    def _retriable(self) -> list[str]:
        """Of the chosen ones; a conflict is decided, not sent again: the server would only give the same answer."""
        chosen = [edit.pending for edit in self.selected() if edit.pending.state in ("refused", "failed")]
        return [one.op for one in chosen if not self._seat.why_not_decide(one.author)]

    def _again(self) -> None:
        ops = self._retriable()
        if ops:
            self._tasks.write(lambda writer: writer.retry(ops), lambda _: self._hub.outbox_changed.emit(), owner=self)

    def _mend(self) -> None:
        aside = [edit for edit in self.selected() if edit.pending.state != "waiting"]
        if len(aside) == 1:
            self.mend_requested.emit(aside[0].pending.op)
        else:
            self._open()

    def _open(self) -> None:
        for edit in self.selected()[:1]:
            self._hub.opened.emit(edit.pending.module, edit.pending.id)

    def _keep(self) -> None:
        dialog = QFileDialog(self, "Сохранить правки в файл", "неотправленные-правки.json", "JSON (*.json)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export(self, file: Path) -> None:
        """Write the chosen edits (all that are shown, if none is chosen) into a JSON file, whole or not at all.

        They go out as they are, personal data among them: the journal of access has a line for each module first.
        """
        edits = self.selected() or list(self.model.things)
        refusal = next(
            (why for edit in edits if _personal(edit) and (why := self._seat.why_not_export(edit.module))), ""
        )
        if refusal:
            self._hub.notice.emit(refusal, "warning")
            return
        try:
            for module, count in Counter(edit.module.key for edit in edits if _personal(edit)).items():
                self._journal.export(module, count, "неотправленные правки в файл")
            write_edits(file, edits)
        except ReadOnly as error:
            self._hub.notice.emit(str(error), "error")
        else:
            kept = plural(len(edits), "правка сохранена", "правки сохранены", "правок сохранено")
            self._hub.notice.emit(f"{kept} в файл {file}.", "info")


def _personal(edit: Edit) -> bool:
    return not edit.module.personal_keys.isdisjoint(edit.pending.change)


def write_edits(file: Path, edits: Sequence[Edit]) -> None:
    """Operations as they would be sent, with author, state and reason. Raises ReadOnly; then nothing is written."""
    found = [
        {
            **wire(edit.pending),
            "author": edit.pending.author,
            "state": edit.pending.state,
            "reason": edit.pending.reason,
        }
        for edit in edits
    ]
    new = file.with_name(f"{file.name}.new")
    try:
        new.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        new.replace(file)
    except OSError as error:
        raise ReadOnly(f"Не удалось записать файл {file}: {why(error)}. Выберите другое место.") from error


def _found(reader: Reader) -> Found:
    operations = [*reader.queue.set_aside(SHOWN), *reader.queue.waiting(SHOWN)]
    return in_words(reader, operations), reader.unsent(), reader.needs_attention()
