"""What refers to the record in the card: receipts of a telephonogram, replies to a report, its duplicates, …

A closed list costs nothing; an open one is read on a reader's thread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from citymanager.hub import Hub
from citymanager.related import Link, links
from citymanager.schema import STATUS, Module
from citymanager.store import Query, Reader, Record
from citymanager.store.records import caption
from citymanager.tasks import Tasks
from widgets.editors.reference import target
from widgets.plain import ElidedLabel, plain_label
from widgets.record_head import Pill
from widgets.seat import Seat
from widgets.theme import Appearance, set_role

MOST = 10
"""Records of one kind that are shown."""
SOON_MS = 200
"""Changes come in bursts: the list is read anew when they are over."""
TITLE = "Связанные записи"


@dataclass(frozen=True)
class Group:
    """The records that refer by one field: how many there are, and the first of them by id, caption and status."""

    link: Link
    count: int
    rows: Sequence[tuple[str, str, str]]


class RelatedRecords(QWidget):
    """A list that folds away. `wanted` carries the Link by which a new record is to be added."""

    wanted = Signal(object)

    def __init__(self, module: Module, tasks: Tasks, hub: Hub, seat: Seat, appearance: Appearance) -> None:
        super().__init__()
        self._tasks, self._hub, self._seat, self._appearance = tasks, hub, seat, appearance
        self._links = links(tasks.glance.modules.values(), module)
        self._ident = ""
        self.groups: list[Group] = []
        """What is shown."""
        self.fold = QToolButton()
        self.fold.setCheckable(True)
        set_role(self.fold, "fold")
        self.fold.toggled.connect(self._toggled)
        self._list = QWidget()
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        rule = QFrame()
        set_role(rule, "rule")
        column.addWidget(rule)
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._list)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._read)
        hub.changed.connect(self._changed)
        seat.changed.connect(self._seat_changed)
        self._toggled(False)

    def show_record(self, record: Record | None) -> None:
        """Of this record; of a new one there is nothing yet."""
        ident = record.id if record else ""
        self.setVisible(bool(ident and self._links))
        if ident != self._ident:
            self._ident = ident
            self._show([])
            self._read()

    def _toggled(self, opened: bool) -> None:
        self.fold.setText(f"{'▾' if opened else '▸'} {TITLE}")
        self._list.setVisible(opened)
        self._read()

    def _changed(self, module: str, idents: list[str]) -> None:
        if self.fold.isChecked() and any(one.module.key == module for one in self._links):
            self._soon.start()

    def _seat_changed(self) -> None:
        """What one person was shown, the next one may not be allowed to see."""
        self._show([])
        self._read()

    def _read(self) -> None:
        """Ask for the list, if it is open."""
        ident = self._ident
        if not ident or not self.fold.isChecked():
            return
        seen = [one for one in self._links if self._seat.may_read(one.module)]
        self._tasks.read(
            lambda reader: (ident, [_group(reader, link, ident) for link in seen]),
            self._take,
            owner=self,
            newest=f"related:{id(self)}",
        )

    def _take(self, found: tuple[str, list[Group]]) -> None:
        if found[0] == self._ident:
            self._show(found[1])

    def _show(self, groups: Sequence[Group]) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.groups = [one for one in groups if one.count or self._may_add(one.link)]
        for group in self.groups:
            self._rows.addWidget(self._heading(group))
            for ident, words, status in group.rows:
                row = RelatedRow(group.link.module, words, status, self._appearance)
                row.clicked.connect(partial(self._hub.opened.emit, group.link.module.key, ident))
                self._rows.addWidget(row)
            if group.count > len(group.rows):
                self._rows.addWidget(plain_label(f"и ещё {group.count - len(group.rows)}", "caption"))
        if groups and not self.groups:
            self._rows.addWidget(plain_label("На эту запись ничто не ссылается.", "muted"))

    def _may_add(self, link: Link) -> bool:
        """What can't be without such a record, or begins with what it says, is added here, if he may."""
        follows = link.field.required or link.field.key in link.module.begins
        return follows and not self._seat.why_not_make(link.module)

    def _heading(self, group: Group) -> QWidget:
        heading = QWidget()
        row = QHBoxLayout(heading)
        row.setContentsMargins(0, 4, 0, 0)
        link = group.link
        title = link.module.title if link.field.required else f"{link.module.title}: {link.field.title.lower()}"
        label = ElidedLabel("muted", least=120)
        label.show_text(f"{title} — {group.count or 'нет'}")
        row.addWidget(label, 1)
        if self._may_add(link):
            add = QPushButton("Добавить")
            set_role(add, "quiet")
            add.setAccessibleName(f"Добавить: {link.module.one}")
            add.clicked.connect(lambda: self.wanted.emit(link))
            row.addWidget(add)
        return heading


class RelatedRow(QFrame):
    """One record in one line, opened by a click or by Enter."""

    clicked = Signal()

    def __init__(self, module: Module, words: str, status: str, appearance: Appearance) -> None:
        super().__init__()
        set_role(self, "link")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(words)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        label = ElidedLabel(least=80)
        label.show_text(words)
        row.addWidget(label, 1)
        if status:
            pill = Pill(module, appearance)
            pill.show_status(status)
            row.addWidget(pill)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.clicked.emit()
        else:
            super().keyPressEvent(event)


def _group(reader: Reader, link: Link, ident: str) -> Group:
    query = Query(link.module.key, among={link.field.key: (ident,)})
    count = reader.count(query)
    records = reader.first_page(query, MOST) if count else []
    names = _names(reader, link, records)
    rows = [(one.id, _words(link, one, names), str(one.data.get(STATUS, ""))) for one in records]
    return Group(link, count, rows)


Names = Mapping[tuple[str, str], str]
"""(module, id) → caption."""


def _names(reader: Reader, link: Link, records: Sequence[Record]) -> Names:
    """The captions of the records that these are named by."""
    wanted: dict[str, set[str]] = {}
    for field in map(link.module.field, link.module.caption):
        if field.kind in ("reference", "person") and field.key != link.field.key and not field.many:
            wanted.setdefault(target(field), set()).update(
                str(one.data[field.key]) for one in records if one.data.get(field.key)
            )
    return {
        (module, ident): words
        for module, idents in wanted.items()
        if module in reader.modules
        for ident, words in reader.captions(module, sorted(idents)).items()
    }


def _words(link: Link, record: Record, names: Names) -> str:
    """A record in one line, without the one it refers to here."""
    data = {key: value for key, value in record.data.items() if key != link.field.key}
    for key in link.module.caption:
        field = link.module.field(key)
        if field.kind in ("reference", "person") and (words := names.get((target(field), str(data.get(key))))):
            data[key] = words
    return caption(link.module, data) or link.module.one
