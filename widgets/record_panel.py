"""A module's panel: search, filters, table and card, everything from the declaration."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from citymanager.access_journal import AccessJournal
from citymanager.schema import Module, Values
from citymanager.store import Profile, Query
from widgets.bulk_moves import BulkMoves
from widgets.bulk_strip import BulkStrip
from widgets.editors import Surroundings
from widgets.filter_bar import FilterBar
from widgets.filters import MINE, Filter
from widgets.intake_places import CityPlaces
from widgets.intake_unfinished import UnfinishedCards
from widgets.keys import add_key, add_row
from widgets.own_records import OwnRecords
from widgets.panels.stand import Stand
from widgets.personal import KEYS as REVEAL_KEYS
from widgets.plain import ElidedLabel
from widgets.record_drafts import NEW, Drafts
from widgets.record_empty import EmptyPage
from widgets.record_files import RecordFiles
from widgets.record_form import RecordForm
from widgets.record_halves import Halves
from widgets.record_model import RecordModel
from widgets.record_more import MoreButton
from widgets.record_table import RecordTable
from widgets.theme import set_role
from widgets.views import Views
from widgets.views_begin import Beginning
from widgets.views_button import KEYS as VIEW_KEYS
from widgets.views_button import ViewsButton
from widgets.views_kept import View
from widgets.views_shared import SharedViews

NEW_CARD, CLEAR, AGAIN = "Новая карточка", "Сбросить фильтры", "Повторить"


class RecordPanel(QWidget):
    """Shows and edits the records of one module.

    It speaks through the hub: `selected` and `opened` both ways, `filtered` for the map. `pick_requested` asks for a
    place, `draw_requested` for a shape; the map answers through `form.place`.
    """

    pick_requested = Signal(str)
    """The module's key: the user wants to show the place of the card's record on the map."""
    draw_requested = Signal(str, str, object, object)
    """The module's key, the record's id, its shape, the drawing that was begun: the user wants to draw on the map."""
    draw_left = Signal(str)
    """The module's key: nothing is to be drawn for its card any more."""
    placed = Signal(object)
    """Latitude and longitude that the card has got just now; None: another card is open."""

    print_requested = Signal()
    """The card if the keyboard is in it, else the table."""
    export_requested = Signal()

    def __init__(
        self,
        module: Module,
        profile: Profile,
        stand: Stand,
        journal: AccessJournal,
        *,
        files: RecordFiles | None = None,
        places: CityPlaces | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.module, self._profile = module, profile
        tasks, hub, seat, appearance, clock = stand.tasks, stand.hub, stand.seat, stand.appearance, stand.clock
        self._tasks, self._hub, self._seat, self._clock = tasks, hub, seat, clock
        self._wanted = self._mapped = Filter()
        """What the list is of, and what the map was told of last."""
        self._told: Sequence[int] | None = None
        """The numbers that the map shows; None: all."""
        self.model = RecordModel(module, tasks, hub, self, clock)
        self.table = RecordTable(self.model, profile, appearance)
        self.bar = FilterBar(module, tasks, appearance)
        surroundings = Surroundings(module, tasks, files, places=places, follow=hub.linked.emit)
        drafts = Drafts(profile.drafts, module.key, tasks)
        self.bulk = BulkMoves(module, tasks, hub, seat, clock, self)
        self.strip = BulkStrip(module, tasks, seat, surroundings)
        views = Views(module, profile)
        self.own = OwnRecords(module, tasks, hub, seat, self)
        shared = SharedViews(module, tasks, hub, seat, clock, self)
        self.views = ViewsButton(module, views, shared, lambda: seat.login, self._view, lambda: self.own.offered)
        self.unfinished = UnfinishedCards(module, drafts, clock)
        self.form = RecordForm(surroundings, drafts, stand, journal)
        self.count = ElidedLabel("caption", least=90)
        self.new_button, self.more = QPushButton(NEW_CARD), MoreButton()
        self._lay_out()
        self._wire()
        self._shortcuts()
        self._show_rights()
        self._show_unfinished()
        self._say("Загрузка…")
        self.model.load(self._query(self.bar.filter))
        self._beginning = Beginning(views, shared, seat, clock, self._narrowed)
        self._beginning.wanted.connect(self.show_view)
        self._beginning.told.connect(hub.notice)
        self._beginning.begin()

    # what others ask

    def open_record(self, ident: str) -> None:
        """Show the card of a record and go to it; an empty id: a new card."""
        if not ident:
            self.open_new()
            return
        self.show_record(ident)
        self.form.sheet.focus_first()

    def show_record(self, ident: str) -> None:
        """Select a record in the table, if it is listed, and show its card."""
        self.table.choose(ident)
        record = self._tasks.glance.get(self.module.key, ident)
        if record is not None:
            self.form.open(record)
            self.form.show()

    def show_view(self, view: View) -> None:
        """Narrow, sort and lay out the table as it was saved."""
        self.table.show_as(view.sort or self.module.sort, view.columns)
        self.bar.show_filter(view.filter)

    def _narrowed(self) -> Filter:
        """To what, with the words that are being typed; the map may look elsewhere."""
        return replace(self.bar.filter.everywhere, text=self.bar.search.text().strip())

    def _view(self, name: str) -> View:
        return View(name, self.bar.filter.everywhere, self.model.query.sort, self.table.shown_columns)

    def open_new(self, values: Values | None = None) -> None:
        """Show an empty card, but for these values; one that was begun before waits over the table."""
        if why := self._seat.why_not_make(self.module):
            self._hub.notice.emit(why, "warning")
            return
        self.table.choose("")
        self.form.open_new(values)
        self._show_new()

    def resume(self, ident: str) -> None:
        """Go on with a new card that was begun before."""
        self.table.choose("")
        self.form.resume(ident)
        self._show_new()

    def _show_new(self) -> None:
        self.form.show()
        self.form.sheet.focus_needed()
        self._show_unfinished()

    def _draw(self, shape: Any, begun: Any) -> None:
        self.draw_requested.emit(self.module.key, self.form.ident, shape, begun)

    def closing(self) -> None:
        """Keep what was typed and how the columns stand; called before the threads are closed."""
        self.form.keep_draft()
        self.table.closing()
        self.splitter.closing()

    # what happens

    def _choose(self, ident: str) -> None:
        self.show_record(ident)
        self._hub.selected.emit(self.module.key, ident)

    def _show_again(self) -> None:
        """A click on the row that is chosen already brings its closed card back."""
        if self.table.current and not self.form.isVisible():
            self.show_record(self.table.current)

    def _selected(self, module: str, ident: str) -> None:
        if module == self.module.key and ident and ident != self.table.current:
            self.show_record(ident)

    def _opened(self, module: str, ident: str) -> None:
        if module == self.module.key:
            self.open_record(ident)

    def _changed(self, module: str, idents: list[str]) -> None:
        if module == self.module.key and (not idents or self.form.ident in idents):
            self.form.refresh()

    def _show_unfinished(self) -> None:
        """Cards that were begun and not saved, but for the one that stands open."""
        opened = NEW if not self.form.isHidden() and self.form.ident == NEW else None
        self.unfinished.show_cards(self._seat.login, but=opened)

    def _saved(self, ident: str) -> None:
        self._show_unfinished()
        if self.table.current != ident:
            self.table.choose(ident)
            self._hub.selected.emit(self.module.key, ident)

    def _filter(self) -> None:
        self._wanted = self.bar.filter
        query = self._query(self._wanted, self.model.query.sort)
        self.table.scrollToTop()
        self.model.load(query)

    def _query(self, wanted: Filter, sort: str = "") -> Query:
        return wanted.query(self.module, sort, self._clock(), self.own.now)

    def _follow_person(self) -> None:
        """Somebody else sits here, or the register says something else of him: «Мои» are others."""
        if MINE in self.bar.filter.conditions and self.own.meaningless:
            self.bar.drop(MINE)
        elif MINE in self.bar.filter.conditions:
            self._filter()

    def _tell_map(self) -> None:
        """Let the map follow the filter, behind the table: it takes the numbers that the table has read.

        Records that come later and match, or match no more, are in another list of numbers; the same one is told once.
        """
        if not self.module.geometry:
            return
        before, self._mapped = self._mapped, self._wanted
        everywhere, box = self._wanted.everywhere, self._wanted.box
        if everywhere.empty or box is None:
            self._narrow_map(None if everywhere.empty else self.model.numbers)
        elif everywhere != before.everywhere or box == before.box:  # the map is not narrowed to its own view
            query = self._query(everywhere)
            self._tasks.read(lambda reader: reader.rows(query), self._narrow_map, owner=self, newest=f"map:{id(self)}")

    def _narrow_map(self, numbers: Sequence[int] | None) -> None:
        if numbers is not self._told:
            self._told = numbers
            self._hub.filtered.emit(self.module.key, numbers)

    def _listed(self) -> None:
        self.bar.show_counters(self.model.counters)
        shown, whole = self.model.rowCount(), sum(self.model.counters.values())
        if self.model.complete:
            self._tell_map()
            told = f"показано {_spaced(shown)} из {_spaced(whole)}" if whole or shown else ""
            if self.model.unjudged:
                told = f"сроки считаются: ещё {_spaced(self.model.unjudged)} · {told}"
            self.count.show_text(told)
        if shown:
            self._left.setCurrentWidget(self.table)
        elif self.model.complete and self.bar.filter.empty:
            self._say("Здесь пока нет записей.", "" if self._seat.why_not_make(self.module) else NEW_CARD)
        elif self.model.complete:
            self._say("Ничего не найдено.", CLEAR)

    def _failed(self, text: str) -> None:
        if self.model.rowCount():
            self._hub.notice.emit(text, "error")
        else:
            self._say(f"Список не прочитан. {text}", AGAIN)

    # the place of the table when there is nothing in it

    @property
    def why_empty(self) -> str:
        """What stands in the place of the table; empty if the table does."""
        return self.empty.why if self._left.currentWidget() is self.empty else ""

    def _say(self, why: str, act: str = "") -> None:
        self.empty.say(why, act)
        self._left.setCurrentWidget(self.empty)

    def _again(self) -> None:
        self._say("Загрузка…")
        self.model.load(self.model.query)

    def _offer_more(self) -> None:
        self.more.offer_card(bool(self.form.ident) and self.form.isVisible())

    def _show_rights(self) -> None:
        why = self._seat.why_not_make(self.module)
        self.new_button.setEnabled(not why)
        self.new_button.setToolTip(why or "Ctrl+N")

    # building

    def _wire(self) -> None:
        self.table.chosen.connect(self._choose)
        self.table.clicked.connect(self._show_again)
        self.table.opened.connect(lambda ident: self._hub.opened.emit(self.module.key, ident))
        self.views.wanted.connect(self.show_view)
        self.views.told.connect(self._hub.notice)
        self.strip.numbers = lambda: self.table.picked_numbers
        self.table.picked.connect(self.strip.show_count)
        self.strip.wanted.connect(self.bulk.apply)
        self.strip.told.connect(lambda why: self._hub.notice.emit(why, "warning"))
        self.bulk.changed.connect(self._offer_back)
        self.more.back_requested.connect(self.bulk.take_back)
        self.bar.changed.connect(self._filter)
        self.own.changed.connect(self._follow_person)
        self.bar.search.left_down.connect(self._enter_table)
        self.new_button.clicked.connect(lambda: self.open_new())
        self.more.export_requested.connect(self.export_requested)
        self.more.menu().aboutToShow.connect(self._offer_more)
        self.unfinished.resumed.connect(self.resume)
        self.form.shown.connect(self._show_unfinished)
        self.form.intake.placed.connect(self.placed)
        self.model.listed.connect(self._listed)
        self.model.failed.connect(self._failed)
        self.form.saved.connect(self._saved)
        self.form.sheet.pick_requested.connect(lambda: self.pick_requested.emit(self.module.key))
        self.form.sheet.draw_requested.connect(self._draw)
        self.form.sheet.draw_left.connect(lambda: self.draw_left.emit(self.module.key))
        self._seat.changed.connect(self._show_rights)
        self._hub.selected.connect(self._selected)
        self._hub.opened.connect(self._opened)
        self._hub.changed.connect(self._changed)

    def _offer_back(self) -> None:
        self.more.offer_back(self.bulk.last)

    def _shortcuts(self) -> None:
        acts = (
            ("Таблица", "Новая запись", "Ctrl+N", lambda: self.open_new()),
            ("Поиск", "Поиск", "Ctrl+F", self._search),
            ("Карточка", "Сохранить", "Ctrl+S", self.form.save),
            ("Карточка", "Сохранить", "Ctrl+Return", self.form.save),
            ("Карточка", "Показать скрытые личные данные", REVEAL_KEYS, self.form.reveal),
            ("Таблица", "Печать таблицы, а из карточки — карточки", "Ctrl+P", self.print_requested.emit),
            ("Таблица", "Сохранить таблицу в файл", "Ctrl+Shift+E", self.export_requested.emit),
            ("Таблица", "Из поиска и карточки — в таблицу, из таблицы — убрать карточку", "Esc", self._step_back),
        )
        for group, title, keys, act in acts:
            add_key(self, group, title, keys, act)
        add_row(self, "Таблица", "Сохранённый вид по его номеру в меню «Виды»", VIEW_KEYS, self.views.show_nth)

    def _search(self) -> None:
        self.bar.search.setFocus()
        self.bar.search.selectAll()

    def _step_back(self) -> None:
        """Out of the search its words go first; the card leads to the table; the table closes the card."""
        if self.bar.search.hasFocus() and self.bar.search.text():
            self.bar.search.clear()
        elif self.table.hasFocus():
            self._close_card()
        else:
            self._enter_table()

    def _close_card(self) -> None:
        """Give the room to the table; what was typed stays as a draft."""
        self.form.keep_draft()
        self.form.hide()
        self.form.clashes.leave()
        self._show_unfinished()

    def _enter_table(self) -> None:
        self.table.setFocus()
        if not self.table.selectionModel().hasSelection() and not self.table.current and self.model.rowCount():
            self.table.selectRow(0)

    def _lay_out(self) -> None:
        self._left = QStackedWidget()
        self.empty = EmptyPage({NEW_CARD: lambda: self.open_new(), CLEAR: self.bar.clear, AGAIN: self._again})
        self._left.addWidget(self.table)
        self._left.addWidget(self.empty)
        self.form.hide()  # the table has all the room until a card is asked for
        left = QWidget()
        set_role(left, "panel")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top())
        column.addWidget(self.strip)
        column.addWidget(self.unfinished)
        column.addWidget(self._left, 1)
        self.splitter = Halves(left, self.form, self._profile, self.module.key, self)
        self.splitter.cramped.connect(self.bar.fold)
        self.splitter.cramped.connect(self.form.cramp)
        self.setFocusProxy(self.table)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)
        QWidget.setTabOrder(self.table, self.new_button)  # a window that opens stands in the search, not on a button

    def _top(self) -> QWidget:
        top = QFrame()
        set_role(top, "bar")
        column = QVBoxLayout(top)
        column.setContentsMargins(12, 12, 12, 10)
        column.setSpacing(10)
        set_role(self.new_button, "primary")
        self.bar.take_in(self.views, self.new_button, self.count, self.more)
        column.addWidget(self.bar)
        return top


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")
