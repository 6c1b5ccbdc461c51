"""The order in which the outbox leaves: urgent modules first, and nothing before what it refers to."""

from throwaway import NOW

from citymanager.store import Writer
from citymanager.store.pending import Pending


def save(writer: Writer, module: str, ident: str | None = None, **values: object) -> str:
    """The record's id."""
    return writer.save(module, ident, values, "ivanov", None, NOW).id


def told(sent: list[Pending]) -> list[tuple[str, str]]:
    return [(one.module, one.id) for one in sent]


def test_what_is_urgent_leaves_before_the_rest(writer: Writer) -> None:
    reports = [save(writer, "reports", text=f"Яма {number}") for number in range(20)]
    message = save(writer, "telephonograms", text="Отключена вода")
    closed = save(writer, "closures", road="ул. Мира", begins="2026-11-23T04:00:00Z")
    sent = told(writer.queue.to_send("ivanov", 10))
    assert sent == [("telephonograms", message), ("closures", closed), *(("reports", one) for one in reports[:8])]
    assert told(writer.queue.to_send("ivanov", 1)) == [("telephonograms", message)]
    assert len(writer.queue.to_send("ivanov", 100)) == 22


def test_what_an_urgent_edit_refers_to_goes_before_it(writer: Writer) -> None:
    """A receipt without its addressee, or before the telephonogram, would be a riddle at the other stations."""
    early = save(writer, "reports", text="Яма")
    parent = save(writer, "organisations", name="Водоканал")
    save(writer, "organisations", parent, phone="112")
    message = save(writer, "telephonograms", text="Отключена вода")
    receipt = save(writer, "receipts", telephonogram=message, addressee=parent)
    save(writer, "organisations", parent, phone="113")
    save(writer, "receipts", receipt, remark="перезвонить")
    assert told(writer.queue.to_send("ivanov", 100)) == [
        ("organisations", parent), ("organisations", parent), ("telephonograms", message), ("receipts", receipt),
        ("receipts", receipt), ("reports", early), ("organisations", parent),
    ]  # fmt: skip


def test_edits_of_one_record_never_change_places(writer: Writer) -> None:
    for number in range(12):
        save(writer, "reports", text=f"Яма {number}")
        owner = save(writer, "organisations", name=f"УК {number}")
        message = save(writer, "telephonograms", text=f"Первая {number}")
        save(writer, "receipts", telephonogram=message, addressee=owner)
        save(writer, "organisations", owner, name=f"УК {number}, новое имя")
        save(writer, "telephonograms", message, text=f"Вторая {number}")
    placed = {one.op: place for place, one in enumerate(writer.outbox())}
    for limit in (1, 7, 40, 100):
        sent = writer.queue.to_send("ivanov", limit)
        by_record: dict[tuple[str, str], list[int]] = {}
        for one in sent:
            by_record.setdefault((one.module, one.id), []).append(placed[one.op])
        assert all(places == sorted(places) for places in by_record.values())
        assert len(sent) == min(limit, 72) and len({one.op for one in sent}) == len(sent)


def test_other_peoples_urgent_edits_wait_for_their_own_login(writer: Writer) -> None:
    writer.save("telephonograms", None, {"text": "Чужая"}, "petrov", None, NOW)
    mine = save(writer, "reports", text="Яма")
    assert told(writer.queue.to_send("ivanov", 10)) == [("reports", mine)]
