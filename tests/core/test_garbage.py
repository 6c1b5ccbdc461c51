"""Garbage is collected on one thread, whoever has made it."""

import gc
import threading
import weakref

from citymanager.garbage import tidy


class Knot:
    """Refers to itself: only the collector can take it away."""

    def __init__(self) -> None:
        self.itself = self


def test_other_threads_collect_nothing_however_much_they_allocate() -> None:
    assert not gc.isenabled()
    knot = weakref.ref(Knot())
    made: list[list[int]] = []
    busy = threading.Thread(target=lambda: made.extend([number] for number in range(200_000)))
    busy.start()
    busy.join()
    assert knot() is not None
    tidy()
    assert knot() is None


def test_a_little_garbage_waits() -> None:
    gc.collect()
    knot = weakref.ref(Knot())
    tidy()
    assert knot() is not None
    gc.collect()
