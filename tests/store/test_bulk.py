"""Acts on many records: each an operation of its own, and what taking them back does and does not do."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from throwaway import HOUSE, NOW

from citymanager.errors import Refused
from citymanager.roles import role
from citymanager.store import Profile, Writer
from citymanager.store.bulk_acts import BulkAct, TakenBack
from citymanager.values import moment

MODERATOR = role("moderator")
ACCEPTED = {
    "text": "Яма",
    "status": "accepted",
    "regime": "platform",
    "received": moment(NOW),
    "registered": moment(NOW),
}
ASSIGN = {"status": "assigned", "executor": "o1"}
IDS = ["r1", "r2", "r3"]


def arrive(writer: Writer, ident: str, data: dict[str, Any], version: int = 1, by: str = "b") -> None:
    change = {"module": "reports", "id": ident, "version": version, "data": data, "by": by, "at": moment(NOW)}
    writer.absorb([change], NOW, {"feed": "f"})


def begun(title: str = "Назначить") -> BulkAct:
    return BulkAct(str(uuid4()), "reports", title, "ivanova", moment(NOW))


def accept(writer: Writer, version: int = 2) -> None:
    """The server takes all that waits."""
    verdicts = [{"op": one.op, "result": "accepted", "version": version} for one in writer.outbox()]
    writer.offer([one.op for one in writer.outbox()])
    writer.settle(verdicts, "f", NOW)


def data(writer: Writer, ident: str) -> dict[str, Any]:
    found = writer.get("reports", ident)
    assert found is not None
    return found.data


@pytest.fixture
def city(writer: Writer) -> Writer:
    for ident in IDS:
        arrive(writer, ident, ACCEPTED)
    return writer


def assigned(writer: Writer) -> BulkAct:
    act = begun()
    writer.change_many(act, IDS, ASSIGN, MODERATOR, NOW)
    return act


def back(writer: Writer, act: BulkAct, who: str = "moderator") -> TakenBack:
    return writer.take_back(act, 500, role(who), NOW + timedelta(minutes=1))


def test_each_record_has_an_operation_and_one_refusal_stops_no_other(city: Writer) -> None:
    arrive(city, "r2", {**ACCEPTED, "status": "solved"}, 2)
    act = begun()
    _, second, _ = city.change_many(act, IDS, ASSIGN, MODERATOR, NOW)
    assert isinstance(second, Refused) and "Решено" in str(second)
    assert [one.id for one in city.outbox()] == ["r1", "r3"]
    assert {data(city, one)["status"] for one in ("r1", "r3")} == {"assigned"}
    (known,) = city.queue.bulk_acts("reports", "ivanova", 5)
    assert (known.act, known.title, known.records, known.left) == (act.act, "Назначить", 2, 2)
    assert not city.queue.bulk_acts("reports", "petrov", 5)


def test_what_was_never_offered_is_withdrawn_as_if_it_had_not_been(city: Writer) -> None:
    before = [city.get("reports", one) for one in IDS]
    act = assigned(city)
    assert back(city, act) == TakenBack(withdrawn=IDS)
    assert [city.get("reports", one) for one in IDS] == before
    assert not city.outbox() and not city.queue.bulk_acts("reports", "ivanova", 5)
    assert back(city, act) == TakenBack(), "twice does nothing"


def test_what_came_from_the_server_meanwhile_stays_under_what_is_withdrawn(city: Writer) -> None:
    act = assigned(city)
    arrive(city, "r1", {**ACCEPTED, "address": "Ленина, 5"}, 2)
    back(city, act)
    assert data(city, "r1") == {**ACCEPTED, "address": "Ленина, 5"}
    record = city.get("reports", "r1")
    assert record is not None and (record.version, record.unsent) == (2, 0)


def test_what_was_offered_is_never_withdrawn_but_answered(city: Writer) -> None:
    act = assigned(city)
    ops = [one.op for one in city.outbox()]
    there, fresh = city.offer(ops[:1])
    assert there == fresh == ops[:1]
    assert city.offer(ops[:1]) == (ops[:1], []), "offered again, it is not new"
    found = back(city, act)
    assert (found.edited, found.withdrawn, found.kept) == (["r1"], ["r2", "r3"], [])
    first, second = city.outbox()
    assert (first.op, second.after) == (ops[0], [ops[0]])
    assert second.change == {"status": "accepted", "executor": None}
    assert data(city, "r1") == ACCEPTED


def test_no_connection_gives_the_way_back_again(city: Writer) -> None:
    act = assigned(city)
    _, fresh = city.offer([one.op for one in city.outbox()])
    city.never_left(fresh)
    assert back(city, act).withdrawn == IDS


def test_what_was_withdrawn_does_not_leave(city: Writer) -> None:
    act = assigned(city)
    ops = [one.op for one in city.outbox()]
    back(city, act)
    assert city.offer(ops) == ([], [])


def test_what_the_server_has_is_brought_back_by_an_edit(city: Writer) -> None:
    act = assigned(city)
    accept(city)
    found = back(city, act)
    assert found == TakenBack(edited=IDS)
    assert [one.base for one in city.outbox()] == [2, 2, 2]
    assert all(data(city, one)["status"] == "accepted" and "executor" not in data(city, one) for one in IDS)


def test_what_somebody_has_touched_since_stays_and_says_so(city: Writer) -> None:
    act = assigned(city)
    city.save("reports", "r1", {"address": "Ленина, 5"}, "ivanova", MODERATOR, NOW)
    found = back(city, act)
    assert [ident for ident, _ in found.kept] == ["r1"] and "ещё раз" in found.kept[0][1]
    assert data(city, "r1")["status"] == "assigned"
    act = assigned(city)
    accept(city)
    arrive(city, "r2", {**ACCEPTED, "status": "in_work", "executor": "o1"}, 3, by="petrov")
    found = back(city, act)
    assert ("r2", "Запись с тех пор изменил «petrov».") in found.kept
    assert data(city, "r2")["status"] == "in_work"


def test_where_no_move_leads_back_the_card_is_listed_with_the_reason(city: Writer) -> None:
    act = assigned(city)
    accept(city)
    act = begun("Взять в работу")
    city.change_many(act, IDS, {"status": "in_work"}, role("executor"), NOW)
    accept(city, 3)
    found = back(city, act, "executor")
    assert not found.edited and len(found.kept) == 3
    assert all("Назначено" in why for _, why in found.kept)
    assert data(city, "r1")["status"] == "in_work"


def test_it_survives_a_restart_and_a_lost_cache(profile: Profile, city: Writer) -> None:
    act = assigned(city)
    city.close()
    again = profile.writer(HOUSE, patience=0)
    (known,) = again.queue.bulk_acts("reports", "ivanova", 5)
    assert (known.act, known.left) == (act.act, 3)
    assert again.take_back(known, 2, MODERATOR, NOW).withdrawn == IDS[:2]
    assert again.queue.bulk_acts("reports", "ivanova", 5)[0].left == 1
    again.close()
    for file in (profile.cache, Path(f"{profile.cache}-wal"), Path(f"{profile.cache}-shm")):
        file.unlink(missing_ok=True)
    salvaged = profile.writer(HOUSE, patience=0)
    try:
        assert [one.id for one in salvaged.outbox()] == ["r3"], "what was withdrawn is not salvaged"
    finally:
        salvaged.close()
