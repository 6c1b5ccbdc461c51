"""Logging in without a line: who has been here, for a term, with his last role, slower after each wrong word."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from central_server import Central
from station import LIGHT, PASSWORD, Station

from citymanager.errors import Refused
from sync.faults import Expired, WrongLogin
from sync.offline_login import LONGEST_DELAY, KnownPeople, Person

Join = Callable[..., Station]
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
IVANOV = Person("ivanov", "Иванов И. И.", "operator", "", {"reports": "write"})


@pytest.fixture
def known(tmp_path: Path) -> KnownPeople:
    made = KnownPeople(tmp_path, work=LIGHT)
    made.remember(IVANOV, "тайна", "город", NOW)
    return made


def test_who_was_here_is_let_in_with_his_last_role_for_fourteen_days(known: KnownPeople, tmp_path: Path) -> None:
    assert known.enter("ivanov", "тайна", NOW + timedelta(days=13)) == IVANOV
    assert KnownPeople(tmp_path).last() == IVANOV
    with pytest.raises(Refused, match="14 дней"):
        known.enter("ivanov", "тайна", NOW + timedelta(days=15))
    known.seen("ivanov", NOW + timedelta(days=10))
    assert known.enter("ivanov", "тайна", NOW + timedelta(days=15)) == IVANOV


def test_a_clock_set_back_does_not_make_the_term_longer(known: KnownPeople) -> None:
    assert known.enter("ivanov", "тайна", NOW + timedelta(days=13)) == IVANOV
    for back in (timedelta(days=1), timedelta(hours=1), timedelta(days=400)):
        with pytest.raises(Refused, match="Часы этого компьютера"):
            known.enter("ivanov", "тайна", NOW + timedelta(days=13) - back)
    assert known.enter("ivanov", "тайна", NOW + timedelta(days=13, minutes=-5)) == IVANOV, "put right by the network"
    known.remember(IVANOV, "тайна", "город", NOW)
    assert known.enter("ivanov", "тайна", NOW) == IVANOV, "the server has spoken since"


def test_who_sees_less_is_not_let_in_where_others_data_lie(known: KnownPeople) -> None:
    mine, other = (Person(name, name, "executor", name, {}) for name in ("gorsvet", "vodokanal"))
    for person in (mine, other, IVANOV):
        known.remember(person, "тайна", "город", NOW)
    with pytest.raises(Refused, match="загружены данные для другой роли"):
        known.enter("gorsvet", "тайна", NOW)
    known.remember(mine, "тайна", "город", NOW)
    assert known.enter("gorsvet", "тайна", NOW) == mine
    assert known.enter("ivanov", "тайна", NOW) == IVANOV, "who sees all is let in anywhere"
    with pytest.raises(Refused, match="загружены данные для другой роли"):
        known.enter("vodokanal", "тайна", NOW)


def test_strangers_and_wrong_passwords_are_refused(known: KnownPeople) -> None:
    with pytest.raises(Refused, match="уже входил"):
        known.enter("petrov", "тайна", NOW)
    with pytest.raises(Refused, match="Неверное имя или пароль"):
        known.enter("ivanov", "тайна ", NOW)


def test_five_wrong_passwords_bring_a_delay_that_grows_and_survives_a_restart(
    known: KnownPeople, tmp_path: Path
) -> None:
    for _ in range(5):
        with pytest.raises(Refused, match="Неверное"):
            known.enter("ivanov", "не то", NOW)
    again = KnownPeople(tmp_path)
    with pytest.raises(Refused, match="Подождите 31 с"):
        again.enter("ivanov", "тайна", NOW)
    assert again.enter("ivanov", "тайна", NOW + timedelta(seconds=31)) == IVANOV
    for number in range(12):
        with pytest.raises(Refused):
            again.enter("ivanov", "не то", NOW + timedelta(hours=number))
    with pytest.raises(Refused, match=f"Подождите {LONGEST_DELAY + 1} с"):
        again.enter("ivanov", "тайна", NOW + timedelta(hours=11))


def test_the_file_holds_no_password_and_is_its_owners_only(known: KnownPeople, tmp_path: Path) -> None:
    file = tmp_path / "logins.json"
    assert "тайна" not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0
    known.remember(Person("petrov", "", "operator", "", {}), "тайна", "город", NOW)
    secrets = [one["secret"]["hash"] for one in json.loads(file.read_text(encoding="utf-8"))["people"].values()]
    assert len(set(secrets)) == 2, "salted"


def test_a_hash_tells_its_work_and_one_of_before_has_the_usual(tmp_path: Path) -> None:
    KnownPeople(tmp_path).remember(IVANOV, "тайна", "город", NOW)
    file = tmp_path / "logins.json"
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept["people"]["ivanov"]["secret"].pop("work") == 2**15
    file.write_text(json.dumps(kept), encoding="utf-8")
    assert KnownPeople(tmp_path, work=LIGHT).matches("ivanov", "тайна")


def test_a_damaged_file_lets_nobody_in_and_is_made_anew(known: KnownPeople, tmp_path: Path) -> None:
    (tmp_path / "logins.json").write_text("{", encoding="utf-8")
    with pytest.raises(Refused):
        known.enter("ivanov", "тайна", NOW)
    known.remember(IVANOV, "тайна", "город", NOW)
    assert known.enter("ivanov", "тайна", NOW) == IVANOV


@pytest.mark.campaign
def test_edits_of_an_offline_login_leave_under_his_own_token_at_his_next_one(central: Central, join: Join) -> None:
    a = join()
    a.sync()
    name = a.login_name
    central.kill()
    a.restart()
    a.login(name)
    assert not a.session.online and a.role is not None and a.role.key == "operator"
    ident = a.new()
    central.start()
    a.session.renew()
    assert a.sync().pushed == 1
    assert central.sql("SELECT by FROM records WHERE id = %s", ident) == [(name,)]


def test_a_password_changed_at_the_server_ends_the_offline_one_at_the_next_contact(
    central: Central, join: Join
) -> None:
    a = join()
    name = a.login_name
    central.add_user(name, "другой", "operator")
    with pytest.raises(WrongLogin):
        a.login(name)
    central.kill()
    with pytest.raises(Refused, match="уже входил"):
        a.login(name)


def test_a_token_ends_with_the_password_that_gave_it(central: Central, join: Join) -> None:
    a = join()
    name = a.login_name
    central.add_user(name, "другой", "operator")
    with pytest.raises(Expired):
        a.sync()
    a.session.expired()
    with pytest.raises(WrongLogin):
        a.session.renew()
    central.kill()
    with pytest.raises(Refused, match="уже входил"):
        a.login(name)


@pytest.mark.parametrize("outside", ["service", "connector"])
def test_a_program_of_another_system_has_no_seat(central: Central, stations: Join, outside: str) -> None:
    central.add_user("portal", PASSWORD, outside)
    a = stations(central.url)
    with pytest.raises(Refused, match="не работает на рабочем месте"):
        a.login("portal")
    assert not a.session.online and a.session.person is None and a.known.last() is None
    assert central.sql("SELECT revoked FROM tokens") == [(True,)], "its token is given back"


def test_a_mistyped_password_does_not_end_the_offline_one(central: Central, join: Join) -> None:
    a = join()
    name = a.login_name
    with pytest.raises(WrongLogin):
        a.login(name, "опечатка")
    central.kill()
    a.login(name)
    assert a.login_name == name


def test_somebody_removed_at_the_server_is_out_at_the_next_contact(central: Central, join: Join) -> None:
    a = join()
    a.sync()
    name = a.login_name
    central.sql("UPDATE auth_user SET is_active = false")
    with pytest.raises(Expired):
        a.sync()
    a.session.expired()
    with pytest.raises(WrongLogin):
        a.session.renew()
    central.kill()
    with pytest.raises(Refused, match="уже входил"):
        a.login(name)


def test_the_token_is_nowhere_in_the_profile(join: Join, caplog: pytest.LogCaptureFixture) -> None:
    a = join()
    with caplog.at_level("DEBUG"):
        a.new()
        a.sync()
    token = a.client.token
    assert token and token not in caplog.text
    files = [file for file in a.folder.rglob("*") if file.is_file()]
    assert files and not any(
        token.encode() in file.read_bytes() or PASSWORD.encode() in file.read_bytes() for file in files
    )
