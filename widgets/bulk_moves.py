"""Moves of many records at once: who may take one and why others may not, the act with its numbers, the way back."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QObject, Signal

from citymanager.calendar import WorkCalendar
from citymanager.clocks import dues
from citymanager.errors import CityError, Refused
from citymanager.hub import Hub
from citymanager.returning import passed_over, put_off
from citymanager.roles import Role
from citymanager.schema import STATUS, Module, Move, Values
from citymanager.store import Reader, Record, Saved, Writer
from citymanager.store.bulk_acts import BulkAct, TakenBack
from citymanager.tasks import Tasks
from citymanager.text import plural
from citymanager.values import moment
from citymanager.work import Hands, Stopped
from citymanager.workflow import ways
from widgets.seat import Seat
from widgets.theme import Level

CHUNK = 50
"""Records of one transaction."""
REASONS = 3
"""Reasons that are told; there are seldom more."""
NAMED = 5
PAST = "Срок истечёт раньше, чем вернутся"
ELSEWHERE = "из этого статуса такого перехода нет"


@dataclass
class Offer:
    """One move as it is offered to the records that were chosen."""

    move: Move
    title: str
    able: list[str] = field(default_factory=list)
    """Ids of those that may take it, once what it requires is filled in."""
    closed: Counter[str] = field(default_factory=Counter)
    """Why the others may not, and how many each."""
    fields: tuple[str, ...] = ()
    """What one value for all is asked for, as some lack it."""


def offers(module: Module, records: Sequence[Record], role: Role | None) -> list[Offer]:
    """The moves that at least one of these records may take, in the order of the declaration."""
    found: dict[tuple[str, str], Offer] = {}
    for record in records:
        for way in ways(module, record.data, role):
            offer = found.setdefault((way.move.target, way.title), Offer(way.move, way.title))
            if way.reason:
                offer.closed[way.reason] += 1
            else:
                offer.able.append(record.id)
                offer.fields = tuple(dict.fromkeys([*offer.fields, *way.missing]))
    for offer in found.values():
        if other := len(records) - len(offer.able) - offer.closed.total():
            offer.closed[ELSEWHERE] += other
    order = [one.key for one in module.statuses]
    return sorted((one for one in found.values() if one.able), key=lambda one: order.index(one.move.target))


def told(reasons: Mapping[str, int]) -> str:
    """«причина (3); причина (1)»"""
    most = Counter(reasons).most_common(REASONS)
    return "; ".join(f"{why.rstrip('.')} ({count})" for why, count in most) + ("…" if len(reasons) > REASONS else "")


class BulkMoves(QObject):
    """Runs acts on many records of one module and takes them back; the window shows how far each is."""

    changed = Signal()
    """What can be taken back may be another act now."""

    def __init__(
        self, module: Module, tasks: Tasks, hub: Hub, seat: Seat, clock: Callable[[], datetime], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._module, self._tasks, self._hub, self._seat, self._clock = module, tasks, hub, seat, clock
        self.last: BulkAct | None = None
        """What this person can take back, also after a restart."""
        seat.changed.connect(self._look)
        self._look()

    def apply(self, offer: Offer, values: Values) -> None:
        """Move all that may be moved, each by an operation of its own; `values` go where nothing is filled in yet.

        What is done when it is stopped stays.
        """
        login, role, now = self._seat.login, self._seat.role, self._clock
        act = BulkAct(str(uuid4()), self._module.key, offer.title, login, moment(now()))
        change, done, refused = {STATUS: offer.move.target}, list[str](), Counter[str]()
        late = list[str]()

        def part(writer: Writer, some: Sequence[str]) -> list[Saved | Refused]:
            return writer.change_many(act, some, change, role, now(), values)

        def run(hands: Hands) -> None:
            for some in _parts(offer.able):
                hands.at(len(done) + refused.total(), len(offer.able))
                for one in hands.write(partial(part, some=some)):
                    if isinstance(one, Refused):
                        refused[str(one)] += 1
                    else:
                        done.append(one.id)
            late.extend(_past_terms(self._module, hands.reader, done, now()))

        def over(error: CityError | None = None) -> None:
            self._heard(done)
            words = f"«{offer.title}»: {_records(len(done))} из {len(offer.able)}."
            if late:
                words += f" {PAST}: {len(late)} — {', '.join(late[:NAMED])}{'…' if len(late) > NAMED else ''}."
            self._say(words, offer.closed + refused, "Не приняты", error, "warning" if late else "good")

        self._tasks.long(f"{offer.title}: {self._module.title}", run, lambda _: over(), over, self)

    def take_back(self) -> None:
        """Take the last act back, record by record."""
        if self.last is None:
            return
        act, role, now, whole = self.last, self._seat.role, self._clock, TakenBack()

        def run(hands: Hands) -> None:
            count = 0
            while True:
                hands.at(count, act.left)
                found = hands.write(lambda writer: writer.take_back(act, CHUNK, role, now()))
                some = len(found.withdrawn) + len(found.edited) + len(found.kept)
                if not some:
                    return
                count += some
                whole.withdrawn.extend(found.withdrawn)
                whole.edited.extend(found.edited)
                whole.kept.extend(found.kept)

        def over(error: CityError | None = None) -> None:
            self._heard([*whole.withdrawn, *whole.edited])
            self._say(_words(act, whole), Counter(why for _, why in whole.kept), "Не отменено", error)

        self._tasks.long(f"Отмена «{act.title}»: {self._module.title}", run, lambda _: over(), over, self)

    def _heard(self, idents: Sequence[str]) -> None:
        if idents:
            self._hub.changed.emit(self._module.key, list(idents) if len(idents) <= CHUNK else [])
        self._hub.outbox_changed.emit()
        self._look()

    def _say(
        self, words: str, reasons: Counter[str], what: str, error: CityError | None, well: Level = "good"
    ) -> None:  # fmt: skip
        if error is not None:
            words = f"{error} {words}"
        if reasons:
            words += f" {what}: {reasons.total()} — {told(reasons)}."
        level = "error" if error is not None and not isinstance(error, Stopped) else "warning" if reasons else well
        self._hub.notice.emit(words, level)

    def _look(self) -> None:
        login = self._seat.login
        self._tasks.read(
            lambda reader: reader.queue.bulk_acts(self._module.key, login, 1), self._take, owner=self,
            newest=f"bulk:{id(self)}",
        )  # fmt: skip

    def _take(self, found: Sequence[BulkAct]) -> None:
        self.last = found[0] if found else None
        self.changed.emit()


def _words(act: BulkAct, whole: TakenBack) -> str:
    """Which of both happened, and to how many."""
    parts = []
    if whole.withdrawn:
        parts.append(f"правка отозвана до отправки — {_records(len(whole.withdrawn))}")
    if whole.edited:
        parts.append(f"прежнее возвращено новой правкой — {_records(len(whole.edited))}")
    return f"Отмена «{act.title}»: {'; '.join(parts) or 'ни одной записи'}."


def _past_terms(module: Module, reader: Reader, idents: Sequence[str], now: datetime) -> Iterable[str]:
    """Of the records that were put off, those that come back after a term that runs on; each as it is called."""
    known = (one for ident in idents if (one := reader.get(module.key, ident)) and put_off(module, one.data))
    norms, calendar = reader.norms(), WorkCalendar()
    for one in known:
        if passed_over(module, one.data, dues(module, one.data, norms, calendar, now)):
            yield str(one.data.get("number") or reader.name(module.key, one.data))


def _records(count: int) -> str:
    return plural(count, "запись", "записи", "записей")


def _parts(idents: Sequence[str]) -> Iterable[Sequence[str]]:
    return (idents[start : start + CHUNK] for start in range(0, len(idents), CHUNK))
