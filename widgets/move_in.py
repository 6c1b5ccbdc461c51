"""Features of a temporary layer into a module's records: judged first, then saved like every other edit."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QObject

from citymanager.changes import defaults, difference, judge
from citymanager.errors import CityError, Refused
from citymanager.exchange.column_map import Column, ColumnMap
from citymanager.exchange.intake import CHUNK, Intake, Reading, Tally
from citymanager.exchange.places import WGS84
from citymanager.exchange.references import References
from citymanager.exchange.source import Row, Source, batches
from citymanager.hub import Hub
from citymanager.roles import Role
from citymanager.schema import Module
from citymanager.store import Reader, Writer
from citymanager.tasks import Tasks
from citymanager.text import plural
from citymanager.work import Hands, Stopped
from widgets.seat import Seat

Features = Callable[[], Source]


@dataclass(frozen=True)
class Preview:
    """What would become of the features."""

    new: int
    there: int
    """Records that are there already, by an earlier moving in of the same."""
    reasons: Counter[str]
    """Why features would be refused, and how many for each reason."""

    @property
    def refused(self) -> int:
        return self.reasons.total()


def mapping(module: Module, chosen: dict[str, str]) -> ColumnMap:
    """Which column of the file (key) goes into which field (value); the place goes along by itself."""
    columns = tuple(Column(module.columns[field], (name,)) for name, field in chosen.items() if field)
    return ColumnMap(module, columns)


def preview(reader: Reader, source: Source, told: ColumnMap, role: Role | None, now: datetime) -> Preview:
    """Judge every feature as saving it would. To be asked on a reader's thread."""
    reading = Reading(told, WGS84, References(reader, trusting=False))
    new = there = 0
    reasons: Counter[str] = Counter()
    for row in source.rows:
        try:
            ident, values = reading.record(row)
            if reader.get(told.module.key, ident) is not None:
                there += 1
                continue
            judge(told.module, {}, difference({}, {**defaults(told.module, "", now), **values}), role, now)
            new += 1
        except Refused as refused:
            reasons[str(refused)] += 1
    return Preview(new, there, reasons)


class MoveIn(QObject):
    """Saves features as records, with numbers and a way to stop; what is saved by then stays, and is said."""

    def __init__(
        self,
        tasks: Tasks,
        hub: Hub,
        seat: Seat,
        modules: Sequence[Module],
        clock: Callable[[], datetime],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.tasks, self.seat, self.clock = tasks, seat, clock
        self._hub, self._modules = hub, modules

    def open_modules(self) -> list[Module]:
        """Those with a place in which the person may make records."""
        return [one for one in self._modules if one.geometry and not self.seat.why_not_make(one)]

    def say(self, words: str) -> None:
        self._hub.notice.emit(words, "warning")

    def save(self, title: str, features: Features, told: ColumnMap, total: int) -> None:
        """Begin; the window shows how far it is."""
        module, tally = told.module, Tally()
        login, role = self.seat.login, self.seat.role

        def act(hands: Hands) -> Tally:
            source = features()
            reading = Reading(told, WGS84, References(hands.reader, trusting=False))

            def take(writer: Writer, rows: tuple[Row, ...]) -> None:
                intake = Intake(writer, reading, module.key, login, role, self.clock, tally)
                deque(intake.outcomes(Source(source.columns, iter(rows), shapes=True)), maxlen=0)

            for rows in batches(source.rows, CHUNK):
                hands.at(tally.read, total)
                hands.write(partial(take, rows=rows))
            return tally

        def failed(error: CityError) -> None:
            self._changed(module)
            kind = "info" if isinstance(error, Stopped) else "error"
            self._hub.notice.emit(f"{error} Перенесено до этого: {tally.taken - tally.unchanged}.", kind)

        words = f"Перенос «{title}» в раздел «{module.title}»"
        self.tasks.long(words, act, lambda _: self._saved(tally, told), failed, self)

    def _saved(self, tally: Tally, told: ColumnMap) -> None:
        self._changed(told.module)
        made = plural(tally.taken - tally.unchanged, "запись", "записи", "записей")
        there = f" Уже были: {tally.unchanged}." if tally.unchanged else ""
        refused = f" Не перенесено: {tally.refused}." if tally.refused else ""
        kind = "warning" if tally.refused else "good"
        self._hub.notice.emit(f"В раздел «{told.module.title}» перенесено: {made}.{there}{refused}", kind)

    def _changed(self, module: Module) -> None:
        self._hub.changed.emit(module.key, [])
        self._hub.outbox_changed.emit()
