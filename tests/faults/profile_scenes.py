"""Where a process dies over what lies beside the cache, or what makes it anew: its shape, logins, journal, drafts."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from ledger import mark
from workplace import City, Workplace


def tables_of_an_earlier_program(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    desk.new()
    with closing(sqlite3.connect(desk.folder / "cache.db")) as cache:
        newest = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%_unjudged%'"
        for (name,) in cache.execute(newest).fetchall():
            cache.execute(f'DROP TRIGGER "{name}"')
        cache.executescript(
            "DELETE FROM _meta WHERE key LIKE 'due times:%'; DROP TABLE _files;"
            " ALTER TABLE _outbox DROP COLUMN was; ALTER TABLE _outbox DROP COLUMN feed;"
            " DROP INDEX _acknowledged_record; ALTER TABLE _server_copies DROP COLUMN seen;"
            " DROP TABLE _dues; DROP TABLE _unjudged; DROP TABLE _bulk; DROP TABLE _bulk_lines; DROP TABLE _raised;"
            " ALTER TABLE _outbox DROP COLUMN offered; PRAGMA user_version = 1"
        )
    desk.new(point=point)
    yield desk


def an_earlier_declaration(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    desk.new()
    with closing(sqlite3.connect(desk.folder / "cache.db")) as cache:
        cache.execute("UPDATE _layouts SET layout = replace(layout, ?, ?)", ('"shape": ', '"shape": -'))
        cache.commit()
    desk.new(point=point)
    yield desk


def a_damaged_cache(city: City, point: str) -> Iterator[Workplace]:
    """Killed before, so that its log is there, too."""
    desk = city.desk()
    desk.new()
    desk.new()
    desk.new(point="command.saved")
    assert (desk.folder / "cache.db-wal").stat().st_size > 0
    spoilt = b"\xff" * (desk.folder / "cache.db").stat().st_size  # all of it: the log may have a sound first page
    (desk.folder / "cache.db").write_bytes(spoilt)
    desk.new(point=point)
    yield desk
    assert spoilt in [one.read_bytes() for one in desk.folder.glob("damaged-*/cache.db")], "set aside, never deleted"


def a_login(city: City, point: str) -> Iterator[Workplace]:
    """By its password, with the address of the server."""
    desk = city.desk()
    desk.new()
    desk.sync(point=point)
    yield desk
    assert desk.run("sync")[0]["unsent"] == 0, "server and person are known"


def a_first_start(city: City, point: str) -> Iterator[Workplace]:
    fresh = city.workplace()
    fresh.new(point=point)
    yield fresh
    assert fresh.new() is not None


def a_lost_journal(city: City, point: str) -> Iterator[Workplace]:
    """Somebody has cleaned up; what waits is written anew."""
    desk = city.desk()
    desk.new()
    (desk.folder / "operations.journal").unlink()
    desk.new(point=point)
    yield desk


def a_moved_profile(city: City, point: str) -> Iterator[Workplace]:
    """Its edits go on; its numbers do not meet those that the former place may still give."""
    place = city.workplace()
    place.sync()
    before = place.new()
    place.folder = place.folder.rename(place.folder.parent / "moved")
    place.new(point=point)
    yield place
    assert before is not None
    numbers = city.central.sql("SELECT data ->> 'number' FROM records WHERE by = %s", place.login)
    assert len(set(numbers)) == len(numbers) > 1


def a_draft(city: City, point: str) -> Iterator[Workplace]:
    """Under its old name or its new one, or under both."""
    desk = city.desk()
    text = mark()
    desk.act("draft", text)
    desk.act("set_aside", point=point)
    yield desk
    assert {"text": text} in desk.act("unfinished")
