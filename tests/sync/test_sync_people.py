"""Who sends and sees what: authors, roles, tokens, cities, and servers that come back from a back-up."""

from collections.abc import Callable
from pathlib import Path

import pytest
from central_server import Central
from fault_proxy import FaultProxy
from station import PASSWORD, Station

from citymanager.errors import NoLink, Refused
from sync.faults import Expired, OtherCity, WrongLogin

Join = Callable[..., Station]


def texts(central: Central) -> list[str]:
    return [row[0] for row in central.sql("SELECT data ->> 'text' FROM records WHERE NOT deleted ORDER BY row")]


def test_a_wrong_password_is_told_and_nothing_is_sent(central: Central, stations: Join) -> None:
    central.add_user("ivanov", PASSWORD, "operator")
    a = stations(central.url)
    a.new()
    with pytest.raises(WrongLogin, match="Неверное имя или пароль"):
        a.login("ivanov", "не тот")
    assert texts(central) == [] and a.writer.unsent() == 1


def test_what_was_edited_before_anybody_was_known_is_the_first_persons(central: Central, stations: Join) -> None:
    central.add_user("ivanov", PASSWORD, "operator")
    a = stations(central.url)
    ident = a.new()
    a.login("ivanov")
    assert a.sync().pushed == 1
    assert central.sql("SELECT by FROM records WHERE id = %s", ident) == [("ivanov",)]


@pytest.mark.fault("F28")
def test_nobody_sends_the_edits_of_another(central: Central, stations: Join) -> None:
    central.add_user("ivanov", PASSWORD, "operator")
    central.add_user("petrov", PASSWORD, "operator")
    a = stations(central.url)
    a.login("ivanov")
    a.sync()
    his = a.new(text="Иванова")
    a.login("petrov")
    mine = a.new(text="Петрова")
    done = a.sync()
    assert (done.pushed, done.unsent) == (1, 1)
    assert central.sql("SELECT id, by FROM records") == [(mine, "petrov")]
    a.login("ivanov")
    assert a.sync().pushed == 1
    assert dict(central.sql("SELECT id, by FROM records")) == {mine: "petrov", his: "ivanov"}


@pytest.mark.fault("F28")
def test_a_token_taken_back_in_the_middle_is_renewed_by_the_same_person(
    central: Central, proxy: FaultProxy, stations: Join
) -> None:
    central.add_user("ivanov", PASSWORD, "operator")
    a = stations(proxy.url)
    a.login("ivanov")
    for number in range(250):
        a.new(text=f"Яма {number}")

    def revoke(path: str, body: bytes) -> bool:
        if "operations" in path and not proxy.fired:
            proxy.fired += 1
            central.sql("UPDATE tokens SET revoked = true")
        return False

    proxy.after = revoke
    with pytest.raises(Expired):
        a.sync()
    assert len(texts(central)) == 200 and a.writer.unsent() == 50
    a.session.renew()
    assert a.sync().pushed == 50 and len(texts(central)) == 250


def test_another_role_sees_and_keeps_only_what_it_may(central: Central, join: Join) -> None:
    central.add_user("wall", PASSWORD, "wall")
    a = join()
    ident = a.new(author_name="Иванова Мария", author_phone="+7 900 000-00-00")
    a.sync()
    a.login("wall")
    a.sync()
    assert a.data(ident)["text"] and "author_name" not in a.data(ident)
    assert a.sums() == a.server_sums()


@pytest.mark.parametrize("lesser", ["executor", "wall"])
def test_nobody_sees_the_records_of_a_greater_role_while_his_own_arrive(
    central: Central, proxy: FaultProxy, join: Join, lesser: str
) -> None:
    central.add_user("petrov", PASSWORD, lesser)
    a = join(url=proxy.url)
    a.new(author_name="Иванова Мария")
    a.sync()
    unsent = a.new()
    a.login("petrov")
    proxy.before = lambda path, body: "snapshot" in path
    with pytest.raises(NoLink):
        a.sync()
    assert proxy.fired and a.ids() == {unsent}
    proxy.before = lambda path, body: False
    a.sync()
    assert a.sums() == a.server_sums() and a.writer.unsent() == 1


@pytest.mark.fault("F28")
def test_a_role_changed_at_the_server_acts_within_one_round(central: Central, stations: Join) -> None:
    central.add_user("ivanov", PASSWORD, "operator")
    a = stations(central.url)
    a.login("ivanov")
    ident = a.new(author_name="Иванова Мария")
    a.sync()
    central.add_user("ivanov", PASSWORD, "wall")
    a.sync()
    assert a.role is not None and a.role.key == "wall" and "author_name" not in a.data(ident)
    with pytest.raises(Refused):
        a.edit(ident, address="Ленина, 5")


def test_a_card_that_leaves_an_executors_sight_is_forgotten_here_only(central: Central, join: Join) -> None:
    for ident in ("r1", "r2"):
        central.sql("INSERT INTO records (module, id, version, seq, data, by, at) VALUES"
                    " ('organisations', %s, 1, 1, '{\"name\": \"УК\"}', '', now())", ident)  # fmt: skip
    boss = join("moderator")
    executor = join("executor", organisation="r1")
    ident = boss.new(executor="r1")
    boss.sync()
    executor.sync()
    assert executor.ids() == {ident}
    boss.sync()
    boss.edit(ident, executor="r2")
    boss.sync()
    executor.sync()
    assert executor.ids() == set() and boss.ids() == {ident}
    assert executor.sums() == executor.server_sums()


@pytest.mark.fault("F18")
def test_another_citys_server_stops_all_and_deletes_nothing(central: Central, join: Join) -> None:
    a = join()
    ident = a.new()
    a.sync()
    waiting = a.new(text="Не для чужих")
    central.sql("UPDATE meta SET city = gen_random_uuid()")
    name = a.login_name
    a.restart()
    with pytest.raises(OtherCity, match="другому городу"):
        a.login(name)
    with pytest.raises(Expired):
        a.sync()
    assert a.ids() == {ident, waiting} and len(texts(central)) == 1 and a.writer.unsent() == 1


@pytest.mark.fault("F17")
def test_a_restored_server_gets_back_what_it_had_acknowledged(central: Central, join: Join, tmp_path: Path) -> None:
    a, b = join(), join()
    old = a.new(text="До копии")
    a.sync()
    b.sync()
    assert central.backup(tmp_path / "backup").returncode == 0
    fresh = a.new(text="После копии")
    a.edit(old, address="После копии")
    a.sync()
    b.sync()
    b.edit(fresh, author_name="Петрова")
    b.sync()
    unsent = b.new(text="Ещё не отправлено")
    central.stop()
    done = central.restore(tmp_path / "backup")
    assert done.returncode == 0, done.stderr
    central.start()
    assert texts(central) == ["До копии"]
    for _ in range(3):
        for one in (a, b):
            one.sync()
    assert sorted(texts(central)) == ["До копии", "Ещё не отправлено", "После копии"]
    for one in (a, b):
        assert not one.writer.outbox()
        assert one.ids() == {old, fresh, unsent}
        assert one.data(old)["address"] == "После копии" and one.data(fresh)["author_name"] == "Петрова"
        assert one.sums() == one.server_sums()


@pytest.mark.fault("F17")
def test_a_new_feed_deletes_nothing_before_it_has_been_offered(central: Central, join: Join) -> None:
    a = join()
    ident = a.new()
    a.sync()
    central.sql("UPDATE meta SET feed = gen_random_uuid()")
    a.sync()
    (feed,) = central.sql("SELECT feed::text FROM meta")[0]
    assert a.writer.meta("feed") == feed and a.writer.meta("arriving") == ""
    assert a.ids() == {ident} and not a.writer.outbox()
    assert central.sql("SELECT count(*) FROM history") == [(1,)], "it was known already: no second effect"
