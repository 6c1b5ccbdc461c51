"""The server's past: restored, emptied, exchanged, purged. Nothing that anybody has saved is lost by it."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from central_server import Central
from oracle import Ledger
from station import PASSWORD, Station

from citymanager.errors import Refused
from citymanager.store.spared import REASON
from sync.central.archive import LEFT_BEHIND, NEW_FEED
from sync.faults import OtherCity
from sync.restored import MOST, Emptied

Join = Callable[..., Station]


def agree(*stations: Station) -> None:
    for _ in range(2):
        for one in stations:
            one.sync()
    for one in stations:
        assert not one.writer.outbox()
        assert one.sums() == one.server_sums()


def back_up(central: Central, tmp_path: Path) -> Path:
    file = tmp_path / "backup"
    assert central.backup(file).returncode == 0
    return file


def restore(central: Central, file: Path) -> None:
    """While the server runs, as an administrator does it."""
    done = central.restore(file)
    assert done.returncode == 0, done.stderr


KEPT = ("records", "history", "answered", "numbers")


def remember(central: Central) -> None:
    """What a back-up would hold, inside the database itself: seconds faster than the real one, which has its tests."""
    copies = "".join(f"CREATE TABLE kept.{one} AS TABLE {one};" for one in KEPT)
    central.sql("DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
    central.sql(f"{copies} CREATE TABLE kept.seq AS SELECT last_value FROM feed_seq")


def go_back(central: Central) -> None:
    """What a restore leaves: that state, and a new feed."""
    back = "".join(f"DELETE FROM {one}; INSERT INTO {one} SELECT * FROM kept.{one};" for one in KEPT)
    central.sql(
        f"{LEFT_BEHIND} SET session_replication_role = replica; {back}"
        f" SELECT setval('feed_seq', last_value) FROM kept.seq; {NEW_FEED.format(made='NULL')}"
    )


def one(central: Central, ident: str, key: str) -> str | None:
    ((found,),) = central.sql("SELECT data ->> %s FROM records WHERE id = %s", key, ident)
    return found


def assert_met(desk: Station, central: Central, ident: str, mine: str, theirs: str) -> None:
    """Both addresses are kept until a person decides, and the server has theirs."""
    (conflict,) = desk.aside()
    assert (conflict.state, conflict.change["address"]) == ("conflict", mine)
    assert conflict.current is not None and conflict.current["data"]["address"] == theirs
    assert one(central, ident, "address") == theirs


@pytest.mark.fault("F17")
@pytest.mark.campaign
def test_edits_of_two_stations_that_took_turns_come_back_in_their_order(
    central: Central, join: Join, tmp_path: Path
) -> None:
    a, b = join(), join()
    ident, other = a.new(text="До копии"), b.new(text="До копии")
    agree(a, b)
    file = back_up(central, tmp_path)
    for number in range(3):  # each sees what the other has done before he goes on
        a.edit(ident, address=f"Ленина, {number}")
        b.edit(other, author_name=f"Иванов {number}")
        agree(a, b)
        b.edit(ident, author_name=f"Петров {number}")
        a.edit(other, address=f"Мира, {number}")
        agree(a, b)
    fresh = b.new(text="После копии")
    mine = a.new(text="После копии")
    agree(a, b)
    numbers = {row[0] for row in central.sql("SELECT data ->> 'number' FROM records")}
    a.edit(mine, address="Ждёт записи, которой на сервере больше нет")
    restore(central, file)
    assert one(central, ident, "address") is None
    done = a.sync()
    assert (done.pushed, done.conflicts, done.refused) == (9, 0, 0), "noticed in the first round, and in order"
    assert a.data(ident)["address"] == "Ленина, 2"
    agree(b, a)
    for desk in (a, b):
        assert (desk.data(ident)["address"], desk.data(ident)["author_name"]) == ("Ленина, 2", "Петров 2")
        assert (desk.data(other)["address"], desk.data(other)["author_name"]) == ("Мира, 2", "Иванов 2")
        assert desk.ids() == {ident, other, fresh, mine} and "Ждёт записи" in desk.data(mine)["address"]
    assert {row[0] for row in central.sql("SELECT data ->> 'number' FROM records")} == numbers
    effects = central.sql("SELECT count(*) FROM history WHERE id = %s", ident)
    assert effects == [(7,)], "made once, and edited six times: once each"


@pytest.mark.fault("F17")
def test_the_same_field_edited_on_both_sides_of_a_restore_is_a_conflict_with_both_values(
    central: Central, join: Join
) -> None:
    a, b = join(), join()
    ident = a.new()
    agree(a, b)
    remember(central)
    a.edit(ident, address="Ленина, 1")
    a.sync()
    go_back(central)
    b.edit(ident, address="Ленина, 2")  # he had not seen it
    b.sync()
    a.sync()
    assert_met(a, central, ident, mine="Ленина, 1", theirs="Ленина, 2")


@pytest.mark.fault("F17")
@pytest.mark.campaign
def test_what_was_written_between_two_restores_is_not_overwritten_by_who_had_not_seen_it(
    central: Central, join: Join
) -> None:
    a, b = join(), join()
    ident = a.new()
    agree(a, b)
    remember(central)
    central.sql('UPDATE records SET data = data || \'{"author_name": "Иванов"}\' WHERE id = %s', ident)
    b.sync()
    b.edit(ident, address="Ленина, 2")  # on a second version that is forgotten now
    go_back(central)
    a.edit(ident, address="Ленина, 1")  # makes another second version
    a.sync()
    remember(central)
    go_back(central)
    b.sync()
    assert_met(b, central, ident, mine="Ленина, 2", theirs="Ленина, 1")


@pytest.mark.fault("F17")
def test_what_only_a_lost_station_had_made_waits_for_a_person_where_it_is_still_known(
    central: Central, join: Join
) -> None:
    a, lost = join("moderator"), join()
    old = a.new()
    agree(a, lost)
    remember(central)
    orphan, dropped = lost.new(text="Знает только соседнее место"), lost.new(text="Больше не нужна")
    agree(lost, a)
    go_back(central)
    a.sync()
    assert a.ids() == {old, orphan, dropped}, "nothing is deleted"
    assert {(found.id, found.state, found.reason) for found in a.aside()} == {
        (orphan, "refused", REASON), (dropped, "refused", REASON)
    }  # fmt: skip
    assert a.writer.unsent() == 0 and one(central, old, "text")
    ops = {found.id: found.op for found in a.aside()}
    a.writer.retry([ops[orphan]])
    a.writer.resolve(ops[dropped], {}, a.login_name, a.role, datetime.now(UTC))
    agree(a)
    assert a.ids() == {old, orphan} and one(central, orphan, "text") == "Знает только соседнее место"


@pytest.mark.fault("F17")
@pytest.mark.campaign
def test_what_its_own_station_brings_back_is_no_question_any_more(central: Central, join: Join) -> None:
    a, b = join("moderator"), join()
    a.new()
    agree(a, b)
    remember(central)
    ident = b.new(text="Вернёт его автор")
    agree(b, a)
    go_back(central)
    a.sync()
    assert [found.id for found in a.aside()] == [ident]
    b.sync()
    a.sync()
    assert a.aside() == [] and a.data(ident) == b.data(ident)
    agree(a, b)


@pytest.mark.fault("F18")
def test_an_emptied_server_is_a_question_to_the_administrator(central: Central, join: Join) -> None:
    a = join("moderator")
    remember(central)
    central.sql(
        "INSERT INTO records (module, id, data) SELECT 'reports', 'r' || n, '{\"text\": \"Яма\", \"status\": \"new\"}'"
        " FROM generate_series(1, %s) AS n", MOST + 5
    )  # fmt: skip
    mine = a.new(text="Моё, принято")
    a.sync()
    waiting = a.new(text="Ждёт")
    held = a.ids()
    go_back(central)
    for _ in range(2):
        with pytest.raises(Emptied, match="--accept-server") as told:
            a.sync()
        assert f"на нём нет {MOST + 5} из {MOST + 7} записей" in str(told.value)
        assert a.ids() == held, "nothing is deleted"
    assert {row[0] for row in central.sql("SELECT id FROM records")} == {mine, waiting}, "ours were offered again"
    a.engine.accepts = True
    agree(a)
    assert a.ids() == {mine, waiting}


@pytest.mark.fault("F18")
def test_a_server_installed_anew_gets_nothing_before_it_was_accepted(central: Central, join: Join) -> None:
    a = join("moderator")
    done = a.new(text="Принято прежним")
    a.sync()
    waiting = a.new(text="Ждёт")
    name = a.login_name
    central.sql("UPDATE meta SET city = gen_random_uuid(), feed = gen_random_uuid()")
    central.sql("SELECT set_config('citymanager.purge', 'on', false)")
    for table in ("records", "history", "answered"):
        central.sql("BEGIN; SELECT set_config('citymanager.purge', 'on', true); DELETE FROM " + table)
    a.restart()
    with pytest.raises(OtherCity, match="--accept-server"):
        a.login(name)
    central.sql("DELETE FROM profiles")
    central.sql("DELETE FROM tokens")
    central.sql("DELETE FROM auth_user")
    with pytest.raises(OtherCity, match="другому городу"):
        a.login(name)  # who is not known there is told the same, and may go on without a line
    assert a.known.enter(name, PASSWORD, datetime.now(UTC)).login == name
    assert a.ids() == {done, waiting} and central.sql("SELECT count(*) FROM records") == [(0,)]
    central.add_user(name, PASSWORD, "moderator")
    a.session.any_city = a.engine.accepts = True
    a.login(name)
    agree(a)
    assert {row[0] for row in central.sql("SELECT id FROM records")} == {done, waiting} == a.ids()
    a.session.any_city = False
    a.login(name)


@pytest.mark.fault("F18")
def test_the_command_accepts_a_server_and_keeps_a_copy(
    central: Central, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import main

    profile = tmp_path / "desk"
    central.add_user("ivanov", PASSWORD, "moderator")
    words = ["--profile", str(profile), "--server", central.url, "--user", "ivanov"]
    monkeypatch.setenv("CITYMANAGER_PASSWORD", PASSWORD)
    assert main.main([*words, "new", "reports", "text=Яма"]) == 0
    assert main.main([*words, "sync"]) == 0
    central.sql("UPDATE meta SET city = gen_random_uuid(), feed = gen_random_uuid()")
    capsys.readouterr()
    assert main.main([*words, "sync"]) == 2
    assert "другому городу" in capsys.readouterr().err and not list(profile.glob("replaced-*"))
    assert main.main([*words, "sync", "--accept-server"]) == 0
    (copy,) = profile.glob("replaced-*")
    assert str(copy) in capsys.readouterr().err and (copy / "cache.db").stat().st_size > 10_000
    assert main.main([*words, "sync"]) == 0
    assert main.main([*words, "doctor"]) == 1
    assert "1 прежняя база отложена" in capsys.readouterr().out


@pytest.mark.fault("F19")
def test_a_purge_makes_stations_load_anew_and_keeps_their_outbox(central: Central, join: Join, ledger: Ledger) -> None:
    from sync.central.purge import purge

    a = join("moderator")
    kept, gone = a.new(), a.new()
    a.sync()
    a.close()
    central.sql("UPDATE records SET deleted = true WHERE id = %s", gone)
    central.sql("SET session_replication_role = replica; UPDATE records SET at = '2026-01-05' WHERE deleted;"
                " UPDATE answered SET at = '2026-01-05'")  # fmt: skip
    day = datetime(2026, 2, 1, tzinfo=UTC).date()
    done = purge(central.dsn, day)
    assert (done.traces, done.answers) == (1, 2) and done.horizon > 0
    for op in ledger.open:
        ledger.decided(op, "its answer was purged by the administrator")
    assert central.sql("SELECT id FROM records") == [(kept,)]
    assert purge(central.dsn, day) == type(done)(0, 0, done.horizon)
    a.open()
    a.login(a.known.last().login)  # type: ignore[union-attr]
    waiting = a.new(text="Ждёт")
    a.edit(kept, address="Ленина, 5")
    agree(a)
    assert a.ids() == {kept, waiting} and one(central, kept, "address") == "Ленина, 5"


def test_what_is_young_is_not_purged(central: Central) -> None:
    from sync.central.purge import purge

    with pytest.raises(Refused, match="старше 60 дней"):
        purge(central.dsn, datetime.now(UTC).date())


@pytest.mark.fault("F15")
def test_one_number_on_two_desks_is_kept_twice_and_told_apart(central: Central, join: Join) -> None:
    """A cache without a past of its own gives a number that another desk has given: links go by id and stay."""
    a, b = join(), join()
    for desk in (a, b):
        desk.writer.set_meta({"block": "К77"})
        desk.session.block = "К77"
    first, second = a.new(), b.new()
    answer = b.new("replies", report=second, channel="email", text="Спасибо", recipient="x@example.org")
    assert a.data(first)["number"] == b.data(second)["number"] == "К77-0001"
    agree(a, b)
    assert {a.data(first)["number"], a.data(second)["number"]} == {"К77-0001", "К77-0001/2"}
    assert a.data(answer, "replies")["report"] == second
    assert uuid.UUID(first) != uuid.UUID(second)
