"""Where a process dies over the cache: edits, rounds with the server, first loads."""

import json
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

from ledger import cache_of, effects, mark
from workplace import City, Workplace, other_edits


def a_new_report(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    desk.new(point=point)
    yield desk


def a_refused_move(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    made = desk.new()
    assert made is not None
    desk.run("move", "reports", made.id, "solved", point=point)
    yield desk


def an_answered_edit(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    desk.new()
    desk.sync(point=point)
    yield desk


def an_answered_edit_and_a_long_journal(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    journal = desk.folder / "operations.journal"
    op = str(uuid.uuid4())
    with journal.open("ab") as file:
        for entry in ({"op": op, "text": "я" * 2_200_000}, {"done": op}):
            text = json.dumps(entry, ensure_ascii=False).encode()
            file.write(b"\n" + sha256(text).hexdigest()[:16].encode() + b" " + text + b"\n")
    desk.new()
    waits = desk.new()
    desk.sync(point=point)
    yield desk
    assert waits is not None and journal.stat().st_size < 4_000_000


def a_decision(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    desk.decide(desk.conflict(city.other), point=point)
    yield desk


def another_try(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    aside = desk.conflict(city.other)
    desk.act("retry", aside.op, point=point)
    yield desk


def an_export(city: City, point: str) -> Iterator[Workplace]:
    """The file is in its place only once the journal of access has it."""
    desk = city.desk()
    file = desk.folder.parent / f"{mark()}.csv"
    desk.run("export", "reports", file, point=point)
    assert not file.exists()
    yield desk
    written = point != "export.written"
    assert effects(city.central)[file.stem] == int(written), "a line of the journal of access"


def a_spooled_line(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    file = desk.folder.parent / f"{mark()}.csv"
    desk.run("export", "reports", file)
    desk.new(point=point)
    yield desk
    assert effects(city.central)[file.stem] == 1


def a_server_that_fails_on_an_edit(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    poison = desk.new()
    assert poison is not None
    city.central.sql(
        "CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'яд'; END $$;"
        f"CREATE TRIGGER stumble BEFORE INSERT ON records FOR EACH ROW WHEN (new.id = '{poison.id}')"
        " EXECUTE FUNCTION stumble()"
    )
    desk.sync(point=point)
    city.central.sql("DROP TRIGGER stumble ON records; DROP FUNCTION stumble()")
    yield desk


def a_change_of_somebody_else(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    other_edits(city.other, f"чужая-{mark()}", 0, text=mark())
    desk.new()
    desk.sync(point=point)
    with cache_of(desk.folder) as cache:
        (cursor,) = cache.execute("SELECT CAST(value AS INTEGER) FROM _meta WHERE key = 'cursor'").fetchone()
        held = set(cache.execute("SELECT id, _version FROM reports"))
    below = city.central.sql("SELECT id, version FROM records WHERE module = 'reports' AND seq <= %s", cursor)
    assert {*below} - held == set(), "the cursor is not ahead of the rows"
    yield desk


def a_first_load(city: City, point: str) -> Iterator[Workplace]:
    """With edits made before anybody had logged in."""
    fresh = city.workplace()
    fresh.new()
    fresh.sync(point=point)
    yield fresh


def a_first_load_without_indexes(city: City, point: str) -> Iterator[Workplace]:
    """Into an empty table, which gets its indexes in the end, one by one."""
    fresh = city.workplace()
    fresh.sync(point=f"{point}:2" if point == "furnish.made" else point)
    yield fresh
    with cache_of(fresh.folder) as cache, cache_of(city.desk().folder) as whole:
        made = [one.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() for one in (cache, whole)]
    assert made[0] == made[1], "all indexes are there"


def a_whole_table(city: City, point: str) -> Iterator[Workplace]:
    """As the server has made it ready; where it was broken off, it goes on. Its records are counted, whatever died."""
    city.central.bundle()
    fresh = city.workplace()
    fresh.sync(point=point)
    yield fresh
    assert not (fresh.folder / "arriving").exists()
    with closing(sqlite3.connect(fresh.folder / "cache.db")) as cache:
        for (key,) in cache.execute("SELECT module FROM _layouts").fetchall():
            there = cache.execute(f'SELECT count(*) FROM "{key}"').fetchone()
            kept = cache.execute("SELECT coalesce(sum(count), 0) FROM _counters WHERE module = ?", (key,)).fetchone()
            assert kept == there, f"of {key} the counters tell of {kept}, there are {there}"
    shutil.rmtree(city.central.bundles)


def a_restored_server(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    file = desk.folder.parent / f"{mark()}.backup"
    assert city.central.backup(file).returncode == 0
    desk.new()
    desk.sync()
    assert city.central.restore(file).returncode == 0
    desk.new()
    desk.sync(point=point)
    yield desk


def a_divergence(city: City, point: str) -> Iterator[Workplace]:
    """A row that has silently gone is back; where nothing waits, for only then counts and hashes can be compared."""
    desk = city.workplace()
    desk.sync()
    with closing(sqlite3.connect(desk.folder / "cache.db")) as cache:
        cache.execute("DELETE FROM _meta WHERE key = 'verified'")
        cache.execute("UPDATE reports SET _version = _version + 1 WHERE id = 'k7'")
        cache.commit()
    desk.sync(point=point)
    yield desk


def a_lesser_role(city: City, point: str) -> Iterator[Workplace]:
    """An executor sees his own cards only, also if the program died on the way."""
    fresh = city.workplace()
    fresh.new()
    fresh.sync()
    fresh.new()
    city.central.add_user(fresh.login, "пароль", "executor", "o1")
    fresh.sees_all = False
    fresh.sync(point=point)
    yield fresh
    with cache_of(fresh.folder) as cache:
        shown = cache.execute("SELECT count(*) FROM reports WHERE _unsent = 0 AND executor IS NOT 'o1'").fetchone()
    assert shown == (0,)
