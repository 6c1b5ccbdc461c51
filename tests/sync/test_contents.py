"""Silent divergence: rows that differ from the server's though their versions agree are found at night and mended."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from central_server import Central
from desk import Desk
from fault_proxy import FaultProxy
from pytestqt.qtbot import QtBot
from station import PASSWORD, Station
from throwaway import SQUARE

from citymanager.modules import MODULES
from citymanager.store import Query
from sync.contents import EVERY, LATEST, Contents, _due
from sync.contract import PAGE, content_sum
from sync.pace import Pace
from sync.pull import Pull

Join = Callable[..., Station]
LONG_AGO = "2026-01-01T00:00:00+00:00"
pytestmark = pytest.mark.fault("F33")


def fill(central: Central, many: int) -> None:
    central.sql(
        "INSERT INTO records (module, id, data) SELECT 'reports', 'r' || lpad(n::text, 5, '0'),"
        ' jsonb_build_object(\'text\', \'Яма \' || n, \'status\', \'new\', \'address\', \'Мира, 2\')'
        " FROM generate_series(1, %s) AS n", many
    )  # fmt: skip


def same(station: Station, central: Central) -> bool:
    rows = {one.id: one.data for one in station.writer.each(Query("reports"))}
    there = dict(central.sql("SELECT id, data FROM records WHERE module = 'reports'"))
    return rows == there


def spoil(station: Station) -> None:
    """By hand, under the same version; and one row gone."""
    station.writer._connection.run("UPDATE reports SET address = 'Чужая, 1' WHERE id = 'r00700'")
    station.writer._connection.run("UPDATE reports SET text = NULL WHERE id = 'r01100'")


def test_a_value_changed_by_hand_under_the_same_version_is_found_and_only_its_page_taken_again(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    fill(central, 1_200)
    a = join(url=proxy.url)
    a.sync()
    spoil(a)
    a.sync()
    assert a.engine.repaired == [] and not same(a, central), "once a night is enough"
    assert a.sums() == a.server_sums(), "ids and versions agree"
    a.writer.set_meta({"compared": LONG_AGO})
    proxy.passed.clear()
    a.sync()
    assert a.engine.repaired == ["reports"] and same(a, central)
    assert sum("/snapshot/" in one for one in proxy.passed) == 2, "two pages of three"
    assert any(module == "reports" and "r00700" in ids for module, ids in a.changed)
    proxy.passed.clear()
    a.sync()
    assert a.engine.repaired == [] and not any("/digest" in one for one in proxy.passed)


def test_what_is_sound_is_left_alone_whatever_numbers_look_like(central: Central, join: Join) -> None:
    a, b = join("moderator"), join("moderator")
    works = a.new("earthworks", address="Ленина, 5", area=2.0, geometry=SQUARE)
    a.new(text="Яма", geometry={"type": "Point", "coordinates": [60.0, 56.5]})
    a.sync()
    central.sql("UPDATE records SET data = data || '{\"area\": 12.50, \"odd\": [1.0, null, {}], \"none\": null,"
                " \"empty\": \"\"}' WHERE id = %s", works)  # fmt: skip
    for one in (a, b):
        one.sync()
        one.writer.set_meta({"compared": LONG_AGO})
        one.sync()
        assert one.engine.repaired == [] and one.writer.meta("comparing") == ""


def test_an_edit_that_waits_is_no_divergence_and_one_that_comes_meanwhile_neither(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    fill(central, 20)
    a, b = join(url=proxy.url), join()
    for one in (a, b):
        one.sync()
    proxy.before = lambda path, body: "POST" in path and "operations" in path
    a.edit("r00001", address="Ленина, 1")
    came: list[str] = []

    def meanwhile(path: str, body: bytes) -> bool:
        if "/digest/reports" in path and not came:
            came.append(b.edit("r00009", address="Ленина, 9"))
            b.sync()
        return "POST" in path and "operations" in path

    proxy.before = meanwhile
    a.writer.set_meta({"compared": LONG_AGO})
    a.sync()
    assert proxy.fired and came and a.engine.repaired == []
    proxy.before = lambda path, body: False
    a.sync()
    assert same(a, central) and not a.writer.outbox()


def test_it_goes_on_where_it_was_in_small_steps(central: Central, join: Join) -> None:
    fill(central, PAGE * 2 + 100)
    a = join()
    a.sync()
    spoil(a)
    a.writer.set_meta({"compared": LONG_AGO})
    repaired = []
    for _ in range(len(MODULES) + 2):
        place = a.writer.meta("comparing") or ""
        pull = Pull(a.client, MODULES, a.engine._around, Pace())
        readable = [one for one in MODULES if one.key == "reports"]
        repaired.append(Contents(a.client, a.engine._around, pull, readable, steps=1).step())
        if place.startswith("reports r00500"):
            a.restart()
            a.login(a.known.last().login)  # type: ignore[union-attr]
    assert repaired[:4] == [[], ["reports"], ["reports"], []] and same(a, central)
    assert a.writer.meta("comparing") == "" and a.writer.meta("compared") > LONG_AGO  # type: ignore[operator]


def test_it_runs_at_night_and_by_day_only_when_a_night_was_missed() -> None:
    night, noon = datetime(2026, 11, 23, 22, tzinfo=UTC), datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert _due(night - EVERY * 1.1, night) and not _due(night - EVERY * 0.9, night)
    assert not _due(noon - EVERY * 1.1, noon) and _due(noon - LATEST * 1.1, noon)
    assert _due(noon + LATEST * 1.1, noon), "a clock that was set back"


def test_the_window_tells_it_and_works_on(central: Central, tmp_path: object, qtbot: QtBot) -> None:
    fill(central, 1_200)
    central.add_user("ivanov", PASSWORD, "operator")
    desk = Desk(tmp_path)  # type: ignore[arg-type]
    try:
        desk.worker.start(central.url, "ivanov", PASSWORD)
        qtbot.waitUntil(lambda: desk.state.link == "online", timeout=30_000)
        qtbot.waitUntil(lambda: desk.shows("r00700"), timeout=30_000)

        def spoilt(writer) -> None:
            writer._connection.run("UPDATE reports SET address = 'Чужая, 1' WHERE id = 'r00700'")
            writer.set_meta({"compared": LONG_AGO})

        desk.tasks.write_here(spoilt)
        saved = desk.save(text="Пишется во время сверки")
        qtbot.waitUntil(lambda: desk.shows("r00700", address="Мира, 2"), timeout=30_000)
        qtbot.waitUntil(lambda: desk.state.unsent == 0 and desk.shows(saved), timeout=30_000)
        qtbot.waitUntil(lambda: any(text.startswith("Данные расходились") for text, _ in desk.notices), timeout=30_000)
    finally:
        assert desk.close()


def test_numbers_and_empty_fields_weigh_the_same_on_both_sides() -> None:
    assert content_sum([("a", 1, {"n": 2.0, "e": "", "l": [], "x": None})]) == content_sum([("a", 1, {"n": 2})])
    assert content_sum([("a", 1, {"n": 2.5})]) != content_sum([("a", 1, {"n": 2})])
    assert content_sum([("a", 1, {"n": 1})]) != content_sum([("a", 1, {"n": "1"})])
    assert content_sum([("a", 1, {"b": True})]) != content_sum([("a", 1, {"b": 1})])


def test_a_server_that_fails_on_it_or_does_not_know_it_is_not_asked_again_that_night(
    central: Central, proxy: FaultProxy, join: Join
) -> None:
    a = join(url=proxy.url)
    a.sync()
    proxy.before = lambda path, body: "/digest/" in path
    a.writer.set_meta({"compared": LONG_AGO})
    a.sync()
    assert proxy.fired and a.writer.meta("comparing") == ""
    fired = proxy.fired
    a.sync()
    assert proxy.fired == fired, "the round itself goes well"
