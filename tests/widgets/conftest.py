"""A real desk without its window: profile, writer, threads, bus, look and the person who sits there."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from throwaway import HOUSE

from citymanager.hub import Hub
from citymanager.roles import role
from citymanager.store import Profile, Writer
from citymanager.tasks import Tasks
from widgets.seat import Seat
from widgets.theme import Appearance

LOGIN = "ivanova"


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    return Profile(tmp_path / "profile")


@pytest.fixture
def writer(profile: Profile) -> Writer:
    return profile.writer(HOUSE, patience=0)


@pytest.fixture
def tasks(qapp: QApplication, profile: Profile, writer: Writer) -> Iterator[Tasks]:
    made = Tasks(profile, HOUSE, writer)
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
    return lambda condition: qtbot.waitUntil(condition, timeout=5_000)
