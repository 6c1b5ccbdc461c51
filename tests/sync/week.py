"""A desk after a week without a line, as a script: it syncs until all is sent and all is here, and tells how it was."""

import json
import sys
import time
from pathlib import Path

from desk import Desk
from pulse import Pulse
from PySide6.QtCore import QCoreApplication, QTimer

from citymanager.sync_state import SyncState


def main(folder: str, url: str, login: str, password: str) -> None:
    app = QCoreApplication([])
    desk = Desk(Path(folder))
    pulse, begun = Pulse(), time.monotonic()

    def look(state: SyncState) -> None:
        if state.link == "online" and state.confirmed and not state.unsent and not desk.tasks.glance.unsent():
            told = {"ms": (time.monotonic() - begun) * 1000, **pulse.told()}
            told["order"] = [module for module, _ in desk.changed]
            print(json.dumps(told), flush=True)
            app.quit()

    desk.hub.sync_state.connect(look)
    QTimer.singleShot(0, lambda: desk.worker.start(url, login, password))
    app.exec()
    desk.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
