"""The first load of a station: the short way into an empty table, its indexes in the end, and what breaks it off."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bench.city import changes
from throwaway import HOUSE, NOW

from citymanager.modules import BY_KEY
from citymanager.store import Profile, Query, Writer
from citymanager.store.connection import TOGETHER
from citymanager.store.records import Codec, Record
from citymanager.store.tables import definition

ROOT = Path(__file__).parents[2]
PAGE = 100
POLYGON = {"type": "Polygon", "coordinates": [[[60.7, 56.0], [60.8, 56.0], [60.8, 56.1], [60.7, 56.0]]]}


def reports(n: int) -> list[dict[str, Any]]:
    """As a snapshot brings them: in the order of their ids; some with what columns do not hold."""
    found = sorted(changes(n, NOW), key=lambda one: str(one["id"]))
    for place, more in enumerate((
        {"unknown": [1, {"а": None}]}, {"geometry": POLYGON}, {"geometry": None}, {"text": 5}, {"rating": True},
        {"geometry": {"type": "Point", "coordinates": [400.0, 56.0]}}, {"photos": [{"name": "яма.jpg"}]},
    )):  # fmt: skip
        found[place]["data"] |= more
    return found


def load(writer: Writer, found: list[dict[str, Any]], after: str = "") -> None:
    """From where it stands to the end, page by page."""
    left = [one for one in found if one["id"] > after]
    while left:
        page, left = left[:PAGE], left[PAGE:]
        upto = page[-1]["id"] if left else None
        writer.load_page("reports", page, (after, upto), NOW, {"load:reports": f">{upto or ''}"})
        after = page[-1]["id"]


def furnish(writer: Writer) -> int:
    """How many indexes were made."""
    made = 0
    while writer.furnish("reports"):
        made += 1
    return made


def everything(writer: Writer) -> dict[str, Any]:
    """All that the cache knows of reports, but for the rows' own numbers."""
    ask = writer._connection.all
    return {
        "records": sorted(map(repr, writer.each(Query("reports")))),
        "schema": sorted(ask("SELECT name, sql FROM sqlite_master WHERE tbl_name LIKE '%reports%'")),
        "sorted": ask("SELECT id, _s_number, _s_text, _s_status, _lon, _lat FROM reports ORDER BY id"),
        "inside": sorted(writer.ids(Query("reports", box=(60.6, 56.0, 60.75, 56.2)))),
        "counters": writer.lists.counters("reports"),
        "found": {word: sorted(writer.ids(Query("reports", text=word))) for word in ("я", "ям", "яма", "фонарь", "5")},
    }


def test_a_loaded_table_is_the_same_as_one_that_took_every_record_by_itself(tmp_path: Path) -> None:
    found = reports(350)
    one, other = (Profile(tmp_path / name).writer(HOUSE, patience=0) for name in ("one", "other"))
    load(one, found)
    assert furnish(one) > 5
    other.absorb(found, NOW, {})
    assert everything(one) == everything(other)
    for writer in (one, other):
        writer.close()


@pytest.mark.parametrize(
    "odd", ["", "\x00", "а\x00б", 0, False, 1.5, [], ["а"], {}, {"а": None}, None], ids=lambda one: repr(one)
)
@pytest.mark.parametrize("key", ["text", "number", "status", "photos", "rating", "geometry", "unknown"])
def test_no_value_is_lost_in_a_column_that_can_not_hold_it(key: str, odd: Any) -> None:
    codec, data = Codec(BY_KEY["reports"]), {"address": "улица Мира, 3", key: odd}
    with sqlite3.connect(":memory:") as cache:
        for statement in definition(codec.module)[:1]:
            cache.execute(statement)
        row = codec.row(Record("reports", "1", 2, data, "ivanov", "2026"))
        cache.execute(f"{codec.into} VALUES ({', '.join('?' * len(row))})", row)
        back = codec.record(cache.execute(codec.select).fetchone())
    known = key in codec.module.columns
    assert back.data == ({"address": data["address"]} if odd is None and known else data)
    assert (back.id, back.version, back.by, back.at) == ("1", 2, "ivanov", "2026")


def test_many_rows_are_written_whole_however_they_are_divided(writer: Writer) -> None:
    made = writer._connection
    made.run("CREATE TABLE many (a, b)")
    for many in (0, 1, TOGETHER // 2, TOGETHER // 2 + 1, TOGETHER):
        made.run("DELETE FROM many")
        made.insert("INSERT INTO many (b, a)", [(number, -number) for number in range(many)])
        assert made.all("SELECT b, a FROM many ORDER BY rowid") == [(number, -number) for number in range(many)]


def test_sorting_in_pieces_ends_with_the_index(writer: Writer) -> None:
    load(writer, reports(250))
    words = ("temp_store", "cache_size", "threads")
    before = [writer._connection.value(f"PRAGMA {word}") for word in words]
    assert furnish(writer) > 5
    assert [writer._connection.value(f"PRAGMA {word}") for word in words] == before


def test_a_table_that_holds_something_keeps_its_indexes(writer: Writer) -> None:
    writer.save("reports", None, {"text": "своё"}, "ivanov", None, NOW)
    load(writer, reports(250))
    assert furnish(writer) == 0


def test_what_stands_unsent_in_a_page_outlives_the_load(writer: Writer) -> None:
    found = reports(250)
    load(writer, found[:PAGE])
    mine = writer.save("reports", None, {"text": "новая яма"}, "ivanov", None, NOW).id
    known = found[3]["id"]
    writer.save("reports", known, {"address": "моё"}, "ivanov", None, NOW)
    load(writer, found)
    assert writer.get("reports", known).data["address"] == "моё"
    assert writer.get("reports", mine).data["text"] == "новая яма"
    assert len(writer.ids(Query("reports"))) == 251 and len(writer.outbox()) == 2


@pytest.mark.parametrize("broken", [None, {"id": "0"}, {"version": -1}, {"data": {"text": "\ud800"}}, {"module": 5}])
def test_one_bad_record_of_a_page_is_kept_aside_alone(writer: Writer, broken: dict[str, Any] | None) -> None:
    found = reports(60)
    page = [*found[:30], broken and {**found[30], **broken}, *found[31:]]
    writer.load_page("reports", page, ("", None), NOW, {})
    whole = {one["id"] for one in found} - {found[30]["id"]}
    aside = writer._connection.value("SELECT count(*) FROM _quarantine")
    assert whole <= set(writer.ids(Query("reports")))
    assert aside == (0 if broken == {"id": "0"} else 1), "an id out of its order is sound by itself"


def test_lists_and_search_are_whole_while_indexes_are_missing(profile: Profile, writer: Writer) -> None:
    found = reports(300)
    load(writer, found[:200] + found[200:])
    reader = profile.reader(HOUSE)
    for query in (Query("reports", sort="address"), Query("reports", text="п"), Query("reports", sort="-text")):
        before = [one.id for one in reader.first_page(query)], reader.count(query)
        assert before[1] == len(reader.rows(query))
        furnish(writer)
        assert ([one.id for one in reader.first_page(query)], reader.count(query)) == before
    reader.close()


LOADING = """
import json, sys
from pathlib import Path
sys.path[:0] = ["tests", "tests/store"]
from test_first_load import furnish, load, reports
from throwaway import HOUSE
from citymanager.store import Profile
writer = Profile(Path(sys.argv[1])).writer(HOUSE, patience=0)
class Told:
    def __getattr__(self, name): return getattr(writer, name)
    def load_page(self, *given):
        writer.load_page(*given); print("page", flush=True); sys.stdin.readline()
    def furnish(self, key):
        made = writer.furnish(key); print("index", flush=True); sys.stdin.readline(); return made
load(Told(), reports(1_000)); furnish(Told())
"""


@pytest.mark.parametrize("steps", [1, 4, 9, 12], ids=["first page", "middle", "last page", "between indexes"])
def test_a_killed_load_goes_on_without_loss(tmp_path: Path, steps: int) -> None:
    place, found = tmp_path / "profile", reports(1_000)
    words = [sys.executable, "-c", LOADING, str(place)]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stdin is not None
        for _ in range(steps):
            assert process.stdout.readline() in ("page\n", "index\n")
            process.stdin.write("\n")
            process.stdin.flush()
        process.send_signal(signal.SIGKILL)  # somewhere in the next step
    writer = Profile(place).writer(HOUSE, patience=0)
    stands = (writer.meta("load:reports") or "").removeprefix(">")
    here = sorted(writer.ids(Query("reports")))
    assert len(here) >= min(steps, 10) * PAGE
    assert here == [one["id"] for one in found if not stands or one["id"] <= stands], "rows and place go together"
    load(writer, found, stands or here[-1])
    furnish(writer)
    assert writer.damage() == [] and sorted(writer.ids(Query("reports"))) == [one["id"] for one in found]
    assert sum(writer.lists.counters("reports").values()) == 1_000
    assert writer.count(Query("reports", text="диспетчеру")) == 999, "all but the one whose text is a number"
    assert json.loads(json.dumps(found[500]["data"])) == writer.get("reports", found[500]["id"]).data
    writer.close()
