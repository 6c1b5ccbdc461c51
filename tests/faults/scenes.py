"""How each point where a process may die is come by: what was done before, the process that dies, what must hold after.

A scene is a generator: it prepares, kills a process at the point, and yields the workplace that has to recover from it;
what it says after that must be true once the workplace has.
"""

import json
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import psycopg
import requests
from central_server import Central, free_port, run_central
from ledger import cache_of, effects, mark
from workplace import KILLED, POINT, City, Workplace, other_edits

Scene = Callable[[City, str], Iterator[Workplace]]

# --- the cache ---------------------------------------------------------------------------------------------------


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


# --- the cache's shape, damage, the profile's files --------------------------------------------------------------


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


# --- files of records --------------------------------------------------------------------------------------------


def photo_of(city: City) -> tuple[Path, bytes, str]:
    """A photo, its content and its sum."""
    content = b"\xff\xd8\xff" + mark().encode() + bytes(300_000)
    file = city.desk().folder.parent / f"{mark()}.jpg"
    file.write_bytes(content)
    return file, content, sha256(content).hexdigest()


def stands(city: City, content: bytes, name: str) -> None:
    """The server has exactly the files that its cards name."""
    (cards,) = city.central.sql("SELECT count(*) FROM records WHERE data::text LIKE %s", f"%{name}%")[0]
    assert city.central.sql("SELECT content FROM files WHERE sha256 = %s", name) == [(content,)] * cards
    assert city.central.sql("SELECT count(*) FROM parts WHERE sha256 = %s", name) == [(0,)]


def an_attached_photo(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    file, content, name = photo_of(city)
    desk.new(photos=str(file), point=point)
    yield desk
    stands(city, content, name)
    desk.new(photos=str(file))
    desk.sync()
    stands(city, content, name)


def a_sent_photo(city: City, point: str) -> Iterator[Workplace]:
    desk = city.desk()
    file, content, name = photo_of(city)
    desk.new(photos=str(file))
    desk.sync(point=point)
    yield desk
    stands(city, content, name)
    with cache_of(desk.folder) as cache:
        assert cache.execute("SELECT count(*) FROM _files WHERE state != 'sent'").fetchone() == (0,)
    assert not (desk.folder / "files" / name[:2] / name).exists(), "it may be thrown away now"


def a_fetched_photo(city: City, point: str) -> Iterator[Workplace]:
    desk, fresh = city.desk(), city.workplace()
    file, content, name = photo_of(city)
    desk.new(photos=str(file))
    desk.sync()
    fresh.sync()
    fresh.act("fetch", city.central.url, fresh.login, name, point=point)
    fresh.act("fetch", city.central.url, fresh.login, name)
    assert (fresh.folder / "fetched" / name[:2] / name).read_bytes() == content
    yield fresh


# --- commands ----------------------------------------------------------------------------------------------------


def an_import(city: City, point: str) -> Iterator[Workplace]:
    """Whole portions, and the same file again adds what is missing."""
    desk = city.desk()
    marks = [mark() for _ in range(600)]
    file = desk.folder.parent / "rows.csv"
    file.write_text("text\n" + "\n".join(marks) + "\n", encoding="utf-8")
    desk.run("import", "reports", file, point=point)
    taken = desk.run("import", "reports", file)[-1]
    assert (taken["taken"], taken["unchanged"]) == (600, 500)
    yield desk
    rows = city.central.sql("SELECT data ->> 'text' FROM records WHERE data ->> 'text' = ANY(%s)", marks)
    assert sorted(text for (text,) in rows) == sorted(marks)


STREET = {"type": "Feature", "properties": {"highway": "residential", "name": "Озёрная улица"},
          "geometry": {"type": "LineString", "coordinates": [[60.73, 56.08], [60.74, 56.08]]}}  # fmt: skip


def a_map(city: City, point: str) -> Iterator[Workplace]:
    """The old one stays until the new one is whole."""
    desk = city.desk()
    file = desk.folder.parent / "map.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [STREET]}), encoding="utf-8")
    desk.run("import-basemap", "--attribution=© Город", file)
    (pack,) = (desk.folder / "basemap").iterdir()
    before = pack.read_bytes()
    desk.run("import-basemap", "--attribution=© Город", file, point=point)
    assert pack.read_bytes() == before
    yield desk
    assert desk.run("import-basemap", "--attribution=© Город", file)[0]["streets"] == 1


# --- rounds ------------------------------------------------------------------------------------------------------


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


# --- the central server ------------------------------------------------------------------------------------------


def a_server_that_dies(city: City, point: str) -> Iterator[Workplace]:
    """In the middle of a round that sends an edit."""
    desk = city.desk()
    desk.new()
    dying(city.central, point)
    desk.sync(code=1)
    assert city.central.stop() == KILLED
    city.revive()
    yield desk


def dying(central: Central, point: str) -> None:
    """The server as it is, but for its end at the point."""
    central.stop()
    os.environ[POINT] = point
    try:
        central.start()
    finally:
        del os.environ[POINT]


def a_file(city: City, point: str) -> Iterator[Workplace]:
    photo = b"\xff\xd8\xff" + mark().encode()
    name = sha256(photo).hexdigest()
    url = f"{city.central.url}/api/v1/files/{name}"
    dying(city.central, point)
    try:
        answer = city.other.http.put(url, data=photo, timeout=30)
        raise AssertionError(f"answered {answer.status_code}")
    except requests.ConnectionError:
        assert city.central.stop() == KILLED
    city.revive()
    assert city.other.http.put(url, data=photo, timeout=30).json()["complete"]
    yield city.desk()
    assert city.central.sql("SELECT content FROM files WHERE sha256 = %s", name) == [(photo,)]
    assert city.central.sql("SELECT count(*) FROM parts WHERE sha256 = %s", name) == [(0,)]


def killed_command(point: str, *words: object, profile: Path | None = None) -> None:
    done = run_central(*words, profile=profile, **{POINT: point})
    assert done.returncode == KILLED, done.stderr


def a_user(city: City, point: str) -> Iterator[Workplace]:
    """With his role or not at all."""
    words = (*city.central.words, "user", "новый", "--role", "operator")
    secret = {"CITYMANAGER_PASSWORD": "пароль"}
    assert run_central(*words, **secret, **{POINT: point}).returncode == KILLED
    assert city.central.sql("SELECT count(*) FROM auth_user WHERE username = 'новый'") == [(0,)]
    assert run_central(*words, **secret).returncode == 0
    yield city.desk()
    assert city.central.login("новый").answer["role"] == "operator"


def an_empty_database(city: City, point: str) -> Iterator[Workplace]:
    """Made ready by the next start, with the norms once."""
    dsn = beside(city)
    killed_command(point, "--database", dsn, "upgrade")
    for _ in range(2):
        assert run_central("--database", dsn, "upgrade").returncode == 0
    yield city.desk()
    with psycopg.connect(dsn) as connection:
        numbers = connection.execute("SELECT count(*), max(version) FROM records WHERE module = 'rules'").fetchone()
    assert numbers is not None and numbers[0] > 10 and numbers[1] == 1


def beside(city: City) -> str:
    """Another database of the same PostgreSQL, which nobody has prepared."""
    name = f"beside_{uuid.uuid4().hex}"
    with psycopg.connect(city.central.dsn, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template1")
        here = str(connection.info.dbname)
    return city.central.dsn.replace(here, name)


def the_training_city(city: City, point: str) -> Iterator[Workplace]:
    """Loaded whole by the next start, and once."""
    server = Central(("--database", beside(city)))
    port = str(free_port())
    killed_command(point, *server.words, "serve", "--port", port, "--training-city")
    server.dsn = server.words[1]
    counts = []
    for _ in range(2):
        server.start("--training-city")
        counts.append(server.sql("SELECT count(*) FROM records"))
        server.kill()
    yield city.desk()
    assert counts[0] == counts[1] and counts[0][0][0] > 2_000


def a_back_up(city: City, point: str) -> Iterator[Workplace]:
    """The old one stays until the new one is whole; the next one needs nobody's help."""
    desk = city.desk()
    file = desk.folder.parent / f"{mark()}.backup"
    assert city.central.backup(file).returncode == 0
    before = file.read_bytes()
    killed_command(point, *city.central.words, "backup", file)
    assert (file.read_bytes() == before) == (point == "central.dumped")
    assert city.central.backup(file).returncode == 0
    yield desk


def a_restore(city: City, point: str) -> Iterator[Workplace]:
    """As it was or wholly restored; the desk gives back what the restore has taken."""
    desk = city.desk()
    file = desk.folder.parent / f"{mark()}.backup"
    assert city.central.backup(file).returncode == 0
    desk.new()
    desk.sync()
    killed_command(point, *city.central.words, "restore", file)
    city.central.restart()
    yield desk


def a_table_made_ready(city: City, point: str) -> Iterator[Workplace]:
    """By the next making, if that one died; what it has left is let go of."""
    killed_command(point, *city.central.words, "bundles", "--fewest", "1")
    city.central.bundle()
    assert not list(city.central.bundles.glob("making-*"))
    yield city.workplace()
    shutil.rmtree(city.central.bundles)


def an_embedded_postgres(city: City, point: str) -> Iterator[Workplace]:
    """Started by the next start; of a killed one nothing runs on."""
    desk = city.desk()
    profile = desk.folder.parent / f"server-{point}"
    server = Central(("--profile", str(profile)))
    killed_command(point, "serve", "--port", str(free_port()), profile=profile)
    for _ in range(2):
        server.start()
        assert requests.get(f"{server.url}/admin/login/", timeout=30).status_code == 200
        server.stop()
    yield desk


HIT_BY: Mapping[Scene, str] = {
    a_new_report: "edit.made journal.appended edit.journalled edit.committed command.saved",
    a_refused_move: "edit.undone",
    an_answered_edit: "push.ready push.answered settle.taken settle.committed journal.done push.settled",
    an_answered_edit_and_a_long_journal: "journal.trimming journal.trimmed",
    a_decision: "resolve.closed resolve.committed",
    another_try: "retry.renamed retry.committed",
    an_export: "export.written spool.added export.journalled",
    a_spooled_line: "spool.taken spool.emptied",
    a_server_that_fails_on_an_edit: "failed.counted",
    a_change_of_somebody_else: "pull.answered absorb.rows absorb.cursor absorb.committed",
    a_first_load: "load.answered load.rows load.committed load.done",
    a_first_load_without_indexes: "load.lightened furnish.made",
    a_whole_table: "bundle.part bundle.rows bundle.committed bundle.counted",
    a_restored_server: "again.prepended again.committed",
    tables_of_an_earlier_program: "migrate.step",
    an_earlier_declaration: "shape.renamed shape.rewritten prepare.committed",
    a_damaged_cache: "aside.moved aside.whole salvage.found salvage.adopting salvage.committed",
    a_lost_journal: "journal.again",
    a_moved_profile: "profile.moved",
    a_first_start: "profile.named settings.written settings.replaced",
    a_login: "login.answered logins.written login.remembered admit.adopted",
    a_draft: "draft.written draft.replaced",
    an_attached_photo: "shelf.written shelf.placed files.claimed",
    a_sent_photo: "files.answered files.arrived files.noted",
    a_fetched_photo: "fetch.added fetch.whole",
    an_import: "import.saved",
    a_map: "basemap.written",
    a_divergence: "verify.marked",
    a_lesser_role: "sight.changed",
    a_server_that_dies: "central.login central.asked central.locked central.written central.remembered"
    " central.committed",
    a_file: "central.piece central.file",
    a_user: "central.user",
    an_empty_database: "central.migrated central.seeded",
    the_training_city: "central.training",
    a_back_up: "central.dumped central.saved",
    a_restore: "central.unpacked central.restored",
    a_table_made_ready: "central.packed central.bundled",
    an_embedded_postgres: "central.initialised central.postgres",
}
SCENES: Mapping[str, Scene] = {point: scene for scene, points in HIT_BY.items() for point in points.split()}
