"""Photos and papers on their way: by parts, resumed, once, under their own name, and never in the way of an edit."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from bad_servers import bad_server, http
from central_server import Central, free_port
from fault_proxy import Call, fault_proxy
from narrow_line import narrow_line
from station import PASSWORD, Station

from citymanager.errors import Damaged, NoLink
from citymanager.failpoints import KILLED, VARIABLE
from citymanager.modules import BY_KEY
from citymanager.store.queued_files import QueuedFile
from sync.contract import FILES
from sync.faults import Garbled, Unacceptable
from sync.part_size import FIRST, LEAST, MOST, PartSize

Join = Callable[..., Station]
LONGEST = BY_KEY["reports"].field("text").limit
"""Letters of a report's text."""


@pytest.fixture(scope="module")
def pair(lasting_central: Central, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Station, Station]]:
    """Two stations for all tests that only look at their own records: to join costs more than most tests do."""
    made = []
    for name in ("files-a", "files-b"):
        lasting_central.add_user(name, PASSWORD, "operator")
        made.append(Station(tmp_path_factory.mktemp("files") / name, lasting_central.url))
        made[-1].login(name)
    yield made[0], made[1]
    for one in made:
        one.close()


@pytest.fixture
def a(pair: tuple[Station, Station], lasting_central: Central) -> Station:
    """With nothing on its way."""
    station = pair[0]
    station.client.address, station.room = lasting_central.url, 2**30
    station.writer._connection.run("DELETE FROM _files")
    station.files.settle()
    station.profile.shelf.trim(0)
    return station


@pytest.fixture
def b(pair: tuple[Station, Station]) -> Station:
    return pair[1]


@pytest.fixture
def fresh(central_dsn: str) -> Iterator[Central]:
    """A server of the test's own."""
    server = Central(("--database", central_dsn), central_dsn)
    server.start()
    yield server
    server.close()


@pytest.fixture
def central(lasting_central: Central) -> Central:
    """One server for all: each test looks at its own records only."""
    return lasting_central


def photo(size: int = 100_000) -> bytes:
    return b"\xff\xd8\xff\xe0" + os.urandom(size - 4)


def there(central: Central, content: bytes) -> bool:
    """Whether the server has exactly this."""
    rows = central.sql("SELECT content FROM files WHERE sha256 = %s", sha256(content).hexdigest())
    return [bytes(row[0]) for row in rows] == [content]


def row(station: Station, entry: dict[str, Any]) -> QueuedFile:
    found = station.writer.files.of(entry["sha256"])
    assert found is not None
    return found


def test_a_photo_goes_up_behind_its_edit_and_comes_down_elsewhere(central: Central, a: Station, b: Station) -> None:
    content = photo()
    entry = a.attach(content)
    ident = a.new(photos=[entry])
    assert a.sync().pushed == 1
    b.sync()
    with pytest.raises(Unacceptable, match="ещё не дошёл"):
        b.fetch(entry["sha256"])
    assert a.send_files() == 1 and row(a, entry).state == "sent" and entry["sha256"] in a.moved
    assert there(central, content)
    assert b.data(ident)["photos"] == [entry]
    news = b.fetch(entry["sha256"])
    assert (news.got, news.size, news.problem) == (len(content), len(content), "")
    assert b.profile.shelf.read(entry["sha256"])[0] == content
    assert a.send_files() == 0 and a.writer.files.count() == (0, 0)


@pytest.mark.fault("F26")
def test_a_cut_transfer_goes_on_from_the_last_part_that_arrived(central: Central, a: Station) -> None:
    content = photo(3_000_000)
    with narrow_line(central.url, cut_after=FIRST + FIRST // 2) as line:
        a.client.address = line.url
        entry = a.attach(content)
        a.new(photos=[entry])
        a.sync()
        assert a.send_files() == 1
    assert there(central, content) and line.cuts >= 3
    assert line.sent < len(content) * 1.6, "what has arrived is not sent again"


@pytest.mark.fault("F26")
def test_after_a_restart_it_goes_on_from_what_the_server_says(central: Central, join: Join) -> None:
    a = join()
    login, content = a.login_name, photo(2_000_000)
    entry = a.attach(content)
    a.new(photos=[entry])
    a.sync()
    for _ in range(3):  # the question what is there, and two parts
        assert a.files.step(login)
    reached = row(a, entry).received
    assert 0 < reached < len(content)
    with narrow_line(central.url) as line:
        a.close()
        a.url = line.url
        a.open()
        a.login(login)
        assert row(a, entry).received == reached
        assert a.send_files() == 1
    assert there(central, content)
    assert line.sent < len(content) - reached + 50_000


@pytest.mark.fault("F26")
def test_an_edit_goes_between_two_parts(central: Central, a: Station) -> None:
    entries = [a.attach(photo(1_000_000), f"{number}.jpg") for number in range(3)]
    a.new(photos=entries)
    a.sync()
    login = a.login_name
    assert a.files.step(login) and a.files.step(login)
    ident = a.new(text="Срочно")
    assert a.sync().pushed == 1
    assert central.sql("SELECT data ->> 'text' FROM records WHERE id = %s", ident) == [("Срочно",)]
    assert a.writer.files.count()[0] == 3, "while all files are still on their way"
    assert a.send_files() == 3


@pytest.mark.fault("F26")
def test_one_photo_attached_twice_is_sent_once(central: Central, a: Station) -> None:
    content = photo(1_000_000)
    with narrow_line(central.url) as line:
        a.client.address = line.url
        first, second = a.new(photos=[a.attach(content)]), a.new(photos=[a.attach(content, "та же.jpg")])
        a.sync()
        before = line.sent
        assert a.send_files() == 1
        assert line.sent - before < len(content) + 20_000
    assert a.data(first)["photos"][0]["sha256"] == a.data(second)["photos"][0]["sha256"]


@pytest.mark.fault("F26")
def test_another_persons_login_never_sends_his_files(central: Central, join: Join) -> None:
    a = join()
    owner, content = a.login_name, photo()
    entry = a.attach(content)
    a.new(photos=[entry])
    other = f"{owner}-2"
    central.add_user(other, PASSWORD, "operator")
    a.login(other)
    a.sync()
    assert a.send_files() == 0 and not there(central, content)
    assert row(a, entry).state == "waiting" and a.writer.files.count() == (1, 0), "and it is not forgotten"
    a.login(owner)
    a.sync()
    assert a.send_files() == 1
    assert central.sql("SELECT login FROM files WHERE sha256 = %s", entry["sha256"]) == [(owner,)]


def test_a_file_attached_before_anybody_was_known_goes_under_the_first_login(central: Central, stations: Join) -> None:
    a = stations(central.url)
    entry = a.attach(photo())
    a.new(photos=[entry])
    central.add_user("first-here", PASSWORD, "operator")
    a.login("first-here")
    a.sync()
    assert a.send_files() == 1
    a.restart()
    assert row(a, entry).state == "sent" and a.writer.files.count() == (0, 0)


@pytest.mark.fault("F26")
def test_a_refused_file_is_set_aside_with_its_reason_and_the_others_go_on(central: Central, a: Station) -> None:
    bad, good = a.attach(photo(), "плохой.jpg"), a.attach(photo())
    path = a.profile.shelf.find(bad["sha256"])
    assert path is not None
    svg = b"<svg onload=alert(1)>" + os.urandom(1_000)
    fake = {**bad, "sha256": sha256(svg).hexdigest(), "size": len(svg)}
    place = path.parents[1] / fake["sha256"][:2] / fake["sha256"]
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(svg)  # past the check at the door, as a program without it would
    a.new(photos=[fake, good])
    a.sync()
    assert a.send_files() == 1
    aside = row(a, fake)
    assert aside.state in ("refused", "failed") and aside.reason
    assert a.writer.files.count() == (1, 1) and a.writer.files.unsent(10) == [aside]
    assert row(a, good).state == "sent"


def test_a_file_damaged_on_the_disk_is_said_to_be_and_attaching_it_again_mends_it(central: Central, a: Station) -> None:
    content = photo()
    entry = a.attach(content)
    ident = a.new(photos=[entry])
    a.sync()
    path = a.profile.shelf.find(entry["sha256"])
    assert path is not None
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert a.send_files() == 0
    assert (row(a, entry).state, "прикрепите его заново" in row(a, entry).reason) == ("failed", True)
    assert a.attach(content) == entry
    a.edit(ident, photos=None)
    a.edit(ident, photos=[entry])
    assert row(a, entry).state == "waiting"
    assert a.send_files() == 1 and there(central, content)


def test_a_server_that_fails_on_one_file_five_times_has_it_set_aside(central: Central, a: Station) -> None:
    with fault_proxy(central.url) as proxy:
        a.client.address = proxy.url
        ill, well = a.attach(photo(), "больной.jpg"), a.attach(photo())
        a.new(photos=[ill, well])
        proxy.before = lambda path, body: path == f"PUT {FILES}/{ill['sha256']}"
        for _ in range(5):
            assert row(a, ill).state == "waiting"
            a.sync()
            a.send_files()
            a.files.settle()
        assert proxy.fired >= 5
        assert row(a, well).state == "sent"
        assert (row(a, ill).state, row(a, ill).tries) == ("failed", 5) and "500" in row(a, ill).reason
        proxy.before = lambda path, body: False
        a.writer.files.retry([row(a, ill)])
        assert a.send_files() == 1 and row(a, ill).state == "sent"


def test_a_line_that_keeps_breaking_is_not_held_against_the_file(central: Central, a: Station) -> None:
    with fault_proxy(central.url) as proxy:
        a.client.address = proxy.url
        entry = a.attach(photo())
        a.new(photos=[entry])
        a.sync()
        cut = proxy.strike(Call.reset, f"PUT {FILES}/", holding=b"\xff\xd8\xff")
        for _ in range(7):
            a.sync()
            a.send_files()
            a.files.settle()
    assert cut.fired >= 7
    assert (row(a, entry).state, row(a, entry).tries, row(a, entry).received) == ("waiting", 0, 0)


def test_without_a_line_nothing_counts(a: Station) -> None:
    entry = a.attach(photo())
    a.new(photos=[entry])
    a.sync()
    a.client.address = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(NoLink):
        a.files.step(a.login_name)
    assert (row(a, entry).state, row(a, entry).tries) == ("waiting", 0)


def test_files_of_a_lost_cache_are_queued_again_also_when_their_edit_was_acknowledged(
    central: Central, join: Join
) -> None:
    a = join()
    login = a.login_name
    sent_edit, waiting_edit, sent_file = photo(), photo(), photo()
    gone = a.attach(sent_file)
    a.new(photos=[gone])
    a.sync()
    a.send_files()
    first = a.attach(sent_edit)
    a.new(photos=[first])
    a.sync()
    second = a.attach(waiting_edit)
    a.new(photos=[second])
    a.close()
    for name in ("cache.db", "cache.db-wal", "cache.db-shm"):
        (a.folder / name).unlink(missing_ok=True)
    a.open()
    assert {one.sha256 for one in a.writer.files.unsent(10)} == {first["sha256"], second["sha256"]}
    a.login(login)
    a.sync()
    assert a.send_files() == 2
    assert there(central, sent_edit) and there(central, waiting_edit)


def test_without_cache_and_journal_the_records_tell_which_files_are_missing(central: Central, join: Join) -> None:
    a = join()
    login, content = a.login_name, photo()
    entry, loose = a.attach(content), a.attach(photo(), "не прикреплён.jpg")
    a.new(photos=[entry])
    a.sync()
    a.close()
    for name in ("cache.db", "cache.db-wal", "cache.db-shm", "operations.journal"):
        (a.folder / name).unlink(missing_ok=True)
    a.open()
    a.login(login)
    a.sync()
    assert a.send_files() == 1 and there(central, content)
    assert a.writer.files.of(loose["sha256"]) is None, "what no record names stays here"


@pytest.mark.campaign
def test_a_restored_server_is_offered_the_files_again(fresh: Central, stations: Join, tmp_path: Path) -> None:
    fresh.add_user("ivanov", PASSWORD, "operator")
    a = stations(fresh.url)
    a.login("ivanov")
    content = photo()
    backup = tmp_path / "before.backup"
    assert fresh.backup(backup).returncode == 0
    entry = a.attach(content)
    a.new(photos=[entry])
    a.sync()
    assert a.send_files() == 1
    fresh.stop()
    assert fresh.restore(backup).returncode == 0
    fresh.start()
    assert not there(fresh, content)
    a.login("ivanov")
    a.sync()
    assert row(a, entry).state == "waiting"
    assert a.send_files() == 1 and there(fresh, content)


@pytest.mark.fault("F35")
def test_room_is_made_of_what_the_server_has_and_never_of_what_it_has_not(a: Station, b: Station) -> None:
    photos = [photo(), photo(), photo()]
    entries = [b.attach(one, f"{number}.jpg") for number, one in enumerate(photos)]
    b.new(photos=entries)
    b.sync()
    b.send_files()
    a.sync()
    for number, entry in enumerate(entries):
        a.fetch(entry["sha256"])
        path = a.profile.shelf.find(entry["sha256"])
        assert path is not None
        os.utime(path, (number, number))
    own, sent = a.attach(photo(), "своё.jpg"), a.attach(photo(), "ушло.jpg")
    a.new(photos=[sent])
    a.sync()
    a.room = 250_000
    assert a.send_files() == 1
    here = [a.profile.shelf.find(one["sha256"]) is not None for one in (*entries, sent, own)]
    assert here == [False, False, True, True, True], "the oldest go first, what was sent from here last"
    a.new(photos=[own])
    assert a.profile.shelf.trim(0) >= 2
    assert a.profile.shelf.find(own["sha256"]) is not None and row(a, own).state == "waiting"


def test_sent_files_may_be_thrown_away_without_further_care_after_the_term_of_acknowledged_edits(a: Station) -> None:
    entry = a.attach(photo())
    a.new(photos=[entry])
    a.sync()
    a.send_files()
    a.writer.forget_acknowledged(datetime.now(UTC) + timedelta(seconds=1))
    assert a.writer.files.of(entry["sha256"]) is None
    assert a.profile.shelf.find(entry["sha256"]) is not None


def test_a_download_goes_on_where_it_was_cut_and_a_changed_one_is_not_kept(a: Station, b: Station) -> None:
    content = photo(FIRST * 6)
    entry = a.attach(content)
    a.new(photos=[entry])
    a.sync()
    a.send_files()
    name, shelf = entry["sha256"], b.profile.shelf
    b.sync()
    news = b.fetching.step(name)
    assert 0 < news.got < news.size == len(content) and shelf.find(name) is None
    b.restart()
    b.login("files-b")
    assert b.fetching.step(name).got == news.got + FIRST, "the first part was not fetched again"
    part = next(shelf._fetched.glob("??/*.part"))
    part.write_bytes(b"\x00" + part.read_bytes()[1:])
    with pytest.raises(Damaged, match="повреждённым"):
        b.fetch(name)
    assert shelf.arrived(name) == 0 and shelf.find(name) is None
    assert b.fetch(name).got == len(content) and shelf.read(name)[0] == content


def test_an_answer_that_is_not_the_part_that_was_asked_for_is_not_laid_on_the_shelf(a: Station) -> None:
    for answer in (
        http(b"\xff\xd8\xff", "206 Partial Content", kind="image/jpeg", Content_Range="bytes 5-7/9"),
        http(b"\xff\xd8\xff", "206 Partial Content", kind="image/jpeg", Content_Range="bytes 0-8/9"),
        http(b"\xff\xd8\xff", "206 Partial Content", kind="image/jpeg"),
        http(b"\xff\xd8\xff", "206 Partial Content", kind="image/jpeg", Content_Range=f"bytes 0-2/{2**40}"),
    ):
        with bad_server(answer) as server:
            a.client.address = server.url
            with pytest.raises(Garbled):
                a.fetching.step("0" * 64)
            assert a.profile.shelf.arrived("0" * 64) == 0


def test_parts_grow_on_a_fast_line_and_shrink_on_a_slow_one() -> None:
    size = PartSize()
    for _ in range(10):
        size.took(0.01)
    assert size.bytes == MOST
    size.took(10.0)
    assert size.bytes == MOST // 20
    for _ in range(10):
        size.took(100.0)
    assert size.bytes == LEAST


def test_a_part_that_a_line_does_not_take_is_made_smaller_and_not_tried_again_at_once() -> None:
    size = PartSize()
    size.took(0.01)
    assert size.bytes == 2 * FIRST
    size.failed()
    assert size.bytes == FIRST, "back to what has gone through"
    size.failed()
    size.took(0.01)
    size.failed()
    assert size.bytes == FIRST // 2, "one break says nothing of the size, two in a row do"
    for _ in range(10):
        size.took(0.01)
    assert size.bytes == FIRST // 2
    for _ in range(50):
        size.took(0.01)
    assert size.bytes == MOST
    for _ in range(10):
        size.failed()
    assert size.bytes == LEAST


@pytest.mark.campaign
@pytest.mark.fault("F26")
@pytest.mark.parametrize("point", ["edit.journalled", "edit.committed"])
def test_a_card_killed_while_it_is_saved_has_its_file_there_or_is_none(
    central: Central, tmp_path: Path, point: str
) -> None:
    login, content = f"killed-{os.urandom(3).hex()}", photo(1_500_000)
    central.add_user(login, PASSWORD, "operator")
    source, folder = tmp_path / "яма.jpg", tmp_path / "station"
    source.write_bytes(content)
    here = Path(__file__).parent
    ended = subprocess.run(
        [sys.executable, str(here / "file_life.py"), str(folder), central.url, login, str(source)],
        env={**os.environ, VARIABLE: point, "PYTHONPATH": f"{here.parents[1]}:{here.parent}:{here}"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == KILLED, ended.stderr
    said = {line.split()[0] for line in ended.stdout.splitlines()}
    name = sha256(content).hexdigest()
    station = Station(folder, central.url)
    try:
        station.login(login)
        station.sync()
        station.send_files()
        named = [one for one in station.ids() if station.data(one).get("photos", [{}])[0].get("sha256") == name]
        assert len(named) <= 1 and ("saved" not in said or named), "at most one card, and that one if it was said"
        assert there(central, content) == bool(named), "the server has exactly what a card names"
        assert station.writer.files.count() == (0, 0)
        if named:
            station.profile.shelf.trim(0)
            assert station.fetch(name).got == len(content) and station.profile.shelf.read(name)[0] == content
    finally:
        station.close()


@pytest.mark.fault("F26")
def test_a_record_of_a_megabyte_goes_whole_before_its_photos(central: Central, a: Station, b: Station) -> None:
    story = "Провал у дома. " * (LONGEST // 15)
    entry = a.attach(photo())
    ident = a.new(text=story, public_answer=story, photos=[entry])
    assert len(story.encode()) * 2 > 1_000_000
    assert a.sync().pushed == 1
    b.sync()
    assert b.data(ident)["text"] == story and b.data(ident)["photos"] == [entry]
    assert a.writer.files.count() == (1, 0), "and its photo goes behind it"
    assert a.send_files() == 1
