"""Of questions that follow one another only the last is answered, and the readers do not work on for the others."""

import threading
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from citymanager.errors import CityError, Refused
from citymanager.store import Reader
from citymanager.store.connection import Interrupted
from citymanager.tasks import READERS, Tasks

Wait = Callable[[Callable[[], bool]], None]
LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM (SELECT i FROM n LIMIT {})"
MINUTES = LONG.format(2_000_000_000)


class Asked:
    """Reads that take minutes, and how each of them ended."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.ended: list[type[BaseException] | None] = []

    def __call__(self, reader: Reader) -> int:
        self.begun.release()
        try:
            found: int = reader._connection.value(MINUTES)
        except CityError as error:
            self.ended.append(type(error))
            raise
        return found


def test_a_newer_question_breaks_off_the_older_ones(tasks: Tasks, wait: Wait) -> None:
    """Also when every reader is at one: else the newest would wait for what nobody wants any more."""
    asked, answers, failures = Asked(), [], []
    for _ in range(READERS + 1):  # the last of them goes into the queue
        tasks.read(asked, answers.append, failures.append, newest="list")
        assert asked.begun.acquire(timeout=10)
    tasks.failed.connect(failures.append)
    tasks.read(lambda reader: "the last", answers.append, failures.append, newest="list")
    wait(lambda: bool(answers))
    assert answers == ["the last"]
    wait(lambda: len(asked.ended) == READERS + 1)  # each on a thread of its own, and the last may have been quicker
    assert asked.ended == [Interrupted] * (READERS + 1)
    assert not failures


def test_only_questions_of_the_same_name_are_broken_off(tasks: Tasks, wait: Wait) -> None:
    going, stop, answers = threading.Semaphore(0), threading.Event(), []

    def step_by_step(reader: Reader) -> str:
        going.release()
        while not stop.is_set():
            reader._connection.value(LONG.format(1_000))
        return "whole"

    tasks.read(step_by_step, answers.append, newest="another list")
    assert going.acquire(timeout=10)
    for number in range(20):
        tasks.read(lambda reader, number=number: number, answers.append, newest="list")
    wait(lambda: 19 in answers)
    stop.set()
    wait(lambda: "whole" in answers)


def test_the_last_question_fails_aloud(tasks: Tasks, qtbot: QtBot) -> None:
    def refuse(reader: Reader) -> None:
        raise Refused("нельзя")

    with qtbot.waitSignal(tasks.failed, timeout=10_000) as told:
        tasks.read(refuse, newest="list")
    assert str(told.args[0]) == "нельзя"


def test_a_reader_that_was_broken_off_reads_on(tasks: Tasks) -> None:
    with pytest.raises(Interrupted), tasks.glance.while_wanted(lambda: False):
        tasks.glance._connection.value(MINUTES)
    assert tasks.glance._connection.value(LONG.format(1_000_000)) == 1_000_000


def test_of_many_short_queries_the_rest_is_broken_off(tasks: Tasks) -> None:
    """SQLite itself asks only in the middle of long ones."""
    left = [True, True, False]
    with pytest.raises(Interrupted), tasks.glance.while_wanted(lambda: left.pop(0)):
        for number in range(3):
            assert tasks.glance._connection.value("SELECT ?", (number,)) == number
    assert not left
