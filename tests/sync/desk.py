"""A window's insides without the window; as a script: one desk, which says when it has synced."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication

from citymanager.hub import Hub
from citymanager.modules import MODULES
from citymanager.roles import role
from citymanager.store import Profile
from citymanager.sync_state import SyncState
from citymanager.tasks import Tasks
from sync.keys import NoKeyRing
from sync.worker import SyncWorker

OPERATOR = role("operator")


class Desk:
    """A window's insides without the window: threads, bus, sync; `notices` and `states` as they were told."""

    def __init__(self, folder: Path) -> None:
        self.profile = Profile(folder)
        self.tasks = Tasks(self.profile, MODULES, self.profile.writer(MODULES, patience=0))
        self.hub = Hub()
        self.closed = False
        self.states: list[SyncState] = []
        self.notices: list[tuple[str, str]] = []
        self.changed: list[tuple[str, list[str]]] = []
        self.entered: list[str] = []
        self.hub.sync_state.connect(self.states.append)
        self.hub.notice.connect(lambda text, level: self.notices.append((text, level)))
        self.hub.changed.connect(lambda module, ids: self.changed.append((module, ids)))
        self.worker = SyncWorker(self.profile, MODULES, self.tasks, self.hub, keys=lambda *_: NoKeyRing())
        self.worker.entered.connect(self.entered.append)

    @property
    def state(self) -> SyncState:
        return self.worker.state

    def save(self, ident: str | None = None, **values: Any) -> str:
        values = values if ident else {"text": "Яма", **values}
        saved = self.tasks.write_here(
            lambda writer: writer.save("reports", ident, values, self.state.login, OPERATOR, datetime.now(UTC))
        )
        self.hub.outbox_changed.emit()
        return saved.id

    def shows(self, ident: str, **values: Any) -> bool:
        found = self.tasks.glance.get("reports", ident)
        return found is not None and all(found.data.get(key) == value for key, value in values.items())

    def close(self) -> bool:
        if self.closed:
            return True
        self.closed = True
        ended = self.worker.stop()
        self.tasks.close()
        return ended


def main(folder: str, url: str, login: str, password: str) -> None:
    """Sync until killed; a line for every time that the server has confirmed the cache."""
    app = QCoreApplication([])
    desk = Desk(Path(folder))
    said: set[datetime | None] = {None}

    def say(state: SyncState) -> None:
        if state.confirmed not in said:
            said.add(state.confirmed)
            print("confirmed", flush=True)

    desk.hub.sync_state.connect(say)
    desk.worker.start(url, login, password)
    app.exec()


if __name__ == "__main__":
    main(*sys.argv[1:])
