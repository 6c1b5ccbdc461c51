"""One box over the map for the whole city: addresses, coordinates, and records of every module that one may read."""

from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from citymanager.address_words import split_flat
from citymanager.coordinates import coordinates_of
from citymanager.errors import CityError
from citymanager.hub import Hub
from citymanager.record_search import Found, by_number, by_words
from citymanager.schema import Module, Values
from citymanager.store import Reader
from citymanager.tasks import Tasks
from widgets.intake_places import CityPlaces
from widgets.search_hits import ADDRESSES, NUMBERS, Hit, grouped, of_address, of_place, of_record
from widgets.search_line import SearchLine
from widgets.search_list import SearchList
from widgets.seat import Seat
from widgets.theme import Appearance, set_role

LONGEST = 200
"""Letters of what is looked for."""
TOGETHER_MS = 40
"""Places are found before records; these may come so much later, and the list is still filled once."""
INTAKE = "reports"
"""The module of which a new card can begin at an address."""
NEW_HERE = "Новое сообщение по этому адресу"
MAY_BE_TYPED = "Что можно найти"
HINTS = (
    "Адрес: ленина 12 · комс 13с1 · Ленина / Свердлова",
    "Номер записи: Т-0001234 · 1234",
    "Слова из сообщения, телефонограммы, ордера; организация",
    "Координаты: 56.0853 60.7350",
)
SEARCHING, SEARCHING_ON = "Ищу…", "Ищу в записях…"
NOTHING = "Ничего не найдено. Проверьте, так ли написано, или введите меньше слов."
NO_STREETS = "Карта города не загружена: адреса не ищутся."


class CitySearch(QFrame):
    """The box, the list below it, and the place that was gone to. Each key asks anew; no older answer is shown."""

    went = Signal(object)
    """Latitude and longitude of the place to be shown; None: none any more."""

    def __init__(
        self, modules: Sequence[Module], tasks: Tasks, hub: Hub, seat: Seat, appearance: Appearance, places: CityPlaces
    ) -> None:
        super().__init__()
        self._modules, self._tasks, self._hub, self._seat, self._places = modules, tasks, hub, seat, places
        self._found: list[Hit] | None = []
        """Places and numbers; None: not answered yet."""
        self._said: list[Found] | None = []
        """Records by their words; None: not answered yet."""
        self._trouble, self._awaits = "", ""
        """Why the records were not read; which act waits for the first answer: «open», «begin» or none."""
        self._soon = QTimer(self, singleShot=True, interval=TOGETHER_MS)
        """Runs while places wait for the records to be shown with them."""
        self._here: Hit | None = None
        self._from: QWidget | None = None
        self.line, self.list = SearchLine(), SearchList(appearance)
        self.begin = QPushButton(NEW_HERE)
        self.begin.setToolTip("Ctrl+Enter")
        self._lay_out()
        self._wire()

    def call(self, before: QWidget | None) -> None:
        """Take the keyboard; Esc gives it back to where it was before."""
        self._from = before if before is not self.line else self._from
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()
        self._show()

    @property
    def complete(self) -> bool:
        """Whether all that there is to what was typed is known."""
        return self._found is not None and self._said is not None

    # asking

    def _ask(self) -> None:
        typed = self.line.text().strip()
        self._trouble, self._awaits = "", ""
        self._soon.stop()
        if not typed:
            self._found, self._said = [], []
            self._forget_questions()
            self._show()
            return
        self._found = self._said = None
        book, seen = self._places.book, [one for one in self._modules if self._seat.may_read(one)]
        personal = self._seat.role is not None and self._seat.role.sees_personal

        def places(reader: Reader) -> list[Hit]:
            spot = coordinates_of(typed)
            numbers = [of_record(one, NUMBERS) for one in by_number(reader, seen, typed)]
            flat = split_flat(typed)[1]
            addresses = [of_address(one, flat) for one in book.suggest(typed)]
            return [*([of_place(*spot)] if spot else []), *numbers, *addresses]

        self._tasks.read(places, self._take_places, self._fail, owner=self, newest=self._name("places"))
        self._tasks.read(
            lambda reader: by_words(reader, seen, typed, personal=personal),
            self._take_records, self._fail, owner=self, newest=self._name("records"),
        )  # fmt: skip
        if not self.list.isVisible():
            self._show()

    def _name(self, part: str) -> str:
        return f"city search {part}:{id(self)}"

    def _forget_questions(self) -> None:
        """What was asked before is not to be answered any more."""
        for part in ("places", "records"):
            self._tasks.read(lambda reader: None, owner=self, newest=self._name(part))

    def _take_places(self, found: list[Hit]) -> None:
        self._found = found
        if self._said is None and not self._awaits:
            self._soon.start()
        else:
            self._show()

    def _take_records(self, said: list[Found]) -> None:
        self._said = said
        if self._found is not None:
            self._show()

    def _fail(self, error: CityError) -> None:
        self._found, self._said = self._found or [], self._said or []
        self._trouble = f"Записи не прочитаны. {error}"
        self._show()

    # showing

    def _show(self) -> None:
        """The list as far as it is known; before the first answer to a key, that of the key before stays."""
        self._soon.stop()
        if not self.line.hasFocus():
            return
        waiting = self._found is None
        if not (waiting and self.list.hits()) or not self.list.isVisible():
            hits = grouped(self._found or [], self._said or []) if not waiting else []
            typed = self.line.text().strip()
            title = "" if typed else MAY_BE_TYPED
            self.list.fill(hits, self._words(bool(hits)), typed=typed, title=title, offers=self._may_begin())
        self.list.open_under(self.line)
        if self._awaits and not waiting and (self.list.hits() or self._said is not None):
            self._enter(self._awaits == "begin")

    def _words(self, any_hits: bool) -> list[str]:
        if not self.line.text().strip():
            return [*HINTS, *self._no_streets()]
        if self._found is None or self._said is None:
            return [SEARCHING_ON if any_hits else SEARCHING]
        if self._trouble:
            return [self._trouble]
        return [] if any_hits else [NOTHING, *self._no_streets()]

    def _no_streets(self) -> list[str]:
        return [] if len(self._places.book) else [NO_STREETS]

    def _may_begin(self) -> bool:
        intake = next((one for one in self._modules if one.key == INTAKE), None)
        return intake is not None and not self._seat.why_not_make(intake)

    def _put_away(self) -> None:
        self.list.hide()
        self._awaits = ""

    # what the keys do

    def _show_what_is_known(self) -> None:
        """Before a key leads anywhere: it is meant for the answer to what was typed, not for the one before."""
        if self._soon.isActive():
            self._show()

    def _step(self, lines: int) -> None:
        self._show_what_is_known()
        if self.list.isVisible():
            self.list.step(lines)
        else:
            self._show()

    def _enter(self, begins: bool) -> None:
        """Open what is chosen; where the answer to the last key is not there yet, as soon as it is."""
        self._show_what_is_known()
        if not self.list.isVisible():
            if begins and self._here is not None:
                self._begin()
            else:
                self._show()
            return
        if self._found is None or (self._said is None and not self.list.hits()):
            self._awaits = "begin" if begins else "open"
            return
        self._awaits, chosen = "", self.list.chosen()
        if chosen is not None:
            self._open(chosen)
            if begins and chosen.address is not None:
                self._begin()

    def _open(self, one: Hit) -> None:
        self._put_away()
        if one.record is not None:
            self._show_here(None)
            self._hub.selected.emit(one.record.module.key, one.record.id)
            self._hub.opened.emit(one.record.module.key, one.record.id)
        elif one.address is not None:
            if one.group == ADDRESSES:
                self.line.setText(one.title)
            self._show_here(one)
            lon, lat = one.address.point or (None, None)
            self.went.emit((lat, lon) if lat is not None else None)

    def _begin(self) -> None:
        """A new card at the place that was gone to."""
        one = self._here
        if one is None or one.address is None or not self._may_begin():
            return
        values: Values = {"address": one.title} if one.group == ADDRESSES else {}
        if one.address.point and (one.address.number or not one.address.text):  # the middle of a street is no place
            values["geometry"] = {"type": "Point", "coordinates": list(one.address.point)}
        self._show_here(None)
        self._hub.begun.emit(INTAKE, values)

    def _escape(self) -> None:
        """First the list goes, then what was typed with its mark, then the keyboard goes back."""
        if self.list.isVisible():
            self._put_away()
        elif self.line.text():
            self.line.clear()
            self._put_away()
        elif self._from is not None and shiboken6.isValid(self._from) and self._from.isVisible():
            self._from.setFocus()

    def _emptied(self) -> None:
        """Also by the cross of the line: the mark on the map goes with the words that led to it."""
        if self._here is not None:
            self._show_here(None)
            self.went.emit(None)
        self._ask()

    def _show_here(self, one: Hit | None) -> None:
        self._here = one
        self.begin.setVisible(one is not None and self._may_begin())

    def _leave_here(self, module: str, ident: str) -> None:
        """A record is looked at: no method of a box that is gone may be called, hence no lambda of it is kept."""
        self._show_here(None)

    def clear(self) -> None:
        """What one person has found, the next one may not be allowed to see, nor anybody while the desk is locked."""
        self.line.clear()
        self._forget_questions()
        self._found, self._said = [], []
        self.list.fill([])
        self._put_away()

    # building

    def _wire(self) -> None:
        self.line.textEdited.connect(lambda _: self._ask())
        self.line.textChanged.connect(lambda text: None if text else self._emptied())
        self.line.stepped.connect(self._step)
        self.line.entered.connect(self._enter)
        self.line.escaped.connect(self._escape)
        self.line.came.connect(self._show)
        self.line.left.connect(self._put_away)
        self.list.taken.connect(self._open)
        self.list.turned.connect(lambda one: self.line.setAccessibleDescription(one.told if one else ""))
        self.begin.clicked.connect(self._begin)
        self._hub.selected.connect(self._leave_here)
        self._seat.changed.connect(self.clear)
        self._soon.timeout.connect(self._show)

    def _lay_out(self) -> None:
        set_role(self, "bar")
        self.line.setMaxLength(LONGEST)
        self.line.setClearButtonEnabled(True)
        self.line.setPlaceholderText("Найти в городе: адрес, номер, слова (Ctrl+K)")
        self.line.setAccessibleName("Найти в городе")
        self.begin.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(6)
        column.addWidget(self.line)
        column.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignLeft)


class Searched(QWidget):
    """The map, and over it the box that leads to everything."""

    def __init__(self, search: CitySearch, city_map: QWidget) -> None:
        super().__init__()
        city_map.setParent(self)  # before the box: who goes to the map by its key moves about on it with the arrows
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(search)
        column.addWidget(city_map, 1)
        city_map.show()
