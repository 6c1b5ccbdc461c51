"""The card of a record, made from its module's declaration. What the user typed is never lost and never mixed up."""

from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from citymanager.access_journal import AccessJournal
from citymanager.changes import defaults, merged
from citymanager.errors import CityError
from citymanager.related import Link
from citymanager.roles import may_fill
from citymanager.schema import STATUS, Module, Values
from citymanager.store import Record, Saved, Seen
from citymanager.store.pending import Pending
from citymanager.values import CITY_ZONE
from citymanager.workflow import Way, unknown
from widgets.editors import Surroundings
from widgets.intake import Intake
from widgets.intake_places import CityPlaces
from widgets.panels.alike_reports import AlikeReports
from widgets.panels.clash_note import ClashNote
from widgets.panels.stand import Stand
from widgets.personal import Reveal
from widgets.plain import plain_label
from widgets.record_card import Card, CardEdit
from widgets.record_drafts import CARD, NEW, Drafts, card_of
from widgets.record_due import DueList
from widgets.record_field import FieldLine
from widgets.record_foot import RecordFoot
from widgets.record_head import RecordHead
from widgets.record_moves import MoveButtons
from widgets.record_place import CardPlace
from widgets.record_related import RelatedRecords
from widgets.record_saves import CardSaves
from widgets.record_sheet import RecordSheet
from widgets.theme import set_role

DRAFT_MS = 500
"""From the first letter typed to the draft on the disk; not put off by further letters."""


class RecordForm(QWidget):
    """Shows one record, or a card to be made, and saves what the user touched in it.

    Another record can be opened at any time: what was not saved stays as a draft. `saved` is emitted after the
    commit, with the record's id; `shown` when another card is.
    """

    saved = Signal(str)
    shown = Signal()

    def __init__(
        self,
        surroundings: Surroundings,
        drafts: Drafts,
        stand: Stand,
        journal: AccessJournal,
    ) -> None:
        super().__init__()
        self.module: Module = surroundings.module
        hub, seat, appearance, clock = stand.hub, stand.seat, stand.appearance, stand.clock
        self._tasks, self._hub, self._drafts, self._seat, self._clock = stand.tasks, hub, drafts, seat, clock
        self._card = Card(seat.login)
        self._saving = CardSaves(self.module, self._tasks, hub, self)
        self._kept_as = NEW
        """Under which id the draft of the new card lies that is being saved."""
        self._draft_timer = QTimer(self, singleShot=True, interval=DRAFT_MS)
        self._draft_timer.timeout.connect(self.keep_draft)
        self.head, self.moves = RecordHead(self.module, appearance), MoveButtons(self.module)
        self.due = DueList(self.module, appearance, clock, stand.norms)
        self.clashes, self.alike = ClashNote(self.module, stand), AlikeReports(self.module, stand)
        self.sheet, self.foot = RecordSheet(surroundings, self), RecordFoot()
        self.place = CardPlace(self.sheet)
        self.revealed = Reveal(self.module, seat, journal, self)
        self.intake = Intake(self.module, self.lines, surroundings.places or CityPlaces(self._tasks, self), clock, self)
        self.related = RelatedRecords(self.module, self._tasks, hub, seat, appearance)
        self.sheet.append(self.related)
        self.sheet.prepend(self.clashes)
        self._lay_out()
        self._wire()
        self._show(None)

    @property
    def lines(self) -> dict[str, FieldLine]:
        """The fields, by their keys."""
        return self.sheet.lines

    @property
    def record(self) -> Record | None:
        """The record in the form as it is stored; None for a new card."""
        return self._card.record

    @property
    def ident(self) -> str:
        """The id of the record in the form; empty for a new card."""
        return self._card.ident

    @property
    def _stored(self) -> Values:
        return self.record.data if self.record else {}

    @property
    def touched(self) -> bool:
        return self.sheet.touched

    @property
    def note(self) -> str:
        """What happened to the record while it was open."""
        return self._note.text()

    @property
    def stuck(self) -> str:
        """Why no move is offered: the status is of a newer program; else empty."""
        return self._stuck.text()

    @property
    def closed(self) -> str:
        """Why nothing can be changed; empty if it can."""
        return self._closed.text()

    # what is shown

    def mend(self, refused: Pending) -> None:
        """Correct an edit of the record that stands in the form: what is saved next takes the place of that edit."""
        if refused.id and refused.id == self.ident:
            self._card.refused = refused
            self._say(f"Сервер отказал: {refused.reason} Исправьте и сохраните: правка уйдёт заново.")
            self._show_state()

    def open(self, record: Record) -> None:
        """Show a record, with its draft if there is one."""
        if record.id != self.ident:
            self.keep_draft()
            self._show(record)

    def open_new(self, values: Values | None = None) -> None:
        """Show an empty card with the declared defaults and these values; one that was begun before waits aside."""
        self.keep_draft()
        if self._drafts.get(self._card.login, NEW):
            aside = self._drafts.set_aside(self._card.login)
            self._kept_as = aside if NEW in self._saving and self._kept_as == NEW else self._kept_as
        self._show(None)
        self.sheet.take(values or {})
        self.intake.begin()

    def resume(self, ident: str) -> None:
        """Go on with a new card that was begun before, by the id that its draft waits under."""
        self.keep_draft()
        self._drafts.resume(self._card.login, ident)
        self._show(None)

    def refresh(self) -> None:
        """The record may have changed in the cache: untouched fields follow, touched ones keep the user's text."""
        before = self.record
        if before is None:
            return
        now = self._tasks.glance.get(self.module.key, before.id)
        self._card.gone = now is None
        if now is None:
            self._say("Записи больше нет: её удалили или она вышла из вашего раздела. Введённое здесь не пропало.")
        elif now != before:
            self._stand_on(now)
            if met := self.sheet.show_data(now.data):
                self._say(_changed_under(now, met, "Пока вы печатали"))
        self._show_rights()

    def _stand_on(self, record: Record | None) -> None:
        self._card.record, self._card.feed = record, self._tasks.glance.feed

    def _show(self, record: Record | None) -> None:
        self._draft_timer.stop()
        self._card = card = Card(self._seat.login)
        self._stand_on(record)
        self.revealed.end()
        draft = self._drafts.get(card.login, card.ident)
        card.made_as = card_of(draft) or card.made_as
        met = self.sheet.start(record.data if record else self._defaults(), draft, masked=record is not None)
        self.foot.message.setText("")
        self.foot.refuse("")
        self._say(_changed_under(record, met, "Пока ждал черновик") if record and met else "")
        self._show_rights()
        self.intake.start()
        self.shown.emit()

    def reveal(self, key: str = "") -> None:
        """Show the personal data of this record, if this person may see them; go to the field `key`."""
        if self.record is None or not self.module.personal_keys:
            return
        if self.revealed.ident != self.ident and (why := self.revealed.show(self.ident)):
            self._hub.notice.emit(why, "warning")
            return
        self._mask()
        if key in self.lines:
            self.lines[key].focus()

    def conceal(self) -> None:
        """Mask personal data again before their time."""
        self.revealed.end()
        self._mask()

    def _mask(self) -> None:
        self._veil()
        self._show_state()

    def _veil(self) -> None:
        self.sheet.veil(self.record is not None and self.revealed.ident != self.ident)

    def _defaults(self) -> Values:
        filled = [one.key for one in self.module.columns.values() if one.fill]
        return {key: value for key, value in defaults(self.module, "", self._clock()).items() if key not in filled}

    def _show_rights(self) -> None:
        """What this person may do with this record now."""
        why = self._why_not() or ("Записи больше нет, изменить её нельзя." if self._card.gone else "")
        for line in self.lines.values():
            line.set_reading(bool(why) or self._is_fixed(line))
        self.sheet.say_why_masked(self.revealed.why_not())
        self._closed.setText(why)
        self._closed.setVisible(bool(why))
        record, glance = self.record, self._tasks.glance
        name = glance.name(self.module.key, record.data) if record else ""
        aside = glance.queue.aside_on(self.module.key, record.id) if record else 0
        self.head.show_record(record, name, aside)
        self.related.show_record(record)
        self.due.show_data(self._stored)
        self._show_state()

    def _why_not(self) -> str:
        ask = self._seat.why_not_edit if self.record else self._seat.why_not_make
        return ask(self.module)

    def _is_fixed(self, line: FieldLine) -> bool:
        made = self.record is not None and line.stored is not None
        barred = self._seat.role is not None and not may_fill(self._seat.role, line.field)
        return barred or (line.field.fixed and (bool(line.field.fill) or made))

    def _show_state(self) -> None:
        """What follows from what was typed: the draft's mark, the open moves, the buttons."""
        typed = merged(self._stored, self.sheet.readable_change())
        seen = typed if self.record else {}
        self.alike.show_data(self.ident, typed)
        self.head.show_draft(self.touched)
        self.clashes.show_data(self.ident, typed)
        self.moves.show_ways(seen, self._seat.role, self.closed)
        self._stuck.setText(unknown(self.module, seen))
        self._stuck.setVisible(bool(self._stuck.text()))
        self.foot.show_state(
            closed=bool(self.closed),
            saving=self.ident in self._saving,
            savable=self.touched or self.record is None,
            touched=self.touched,
            undoable=bool(self._card.discarded),
        )

    def _seat_changed(self) -> None:
        if self._seat.login != self._card.login:  # the next person sees neither drafts nor undo of the previous one
            self.keep_draft()
            self._show(self.record)
        elif self.revealed.why_not():
            self.conceal()
        self._show_rights()

    # drafts

    def keep_draft(self) -> None:
        """Put what was typed into the draft at once."""
        self._draft_timer.stop()
        draft = self.sheet.draft()
        if draft and self.record is None:
            draft[CARD] = self._card.made_as
        self._drafts.put(self._card.login, self.ident, draft, lambda error: self._say(str(error)))

    def discard(self) -> None:
        """Back to what is stored; what was typed can be brought back until another card is opened."""
        self._card.discarded = self.sheet.draft()
        self.sheet.forget()
        self.foot.refuse("")
        self.foot.message.setText("Введённое отменено.")
        self.keep_draft()
        self._show_state()

    def bring_back(self) -> None:
        """Undo `discard`."""
        met, self._card.discarded = self.sheet.restore(self._card.discarded), {}
        if self.record is not None and met:
            self._say(_changed_under(self.record, met, "После отмены"))
        self.foot.message.setText("")
        self.keep_draft()
        self._show_state()

    def _edited(self) -> None:
        self._card.discarded = {}
        self.foot.message.setText("")
        if not self._draft_timer.isActive():
            self._draft_timer.start()
        self._show_state()

    # saving

    def save(self) -> None:
        """Save what was touched. Says so after the commit, and why not if it was refused."""
        if self.touched or self.record is None:
            self._write({})

    def move_to(self, target: str) -> None:
        """Take the record to a status, with what was typed."""
        self._write({STATUS: target})

    def _write(self, more: Values) -> None:
        if self.closed:
            return
        if self.ident in self._saving:
            self._follow(str(more.get(STATUS, "")))
            return
        wrong = self.sheet.wrong(new=self.record is None)
        if wrong is not None:
            self.foot.refuse("Не сохранено: исправьте отмеченные поля.")
            self.sheet.go_to(wrong)
            return
        self.keep_draft()
        edit = self._edit(more)
        self._saving.begin(edit.ident, edit.target)
        if edit.ident == NEW:
            self._kept_as = NEW
        self.foot.refuse("")
        self._show_state()
        self._tasks.write(
            edit.write, lambda saved: self._was_saved(saved, edit), lambda error: self._was_refused(error, edit), self
        )

    def _edit(self, more: Values) -> CardEdit:
        card, record = self._card, self.record
        seen = Seen(replace(record, data=self.sheet.seen(record.data)), card.feed) if record else None
        return CardEdit(
            self.module.key, card, card.ident, card.login, self._seat.role, self._clock(),
            {**self.sheet.change(), **more}, self.sheet.draft(), seen, card.refused,
        )  # fmt: skip

    def _follow(self, target: str) -> None:
        """A move that is asked for while the card is being saved comes right after that."""
        if target and self._saving.follow(self.ident, target):
            self.foot.message.setText(f"Сразу после сохранения: «{self.moves.title(target)}».")

    def _go_on(self, ident: str, target: str, edit: CardEdit) -> None:
        """Make the move that was waiting for the save: in the card, or behind it if another one is open by now."""
        if ident and self.ident == ident and self._card.login == edit.login:
            if self._stored.get(STATUS) != target:  # somebody else may have made it meanwhile
                self.moves.press(target)
        else:
            self._saving.move_behind(ident, target, edit.login, edit.role, self._clock())

    def _was_saved(self, saved: Saved, edit: CardEdit) -> None:
        self._hub.outbox_changed.emit()  # it leaves while this window is still drawing
        then = self._saving.over(edit.ident)
        if edit.is_of(self._card) and self._card.login == edit.login:
            self._card.discarded, self._card.refused = {}, None
            self.sheet.was_saved(edit.draft)
            self._stand_on(self._tasks.glance.get(self.module.key, saved.id))
            self.sheet.show_data(self._stored)
            self._veil()
            self._say("")
            self.foot.message.setText(f"Сохранено в {self._clock().astimezone(CITY_ZONE):%H:%M:%S}")
            self.keep_draft()
        if not edit.is_of(self._card) or self._card.login != edit.login:  # another card, or the new one has its id now
            self._drafts.put(edit.login, self._kept_as if edit.ident == NEW else edit.ident, {})
        self._hub.changed.emit(self.module.key, [saved.id])  # the panel has its card follow what is stored by now
        if saved.id != self.ident:
            self._show_state()
        self.saved.emit(saved.id)
        if then:
            self._go_on(saved.id, then, edit)

    def _was_refused(self, error: CityError, edit: CardEdit) -> None:
        then = self.module.status(self._saving.over(edit.ident))
        lost = f" Поэтому и не «{then.title}»: исправьте и нажмите ещё раз." if then else ""
        if edit.is_of(self._card):
            self.foot.message.setText("")
            self.foot.refuse(f"Не сохранено. {error}{lost}")
        else:
            text = f"{self.module.title}: не сохранено, введённое осталось в черновике. {error}{lost}"
            self._hub.notice.emit(text, "error")
        self._show_state()

    def _refused(self, reason: str) -> None:
        self.foot.refuse(reason)
        self._show_state()

    def _ask(self, way: Way) -> None:
        """Lead to the fields that a move needs."""
        self.sheet.ask(way.missing, way.title)

    def _add_related(self, link: Link) -> None:
        """A new record that refers to this one; what is masked here does not go into it."""
        if self.record is not None:
            hidden = self.module.personal_keys if self.revealed.ident != self.ident else frozenset()
            seen = {key: value for key, value in self._stored.items() if key not in hidden}
            self._hub.begun.emit(link.module.key, link.values(self.ident, seen))

    # building

    def _wire(self) -> None:
        self.sheet.edited.connect(self._edited)
        self.sheet.reveal_requested.connect(self.reveal)
        self.sheet.lost.connect(lambda text: self._hub.notice.emit(f"{self.module.title}: {text}", "warning"))
        self.revealed.over.connect(self._mask)
        self.moves.moved.connect(self.move_to)
        self.moves.asked.connect(self._ask)
        self.moves.refused.connect(self._refused)
        self.foot.save.clicked.connect(self.save)
        self.foot.cancel.clicked.connect(self.discard)
        self.foot.undo.clicked.connect(self.bring_back)
        self.related.wanted.connect(self._add_related)
        self._seat.changed.connect(self._seat_changed)

    def _lay_out(self) -> None:
        self._closed, self._note = plain_label("", "note", wrap=True), plain_label("", "note", wrap=True)
        self._stuck = plain_label("", "note", wrap=True)
        top = QFrame()
        set_role(top, "bar")
        self._head = head = QVBoxLayout(top)
        head.setContentsMargins(16, 12, 16, 12)
        head.setSpacing(10)
        for widget in (self.head, self.due, self.moves, self._stuck, self._closed, self._note):
            head.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self.alike)
        column.addWidget(self.sheet, 1)
        column.addWidget(self.foot)

    def cramp(self, on: bool) -> None:
        """Where the card is low, let the terms scroll with the fields: there would be no room for these."""
        if on == (self._head.indexOf(self.due) >= 0):
            self.sheet.prepend(self.due) if on else self._head.insertWidget(1, self.due)

    def _say(self, text: str) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))


def _changed_under(record: Record, met: list[FieldLine], meanwhile: str) -> str:
    fields = ", ".join(f"«{line.field.title}»" for line in met)
    who = f" ({record.by})" if record.by else ""
    return f"{meanwhile}, другой сотрудник{who} изменил {fields}. Ваш текст сохранён здесь: сверьте и сохраните."
