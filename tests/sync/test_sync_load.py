"""Taking: first loads, changes, what is new to the program, what the server has forgotten; one bad record apart."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from bad_servers import bad_server, change, changes, dumped, http
from central_server import Central
from fault_proxy import FaultProxy
from station import Station

from citymanager.errors import NoLink
from citymanager.modules import MODULES
from sync.offline_login import Person
from sync.pull import partly

Join = Callable[..., Station]


def fill(central: Central, number: int) -> None:
    central.sql(
        "INSERT INTO records (module, id, version, seq, data, by, at) SELECT 'reports', 'r' || n, 1, 1,"
        " jsonb_build_object('text', 'Сообщение ' || n, 'status', 'new'), '', now() FROM generate_series(1, %s) AS n",
        number,
    )  # fmt: skip


@pytest.mark.fault("F24")
def test_a_first_load_broken_off_goes_on_where_it_was(central: Central, proxy: FaultProxy, join: Join) -> None:
    fill(central, 1_800)
    a = join(url=proxy.url)
    pages = iter([False, False, True, True, True])
    proxy.before = lambda path, body: "snapshot/reports" in path and next(pages, False)
    with pytest.raises(NoLink):
        a.sync()
    assert len(a.ids()) == 1_000 and a.writer.meta("confirmed") is None
    assert "reports" in partly(a.writer), "no screen may take a part for the whole"
    a.restart()
    a.login(a.known.last().login)  # type: ignore[union-attr]
    proxy.passed.clear()
    proxy.before = lambda path, body: False
    done = a.sync()
    assert done.pulled == 800
    assert sum("snapshot/reports" in path for path in proxy.passed) == 2
    assert a.sums() == a.server_sums() and a.writer.meta("confirmed") and partly(a.writer) == frozenset()


def test_a_load_tells_how_much_of_how_much(central: Central, proxy: FaultProxy, join: Join) -> None:
    fill(central, 1_200)
    a = join(url=proxy.url)
    pages = iter([False, False, True])
    proxy.before = lambda path, body: "snapshot/reports" in path and next(pages, False)
    with pytest.raises(NoLink):
        a.sync()
    assert [(one.done, one.total) for one in a.progress if one.what == "Сообщения жителей"] == [
        (500, 1_200), (1_000, 1_200)
    ]  # fmt: skip
    a.progress.clear()
    proxy.before = lambda path, body: False
    a.sync()
    assert [(one.done, one.total) for one in a.progress if one.what == "Сообщения жителей"] == [(200, 200)]


def test_what_changes_while_it_loads_is_not_missed(central: Central, proxy: FaultProxy, join: Join) -> None:
    fill(central, 1_200)
    a = join(url=proxy.url)

    def meddle(path: str, body: bytes) -> bool:
        if "snapshot/reports" in path and not proxy.fired:
            proxy.fired += 1
            central.sql("UPDATE records SET data = data || '{\"address\": \"Новый\"}' WHERE id IN ('r1', 'r999')")
            central.sql("DELETE FROM records WHERE id = 'r2'")
        return False

    proxy.after = meddle
    a.sync()
    assert proxy.fired and a.sums() == a.server_sums()
    assert a.data("r1")["address"] == "Новый" and "r2" not in a.ids()


def test_a_module_that_is_new_to_the_program_is_loaded(central: Central, join: Join) -> None:
    central.sql("INSERT INTO records (module, id, version, seq, data, by, at) VALUES"
                " ('people', 'p1', 1, 1, '{\"name\": \"Иванов\"}', '', now())")  # fmt: skip
    a = join(modules=[one for one in MODULES if one.key != "people"])
    a.new()
    a.sync()
    a.close()
    a.modules = MODULES
    a.open()
    a.login(a.known.last().login)  # type: ignore[union-attr]
    a.sync()
    assert a.ids("people") == {"p1"} and a.sums() == a.server_sums()


def test_after_a_purge_all_is_loaded_anew_and_the_outbox_stays(central: Central, join: Join) -> None:
    a = join()
    kept, gone = a.new(), a.new()
    a.sync()
    central.sql("SELECT set_config('citymanager.purge', 'on', false)")
    central.sql("UPDATE records SET deleted = true WHERE id = %s", gone)
    central.sql("UPDATE meta SET horizon = (SELECT max(seq) FROM records)")
    fresh = a.new()
    a.edit(kept, address="Ленина, 5")
    a.sync()
    assert a.ids() == {kept, fresh} and a.sums() == a.server_sums() and not a.writer.outbox()
    assert a.data(kept)["address"] == "Ленина, 5"


@pytest.mark.fault("F21")
def test_one_malformed_record_is_kept_aside_and_the_others_arrive(stations: Join) -> None:
    items = [change("r1"), {**change("r2"), "version": 2**70}, change("r3"), {**change("r4"), "data": 5}]

    def answer(path: str, body: bytes) -> bytes:
        return http(dumped(changes(items if "after=1&" in path else [], seq=5, modules={})))

    with bad_server(answer) as server:
        a = stations(server.url)
        a.session.person = Person("ivanov", "Иванов", "operator", "", {})
        loads = {f"load:{one.key}": "done" for one in MODULES}
        a.writer.set_meta({**loads, "cursor": "1"})
        a.sync()
        assert a.ids() == {"r1", "r3"} and a.writer.cursor() == 5
        assert a.writer._connection.value("SELECT count(*) FROM _quarantine") == 2


@pytest.mark.campaign
def test_naughty_strings_come_through_the_server_to_another_station_identical(join: Join, blns: list[str]) -> None:
    a, b = join(), join()
    ids = {a.new(text=text, address=text): text for text in blns if "\x00" not in text}
    a.sync()
    assert not a.aside()
    b.sync()
    for ident, text in ids.items():
        assert b.data(ident)["text"] == text and b.data(ident)["address"] == text
        assert b.data(ident) == a.data(ident)


@pytest.mark.fault("F12")
def test_an_edited_record_never_goes_back(central: Central, proxy: FaultProxy, join: Join) -> None:
    """A page of changes that was read before our edit was accepted arrives after it."""
    a, b = join(url=proxy.url), join()
    ident = a.new()
    a.sync()
    b.sync()
    b.edit(ident, author_name="Петров")
    b.sync()
    a.edit(ident, address="Ленина, 5")
    old = a.client.changes(0)
    a.sync()
    version = a.writer.get("reports", ident).version  # type: ignore[union-attr]
    a.writer.absorb(old["changes"], datetime.now(UTC), {})
    assert a.writer.get("reports", ident).version == version  # type: ignore[union-attr]
    assert a.data(ident)["address"] == "Ленина, 5"


@pytest.mark.fault("F33")
def test_rows_that_diverged_unnoticed_are_found_and_mended_within_a_day(central: Central, join: Join) -> None:
    fill(central, 600)
    a = join()
    a.sync()
    a.writer._connection.run("DELETE FROM reports WHERE id = 'r7'")
    a.writer._connection.run("UPDATE reports SET _version = 9 WHERE id = 'r8'")
    a.sync()
    assert a.sums() != a.server_sums() and a.engine.repaired == [], "once a day is enough"
    a.writer.set_meta({"verified": "2026-01-01T00:00:00+00:00"})
    a.sync()
    assert a.engine.repaired == ["reports"] and a.sums() == a.server_sums()
    a.sync()
    assert a.engine.repaired == []


@pytest.mark.fault("F33")
def test_nothing_is_repaired_that_only_waits_to_be_sent(central: Central, proxy: FaultProxy, join: Join) -> None:
    a = join("moderator", url=proxy.url)
    ident = a.new()
    a.sync()
    a.writer.set_meta({"verified": "2026-01-01T00:00:00+00:00"})
    a.delete(ident)
    proxy.before = lambda path, body: "operations" in path
    a.sync()
    assert proxy.fired and a.engine.repaired == []
