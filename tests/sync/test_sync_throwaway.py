"""A module that only a test declares goes through server and stations with no other line."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from central_server import Central
from station import PASSWORD, Station
from throwaway import HOUSE, NOW, SQUARE, THROWAWAY, WHOLE

PROGRAM = (str(Path(__file__).parents[1] / "throwaway_server.py"),)


@pytest.fixture
def house(central_dsn: str) -> Iterator[Central]:
    server = Central(("--database", central_dsn), central_dsn, program=PROGRAM)
    server.start()
    yield server
    server.close()


@pytest.fixture
def desks(house: Central, stations: Callable[..., Station]) -> tuple[Station, Station]:
    """An operator's and an administrator's."""
    made = stations(house.url, modules=HOUSE), stations(house.url, modules=HOUSE)
    for station, role in zip(made, ("operator", "admin"), strict=True):
        house.add_user(role, PASSWORD, role)
        station.login(role)
    return made


def test_every_kind_of_field_reaches_the_other_station_as_it_was(desks: tuple[Station, Station]) -> None:
    ours, theirs = desks
    saved = ours.writer.save(THROWAWAY.key, None, WHOLE, "operator", None, NOW)
    ours.engine.round()
    theirs.engine.round()
    found = theirs.writer.get(THROWAWAY.key, saved.id)
    assert {key: found.data[key] for key in WHOLE} == WHOLE
    assert (found.data["status"], found.version) == ("planned", 1)


def test_the_server_holds_records_to_the_declaration(desks: tuple[Station, Station]) -> None:
    ours, _ = desks
    saved = ours.writer.save(THROWAWAY.key, None, {"name": "Лавка", "geometry": SQUARE}, "operator", None, NOW)
    moved = ours.writer.save(THROWAWAY.key, saved.id, {"status": "standing"}, "operator", None, NOW)
    broken = ours.writer.save(THROWAWAY.key, saved.id, {"status": "broken", "story": "Доска"}, "operator", None, NOW)
    mended = ours.writer.save(THROWAWAY.key, saved.id, {"status": "standing"}, "operator", None, NOW)
    done = ours.engine.round()
    assert (done.pushed, done.refused) == (3, 1)
    assert {one.op for one in ours.writer.outbox()} == {mended.op}, "only an administrator mends a bench"
    assert "Роль «Оператор»" in ours.writer.pending(mended.op).reason
    assert moved.op and broken.op
