"""A desk: the panels of every module, the map beside them, and what connects them. Built from what it is handed."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget

from citymanager.clashes import Clash
from citymanager.clashes.finding import modules as clashing
from citymanager.errors import CityError
from citymanager.roles import may_read
from citymanager.schema import STATUS, Values
from citymanager.store.pending import Pending
from citymanager.store.query import Box
from widgets.alarms import Alarms
from widgets.city_norms import CityNorms
from widgets.city_search import CitySearch, Searched
from widgets.conflict_panel import ConflictPanel
from widgets.docks_panels import Panel
from widgets.due_recount import DueRecount
from widgets.filters import among
from widgets.help_book import Book
from widgets.help_panel import HelpPanel, about
from widgets.intake_places import CityPlaces
from widgets.link_age import LinkAge
from widgets.login import LoginStrip
from widgets.login_people import ChangeStrip
from widgets.main_window import MainWindow
from widgets.notices import Notices
from widgets.outbox_panel import OutboxPanel
from widgets.panels.additions import furnish
from widgets.panels.city_clashes import CityClashes
from widgets.panels.clash_panel import ClashPanel
from widgets.panels.order_panel import OrderPanel
from widgets.panels.timeline_panel import TimelinePanel
from widgets.period_bar import PeriodBar, above
from widgets.period_link import PeriodLink
from widgets.place import Place
from widgets.progress import WorkStrips
from widgets.record_files import RecordFiles
from widgets.record_panel import RecordPanel
from widgets.settings_panel import SettingsPanel
from widgets.stale_strip import Aged
from widgets.sync_status import SyncStatus

ORDER = "order_here"
"""Who asks for a place on the map to know which orders lie there."""


class Desk(QObject):
    """The main window with its panels, and the few connections between them that go past the hub."""

    made = Signal(object)
    """`RecordPanel`: seen for the first time."""
    pick_requested = Signal(str)
    """A card of this module wants to show its place on the map."""
    draw_requested = Signal(str, str, object, object)
    """Module, record, its shape, the drawing that was begun: a card wants its shape drawn on the map."""
    draw_left = Signal(str)
    """Nothing is to be drawn for the card of this module any more."""
    placed = Signal(object)
    """Latitude and longitude that a card has got just now, or that was looked for; None: another card is open."""

    outlined = Signal(object)
    """The `Clash` whose place is to be seen on the map; None: none any more."""

    def __init__(
        self,
        place: Place,
        city_map: QWidget,
        legend: QWidget,
        login: LoginStrip | None,
        *,
        change: ChangeStrip | None = None,
        layout: str = "desk",
        extras: Callable[[], Mapping[str, QWidget]] = dict,
    ) -> None:
        """`login` and `change` None: nobody can log in here, the profile is only read.

        `layout`: under which name the arrangement is kept; empty: it is neither restored nor kept.
        `extras`: what stands below the settings, by its title.
        """
        super().__init__()
        self._extras = extras
        self._seen: Box | None = None
        self._place = place
        self._modules = {one.key: one for one in place.modules}
        self._norms = CityNorms(place.tasks, place.hub, self)
        self._stand = place.stand(self._norms)
        self.alarms = Alarms(place, self._stand, self)
        DueRecount(place.tasks, place.hub, self)
        self.places = CityPlaces(place.tasks, self)
        self.search = CitySearch(place.modules, place.tasks, place.hub, place.seat, place.appearance, self.places)
        self.files = RecordFiles(place.profile, place.tasks, place.hub, place.seat, place.journal, place.fetch, self)
        self.records: dict[str, RecordPanel] = {}
        """Panels of modules that have been seen so far."""
        self.period = PeriodBar(place.modules[0], place.tasks)
        self._periods = PeriodLink(self.period, place.modules, place.tasks, place.hub, place.clock)
        self.outbox = OutboxPanel(place.tasks, place.hub, place.appearance, place.seat, place.journal)
        self.conflicts = ConflictPanel(place.tasks, place.hub, place.seat, place.journal, place.clock)
        self.order: OrderPanel | None = None
        self.help: HelpPanel | None = None
        """Made when it is first called for."""
        self.status = SyncStatus(place.appearance, LinkAge())
        self.window = MainWindow(
            place.profile, place.hub, place.appearance, place.seat, self._panels(city_map, legend), self.status, login,
            works=WorkStrips(place.tasks), alarms=self.alarms.strip, change=change, layout=layout,
        )  # fmt: skip
        self.notices = Notices(place.hub, place.appearance, self.window)
        settings = self.window.settings
        self.alarms.sound(lambda: bool(settings["alarm_sound"]), lambda: int(float(settings["alarm_flood"])))
        about(self.status, "offline")
        about(self.search, "find")
        if login is not None:
            about(login, "login")
        about(self.alarms.strip, "alarms")
        self._connect()
        self.window.restore()

    def _panels(self, city_map: QWidget, legend: QWidget) -> list[Panel]:
        """Those of the modules are made when they are first seen, as are settings and help."""
        return [
            *(
                Panel(one.key, one.title, partial(self._aged_record, one.key), "main", one.docked, one.group)
                for one in self._place.modules
            ),
            Panel("map", "Карта", self.aged(Searched(self.search, above(self.period, city_map))), "side"),
            Panel("legend", "Слои карты", self.aged(legend), "side", shown=False),
            Panel("alarms", "Тревоги", self.alarms.panel, "below", shown=False),
            *self._of_works(),
            Panel("outbox", "Неотправленные правки", self.outbox, "below", shown=False),
            Panel("conflicts", "Требует внимания", self.conflicts, "below", shown=False),
            Panel("settings", "Настройки", self._settings, "side", shown=False),
            Panel("help", "Справка", self._made_help, "side", shown=False),
        ]

    def _of_works(self) -> list[Panel]:
        """What stands beside the table of the works."""
        if any(one not in self._modules for one in clashing()):
            return []
        self._city_clashes = CityClashes(self._place.tasks, self._place.hub, self._place.clock, self)
        return [
            Panel("timeline", "График работ", self._timeline, "below", shown=False, group="Смена"),
            Panel("clashes", "Пересечения", self._clashes, "below", shown=False, group="Смена"),
            Panel("order_here", "Есть ли здесь ордер?", self._order_here, "below", shown=False, group="Смена"),
        ]

    def _order_here(self) -> QWidget:
        place = self._place
        self.order = OrderPanel(place.tasks, place.hub, place.appearance, place.seat, place.clock)
        self.order.pick_requested.connect(lambda: self.pick_requested.emit(ORDER))
        about(self.order, "order_here")
        return self.aged(self.order)

    def take_point(self, asker: str, latitude: float, longitude: float) -> None:
        """A place was shown on the map for who had asked: a module's card, or whoever asks for orders."""
        if asker != ORDER:
            self.record(asker).form.place.point(latitude, longitude)
        elif self.order is not None:
            self.order.set_point(latitude, longitude)

    def point_at(self, latitude: float, longitude: float) -> None:
        """Somebody wants to know about a place on the map."""
        if self.order is not None and self.order.isVisible():
            self.order.set_point(latitude, longitude)

    def _timeline(self) -> QWidget:
        place = self._place
        made = TimelinePanel(place.tasks, place.hub, place.appearance, self._norms, self._city_clashes, place.clock)
        about(made, "timeline")
        return self.aged(made)

    def _clashes(self) -> QWidget:
        place = self._place
        made = ClashPanel(place.tasks, place.hub, place.appearance, place.seat, self._city_clashes)
        made.outlined.connect(self.outlined)
        about(made, "clashes")
        return self.aged(made)

    def _outline(self, clash: Clash | None) -> None:
        """A card's clash is wanted on the map, which may lie under other panels."""
        if clash is not None:
            self.window.docks.show("map")
        self.outlined.emit(clash)

    def record(self, key: str) -> RecordPanel:
        """The panel of a module, made when it is first needed."""
        if key not in self.records:
            place = self._place
            made = RecordPanel(
                self._modules[key], place.profile, self._stand, place.journal, files=self.files, places=self.places
            )
            furnish(made, self._stand)
            made.pick_requested.connect(self.pick_requested)
            made.draw_requested.connect(self.draw_requested)
            made.draw_left.connect(self.draw_left)
            self.made.emit(made)
            self._periods.adopt(made)
            if self._seen is not None:
                made.bar.look(self._seen)
            made.placed.connect(self.placed)
            made.form.clashes.outlined.connect(self._outline)
            self.records[key] = made
        return self.records[key]

    def _aged_record(self, key: str) -> QWidget:
        return self.aged(self.record(key))

    def aged(self, panel: QWidget) -> QWidget:
        """A panel that says itself when its data are stale."""
        aged = Aged(panel, self._place.appearance)
        aged.tell(self.status.words())
        self.status.told.connect(aged.tell)
        return aged

    def _made_help(self) -> HelpPanel:
        book = Book(self._place.modules, lambda: self._norms.now, self.window.known_keys)
        self.help = HelpPanel(book, self._place.appearance)
        return self.help

    def _explain(self, page: str) -> None:
        """Open the help beside the work."""
        self.window.docks.show("help")
        if self.help is not None:
            self.help.open(page)
            self.help.browser.setFocus()

    def _settings(self) -> SettingsPanel:
        return SettingsPanel(self.window.settings, self._place.tasks, self._place.hub, self._extras())

    def _connect(self) -> None:
        hub, show = self._place.hub, self.window.docks.show
        hub.opened.connect(self._open)
        hub.begun.connect(self._begin)
        self.outbox.mend_requested.connect(self.conflicts.show_operation)
        self.outbox.mend_requested.connect(lambda op: show("conflicts"))
        self.conflicts.mend_requested.connect(self._mend)
        self._place.tasks.failed.connect(self._tell)
        self._place.seat.changed.connect(self._offer)
        self._place.seat.changed.connect(self._sit)
        self.window.help_requested.connect(self._explain)
        self.window.search_requested.connect(self._search)
        self.search.went.connect(self.placed)
        self.alarms.strip.all_requested.connect(lambda: show("alarms"))
        self.window.alarm_taken.connect(self.alarms.strip.take_first)
        self.window.tidy_requested.connect(self.notices.put_away)
        self.window.closed.connect(self._closing)
        self._offer()

    def _open(self, module: str, ident: str) -> None:
        """A panel that was there has heard it, too; a new one has not."""
        if module in self._modules:
            fresh = module not in self.records
            self.window.docks.show(module)
            if fresh:
                self.record(module).open_record(ident)

    def _search(self) -> None:
        """The one box for everything stands over the map, which shows what is found."""
        before = QApplication.focusWidget()
        self.window.docks.show("map")
        self.search.call(before)

    def _mend(self, pending: Pending) -> None:
        """An edit that the server has refused is corrected in the card of its record."""
        self._open(pending.module, pending.id)
        if pending.module in self._modules:
            self.record(pending.module).form.mend(pending)

    def _begin(self, module: str, values: Values) -> None:
        """A new card, wherever the keyboard is now."""
        self.window.docks.show(module)
        self.record(module).activateWindow()  # the key may have been pressed in a panel on another screen
        self.record(module).open_new(values)

    def look(self, box: Box) -> None:
        """The map shows this now: west, south, east, north in degrees."""
        self._seen = box
        for panel in self.records.values():
            panel.bar.look(box)

    def show_values(self, key: str, values: Sequence[str]) -> None:
        """Narrow a module's table to these values of what colours it on the map; all of them: to none."""
        self.window.docks.show(key)
        module, bar = self._modules[key], self.record(key).bar
        field = module.field(module.look.colour_by)
        titles = [one.title for one in field.choices if one.key in values]
        if field.key == STATUS:
            bar.choose_statuses(() if len(titles) == len(field.choices) else values)
        elif len(titles) == len(field.choices):
            bar.drop(field.key)
        else:
            bar.put(among(field, values, titles))

    def show_selected(self, module: str, ident: str) -> None:
        """Bring the card of what was clicked on the map before the user."""
        fresh = module not in self.records
        self.window.docks.show(module)
        if fresh:
            self.record(module).show_record(ident)

    def _offer(self) -> None:
        """Panels of modules that the person may not read are not there for him."""
        role = self._place.seat.role
        hidden = {one.key for one in self._place.modules if role is not None and not may_read(role, one)}
        self.window.offer(hidden)

    def _sit(self) -> None:
        """Whoever has logged in gets the layout that his role begins with."""
        seat = self._place.seat
        if seat.login and seat.role is not None:
            try:
                self.window.layouts.sit(seat.role.key)
            except CityError as error:
                self._place.hub.notice.emit(str(error), "warning")

    def lock_away(self) -> None:
        """The desk is being locked: keep what was typed, mask what was revealed."""
        for panel in self.records.values():
            panel.form.keep_draft()
            panel.form.conceal()
        self.conflicts.conceal()
        self.search.clear()

    def _tell(self, error: CityError) -> None:
        self._place.hub.notice.emit(str(error), "error")

    def _closing(self) -> None:
        self.alarms.stop()
        for panel in self.records.values():
            panel.closing()
        self.files.forget_opened()
