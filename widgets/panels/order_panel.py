"""Есть ли здесь ордер: the answer for a place on the map or a resident's report, and a card for digging without."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from citymanager.clashes.order_here import Found, Leave, answer, orders_here, square
from citymanager.clashes.sides import WORKS
from citymanager.hub import Hub
from citymanager.schema import STATUS, Values
from citymanager.store import Reader, Saved, Writer
from citymanager.store.records import caption
from citymanager.tasks import Tasks
from citymanager.values import CITY_ZONE
from widgets.plain import plain_label
from widgets.record_due import DueMark
from widgets.record_related import RelatedRow
from widgets.seat import Seat
from widgets.theme import Appearance, Level, set_role

HINT = (
    "Щёлкните сообщение жителя в таблице или на карте, щёлкните место на карте правой кнопкой"
    " или нажмите «Показать место»."
)
LEVELS: dict[Leave, Level] = {"yes": "good", "no": "warning", "none": "error"}
WORDS: dict[Leave, str] = {"yes": "ордер есть", "no": "копать нельзя", "none": "ордера нет"}
REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class Spot:
    """The place that was asked about."""

    lon: float
    lat: float
    words: str
    report: str = ""
    """The report that tells of it."""
    address: str = ""


class OrderPanel(QWidget):
    """Answers for a place as soon as it is told one."""

    pick_requested = Signal()
    """The user wants to show a place on the map."""

    def __init__(
        self, tasks: Tasks, hub: Hub, appearance: Appearance, seat: Seat, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._tasks, self._hub, self._seat, self._clock, self._appearance = tasks, hub, seat, clock, appearance
        self.spot: Spot | None = None
        self.found: Sequence[Found] = ()
        self.mark, self.words = DueMark(appearance), plain_label(HINT, wrap=True)
        self.place = plain_label("", "caption", wrap=True)
        self.pick, self.report = QPushButton("Показать место"), QPushButton("Копают без ордера")
        self._build()
        self.pick.clicked.connect(self.pick_requested)
        self.report.clicked.connect(self.make)
        hub.selected.connect(self._selected)
        hub.changed.connect(self._changed)
        seat.changed.connect(self._offer)

    # the place

    def set_point(self, lat: float, lon: float) -> None:
        """A place that was shown on the map."""
        self.ask(Spot(lon, lat, f"Место {lat:.5f}, {lon:.5f}"))

    def _selected(self, module: str, ident: str) -> None:
        """A report that is chosen, while this panel is seen, is asked about."""
        if module != REPORTS or not ident or not self.isVisible():
            return
        record, declared = self._tasks.glance.get(module, ident), self._tasks.glance.modules[module]
        point = record.data.get("geometry") if record is not None else None
        if record is None or not isinstance(point, dict) or point.get("type") != "Point":
            self._forget("У этого сообщения нет точки на карте: нажмите «Показать место».")
            return
        lon, lat = point["coordinates"][:2]
        name = f"Сообщение {caption(declared, record.data)}"
        self.ask(Spot(lon, lat, name, ident, str(record.data.get("address") or "")))

    def ask(self, spot: Spot) -> None:
        """Look which orders lie there."""
        self.spot = spot
        today = self._clock().astimezone(CITY_ZONE).date()

        def act(reader: Reader) -> tuple[Spot, list[Found]]:
            return spot, orders_here(reader, spot.lon, spot.lat, today)

        self._tasks.read(act, self._take, owner=self, newest=f"order:{id(self)}")

    def _changed(self, module: str, idents: list[str]) -> None:
        if module == WORKS and self.spot is not None and self.isVisible():
            self.ask(self.spot)

    # the answer

    def _take(self, told: tuple[Spot, list[Found]]) -> None:
        spot, found = told
        if spot is not self.spot:
            return
        self.found = found
        leave, words = answer(found)
        self.mark.show_left(WORDS[leave], LEVELS[leave])
        self.mark.show()
        self.words.setText(words)
        self.place.setText(spot.words)
        self._clear()
        declared = self._tasks.glance.modules[WORKS]
        for one in found:
            row = RelatedRow(
                declared, caption(declared, one.record.data), str(one.record.data[STATUS]), self._appearance
            )
            row.clicked.connect(partial(self._hub.opened.emit, WORKS, one.record.id))
            self._rows.addWidget(row)
            self._rows.addWidget(plain_label(one.words, "caption", wrap=True))
        self._offer()

    def _forget(self, why: str) -> None:
        self.spot, self.found = None, ()
        self._clear()
        self.mark.hide()
        self.words.setText(why)
        self.place.setText("")
        self._offer()

    def _clear(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()

    def _offer(self) -> None:
        why = self._seat.why_not_make(self._tasks.glance.modules[WORKS])
        known = any(one.leave == "yes" or one.record.data[STATUS] == "unauthorised" for one in self.found)
        digs = self.spot is not None and not known
        self.report.setVisible(digs)
        self.report.setEnabled(not why)
        self.report.setToolTip(why or "Завести карточку несанкционированных работ и открыть её")

    # digging without an order

    def make(self) -> None:
        """Make a card of unauthorised digging at the place, and open it to be filled in."""
        spot, now = self.spot, self._clock()
        if spot is None:
            return
        change: Values = {
            STATUS: "unauthorised", "geometry": dict(square(spot.lon, spot.lat)),
            "start": now.astimezone(CITY_ZONE).date().isoformat(), "remark": f"Копают без ордера. {spot.words}",
            **({"address": spot.address} if spot.address else {}),
            **({"reports": [spot.report]} if spot.report else {}),
        }  # fmt: skip
        self.report.setEnabled(False)
        login, role = self._seat.login, self._seat.role

        def act(writer: Writer) -> Saved:
            return writer.save(WORKS, None, change, login, role, now)

        self._tasks.write(act, self._made, lambda error: self._not_made(str(error)), self)

    def _made(self, saved: Saved) -> None:
        self._hub.outbox_changed.emit()
        self._hub.changed.emit(WORKS, [saved.id])
        self._hub.opened.emit(WORKS, saved.id)

    def _not_made(self, why: str) -> None:
        self._offer()
        self._hub.notice.emit(f"Карточка не заведена. {why}", "error")

    # building

    def _build(self) -> None:
        set_role(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        set_role(self.report, "primary")
        self.mark.hide()
        self.report.hide()
        head = QHBoxLayout()
        head.addWidget(self.mark)
        head.addWidget(self.words, 1)
        head.addWidget(self.pick)
        head.addWidget(self.report)
        inside = QWidget()
        set_role(inside, "panel")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._rows)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 10, 12, 10)
        whole.addLayout(head)
        whole.addWidget(self.place)
        whole.addWidget(area, 1)
        self.setFocusProxy(self.pick)
