"""What was typed and not saved: a file per record and person, so that neither a crash nor another card loses it."""

import hashlib
import json
import logging
import os
from pathlib import Path
from typing import Any

from citymanager.errors import CityError, ReadOnly, why
from citymanager.tasks import Failed, Tasks

NEW = ""
"""The id under which the draft of a card that is not made yet is kept."""

log = logging.getLogger(__name__)
Draft = dict[str, Any]
"""Field key → the state of its editor."""


class Drafts:
    """The drafts of a module's records. Files are written on the writer's thread, in the order of the acts."""

    def __init__(self, folder: Path, module: str, tasks: Tasks) -> None:
        self._folder, self._module, self._tasks = folder, module, tasks
        self._known: dict[Path, Draft] = {}

    def get(self, login: str, ident: str) -> Draft:
        """The draft of a record by this person; empty if there is none."""
        path = self._path(login, ident)
        if path not in self._known:
            self._known[path] = _read(path)
        return self._known[path]

    def put(self, login: str, ident: str, draft: Draft, failed: Failed | None = None) -> None:
        """Keep a draft; an empty one is taken away."""
        path = self._path(login, ident)
        if self.get(login, ident) == draft:
            return
        self._known[path] = draft
        self._tasks.write(lambda _: _write(path, draft), failed=failed or _unkept)

    def _path(self, login: str, ident: str) -> Path:
        name = hashlib.sha256(json.dumps([self._module, login, ident]).encode()).hexdigest()[:40]
        return self._folder / f"{name}.json"


def _unkept(error: CityError) -> None:
    log.warning("a draft could not be kept: %s", error)


def _read(path: Path) -> Draft:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warning("a draft can't be read: %s", type(error).__name__)
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, draft: Draft) -> None:
    """Replace the file whole: a crash leaves the old draft or the new one."""
    try:
        if not draft:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(mode=0o700, exist_ok=True)
        new = path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(draft, file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise ReadOnly(f"Черновик не записан на диск: {why(error)}. Не закрывайте карточку.") from error
