"""A workstation of alarms in a process of its own, killed once its disk has what it shows: `dying_post.py FOLDER ACT`.

`raised`: a highest alarm stands. `gone`: its cause has gone, too, before anybody took it.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from alarm_post import ADS, Post
from PySide6.QtWidgets import QApplication
from worn_clocks import NOW, Worn

from citymanager.hub import Hub
from citymanager.modules import MODULES
from citymanager.roles import role
from citymanager.store import Profile
from citymanager.tasks import Tasks
from citymanager.values import moment
from widgets.city_norms import CityNorms
from widgets.panels.stand import Stand
from widgets.seat import Seat
from widgets.theme import Appearance

PATIENCE = 30.0


def until(holds: Callable[[], bool]) -> None:
    """Let the program's own loop run."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        QApplication.processEvents()


def main(folder: Path, act: str) -> None:
    profile, hub, worn = Profile(folder), Hub(), Worn()
    tasks = Tasks(profile, MODULES, profile.writer(MODULES))
    seat = Seat("ivanova", "Иванова", role("moderator"))
    post = Post(profile, Stand(tasks, hub, seat, Appearance("day"), CityNorms(tasks, hub), lambda: NOW), worn)

    def put(version: int, status: str) -> None:
        change = {"module": "reports", "id": "r1", "version": version, "data": {**ADS, "status": status},
                  "by": "petrov", "at": moment(NOW), "deleted": False}  # fmt: skip
        tasks.write_here(lambda writer: writer.absorb([change], NOW, {}))
        hub.changed.emit("reports", ["r1"])

    put(1, "new")
    worn.run(30 * 60)
    until(lambda: post.calling == ["r1 localise high"])
    if act == "gone":
        put(2, "in_work")
        until(lambda: len(post.acts.left) == 1)
    until(lambda: [one.gone for one in tasks.glance.raised()] == [act == "gone"])
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    application = QApplication([])
    main(Path(sys.argv[1]), sys.argv[2])
