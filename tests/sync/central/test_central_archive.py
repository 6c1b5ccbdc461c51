"""Back-up and restore: all of it, or nothing."""

import json
import shutil
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from central_operations import edit, make
from central_server import Central, run_central

from citymanager.values import parse_moment
from sync.central.cluster import home_of
from sync.contract import CHANGES, FILES, SESSION

PHOTO = b"\xff\xd8\xff photo"


def contents(central: Central) -> list[list[tuple[object, ...]]]:
    """Everything that people have put in."""
    tables = ("records", "history", "auth_user", "profiles", "stations", "tokens", "files", "answered")
    return [central.sql(f"SELECT * FROM {one} ORDER BY 1") for one in tables]


def test_a_restore_brings_all_back_under_a_new_feed_of_the_same_city(any_central: Central, tmp_path: Path) -> None:
    central, file = any_central, tmp_path / "город.backup"
    person = central.person("admin")
    card = make(person, address="до")
    person.http.put(f"{central.url}{FILES}/{sha256(PHOTO).hexdigest()}", data=PHOTO, timeout=10)
    saved = contents(central)
    done = central.backup(file)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"file": str(file), "bytes": file.stat().st_size}
    assert file.stat().st_mode & 0o077 == 0, "it holds personal data"
    assert [one.name for one in tmp_path.iterdir()] == [file.name]
    assert person.get(SESSION).json()["backup"]
    edit(person, card, 1, address="после")
    make(person)
    was = person.get(SESSION).json()

    done = central.restore(file)
    assert done.returncode == 0, done.stderr
    assert contents(central) == saved
    now = person.get(SESSION).json()
    assert now["city"] == was["city"]
    assert abs(parse_moment(now["backup"]) - parse_moment(was["backup"])) < timedelta(seconds=30), "it is there"
    assert now["feed"] != was["feed"] and now["feed"] == json.loads(done.stdout)["feed"]
    assert person.get(CHANGES).json()["feed"] == now["feed"]
    assert edit(person, card, 1, address="снова")["result"] == "accepted", "the feed goes on"
    assert central.sql("SELECT count(*) FROM pg_trigger WHERE tgrelid = 'records'::regclass AND NOT tgisinternal") == [
        (6,)
    ]


@pytest.mark.campaign
def test_it_is_remembered_where_every_feed_has_parted_from_the_present_one(central: Central, tmp_path: Path) -> None:
    person, old, new = central.person("operator"), tmp_path / "old", tmp_path / "new"

    def forks() -> dict[str, int]:
        ((found,),) = central.sql("SELECT forks FROM meta")
        return dict(found)

    def told() -> tuple[str, int]:
        ((place,),) = central.sql("SELECT last_value FROM feed_seq")
        return str(person.get(SESSION).json()["feed"]), place

    make(person)
    first, early = told()
    central.backup(old)
    make(person)
    _, late = told()
    central.backup(new)
    central.restore(old)
    assert forks() == {first: early}
    make(person)
    second, _ = told()
    central.restore(old)
    assert forks() == {first: early, second: early}, "of the second no back-up knows"
    third, _ = told()
    central.restore(new)
    assert forks() == {first: late, second: early, third: early}, "the first goes on, the others had left it before"


def test_a_back_up_moves_to_an_empty_database_and_starts_there(central: Central, tmp_path: Path) -> None:
    central.add_user("ivanov", "пароль", "operator")
    card = make(central.login("ivanov"))
    assert central.backup(tmp_path / "b").returncode == 0
    central.sql("DROP SCHEMA public CASCADE")
    central.sql("CREATE SCHEMA public")
    assert central.restore(tmp_path / "b").returncode == 0
    central.restart()
    assert [one["id"] for one in central.login("ivanov").get(CHANGES).json()["changes"]] == [card]


@pytest.mark.parametrize("damage", ["cut", "empty", "garbled", "text", "missing"])
def test_a_bad_file_leaves_the_database_as_it_is(central: Central, tmp_path: Path, damage: str) -> None:
    person, file = central.person("operator"), tmp_path / "b"
    make(person, text="Яма " * 10_000)
    assert central.backup(file).returncode == 0
    make(person)
    if damage == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "text":
        file.write_text("DROP TABLE records;")
    elif damage == "garbled":
        file.write_bytes(file.read_bytes()[:5] + b"\x00" * 1_000)
    else:
        file.unlink()
    feed, saved = person.get(SESSION).json()["feed"], contents(central)
    done = central.restore(file)
    assert done.returncode == 2
    assert done.stderr.strip().endswith(".") and "Traceback" not in done.stderr
    assert contents(central) == saved
    assert person.get(SESSION).json()["feed"] == feed


def test_a_place_that_can_not_be_written_is_told(central: Central, tmp_path: Path) -> None:
    done = central.backup(tmp_path / "no" / "such" / "folder")
    assert done.returncode == 2
    assert "не записать" in done.stderr


@pytest.mark.campaign
def test_a_back_up_of_the_embedded_database_needs_no_running_server(tmp_path: Path) -> None:
    profile, file = tmp_path / "p", tmp_path / "b"
    profile.mkdir()
    try:
        words = ("user", "ivanov", "--role", "admin")
        assert run_central(*words, profile=profile, CITYMANAGER_PASSWORD="пароль").returncode == 0
        assert run_central("backup", file, profile=profile).returncode == 0
        assert run_central("restore", file, profile=profile).returncode == 0
    finally:
        shutil.rmtree(home_of(profile), ignore_errors=True)
