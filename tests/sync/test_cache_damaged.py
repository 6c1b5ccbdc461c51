"""A cache that is damaged while the window lives: it is set aside at once, and the desk works on with another."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from central_server import Central
from desk import Desk
from pytestqt.qtbot import QtBot
from station import PASSWORD

from citymanager.errors import CityError, Damaged
from citymanager.store import Opening, Query

pytestmark = pytest.mark.fault("F07")


@pytest.fixture
def desks(tmp_path: Path, qtbot: QtBot) -> Iterator[Callable[[], Desk]]:
    made: list[Desk] = []

    def make() -> Desk:
        made.append(Desk(tmp_path / "desk"))
        return made[-1]

    yield make
    assert all(one.close() for one in made)


def spoil(cache: Path) -> None:
    """All pages but the first: what is not in somebody's memory is lost."""
    with cache.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (cache.stat().st_size - 4096))


def test_the_desk_works_on_and_nothing_unsent_is_lost(
    central: Central, desks: Callable[[], Desk], qtbot: QtBot
) -> None:
    central.add_user("ivanov", PASSWORD, "operator")
    first = desks()
    first.worker.start(central.url, "ivanov", PASSWORD)
    qtbot.waitUntil(lambda: first.state.link == "online")
    there = first.save(text="На сервере")
    qtbot.waitUntil(lambda: central.sql("SELECT count(*) FROM records") == [(1,)] and first.state.unsent == 0)
    first.close()
    central.stop()
    desk = desks()
    waiting = [desk.save(text=f"Ждёт {number}") for number in range(3)]
    desk.close()  # so that all is in the file
    desk = desks()
    openings: list[Opening] = []
    errors: list[CityError] = []
    desk.tasks.renewed.connect(openings.append)
    desk.tasks.failed.connect(errors.append)
    desk.worker.start(central.url, "ivanov", PASSWORD)
    spoil(desk.profile.cache)
    for _ in range(5):
        desk.tasks.read(lambda reader: reader.first_page(Query("reports", text="Ждёт")))
    qtbot.waitUntil(lambda: bool(openings), timeout=20_000)
    assert any(isinstance(one, Damaged) for one in errors)
    assert openings[0].salvaged == 3 and openings[0].aside is not None and (openings[0].aside / "cache.db").exists()
    central.start()
    desk.worker.sync_now()
    qtbot.waitUntil(lambda: desk.state.link == "online" and desk.state.unsent == 0, timeout=30_000)
    assert {row[0] for row in central.sql("SELECT id FROM records")} == {there, *waiting}
    qtbot.waitUntil(lambda: all(desk.shows(ident) for ident in (there, *waiting)), timeout=20_000)
    number = central.sql("SELECT data ->> 'number' FROM records ORDER BY 1")
    desk.save(text="После")
    qtbot.waitUntil(lambda: central.sql("SELECT count(*) FROM records") == [(5,)])
    assert len({*central.sql("SELECT data ->> 'number' FROM records")}) == 5 and len({*number}) == 4
    assert len(openings) == 1 and len(list(desk.profile.folder.glob("damaged-*"))) == 1
