"""The layer panel: sets of layers, a search, the tree of layers with their counts, and the sheet of the chosen one."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from citymanager import roles
from citymanager.errors import CityError, ReadOnly
from citymanager.schema import Module
from citymanager.tasks import Tasks
from layers.guest_row import GuestRow, told_of
from layers.keys import FIND_LAYER, INTO_LAYERS, LAYERS_BACK, LEAVE_LAYERS, ONLY_LAYER, REMOVE_GUEST, add_key
from layers.layer_facts import Counting, LayerFacts, Partly
from layers.layer_sheet import LayerSheet
from layers.layer_words import told
from layers.legend import Legend
from layers.map_layer import map_layers
from layers.map_view import MapView
from layers.preset_bar import PresetBar
from layers.presets import Presets
from layers.signs import Signs
from layers.state import LayerSet
from layers.style import palette

NOTHING = "Такого слоя нет. Очистите строку поиска."


class LayerPanel(QWidget):
    """Steers the layers of one map. What it replaces at a stroke can be brought back: «Вернуть»."""

    wanted_in_table = Signal(str, list)
    """Module and those of its values that are on: the table is to show these only."""
    move_in = Signal(str, object)
    """Title of a temporary layer whose features are wanted as records, and what gives them: `Callable[[], Source]`."""

    resaved = Signal()
    """Other sets of layers are kept than before."""

    def __init__(
        self, city_map: MapView, modules: Sequence[Module], tasks: Tasks, presets: Presets, partly: Partly
    ) -> None:
        """`partly` says of which modules only a part is here."""
        super().__init__()
        self._map, self._presets = city_map, presets
        self._layers = {one.key: one for one in map_layers(modules)}
        self._facts: Mapping[str, LayerFacts] = {}
        self._age = ""
        self._colours: Mapping[str, str] = palette({}, dark=False)
        self._undo: Callable[[], None] | None = None
        self.sets, self.search, self.nothing = PresetBar(presets), QLineEdit(), QLabel(NOTHING)
        self.legend = Legend(tuple(self._layers.values()), self._shown, city_map.switches.value_shown)
        self.sheet = LayerSheet()
        self.guest, self.signs = GuestRow(), Signs()
        self.undone, self.note, self.back = QFrame(), QLabel(), QToolButton()
        self.offer, self._ticked = QPushButton("Показать в таблице так же"), ""
        self._counting = Counting(city_map.atlas.tallies, partly, self._layers, tasks, self)
        self._build()
        self._connect()
        self._show_state()

    def _build(self) -> None:
        self.setAccessibleName("Слои карты")
        self.search.setPlaceholderText("Найти слой")
        self.search.setAccessibleName("Найти слой")
        self.search.setClearButtonEnabled(True)
        self.nothing.setWordWrap(True)
        self.nothing.setProperty("role", "muted")
        self.nothing.hide()
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setWordWrap(True)
        self.back.setText("Вернуть")
        self.back.setToolTip("Вернуть, как было (Ctrl+Z)")
        self.back.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout(self.undone)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.note, 1)
        row.addWidget(self.back)
        self.undone.hide()
        self.offer.hide()
        head = QVBoxLayout()
        head.setContentsMargins(8, 8, 8, 6)
        head.setSpacing(6)
        for widget in (self.sets, self.search, self.undone, self.nothing):
            head.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.legend, 1)
        column.addWidget(self.signs)
        column.addWidget(self.offer)
        column.addWidget(self.sheet)
        column.addWidget(self.guest)
        self.setFocusProxy(self.legend)
        self.sheet.show_layer(None, 1)

    def _connect(self) -> None:
        self.legend.toggled.connect(self._toggle)
        self.legend.dismissed.connect(self.dismiss)
        self.guest.look.connect(self._map.guests.look_at)
        self.guest.swap.connect(self._map.guests.swap)
        self.guest.dismiss.connect(self.dismiss)
        self.guest.move_in.connect(self._move_in)
        self._map.guests.listed.connect(self._show_guests)
        self.legend.value_toggled.connect(self._map.switches.set_value_shown)
        self.legend.value_toggled.connect(self._offer_table)
        self.offer.clicked.connect(self._want_in_table)
        self.legend.chosen.connect(self._show_sheet)
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._into_legend)
        self.sheet.faded.connect(self._fade)
        self.sheet.alone.connect(self.show_only)
        self.sets.used.connect(self.use)
        self.sets.named.connect(self.save_as)
        self.sets.forgotten.connect(self.forget)
        self.back.clicked.connect(self.undo)
        self._map.switches.changed.connect(self._show_state)
        self._map.stirred.connect(self._stirred)
        self._counting.counted.connect(self._show_facts)
        add_key(self, FIND_LAYER, self._to_search)
        add_key(self, ONLY_LAYER, lambda: self.show_only(self.legend.current))
        add_key(self, LAYERS_BACK, self.undo)
        add_key(self.legend, REMOVE_GUEST, lambda: self.dismiss(self.legend.current))
        add_key(self, LEAVE_LAYERS, self._leave)
        add_key(self.search, INTO_LAYERS, self._into_legend)

    # what others tell

    def set_theme(self, colours: Mapping[str, str], dark: bool) -> None:
        """Paint the marks in the colours that the map has now."""
        self._colours = palette(colours, dark)
        self.legend.set_theme(colours, dark)
        self.signs.set_theme(colours, dark)
        self._show_guests()

    def show_age(self, age: str, stale: bool) -> None:
        """How old the data of this station are, in Russian; empty: they come from no server."""
        self._age = age
        self._say()

    def sit(self, role: str, fresh: bool) -> None:
        """Somebody of this role sits down: his first time here he gets the layers that his role begins with.

        `fresh`: nobody has chosen layers here yet.
        """
        self.offer_to(role)
        try:
            name = self._presets.first(role, fresh)
        except ReadOnly:
            return  # a window that only reads remembers nobody
        if name:
            self.use(name)

    def offer_to(self, role: str) -> None:
        """Layers of modules that this role may not read are neither offered nor on the map."""
        person = roles.role(role)
        closed = {key for key, one in self._layers.items() if person and not roles.may_read(person, one.module)}
        self.legend.withhold(closed)
        self._map.switches.withhold(closed)

    def take_sets(self) -> None:
        """Sets of layers have been kept or forgotten at another map."""
        self.sets.fill(self._presets.name_of(self._map.switches.layer_set()))

    # what the user does

    def use(self, name: str) -> None:
        """Show a set of layers."""
        try:
            found = self._presets.get(name)
        except CityError as error:
            self.sets.say(str(error))
        else:
            self._replace(found, f"Показан набор «{name}».")

    def show_only(self, layer: str) -> None:
        """Switch all layers off but this one."""
        if layer in self._layers:
            shown = self._map.switches.layer_set()
            wanted = LayerSet(frozenset({layer}), shown.off, shown.opacity)
            self._replace(wanted, f"Показан только слой «{self._layers[layer].title}».")

    def _offer_table(self, module: str) -> None:
        self._ticked = module
        self.offer.setToolTip(self._layers[module].title)
        self.offer.setVisible(bool(self.legend.ticked(module)))

    def _want_in_table(self) -> None:
        """As the ticks of the module stand that was touched last."""
        self.offer.hide()
        self.wanted_in_table.emit(self._ticked, self.legend.ticked(self._ticked))

    def dismiss(self, key: str) -> None:
        """Take a temporary layer away; it can be brought back."""
        stay = self._map.guests.stays.get(key)
        if stay is not None:
            self._map.guests.remove(key)
            self._offer_back(f"Слой «{stay.guest.title}» убран.", self._map.guests.bring_back)

    def save_as(self, name: str) -> None:
        """Keep what is shown under a name."""
        try:
            self._presets.save_as(name, self._map.switches.layer_set())
        except CityError as error:
            self.sets.say(str(error))
            return
        self.sets.close_strip()
        self.take_sets()
        self.resaved.emit()
        self.legend.setFocus()

    def forget(self, name: str) -> None:
        """Forget a set that somebody has saved; it can be brought back."""
        try:
            kept = self._presets.get(name)
            self._presets.delete(name)
        except CityError as error:
            self.sets.say(str(error))
            return
        self.sets.fill("")
        self.resaved.emit()
        self._offer_back(f"Набор «{name}» удалён.", lambda: self._presets.save_as(name, kept))

    def undo(self) -> None:
        """Bring back what was replaced last."""
        undo, self._undo = self._undo, None
        self.undone.hide()
        if undo is not None:
            try:
                undo()
            except CityError as error:
                self.sets.say(str(error))
            self.take_sets()
            self.resaved.emit()

    def _move_in(self, key: str) -> None:
        stay = self._map.guests.stays.get(key)
        if stay is not None:
            self.move_in.emit(stay.guest.title, stay.guest.source)

    def _shown(self, key: str) -> bool:
        stay = self._map.guests.stays.get(key)
        return stay.shown if stay is not None else self._map.switches.shown(key)

    def _toggle(self, key: str, shown: bool) -> None:
        (self._map.guests if key in self._map.guests.stays else self._map).set_shown(key, shown)

    def _fade(self, key: str, opacity: float) -> None:
        if key in self._map.guests.stays:
            self._map.guests.set_opacity(key, opacity)
        elif key in self._layers:
            self._map.switches.set_opacity(key, opacity)

    def _replace(self, wanted: LayerSet, told: str) -> None:
        before = self._map.switches.layer_set()
        self.sets.say("")
        self._map.switches.show_layers(wanted)
        self._offer_back(told, lambda: self._map.switches.show_layers(before))

    def _offer_back(self, told: str, undo: Callable[[], None]) -> None:
        self.note.setText(told)
        self._undo = undo
        self.undone.show()

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _leave(self) -> None:
        self.sets.close_strip()
        self.search.clear()
        self.legend.setFocus()

    def _find(self, words: str) -> None:
        self.legend.leave(words)
        self.nothing.setVisible(not self.legend.shown_layers)

    def _into_legend(self) -> None:
        """From the search down into the layers that it has found."""
        if self.legend.shown_layers:
            self.legend.choose(self.legend.shown_layers[0])
            self.legend.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._counting.count()

    # what is shown

    def _stirred(self) -> None:
        if self.isVisible():
            self._counting.later()

    def _show_state(self) -> None:
        self.legend.show_state()
        self.sets.mark(self._presets.name_of(self._map.switches.layer_set()))
        self._show_sheet(self.legend.current)
        self._stirred()

    def _show_guests(self) -> None:
        self.legend.show_guests(self._map.guests.stays, self._colours)
        for key, stay in self._map.guests.stays.items():
            self.legend.say(key, told_of(stay))
        self._show_sheet(self.legend.current)

    def _show_sheet(self, layer: str) -> None:
        stay = self._map.guests.stays.get(layer)
        if stay is not None:
            self.sheet.show_layer(stay.guest, stay.opacity)
        else:
            self.sheet.show_layer(self._layers.get(layer), self._map.switches.opacity(layer))
        self.sheet.only.setVisible(stay is None)
        self.guest.show_stay(layer, stay)
        self._say()

    def _show_facts(self, facts: Mapping[str, LayerFacts]) -> None:
        self._facts = facts
        self.legend.show_facts(facts)
        self._say()

    def _say(self) -> None:
        """What is known of every layer now, its age first of all."""
        chosen = self._map.guests.stays.get(self.sheet.layer)
        if chosen is not None:
            self.sheet.say(told_of(chosen))
        for key, one in self._layers.items():
            words = told(self._facts.get(key), self._map.switches.shown(key), self._age, one.look.from_zoom, one.told)
            self.legend.say(key, words)
            if key == self.sheet.layer:
                self.sheet.say(words)
