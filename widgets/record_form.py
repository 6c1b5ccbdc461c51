"""The card of a record, made from its module's declaration. What the user typed is never lost and never mixed up."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from citymanager.changes import defaults, merged
from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.schema import STATUS, Module, Values
from citymanager.store import Record, Saved
from citymanager.tasks import Tasks
from citymanager.values import CITY_ZONE
from citymanager.workflow import Way
from widgets.editors import Surroundings
from widgets.editors.place import PlaceEditor
from widgets.plain import plain_label
from widgets.record_drafts import NEW, Draft, Drafts
from widgets.record_field import FieldLine
from widgets.record_head import RecordHead
from widgets.record_moves import MoveButtons
from widgets.seat import Seat
from widgets.theme import Appearance, set_role

DRAFT_MS = 500
"""From the first letter typed to the draft on the disk; not put off by further letters."""
Clock = Callable[[], datetime]


class RecordForm(QWidget):
    """Shows one record, or a card to be made, and saves what the user touched in it.

    Another record can be opened at any time: what was not saved stays as a draft. `saved` is emitted after the
    commit, with the record's id.
    """

    saved = Signal(str)
    left = Signal()
    """The user is done with the card: Esc."""
    pick_requested = Signal()

    def __init__(
        self, surroundings: Surroundings, hub: Hub, drafts: Drafts, seat: Seat, appearance: Appearance, clock: Clock
    ) -> None:
        super().__init__()
        self.module: Module = surroundings.module
        self._tasks: Tasks = surroundings.tasks
        self._hub, self._drafts, self._seat, self._clock = hub, drafts, seat, clock
        self._record: Record | None = None
        self._login = seat.login
        self._gone = False
        self._saving: set[str] = set()
        self._discarded: Draft = {}
        self._draft_timer = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._draft_timer.timeout.connect(self.keep_draft)
        self.head, self.moves = RecordHead(self.module, appearance), MoveButtons(self.module)
        self.lines = {
            key: FieldLine(self.module.field(key), surroundings, self)
            for section in self.module.form.values()
            for key in section
            if key != STATUS
        }
        self._lay_out()
        self._wire()
        self.open_new()

    # what is shown

    @property
    def ident(self) -> str:
        """The id of the record in the form; empty for a new card."""
        return self._record.id if self._record else NEW

    @property
    def touched(self) -> bool:
        return any(line.touched for line in self.lines.values())

    @property
    def refusal(self) -> str:
        """Why the last act was refused, as it stands above the buttons; empty if it was not."""
        return self._refused.text()

    @property
    def note(self) -> str:
        """What happened to the record while it was open."""
        return self._changed.text()

    @property
    def closed(self) -> str:
        """Why nothing can be changed; empty if it can."""
        return self._closed.text()

    def open(self, record: Record) -> None:
        """Show a record, with its draft if there is one."""
        if record.id != self.ident:
            self.keep_draft()
            self._show(record)

    def open_new(self) -> None:
        """Show an empty card with the declared defaults, and its draft if there is one."""
        self.keep_draft()
        self._show(None)

    def _show(self, record: Record | None) -> None:
        self._record, self._gone, self._discarded, self._login = record, False, {}, self._seat.login
        self._draft_timer.stop()
        data = record.data if record else self._defaults()
        for key, line in self.lines.items():
            line.touched = False
            line.show_stored(data.get(key))
        for key, state in self._drafts.get(self._login, self.ident).items():
            if key in self.lines:
                self.lines[key].restore(state)
        self.message.setText("")
        self._refusal("")
        self._note("")
        self._scroll.verticalScrollBar().setValue(0)
        self._show_rights()

    def _defaults(self) -> Values:
        filled = [one.key for one in self.module.columns.values() if one.fill]
        return {key: value for key, value in defaults(self.module, "", self._clock()).items() if key not in filled}

    def refresh(self) -> None:
        """The record may have changed in the cache: untouched fields follow, touched ones keep the user's text."""
        if self._record is None:
            return
        before, now = self._record, self._tasks.glance.get(self.module.key, self._record.id)
        if now is None:
            self._gone = True
            self._note("Записи больше нет: её удалили или она вышла из вашего раздела. Введённое здесь не пропало.")
        elif now != before:
            self._gone, self._record = False, now
            met = [
                line.field.title
                for key, line in self.lines.items()
                if line.touched and now.data.get(key) != before.data.get(key)
            ]
            for key, line in self.lines.items():
                line.show_stored(now.data.get(key))
            if met:
                self._note(_changed_under(now, met))
        self._show_rights()

    def _show_rights(self) -> None:
        """What may be done now: by whom it is seen, what is missing, what is closed."""
        why = self._seat.why_not(self.module) or ("Записи больше нет, изменить её нельзя." if self._gone else "")
        for line in self.lines.values():
            fixed = line.field.fixed and (
                line.field.fill != "" or (self._record is not None and line.stored is not None)
            )
            line.set_reading(bool(why) or fixed)
        self._closed.setText(why)
        self._closed.setVisible(bool(why))
        self.head.show_record(self._record)
        self._show_state()

    def _seat_changed(self) -> None:
        if self._seat.login != self._login:  # the next person sees neither drafts nor undo of the previous one
            self.keep_draft()
            self._show(self._record)
        self._show_rights()

    def _is_fixed(self, line: FieldLine) -> bool:
        made = self._record is not None and line.stored is not None
        return line.field.fixed and (bool(line.field.fill) or made)

    def _show_state(self) -> None:
        why = self.closed
        self.head.show_draft(self.touched)
        self.moves.show_ways(self._seen() if self._record else {}, self._seat.role, why)
        self.save_button.setVisible(not why)
        self.cancel_button.setVisible(not why)
        self.save_button.setEnabled(self.ident not in self._saving and (self.touched or self._record is None))
        self.save_button.setText("Сохраняется…" if self.ident in self._saving else "Сохранить")
        self.cancel_button.setEnabled(self.touched and self.ident not in self._saving)
        self.undo_button.setVisible(bool(self._discarded))

    def _seen(self) -> Values:
        """The record as it would be with what was typed, as far as it can be read."""
        typed: Values = {}
        for key, line in self.lines.items():
            if line.touched and not line.editor.problem():
                typed[key] = line.editor.value()
        return merged(self._record.data if self._record else {}, typed)

    # drafts

    def keep_draft(self) -> None:
        """Put what was typed into the draft at once."""
        self._draft_timer.stop()
        draft = {key: line.editor.state() for key, line in self.lines.items() if line.touched}
        self._drafts.put(self._login, self.ident, draft, lambda error: self._note(str(error)))

    def discard(self) -> None:
        """Back to what is stored; what was typed can be brought back until another card is opened."""
        discarded = {key: line.editor.state() for key, line in self.lines.items() if line.touched}
        for line in self.lines.values():
            line.forget()
        self._discarded = discarded
        self._refusal("")
        self.message.setText("Введённое отменено.")
        self.keep_draft()
        self._show_state()

    def bring_back(self) -> None:
        """Undo `discard`."""
        for key, state in self._discarded.items():
            self.lines[key].restore(state)
        self._discarded = {}
        self.message.setText("")
        self.keep_draft()
        self._show_state()

    def _edited(self) -> None:
        self._discarded = {}
        self.message.setText("")
        if not self._draft_timer.isActive():
            self._draft_timer.start()
        self._show_state()

    # saving

    def save(self) -> None:
        """Save what was touched. Says so after the commit, and why not if it was refused."""
        self._write({})

    def move_to(self, target: str) -> None:
        """Take the record to a status, with what was typed."""
        self._write({STATUS: target})

    def _write(self, more: Values) -> None:
        if self.ident in self._saving or self.closed or not (self.touched or more or self._record is None):
            return
        wrong = self._wrong()
        if wrong is not None:
            self._refusal("Не сохранено: исправьте отмеченные поля.")
            wrong.editor.setFocus()
            return
        self.keep_draft()
        touched = {key: line for key, line in self.lines.items() if line.touched}
        change = {**{key: line.editor.value() for key, line in touched.items()}, **more}
        states = {key: line.editor.state() for key, line in touched.items()}
        ident, login, role, now = self.ident, self._login, self._seat.role, self._clock()
        self._saving.add(ident)
        self._refusal("")
        self._show_state()
        self._tasks.write(
            lambda writer: writer.save(self.module.key, ident or None, change, login, role, now),
            lambda saved: self._was_saved(saved, ident, login, states),
            lambda error: self._was_refused(error, ident),
            self,
        )

    def _wrong(self) -> FieldLine | None:
        """The first field that can't be saved as it is; all of them are marked."""
        wrong = [line for line in self.lines.values() if line.check()]
        for line in self.lines.values():
            needed = line.field.required and not line.field.fill and (line.touched or self._record is None)
            if needed and line not in wrong and line.editor.value() is None:
                line.ask(f"Заполните «{line.field.title}».")
                wrong.append(line)
        return next((line for line in self.lines.values() if line in wrong), None)

    def _was_saved(self, saved: Saved, ident: str, login: str, states: Draft) -> None:
        self._saving.discard(ident)
        shown = self.ident == ident
        if shown:
            self._discarded = {}
            for key, state in states.items():
                line = self.lines[key]
                line.touched = line.editor.state() != state  # what was typed meanwhile is not saved yet
            self._record = self._tasks.glance.get(self.module.key, saved.id)
            self._note("")
            for key, line in self.lines.items():
                line.show_stored(self._record.data.get(key) if self._record else None)
            self.message.setText(f"Сохранено в {self._clock().astimezone(CITY_ZONE):%H:%M:%S}")
        if not (shown and self.ident == ident):
            self._drafts.put(login, ident, {})
        if shown:
            self.keep_draft()
        self._show_rights()
        self._hub.changed.emit(self.module.key, [saved.id])
        self._hub.outbox_changed.emit()
        self.saved.emit(saved.id)

    def _was_refused(self, error: CityError, ident: str) -> None:
        self._saving.discard(ident)
        if self.ident == ident:
            self._refusal(f"Не сохранено. {error}")
        else:
            self._hub.notice.emit(
                f"{self.module.title}: не сохранено, введённое осталось в черновике. {error}", "error"
            )
        self._show_state()

    def _ask(self, way: Way) -> None:
        """Lead to the fields that a move needs."""
        asked = [self.lines[key] for key in way.missing if key in self.lines]
        for line in asked:
            line.ask(f"Нужно для «{way.title}»: заполните «{line.field.title}».")
        if asked:
            asked[0].editor.setFocus()
            self._scroll.ensureWidgetVisible(asked[0].editor)

    # the map

    def set_geometry(self, geometry: dict[str, Any]) -> None:
        """Take a GeoJSON geometry that was shown on the map."""
        line = self.lines.get("geometry")
        if line is not None and isinstance(line.editor, PlaceEditor) and not line.editor.reading:
            line.editor.put(geometry)

    # building

    def focus_first(self) -> None:
        """Go to the first field that can be edited."""
        first = next((line for line in self.lines.values() if not line.editor.reading), None)
        (first.editor if first else self._scroll).setFocus()

    def _wire(self) -> None:
        for line in self.lines.values():
            line.edited.connect(self._edited)
            line.editor.pick_requested.connect(self.pick_requested)
        self.moves.moved.connect(self.move_to)
        self.moves.asked.connect(self._ask)
        self.moves.refused.connect(self._refusal)
        self.save_button.clicked.connect(self.save)
        self.cancel_button.clicked.connect(self.discard)
        self.undo_button.clicked.connect(self.bring_back)
        self._seat.changed.connect(self._seat_changed)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        top = QFrame()
        set_role(top, "bar")
        top_column = QVBoxLayout(top)
        top_column.setContentsMargins(16, 12, 16, 12)
        top_column.setSpacing(10)
        self._closed, self._changed = plain_label("", "note", wrap=True), plain_label("", "note", wrap=True)
        for widget in (self.head, self.moves, self._closed, self._changed):
            top_column.addWidget(widget)
        column.addWidget(top)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self._sections())
        column.addWidget(self._scroll, 1)
        column.addWidget(self._foot())

    def _sections(self) -> QWidget:
        page = QWidget()
        set_role(page, "panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(8)
        for number, (title, keys) in enumerate(self.module.form.items()):
            if number:
                rule = QFrame()
                set_role(rule, "rule")
                column.addSpacing(6)
                column.addWidget(rule)
                column.addSpacing(2)
            column.addWidget(plain_label(title, "section"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(8)
            grid.setVerticalSpacing(8)
            grid.setColumnStretch(1, 1)
            for row, key in enumerate(key for key in keys if key in self.lines):
                self.lines[key].place(grid, row)
            column.addLayout(grid)
        column.addStretch(1)
        return page

    def _foot(self) -> QWidget:
        foot = QFrame()
        set_role(foot, "foot")
        self._refused = plain_label("", "refusal", wrap=True)
        self._refused.hide()
        self.message = plain_label("", "good")
        self.save_button, self.cancel_button = QPushButton("Сохранить"), QPushButton("Отменить")
        self.undo_button = QPushButton("Вернуть введённое")
        set_role(self.save_button, "primary")
        set_role(self.undo_button, "quiet")
        self.save_button.setToolTip("Ctrl+S")
        row = QHBoxLayout()
        row.addWidget(self.message)
        row.addWidget(self.undo_button)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.save_button)
        column = QVBoxLayout(foot)
        column.setContentsMargins(16, 10, 16, 10)
        column.addWidget(self._refused)
        column.addLayout(row)
        return foot

    def _refusal(self, text: str) -> None:
        self._refused.setText(text)
        self._refused.setVisible(bool(text))

    def _note(self, text: str) -> None:
        self._changed.setText(text)
        self._changed.setVisible(bool(text))


def _changed_under(record: Record, titles: list[str]) -> str:
    fields = ", ".join(f"«{title}»" for title in titles)
    who = f" ({record.by})" if record.by else ""
    return f"Пока вы печатали, другой сотрудник{who} изменил {fields}. Ваш текст сохранён здесь: сверьте и сохраните."


def utc_now() -> datetime:
    return datetime.now(UTC)
