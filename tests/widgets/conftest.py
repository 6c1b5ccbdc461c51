"""A real desk: its parts (profile, writer, threads, bus, look, who sits there), and the whole in its window."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from alarm_post import Post, Worn
from empty_cache import with_tables
from PySide6.QtWidgets import QApplication, QLabel
from throwaway import HOUSE, NOW

from citymanager.access_journal import AccessJournal
from citymanager.hub import Hub
from citymanager.roles import role
from citymanager.schema import Module
from citymanager.store import Profile, Writer
from citymanager.tasks import Tasks
from citymanager.values import moment
from widgets.city_norms import CityNorms
from widgets.desk import Desk
from widgets.login import LoginStrip
from widgets.panels.stand import Stand
from widgets.place import Place
from widgets.record_panel import RecordPanel
from widgets.seat import Seat
from widgets.theme import Appearance

LOGIN = "ivanova"


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "profile")


@pytest.fixture
def house() -> Sequence[Module]:
    """The modules that there are; a file of tests may have others."""
    return HOUSE


@pytest.fixture
def writer(profile: Profile, house: Sequence[Module]) -> Writer:
    return with_tables(profile, house).writer(house, patience=0)


@pytest.fixture
def tasks(qapp: QApplication, profile: Profile, house: Sequence[Module], writer: Writer) -> Iterator[Tasks]:
    made = Tasks(profile, house, writer)
    yield made
    made.close()


@pytest.fixture
def hub(qapp: QApplication) -> Hub:
    return Hub()


@pytest.fixture
def notices(hub: Hub) -> list[tuple[str, str]]:
    """What was told to the user, oldest first."""
    heard: list[tuple[str, str]] = []
    hub.notice.connect(lambda text, level: heard.append((text, level)))
    return heard


@pytest.fixture
def appearance(qapp: QApplication) -> Appearance:
    made = Appearance("day")
    made.use("day", qapp)
    return made


@pytest.fixture
def seat(qapp: QApplication) -> Seat:
    return Seat(LOGIN, "Иванова А. П.", role("moderator"))


Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: "pytest.FixtureRequest") -> Wait:
    """Let the program's own loop run until a condition holds."""
    return lambda condition: qtbot.waitUntil(condition, timeout=20_000)


Put = Callable[..., None]


@pytest.fixture
def put(tasks: Tasks, hub: Hub) -> Put:
    """Let records come from the server: put("reports", {"r1": {…}}, version=2)."""

    def act(module: str, rows: Mapping[str, Any], version: int = 1, *, deleted: bool = False) -> None:
        changes = [
            {"module": module, "id": ident, "version": version, "data": data, "by": "petrov", "at": moment(NOW),
             "deleted": deleted}
            for ident, data in rows.items()
        ]  # fmt: skip
        for start in range(0, len(changes), 500):
            tasks.write_here(lambda writer, part=changes[start : start + 500]: writer.absorb(part, NOW, {}))
        hub.changed.emit(module, list(rows))

    return act


@pytest.fixture
def journal(profile: Profile, tasks: Tasks, seat: Seat) -> AccessJournal:
    return AccessJournal(profile, lambda: seat.login, lambda: tasks.write(Writer.take_spooled))


@pytest.fixture
def norms(tasks: Tasks, hub: Hub) -> CityNorms:
    return CityNorms(tasks, hub)


@pytest.fixture
def stand(tasks: Tasks, hub: Hub, seat: Seat, appearance: Appearance, norms: CityNorms) -> Stand:
    """What most of a window stands on; it is always the same moment."""
    return Stand(tasks, hub, seat, appearance, norms, lambda: NOW)


@pytest.fixture
def desk(
    profile: Profile,
    house: Sequence[Module],
    tasks: Tasks,
    hub: Hub,
    appearance: Appearance,
    seat: Seat,
    journal: AccessJournal,
    qtbot: Any,
) -> Iterator[Desk]:
    """The whole desk in its window, its lists read; labels stand where map and legend would."""
    place = Place(profile, house, tasks, hub, appearance, seat, journal)
    made = Desk(place, QLabel("карта"), QLabel("слои"), LoginStrip(lambda *_: None))
    made.window.resize(1366, 768)
    made.window.show()
    qtbot.waitUntil(made.window.isActiveWindow, timeout=20_000)
    qtbot.waitUntil(lambda: all(one.model.complete for one in made.records.values()), timeout=20_000)
    yield made
    made.window.close()
    shiboken6.delete(made.window)


PanelOf = Callable[..., RecordPanel]


@pytest.fixture
def panel_of(qtbot: Any, profile: Profile, stand: Stand, journal: AccessJournal) -> Iterator[PanelOf]:
    """Make a module's panel, shown and with its list read."""
    made: list[RecordPanel] = []

    def make(module: Module, stand: Stand = stand, **more: Any) -> RecordPanel:
        panel = RecordPanel(module, profile, stand, journal, **more)
        made.append(panel)
        panel.resize(1200, 800)
        panel.show()
        qtbot.waitUntil(lambda: panel.model.complete, timeout=20_000)
        return panel

    yield make
    for panel in made:
        panel.closing()
        panel.close()
        panel.deleteLater()


@pytest.fixture
def worn() -> Worn:
    return Worn()


@pytest.fixture
def posted(profile: Profile, stand: Stand, worn: Worn, wait: Wait) -> Iterator[Callable[[], Post]]:
    """Start a workstation; the one before, if there was one, has gone."""
    made: list[Post] = []

    def start() -> Post:
        while made:
            made.pop().close()
        made.append(Post(profile, stand, worn))
        made[0].watch._breath.start(0)
        wait(lambda: made[0].watch.settled)
        return made[0]

    yield start
    while made:
        made.pop().close()
