"""What a person does at a desk, as a process: by the threads of a window, one act, and a line once it is done."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from desk import OPERATOR, Desk
from PySide6.QtCore import QCoreApplication

from citymanager.store import Saved
from sync.client import Client
from sync.fetching import Fetching
from widgets.record_drafts import NEW, Drafts

LOGIN = "ivanov"


def resolve(desk: Desk, op: str, address: str) -> None:
    """A third value instead of the two that met."""
    author = _author(desk, op)
    saved = desk.tasks.write_here(
        lambda writer: writer.resolve(op, {"address": address}, author, OPERATOR, datetime.now(UTC))
    )
    _say(saved)


def retry(desk: Desk, op: str) -> None:
    desk.tasks.write_here(lambda writer: writer.retry([op]))


def draft(desk: Desk, text: str) -> None:
    """Something typed into a new card."""
    _drafts(desk).put(LOGIN, NEW, {"text": text})


def set_aside(desk: Desk) -> None:
    """The new card waits for another one."""
    _drafts(desk).set_aside(LOGIN)


def unfinished(desk: Desk) -> None:
    """The new cards that wait, as the window offers them."""
    for one in _drafts(desk).unfinished(LOGIN):
        print(json.dumps(one.draft), flush=True)


def fetch(desk: Desk, url: str, login: str, name: str) -> None:
    """A file that somebody wants to see."""
    client = Client(url)
    client.login(login, "пароль", desk.profile.station())
    fetching = Fetching(client, desk.profile.shelf, lambda: 1 << 30)
    while (news := fetching.step(name)).got < news.size:
        continue
    client.close()


def _drafts(desk: Desk) -> Drafts:
    return Drafts(desk.profile.drafts, "reports", desk.tasks)


def _author(desk: Desk, op: str) -> str:
    pending = desk.tasks.write_here(lambda writer: writer.pending(op))
    assert pending is not None
    return pending.author


def _say(saved: Saved) -> None:
    print(json.dumps({"op": saved.op, "id": saved.id}), flush=True)


ACTS: dict[str, Callable[..., None]] = {
    one.__name__: one for one in (resolve, retry, draft, set_aside, unfinished, fetch)
}


def main(folder: str, act: str, *words: str) -> None:
    app = QCoreApplication([])
    desk = Desk(Path(folder))
    ACTS[act](desk, *words)
    desk.close()
    app.processEvents()


if __name__ == "__main__":
    main(*sys.argv[1:])
