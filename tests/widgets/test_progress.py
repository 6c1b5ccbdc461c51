"""Long acts: shown with their numbers once they are long, stopped by a person, ended with the window."""

import threading
from collections.abc import Callable, Iterator
from functools import partial

import pytest
import shiboken6
from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot
from throwaway import NOW

from citymanager.errors import CityError
from citymanager.roles import role
from citymanager.store import Saved, Writer
from citymanager.tasks import Tasks
from citymanager.work import Hands, Stopped
from widgets.progress import WorkStrip, WorkStrips, left, told

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def strips(tasks: Tasks, qtbot: QtBot) -> WorkStrips:
    made = WorkStrips(tasks)
    qtbot.addWidget(made)
    made.show()
    return made


class Gate:
    """Lets an act go on step by step, as the test says."""

    def __init__(self) -> None:
        self._steps = threading.Semaphore(0)

    def open(self, steps: int = 1) -> None:
        self._steps.release(steps)

    def pass_through(self) -> None:
        assert self._steps.acquire(timeout=20)


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.open(1_000)


def strip_of(strips: WorkStrips) -> WorkStrip | None:
    return strips.findChild(WorkStrip)


def test_a_long_act_shows_its_numbers_and_goes_when_it_is_done(
    tasks: Tasks, strips: WorkStrips, gate: Gate, wait: Wait
) -> None:
    done: list[int] = []

    def act(hands: Hands) -> int:
        hands.at(1_240, 8_739)
        gate.pass_through()
        return 7

    tasks.long("Загрузка сообщений", act, done.append)
    wait(lambda: (strip := strip_of(strips)) is not None and strip.isVisible())
    strip = strip_of(strips)
    assert strip is not None
    assert strip.title.text() == "Загрузка сообщений"
    wait(lambda: strip.bar.text() == "1\u00a0240 из 8\u00a0739 (14 %)")
    gate.open()
    wait(lambda: done == [7])
    wait(lambda: strip_of(strips) is None)


def test_a_person_stops_a_long_act_between_its_steps(
    tasks: Tasks, strips: WorkStrips, gate: Gate, wait: Wait, qtbot: QtBot
) -> None:
    steps: list[int] = []
    failed: list[CityError] = []

    def act(hands: Hands) -> None:
        for step in range(100):
            hands.at(step, 100)
            steps.append(step)
            gate.pass_through()

    tasks.long("Выгрузка", act, failed=failed.append)
    wait(lambda: (strip := strip_of(strips)) is not None and strip.isVisible() and steps == [0])
    strip = strip_of(strips)
    assert strip is not None
    qtbot.mouseClick(strip.cancel, Qt.MouseButton.LeftButton)
    assert not strip.cancel.isEnabled()
    gate.open()
    wait(lambda: bool(failed))
    assert isinstance(failed[0], Stopped)
    assert str(failed[0]) == "Остановлено: Выгрузка."
    assert steps == [0]


def saved(name: str, writer: Writer) -> Saved:
    return writer.save("organisations", None, {"name": name}, "я", role("admin"), NOW)


def test_a_long_act_reads_and_writes_as_others_do(tasks: Tasks, wait: Wait) -> None:
    found: list[int] = []

    def act(hands: Hands) -> int:
        for name in ("Горсвет", "Водоканал"):
            hands.write(partial(saved, name))
        return len(hands.reader.outbox())

    tasks.long("Загрузка", act, found.append)
    wait(lambda: bool(found))
    assert found == [2]


def test_an_act_whose_owner_has_gone_tells_nobody(tasks: Tasks, gate: Gate, wait: Wait) -> None:
    told_of: list[str] = []
    owner = QObject()
    tasks.long("Выгрузка", lambda hands: gate.pass_through(), lambda _: told_of.append("owner"), owner=owner)
    tasks.long("Другая", lambda hands: None, lambda _: told_of.append("other"))
    shiboken6.delete(owner)
    gate.open()
    wait(lambda: bool(told_of))  # acts end in their order
    assert told_of == ["other"]


@pytest.mark.parametrize(
    ("done", "total", "text"),
    [(0, 0, ""), (12, 0, "12"), (0, 10, "0 из 10 (0 %)"), (1, 3, "1 из 3 (33 %)"), (3, 3, "3 из 3 (100 %)")],
)
def test_numbers_are_told_with_their_share(done: int, total: int, text: str) -> None:
    assert told(done, total) == text


@pytest.mark.parametrize(
    ("done", "total", "seconds", "text"),
    [(0, 10, 9, ""), (1, 10, 1, ""), (1, 10, 10, "осталось 1 мин"), (5, 10, 10, "осталось 10 с"), (10, 10, 10, ""),
     (5, 0, 10, "")],
)  # fmt: skip
def test_the_time_left_is_told_only_when_it_can_be(done: int, total: int, seconds: float, text: str) -> None:
    assert left(done, total, seconds) == text
