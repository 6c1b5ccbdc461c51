"""A first load by whole tables: what comes is what pages bring, whatever happens on the way."""

import json
import re
import zlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests
from central_server import Central
from fault_proxy import Call, FaultProxy
from line_faults import reset
from station import Station

from citymanager import training_city
from citymanager.errors import NoLink, Refused
from citymanager.modules import BY_KEY, MODULES
from citymanager.store import Query
from citymanager.store.bundle import shape
from citymanager.values import CITY_ZONE
from sync.bundles import _judge, _upto
from sync.contract import BUNDLE_PART, BUNDLES

Join = Callable[..., Station]
PAGED = "GET /api/v1/snapshot/reports"
MANY, FEW = 700, 100
"""Records at most: of reports more than one part of a bundle, of each other module some."""
PART = "GET /api/v1/bundles/reports/"


@pytest.fixture(scope="module")
def records() -> list[tuple[str, str, str]]:
    """Some of each module of the training city."""
    counted: Counter[str] = Counter()
    some = []
    for module, ident, data in training_city.records(datetime.now(CITY_ZONE)):
        counted[module] += 1
        if counted[module] <= (MANY if module == "reports" else FEW):
            some.append((module, ident, json.dumps(data, ensure_ascii=False)))
    return some


@pytest.fixture
def training(central: Central, records: list[tuple[str, str, str]]) -> Central:
    """A server with a part of the training city, and somebody whom tables are made ready for."""
    central.add_user("дежурный", "пароль", "operator")
    modules, idents, data = map(list, zip(*records, strict=True))
    central.sql("INSERT INTO records (module, id, data) SELECT * FROM unnest(%s::text[], %s::text[], %s::jsonb[])"
                " ON CONFLICT DO NOTHING", modules, idents, data)  # fmt: skip
    return central


def held(station: Station, module: str) -> tuple[Any, ...]:
    """All that a cache holds of a module, but for the places of its rows."""
    connection = station.writer._connection
    key = f'"{module}"'
    rows = connection.all(f"SELECT * FROM {key} ORDER BY id")
    columns = [row[1] for row in connection.all(f"PRAGMA table_info({key})")]
    clocks = connection.all(
        "WITH judged(_kind, _at_row) AS (SELECT module, row FROM _unjudged UNION SELECT _module, _of FROM _dues)"
        f" SELECT id FROM judged JOIN {key} ON _row = _at_row WHERE _kind = ? ORDER BY id", (module,),
    )  # fmt: skip
    return (
        columns, [row[1:] for row in rows], clocks,
        connection.all("SELECT * FROM _counters WHERE module = ?", (module,)),
        connection.all("SELECT name, sql FROM sqlite_master WHERE tbl_name = ? ORDER BY name", (module,)),
    )  # fmt: skip


def found(station: Station, word: str) -> list[str]:
    return sorted(station.writer.ids(Query("reports", text=word)))


def test_whole_tables_bring_what_pages_bring(training: Central, proxy: FaultProxy, join: Join) -> None:
    paged = join()
    paged.sync()
    made = training.bundle()
    assert {one["module"] for one in made} > {"reports", "earthworks", "organisations"}
    whole = join(url=proxy.url)
    window = whole.profile.reader(MODULES)
    assert not window.ids(Query("reports", text="яма"))
    done = whole.sync()
    assert not any("snapshot/reports" in path for path in proxy.passed), proxy.passed
    assert done.pulled == sum(one["records"] for one in made if one["kind"] == "whole")
    for module in MODULES:
        assert held(whole, module.key) == held(paged, module.key), module.key
    for word in ("яма", "фонар"):
        assert sorted(window.ids(Query("reports", text=word))) == found(whole, word) == found(paged, word) != []
    window.close()
    assert whole.sums() == whole.server_sums()
    assert not whole.profile.arriving.exists(), "what has come is not kept twice"


def test_one_may_work_with_it_as_with_any_cache(training: Central, join: Join) -> None:
    training.bundle()
    station = join()
    station.sync()
    fresh, known = station.new(text="Провал у школы"), found(station, "яма")[0]
    station.edit(known, text="Яму засыпали, провал остался")
    assert {fresh, known} <= set(found(station, "провал"))
    station.sync()
    station.restart()
    assert {fresh, known} <= set(found(station, "провал"))
    assert station.writer._connection.all("PRAGMA integrity_check") == [("ok",)]


def test_what_was_written_since_is_followed(training: Central, join: Join) -> None:
    training.bundle()
    (one,), (other,) = training.sql("SELECT id FROM records WHERE module = 'reports' ORDER BY id LIMIT 2")
    training.sql('UPDATE records SET data = data || \'{"address": "Новый"}\' WHERE id = %s', one)
    training.sql("UPDATE records SET deleted = true WHERE id = %s", other)
    station = join()
    station.sync()
    assert station.data(one)["address"] == "Новый" and other not in station.ids()
    assert station.sums() == station.server_sums()


def test_a_wall_gets_what_a_wall_may_see(training: Central, join: Join, tmp_path: Path) -> None:
    training.person("wall")
    made = [one for one in training.bundle() if one["module"] == "reports"]
    assert {one["kind"] for one in made} == {"whole", "masked"}
    asked = f"{training.url}{BUNDLES}/reports"
    people = [training.person(role).http for role in ("wall", "operator")]
    told = [one.get(asked, params={"shape": shape(BY_KEY["reports"])}).json() for one in people]
    assert told[0]["name"] != told[1]["name"]
    stolen = people[0].get(f"{asked}/{told[1]['name']}", headers={"Range": "bytes=0-99"})
    assert stolen.status_code == 404
    names = [
        row[0] for row in training.sql("SELECT DISTINCT data ->> 'author_name' FROM records WHERE module = 'reports'")
    ]
    seen, whole = (unpacked(asked, *one) for one in zip(people, told, strict=True))
    names = [name for name in names if name]
    assert names and all(name.encode() not in seen for name in names)
    assert any(name.encode() in whole for name in names), "else nothing was proved"
    station = join("wall")
    station.sync()
    assert station.sums() == station.server_sums()


def unpacked(address: str, http: requests.Session, told: dict[str, Any]) -> bytes:
    content, start = b"", 0
    for one in told["parts"]:
        span = {"Range": f"bytes={start}-{start + one['size'] - 1}"}
        content += zlib.decompress(http.get(f"{address}/{told['name']}", headers=span).content)
        start += one["size"]
    return content


def test_other_systems_and_executors_are_given_none(training: Central) -> None:
    training.bundle()
    for role in ("service", "executor", "connector"):
        http = training.person(role).http
        answer = http.get(f"{training.url}{BUNDLES}/reports", params={"shape": shape(BY_KEY["reports"])})
        assert answer.status_code in (403, 404), role


def test_a_load_broken_off_goes_on_with_its_part(training: Central, proxy: FaultProxy, join: Join) -> None:
    training.bundle()
    parts = json.loads((training.bundles / "reports.whole.json").read_text())["parts"]
    station = join(url=proxy.url)
    proxy.strike(reset, PART, skip=1)
    with pytest.raises(NoLink):
        station.sync()
    (file,) = station.profile.arriving.iterdir()
    there, beyond = divmod(file.stat().st_size, BUNDLE_PART)
    assert not station.ids() and file.suffix == ".db" and 0 < there < len(parts) and not beyond
    station.restart()
    station.login(station.known.last().login)  # type: ignore[union-attr]
    proxy.calm()
    proxy.passed.clear()
    starts: list[int] = []

    def noted(call: Call) -> None:
        starts.extend(int(one) for one in re.findall(rb"range: bytes=(\d+)-", call.head.lower()))
        call.relay()

    proxy.strike(noted, PART)
    station.sync()
    assert min(starts) == sum(one["size"] for one in parts[:there])
    assert not any(one.startswith(PAGED) for one in proxy.passed)
    assert station.sums() == station.server_sums() and not station.profile.arriving.exists()


def test_many_parts_come_by_one_answer_where_the_line_is_quick() -> None:
    starts = [0, 300, 600, 900, 5_000, 5_100]
    assert [_upto(starts, 0, most) for most in (10, 300, 899, 900, 10_000)] == [1, 1, 2, 3, 5]
    assert _upto(starts, 3, 300) == 4, "one that is longer than that comes by itself"


def twisted(call: Call) -> None:
    """One byte of the middle of a part is another one."""
    answer = bytearray(call.ask())
    answer[-len(answer) // 3] ^= 1
    call.send(bytes(answer))


def gone(call: Call) -> None:
    """The administrator has deleted the files while somebody fetched them."""
    body = b'{"product":"citymanager","error":"\xd0\x9d\xd0\xb5\xd1\x82.","code":"request"}'
    call.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\nContent-Type: application/json\r\n\r\n" % len(body))
    call.send(body)


@pytest.mark.parametrize("fault", [twisted, gone], ids=["twisted", "gone"])
def test_a_bundle_that_is_ill_is_left_for_pages(
    training: Central, proxy: FaultProxy, join: Join, fault: Callable[[Call], None]
) -> None:
    training.bundle()
    station = join(url=proxy.url)
    proxy.strike(fault, PART, skip=1)
    station.sync()
    assert any(one.startswith(PAGED) for one in proxy.passed)
    assert station.sums() == station.server_sums() and not station.profile.arriving.exists()


def test_a_bundle_made_meanwhile_does_not_stop_who_fetches_the_former_one(
    training: Central, proxy: FaultProxy, join: Join
) -> None:
    training.bundle()
    station = join(url=proxy.url)

    def meddle(path: str, body: bytes) -> bool:
        if path.startswith(PART) and not proxy.fired:
            proxy.fired += 1
            training.sql("UPDATE records SET data = data || '{\"address\": \"Новый\"}' WHERE module = 'reports'")
            assert [one["module"] for one in training.bundle()] == ["reports"]
        return False

    proxy.after = meddle
    station.sync()
    assert proxy.fired and not any(one.startswith(PAGED) for one in proxy.passed)
    assert station.sums() == station.server_sums()


@pytest.mark.parametrize("spoilt", [slice(0, 100), slice(100, None, 997)], ids=["no database", "torn pages"])
def test_a_bundle_that_was_made_ill_harms_no_cache(
    training: Central, proxy: FaultProxy, join: Join, spoilt: slice
) -> None:
    """Its sums are right: it was so when they were taken."""
    training.bundle()
    told = training.bundles / "reports.whole.json"
    known = json.loads(told.read_text())
    (file,) = training.bundles.glob("reports.*.whole")
    packed, parts, start = file.read_bytes(), [], 0
    for one in known["parts"]:
        content = bytearray(zlib.decompress(packed[start : start + one["size"]]))
        start += one["size"]
        if not parts or spoilt.step:
            content[spoilt] = bytes(len(content[spoilt]))
        parts.append(zlib.compress(content))
    file.write_bytes(b"".join(parts))
    known["parts"] = [{"size": len(one), "sha256": sha256(one).hexdigest()} for one in parts]
    told.write_text(json.dumps(known))
    station = join(url=proxy.url)
    station.sync()
    assert any(one.startswith(PAGED) for one in proxy.passed)
    assert station.sums() == station.server_sums()
    station.restart()
    assert station.writer.opening.aside is None, "the cache itself was well"
    assert station.writer._connection.all("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("change", [{"name": "../x"}, {"part": 2**40}, {"parts": ["x"]}, {"parts": [{"size": "5"}]}])
def test_a_description_that_is_none_is_not_believed(change: dict[str, Any]) -> None:
    told = {"name": "0" * 64, "seq": 1, "records": 1, "size": 10, "part": 100, "parts": [{"size": 5, "sha256": "0"}]}
    with pytest.raises(Refused):
        _judge({**told, **change})  # type: ignore[typeddict-item]


def test_a_cache_that_holds_something_is_loaded_by_pages(training: Central, proxy: FaultProxy, join: Join) -> None:
    training.bundle()
    station = join(url=proxy.url)
    kept = station.new(text="Написано до первой связи")
    station.sync()
    assert any(one.startswith(PAGED) for one in proxy.passed)
    assert station.data(kept)["text"] == "Написано до первой связи"
    assert not any(one.startswith("GET /api/v1/snapshot/organisations") for one in proxy.passed)
    assert station.sums() == station.server_sums()


def test_bundles_of_a_server_before_its_restore_are_not_given(training: Central, tmp_path: Path) -> None:
    copy = tmp_path / "city.dump"
    training.backup(copy)
    training.bundle()
    http, asked = training.person("operator").http, f"{training.url}{BUNDLES}/reports"
    params = {"shape": shape(BY_KEY["reports"])}
    assert http.get(asked, params=params).status_code == 200
    assert http.get(asked, params={"shape": "another"}).status_code == 404
    assert training.restore(copy).returncode == 0
    http = training.person("operator").http
    assert http.get(asked, params=params).status_code == 404
    assert training.bundle() and http.get(asked, params=params).status_code == 200


def test_what_nobody_has_changed_is_not_made_again(training: Central) -> None:
    assert training.bundle() and not training.bundle()
    before = training.bundles / "earthworks.whole.json"
    told = json.loads(before.read_text())
    training.sql("UPDATE records SET data = data || '{\"address\": \"Новый\"}' WHERE id ="
                 " (SELECT min(id) FROM records WHERE module = 'reports')")  # fmt: skip
    assert [one["module"] for one in training.bundle()] == ["reports"]
    (end,) = training.sql("SELECT max(seq) FROM records")[0]
    assert json.loads(before.read_text()) == {**told, "seq": end}, "what still holds is followed from here on"
    sound = re.compile(r"lock|[a-z_]+\.whole\.json|[a-z_]+\.[0-9a-f]{64}\.whole")
    assert all(sound.fullmatch(one.name) for one in training.bundles.iterdir())
