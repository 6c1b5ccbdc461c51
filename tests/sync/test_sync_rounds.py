"""Rounds of sync between real stations and a real server: what is edited anywhere is everywhere, once."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from central_server import Central
from station import Station

Join = Callable[..., Station]


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    return lasting_central


def agree(*stations: Station) -> None:
    """Outboxes empty, and everybody holds what the server holds."""
    for one in stations:
        one.sync()
    for one in stations:
        one.sync()
        assert one.writer.unsent() == 0
        assert one.sums() == one.server_sums()


def test_two_stations_come_to_hold_the_same(join: Join) -> None:
    a, b = join(), join()
    first = a.new(text="Яма у школы", address="Васильева, 1")
    second = b.new(text="Не горит фонарь")
    agree(a, b)
    assert a.ids() == b.ids() >= {first, second}
    assert b.data(first)["address"] == "Васильева, 1"
    assert b.data(first) == a.data(first)


def test_a_round_counts_what_it_did(join: Join) -> None:
    a, b = join(), join()
    agree(a, b)
    for number in range(3):
        a.new(text=f"Яма {number}")
    done = a.sync()
    assert (done.pulled, done.pushed, done.conflicts, done.refused, done.unsent) == (0, 3, 0, 0, 0)
    done = b.sync()
    assert (done.pulled, done.pushed, done.unsent) == (3, 0, 0)
    assert b.sync().pulled == 0
    assert b.changed[-1][0] == "reports"


@pytest.mark.fault("F13")
def test_different_fields_of_one_record_merge(join: Join) -> None:
    a, b = join(), join()
    ident = a.new()
    agree(a, b)
    a.edit(ident, address="Ленина, 5")
    b.edit(ident, author_name="Иванова")
    agree(a, b)
    assert a.data(ident)["address"] == b.data(ident)["address"] == "Ленина, 5"
    assert a.data(ident)["author_name"] == b.data(ident)["author_name"] == "Иванова"
    assert not a.aside() and not b.aside()


@pytest.mark.fault("F13")
@pytest.mark.fault("F14")
def test_the_same_field_makes_a_conflict_that_keeps_both_values_and_outlives_a_restart(join: Join) -> None:
    a, b = join(), join()
    ident = a.new()
    agree(a, b)
    a.edit(ident, address="Ленина, 5")
    op = b.edit(ident, address="Ленина, 7")
    a.sync()
    done = b.sync()
    assert (done.conflicts, done.pushed) == (1, 0)
    b.restart()
    (conflict,) = b.aside()
    assert (conflict.op, conflict.state, conflict.fields) == (op, "conflict", ["address"])
    assert conflict.change["address"] == "Ленина, 7"
    assert conflict.current is not None and conflict.current["data"]["address"] == "Ленина, 5"
    assert conflict.current["by"] == a.login_name


def test_what_has_come_under_an_unsent_edit_is_not_overwritten_by_the_next_one(join: Join) -> None:
    """B's line broke between taking A's value and sending its own: on B's screen A's value never stood."""
    a, b = join(), join("moderator")
    ident = a.new(address="Мира, 1")
    other = a.new(address="Мира, 2")
    agree(a, b)
    b.edit(ident, address="Ленина, 7")
    b.edit(other, address="Ленина, 8")
    a.edit(ident, address="Ленина, 5", author_name="Иванова")
    a.edit(other, author_name="Петрова")
    a.sync()
    b.stop = lambda: True
    b.sync()
    assert b.data(ident)["author_name"] == "Иванова", "it has arrived"
    b.stop = lambda: False
    b.edit(ident, address="Ленина, 9")
    b.delete(other)
    assert b.sync().conflicts == 3
    assert a.sync().pulled == 1 and a.data(ident)["address"] == "Ленина, 5" and other in a.ids()


def test_a_conflict_that_is_over_is_none_when_the_edit_is_sent_again(join: Join) -> None:
    a, b = join(), join()
    ident = a.new()
    agree(a, b)
    a.edit(ident, address="Ленина, 5")
    a.sync()
    op = b.edit(ident, address="Ленина, 7")
    b.sync()
    a.edit(ident, address="Ленина, 7")
    a.sync()
    b.retry(op)
    done = b.sync()
    assert (done.conflicts, done.pushed) == (0, 1)
    assert not b.writer.outbox() and b.data(ident) == a.data(ident)


def test_a_decision_over_a_record_deleted_meanwhile_brings_it_back_everywhere(join: Join) -> None:
    a, b = join("moderator"), join()
    ident = a.new(text="Яма", address="Ленина, 5")
    agree(a, b)
    op = b.edit(ident, address="Ленина, 7")
    a.edit(ident, address="Мира, 1", text="Яма на дороге")
    a.delete(ident)
    a.sync()
    assert b.sync().conflicts == 1
    b.decide(op, address="Ленина, 7")
    agree(b, a)
    assert a.data(ident)["address"] == "Ленина, 7" and a.data(ident)["text"] == "Яма на дороге"


@pytest.mark.fault("F13")
def test_an_identical_edit_on_both_is_no_conflict(join: Join) -> None:
    a, b = join(), join()
    ident = a.new()
    agree(a, b)
    a.edit(ident, address="Ленина, 5")
    b.edit(ident, address="Ленина, 5")
    agree(a, b)
    assert not b.aside()


def test_editing_one_record_many_times_without_a_line_makes_no_conflict_with_oneself(
    central: Central, join: Join
) -> None:
    a = join()
    ident = a.new()
    a.sync()
    a.edit(ident, address="Ленина, 5")
    a.edit(ident, address="Ленина, 6")
    a.edit(ident, address="Ленина, 7", author_name="Петров")
    done = a.sync()
    assert (done.pushed, done.conflicts) == (3, 0)
    fresh = a.new()
    a.edit(fresh, address="Мира, 1")
    a.edit(fresh, address="Мира, 2")
    agree(a)
    assert not a.aside()
    assert central.sql("SELECT data ->> 'address' FROM records WHERE id = %s", ident) == [("Ленина, 7",)]
    assert a.data(fresh)["address"] == "Мира, 2"


@pytest.mark.fault("F13")
def test_an_edit_beats_a_deletion_and_a_deletion_reaches_everybody(join: Join) -> None:
    a, b = join("moderator"), join()
    edited, gone = a.new(), a.new()
    agree(a, b)
    a.delete(edited)
    a.delete(gone)
    b.edit(edited, address="Ленина, 5")
    b.sync()
    a.sync()
    b.sync()
    assert b.data(edited)["address"] == "Ленина, 5"
    assert gone not in b.ids() and gone not in a.ids()
    (conflict,) = a.aside()
    assert conflict.id == edited


@pytest.mark.fault("F10")
def test_an_edit_older_than_the_others_arrives_late_and_is_seen_by_all(join: Join) -> None:
    a, b = join(), join()
    late = a.new(text="Записано раньше")
    for _ in range(3):
        b.new()
        b.sync()
    a.sync()
    b.sync()
    assert late in b.ids()


@pytest.mark.fault("F32")
def test_fields_that_this_program_does_not_know_come_back_whole(central: Central, join: Join) -> None:
    a = join()
    ident = a.new()
    a.sync()
    central.sql('UPDATE records SET data = data || \'{"of_tomorrow": [1, {"я": null}]}\' WHERE id = %s', ident)
    a.sync()
    a.edit(ident, address="Ленина, 5")
    agree(a)
    assert a.data(ident)["of_tomorrow"] == [1, {"я": None}]
    (row,) = central.sql("SELECT data -> 'of_tomorrow' FROM records WHERE id = %s", ident)
    assert row[0] == [1, {"я": None}]


@pytest.mark.fault("F31")
def test_what_the_server_refuses_is_set_aside_and_the_others_go_on(central: Central, join: Join) -> None:
    a = join()
    first, bad, last = a.new(), a.new(), a.new()
    a.sync()
    a.edit(first, address="Ленина, 1")
    wrong = a.writer.save("reports", bad, {"rating": 5}, a.login_name, None, datetime.now(UTC))
    a.writer._connection.run("UPDATE _outbox SET change = '{\"rating\": 99}' WHERE op = ?", (wrong.op,))
    a.edit(last, address="Ленина, 3")
    done = a.sync()
    assert (done.pushed, done.refused) == (2, 1)
    (aside,) = a.aside()
    assert aside.op == wrong.op and aside.state == "refused" and "Оценка" in aside.reason
