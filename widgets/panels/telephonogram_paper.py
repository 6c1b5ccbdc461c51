"""The printed form of a telephonogram: its requisites, its text, and who has passed it on to which addressee, and when.

Cells that nobody has filled in yet stay empty: they are written in by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from citymanager.modules.receipts import WITHDRAWN
from citymanager.outage_span import against_plan
from citymanager.schema import STATUS, Module, Values
from citymanager.store import Query, Reader, Record
from widgets.printing.documents import Imprint, Names, named, told
from widgets.printing.paper import Column, Paper, Row

TELEPHONOGRAMS, RECEIPTS = "telephonograms", "receipts"
COLUMNS = (
    Column("№", 0.35), Column("Адресат", 1.9), Column("Передана", 1.15), Column("Передал", 1.9),
    Column("Принята", 1.15), Column("Принял", 1.9), Column("Отметки", 1.45),
)  # fmt: skip
HEAD = ("organisation", "date", "type", "place")
OUTAGE = ("resource", "began", "planned_end", "ended", "cause", "residents", "social_objects", "ends")
SENDER = ("sender_position", "sender_name", "sender_phone")
RECEIVER = ("receiver_position", "receiver_name", "receiver_phone")
NOBODY = "Адресаты не указаны."


@dataclass(frozen=True)
class Words:
    """The values of one record in words; personal ones only where they are revealed."""

    module: Module
    record: Record
    names: Names
    revealed: bool

    def __getitem__(self, key: str) -> str:
        return told(self.record, self.module.field(key), self.names, revealed=self.revealed)

    def line(self, key: str) -> str:
        """A value under its title, or nothing."""
        text = self[key]
        return f"{self.module.field(key).title}: {text}" if text else ""

    def person(self, keys: tuple[str, ...]) -> str:
        """Position, surname, and the telephone if it is asked for."""
        position, name, *phone = (self[key] for key in keys)
        return ", ".join(filter(None, (position, name, *(f"тел. {one}" for one in phone if one))))


def telephonogram_paper(reader: Reader, record: Record, imprint: Imprint, *, revealed: bool) -> Paper:
    """The form of one telephonogram. `revealed`: its personal data, with those of its receipts, are on the screen."""
    words = _words(reader, record, revealed=revealed)
    title = " ".join(filter(None, ("Телефонограмма", f"№ {words['number']}" if words["number"] else "без номера")))
    sender = words.person(SENDER)
    about = [
        *imprint.head, *filter(None, map(words.line, HEAD)),
        *([f"Передал: {sender}"] if sender else []), words.line(STATUS), "", words["text"], "",
        *filter(None, (*map(words.line, OUTAGE), against_plan(record.data))), *_houses(words["houses"]),
    ]  # fmt: skip
    return Paper(title, about, COLUMNS, list(_addressees(reader, words)) or [(NOBODY,)], imprint.foot)


def receipts_of(reader: Reader, idents: list[str]) -> dict[str, list[Record]]:
    """The receipts of each of these telephonograms."""
    found: dict[str, list[Record]] = {ident: [] for ident in idents}
    for one in reader.each(Query(RECEIPTS, among={"telephonogram": tuple(idents)}, sort="sent_at")):
        found[str(one.data["telephonogram"])].append(one)
    return found


def _words(reader: Reader, record: Record, *, revealed: bool) -> Words:
    module = reader.modules[record.module]
    return Words(module, record, named(reader, module.columns.values(), [record]), revealed)


def _houses(text: str) -> list[str]:
    lines = [one.strip() for one in text.splitlines() if one.strip()]
    return [f"Дома ({len(lines)}): " + "; ".join(lines)] if lines else []


def _addressees(reader: Reader, telephonogram: Words) -> Iterator[Row]:
    """A row for each: those with a receipt as it tells, the others empty."""
    data = telephonogram.record.data
    receipts = receipts_of(reader, [telephonogram.record.id])[telephonogram.record.id]
    kept = {str(one.data.get("addressee")): one for one in receipts}
    asked = [str(one) for one in data.get("addressees") or []]
    names = reader.captions("organisations", [*asked, *kept])
    for number, ident in enumerate(dict.fromkeys([*asked, *kept]), 1):
        name = names.get(ident, ident)
        if ident in kept:
            yield (
                str(number),
                *_course(_words(reader, kept[ident], revealed=telephonogram.revealed), telephonogram, name),
            )
        elif len(asked) == 1 and not kept:
            yield str(number), *_only(telephonogram, name)
        else:
            yield str(number), name, "", "", "", "", ""


def _course(receipt: Words, telephonogram: Words, name: str) -> Row:
    """How far it is with one addressee."""
    phone = receipt["phone"]
    sender = receipt.person(("sender_position", "sent_by", "sender_phone"))
    if receipt.record.data.get("sent_by") == telephonogram.record.data.get("sender_name"):
        sender = telephonogram.person(SENDER) or sender
    marks = _marks(receipt.record.data, receipt)
    return (
        f"{name}, тел. {phone}" if phone else name, receipt["sent_at"], sender if receipt["sent_at"] else "",
        receipt["received_at"], receipt.person(RECEIVER), "\n".join(marks),
    )  # fmt: skip


def _marks(data: Values, receipt: Words) -> Iterator[str]:
    if data.get(STATUS) == WITHDRAWN:
        yield f"Снята: {receipt['remark']}"
    if receipt["read_back_at"]:
        yield f"Прочитана обратно {receipt['read_back_at']}"
    if receipt["read_at"]:
        yield f"Ознакомлен {receipt['read_at']}"
    if receipt["done_at"]:
        yield f"Исполнена {receipt['done_at']}"
    if data.get("attempts"):
        yield f"Не дозвонились: {receipt['attempts']}"
    yield from filter(None, (receipt["remark"], receipt.line("also")))


def _only(telephonogram: Words, name: str) -> Row:
    """The one addressee of a telephonogram without receipts: the card itself tells of him."""
    sent, received = telephonogram["sent_at"], telephonogram["received_at"]
    return name, sent, telephonogram.person(SENDER) if sent else "", received, telephonogram.person(RECEIVER), ""
