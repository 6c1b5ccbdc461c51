"""People who edit one record without knowing of each other, on real stations and a real server."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from central_server import Central
from station import PASSWORD, Station

from citymanager.delivery import Act, pass_on, receipt_id
from citymanager.on_duty import Officer
from citymanager.store.pending import Pending
from citymanager.store.undecided import Undecided, undecided

Join = Callable[..., Station]
pytestmark = pytest.mark.fault("F13")


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    return lasting_central


@pytest.fixture(scope="module")
def desks(lasting_central: Central, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Station]]:
    made = [Station(tmp_path_factory.mktemp("desk"), lasting_central.url) for _ in range(3)]
    for number, one in enumerate(made):
        lasting_central.add_user(f"moderator{number}", PASSWORD, "moderator")
        one.login(f"moderator{number}")
    yield made
    for one in made:
        one.close()


@pytest.fixture
def trio(desks: list[Station]) -> Iterator[list[Station]]:
    """Three moderators at their desks; what a test leaves undecided is given up after it."""
    yield desks
    for one in desks:
        for pending in one.aside():
            decide(one, pending.op, {})


@pytest.fixture
def pair(trio: list[Station]) -> tuple[Station, Station]:
    return trio[0], trio[1]


def shared(*stations: Station, module: str = "reports", **values: Any) -> str:
    """A record that all of them have."""
    ident = stations[0].new(module, **values)
    sync(*stations)
    return ident


def sync(*stations: Station) -> None:
    for one in stations:
        one.sync()


def photo(number: int) -> dict[str, Any]:
    return {"sha256": f"{number:064}", "name": f"{number}.jpg", "type": "image/jpeg", "size": number}


def conflict(station: Station) -> Pending:
    (found,) = station.aside()
    assert found.state == "conflict", found.reason
    return found


def told(station: Station, pending: Pending) -> Undecided:
    return undecided(station.writer, station.writer.modules[pending.module], pending)


def decide(station: Station, op: str, change: dict[str, Any], **more: Any) -> str:
    return station.writer.resolve(op, change, station.login_name, station.role, datetime.now(UTC), **more).op


def same(*stations: Station, ident: str, module: str = "reports") -> dict[str, Any]:
    """What all of them show, and that nothing of it waits."""
    sync(*stations, *stations)
    assert all(not one.writer.outbox() for one in stations)
    (data, *others) = [one.data(ident, module) for one in stations]
    assert all(one == data for one in others)
    return data


# fields


def test_other_fields_merge_without_a_question(pair: tuple[Station, Station]) -> None:
    """geodiff #146: edits of different columns."""
    a, b = pair
    ident = shared(a, b, address="А", author_name="Иванова")
    a.edit(ident, address="Б", geometry={"type": "Point", "coordinates": [60.7, 56.1]})
    b.edit(ident, category="snow", author_name=None)
    sync(a, b)
    data = same(a, b, ident=ident)
    assert (data["address"], data["category"], data["geometry"]["type"]) == ("Б", "snow", "Point")
    assert "author_name" not in data


def test_the_last_of_two_writers_does_not_win_silently(central: Central, pair: tuple[Station, Station]) -> None:
    """primero #508, joplin #13611, logseq #9874, syncthing #6252: both values are kept, here and there."""
    a, b = pair
    ident = shared(a, b, address="А")
    a.edit(ident, address="Б")
    b.edit(ident, address="В", category="snow")
    sync(a, b)
    found = told(b, conflict(b))
    assert found.fields == ["address"] and found.seen is not None
    assert (found.server["address"], found.seen.by) == ("Б", a.login_name) and found.seen.at.endswith("Z")
    assert (found.mine["address"], found.pending.author) == ("В", b.login_name)
    kept = central.sql("SELECT login, operation, verdict ->> 'result' FROM answered WHERE op = %s", found.pending.op)
    ((login, operation, result),) = kept
    assert (login, result, operation["set"]["address"]) == (b.login_name, "conflict", "В"), "the server has both, too"


def test_identical_edits_are_no_conflict(pair: tuple[Station, Station]) -> None:
    """geodiff #152."""
    a, b = pair
    ident = shared(a, b, address="А")
    for one in pair:
        one.edit(ident, address="Б", photos=[photo(1)])
    sync(a, b)
    assert same(a, b, ident=ident)["photos"] == [photo(1)]


def test_two_people_each_add_a_photo(pair: tuple[Station, Station]) -> None:
    a, b = pair
    ident = shared(a, b, photos=[photo(1), photo(2)])
    a.edit(ident, photos=[photo(1), photo(2), photo(3)])
    b.edit(ident, photos=[photo(2), photo(4)])
    b.edit(ident, photos=[photo(2), photo(4), photo(5)])
    sync(a, b)
    assert same(a, b, ident=ident)["photos"] == [photo(number) for number in (2, 3, 4, 5)]


def test_long_texts_are_not_mixed(pair: tuple[Station, Station]) -> None:
    a, b = pair
    ident = shared(a, b, text="Строка\n" * 300)
    a.edit(ident, text="Начало\n" + "Строка\n" * 300)
    b.edit(ident, text="Строка\n" * 300 + "Конец")
    sync(a, b)
    assert conflict(b).fields == ["text"]


# until a person decides


@pytest.mark.fault("F14")
def test_a_conflict_outlives_restarts_and_good_syncs(pair: tuple[Station, Station]) -> None:
    """db-sync #152: forgotten after the next good sync."""
    a, b = pair
    ident = shared(a, b, address="А")
    a.edit(ident, address="Б")
    mine = b.edit(ident, address="В")
    sync(a, b)
    name = b.login_name
    for _ in range(3):
        b.restart()
        b.login(name)
        b.new(text="Другая яма")
        b.edit(ident, category="snow" if b.data(ident).get("category") != "snow" else "pothole")
        sync(b, a)
    assert [one.op for one in b.aside()] == [mine]
    assert b.data(ident)["address"] == "В" and a.data(ident)["address"] == "Б"
    assert a.data(ident)["category"] == "snow", "his other edits of the record have gone on"


@pytest.mark.fault("F14")
def test_a_decision_made_on_an_older_sheet_meets_the_third_edit(trio: list[Station]) -> None:
    a, b, c = trio
    ident = shared(a, b, c, address="А")
    a.edit(ident, address="Б")
    b.edit(ident, address="В")
    sync(a, b, c)
    seen = told(b, conflict(b)).seen
    c.edit(ident, address="Г")
    sync(c, b)
    found = told(b, conflict(b))
    assert found.server["address"] == "Г" and found.seen is not None and found.seen.by == c.login_name
    decide(b, found.pending.op, {"address": "В"}, seen=seen)
    b.sync()
    assert conflict(b).fields == ["address"] and told(b, conflict(b)).server["address"] == "Г"
    decide(b, conflict(b).op, {"address": "Д"}, seen=told(b, conflict(b)).seen)
    assert same(b, a, c, ident=ident)["address"] == "Д"


@pytest.mark.fault("F14")
def test_two_people_in_conflict_about_one_record(trio: list[Station]) -> None:
    a, b, c = trio
    ident = shared(a, b, c, address="А")
    for one, value in ((a, "Б"), (b, "В"), (c, "Г")):
        one.edit(ident, address=value)
    sync(a, b, c)
    decide(b, conflict(b).op, {"address": "В"}, seen=told(b, conflict(b)).seen)
    sync(b, c)
    assert told(c, conflict(c)).server["address"] == "В", "what he decides on is what the other has decided"
    decide(c, conflict(c).op, {}, seen=told(c, conflict(c)).seen)
    assert same(a, b, c, ident=ident)["address"] == "В"


def test_an_edit_made_over_ones_own_unsent_one_overwrites_nothing_unseen(pair: tuple[Station, Station]) -> None:
    """The newer version has come under his first edit: of the address he has seen his own only."""
    a, b = pair
    ident = shared(a, b, address="А")
    b.edit(ident, address="В")
    a.edit(ident, address="Б")
    a.sync()
    b.writer.absorb(a.client.changes(0)["changes"], datetime.now(UTC), {})
    b.edit(ident, address="Г")
    b.sync()
    assert [one.state for one in b.aside()] == ["conflict", "conflict"] and b.writer.unsent() == 0
    assert a.sync().pulled == 0 and a.data(ident)["address"] == "Б"
    for one in b.aside():
        decide(b, one.op, {}, seen=told(b, one).seen)
    assert same(b, a, ident=ident)["address"] == "Б"


# deleting


def test_an_edit_beats_a_deletion_and_the_deleter_is_asked(pair: tuple[Station, Station]) -> None:
    a, b = pair
    ident = shared(a, b, address="А")
    a.edit(ident, address="Б")
    b.delete(ident)
    sync(a, b)
    found = told(b, conflict(b))
    assert found.fields == ["address"] and b.data(ident)["address"] == "Б", "it is in sight of the deleter, too"
    decide(b, found.pending.op, {}, delete=True, seen=found.seen)
    sync(b, a)
    assert ident not in a.ids() and ident not in b.ids() and not b.writer.outbox()


def test_an_edit_of_what_was_deleted_meanwhile_keeps_the_record(pair: tuple[Station, Station]) -> None:
    a, b = pair
    ident = shared(a, b, address="А")
    a.delete(ident)
    b.edit(ident, category="snow")
    sync(a, b)
    data = same(b, a, ident=ident)
    assert (data["address"], data["category"]) == ("А", "snow")


# acts that count once


def test_a_receipt_taken_twice_keeps_the_first_and_notes_the_second(
    central: Central, pair: tuple[Station, Station]
) -> None:
    a, b = pair
    ident = shared(a, b, module="receipts", telephonogram="t1", addressee="o1")
    a.edit(ident, "receipts", status="sent")
    sync(a, b)
    first = {"status": "received", "receiver_name": "Иванов", "receiver_phone": "11-11"}
    a.edit(ident, "receipts", **first)
    op = b.edit(ident, "receipts", status="received", receiver_name="Петров", receiver_phone="22-22")
    sync(a, b)
    data = same(b, a, ident=ident, module="receipts")
    assert (data["receiver_name"], data["receiver_phone"]) == ("Иванов", "11-11")
    assert len(data["also"].splitlines()) == 1
    assert b.login_name in data["also"] and "Петров" in data["also"] and "22-22" not in data["also"]
    ((operation,),) = central.sql("SELECT operation FROM answered WHERE op = %s", op)
    assert operation["set"]["receiver_phone"] == "22-22", "what the line may not tell is kept with the operation"


def test_a_telephonogram_passed_on_at_two_desks_has_one_receipt_for_each(pair: tuple[Station, Station]) -> None:
    """Neither desk knew of the other: who called first stays, the other is noted, nobody is asked to decide."""
    a, b = pair
    ident = shared(a, b, module="telephonograms", text="Вода", addressees=["o1"], sender_name="Дежурный")
    for desk in pair:
        sender, now = Officer("оператор", desk.login_name, "2-11"), datetime.now(UTC)
        act = Act("o1", "", "sent", "3-33")
        assert not pass_on(desk.writer, ident, [act], sender, desk.login_name, desk.role, now)
    sync(a, b)
    data = same(b, a, ident=receipt_id(ident, "o1"), module="receipts")
    assert data["status"] == "sent" and data["sent_by"] == a.login_name and b.login_name in data["also"]
    assert same(b, a, ident=ident, module="telephonograms")["status"] == "sent"


def test_stamps_of_one_move_made_twice_are_no_conflict(pair: tuple[Station, Station]) -> None:
    a, b = pair
    ident = shared(a, b, status="moderation")
    now = datetime.now(UTC)
    a.edit(ident, status="accepted")
    later = now.replace(year=now.year + 1)
    b.writer.save("reports", ident, {"status": "accepted"}, b.login_name, b.role, later)
    b.edit(ident, status="assigned", executor="o1")
    sync(a, b)
    data = same(b, a, ident=ident)
    assert data["status"] == "assigned" and data["registered"] < f"{later.year}"


def test_a_move_that_others_have_answered_otherwise_waits_for_a_decision(pair: tuple[Station, Station]) -> None:
    a, b = pair
    ident = shared(a, b, status="moderation")
    a.edit(ident, status="accepted")
    a.edit(ident, status="assigned", executor="o1")
    b.edit(ident, status="rejected", rejection="topic")
    sync(a, b)
    assert conflict(b).fields == ["status"]
    assert "rejection" not in a.data(ident) and a.data(ident)["status"] == "assigned"


# who decides


def test_whose_role_was_cut_gets_his_edit_back_with_the_reason(
    central: Central, pair: tuple[Station, Station], join: Join
) -> None:
    a, b = pair[0], join("operator")
    ident = shared(a, b, address="А")
    a.edit(ident, address="Б")
    mine = b.edit(ident, address="В")
    central.add_user(b.login_name, PASSWORD, "head")
    sync(a, b)
    (aside,) = b.aside()
    assert (aside.op, aside.state) == (mine, "refused") and "не может изменять" in aside.reason
    central.add_user("senior", PASSWORD, "moderator")
    author = b.login_name
    b.login("senior")
    decide(b, mine, {"address": "В"}, seen=told(b, aside).seen)
    b.sync()
    assert central.sql("SELECT by FROM history WHERE id = %s ORDER BY seq DESC LIMIT 1", ident) == [("senior",)]
    assert author != "senior"


def test_the_next_person_at_the_desk_neither_sends_nor_decides_it(
    central: Central, pair: tuple[Station, Station], join: Join
) -> None:
    a, b = pair[0], join("operator")
    ident = shared(a, b, address="А")
    a.edit(ident, address="Б")
    b.edit(ident, address="В")
    sync(a, b)
    author, name = b.login_name, f"next-{b.login_name}"
    central.add_user(name, PASSWORD, "operator")
    b.login(name)
    b.sync()
    with pytest.raises(Exception, match=f"Это правка «{author}»"):
        decide(b, conflict(b).op, {})
    b.login(author)
    decide(b, conflict(b).op, {"address": "В"})
    assert same(b, a, ident=ident)["address"] == "В"
