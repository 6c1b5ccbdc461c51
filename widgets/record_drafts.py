"""What was typed and not saved: a file per record and person, so that neither a crash nor another card loses it."""

import hashlib
import json
import logging
import os
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from citymanager.errand import Failed
from citymanager.errors import CityError, ReadOnly, why
from citymanager.failpoints import fp
from citymanager.tasks import Tasks

NEW = ""
"""The id under which the draft of a card that is not made yet is kept."""
ASIDE = "aside-"
"""What the ids begin with under which unfinished new cards wait while another one is being made."""

log = logging.getLogger(__name__)
GROUNDS = "_grounds"
"""The entry of a draft that tells over which values the others were typed."""
CARD = "_card"
"""The entry of a new card's draft that tells under which id its record will be made."""
Draft = dict[str, Any]
"""Field key → the state of its editor; the grounds of all; the id of a new card."""


@dataclass(frozen=True)
class Unfinished:
    """A new card that was begun and not saved."""

    ident: str
    at: datetime
    """When something was typed in it last."""
    draft: Draft


class Drafts:
    """The drafts of a module's records. Files are written on the writer's thread, in the order of the acts."""

    def __init__(self, folder: Path, module: str, tasks: Tasks) -> None:
        self._folder, self._module, self._tasks = folder, module, tasks
        self._known: dict[Path, Draft] = {}
        self._touched: dict[Path, datetime] = {}
        """When each draft was changed here."""

    def get(self, login: str, ident: str) -> Draft:
        """The draft of a record by this person; empty if there is none."""
        path = self._path(login, ident)
        if path not in self._known:
            self._known[path] = self._unsaved(path, _read(path))
        return self._known[path]

    def _unsaved(self, path: Path, draft: Draft) -> Draft:
        """A draft that was found on the disk; nothing, if its card was made: a crash came before it was taken away."""
        card = card_of(draft)
        if not card or self._tasks.glance.get(self._module, card) is None:
            return draft
        self._tasks.write(lambda _: _write(path, {}), failed=_unkept)
        return {}

    def put(self, login: str, ident: str, draft: Draft, failed: Failed | None = None) -> None:
        """Keep a draft; an empty one is taken away."""
        path = self._path(login, ident)
        if self.get(login, ident) == draft:
            return
        self._known[path] = draft
        self._touched[path] = datetime.now(UTC)
        self._tasks.write(lambda _: _write(path, draft), failed=failed or _unkept)

    def unfinished(self, login: str) -> list[Unfinished]:
        """The new cards that this person has begun, the latest first."""
        paths = {self._path(login, NEW), *self._folder.glob(self._path(login, ASIDE).stem + "-*.json"), *self._known}
        found = []
        for path in paths:
            ident = self._ident(login, path)
            if ident is not None and (draft := self.get(login, ident)):
                found.append(Unfinished(ident, self._touched.get(path) or _written_at(path), draft))
        return sorted(found, key=lambda one: one.at, reverse=True)

    def set_aside(self, login: str) -> str:
        """Let the new card wait, so that another one can be begun; the id under which it waits."""
        ident = ASIDE + uuid.uuid4().hex[:12]
        self._carry(login, NEW, ident)
        return ident

    def resume(self, login: str, ident: str) -> None:
        """Make a waiting card the new one again; the one in its place waits instead."""
        if ident != NEW:
            if self.get(login, NEW):
                self.set_aside(login)
            self._carry(login, ident, NEW)

    def _carry(self, login: str, ident: str, to: str) -> None:
        """Under its new id first: a crash in between leaves it twice, never not at all."""
        at = self._touched.get(self._path(login, ident)) or _written_at(self._path(login, ident))
        self.put(login, to, self.get(login, ident))
        self._touched[self._path(login, to)] = at
        self.put(login, ident, {})

    def _path(self, login: str, ident: str) -> Path:
        whole, token = (ASIDE, ident.removeprefix(ASIDE)) if ident.startswith(ASIDE) else (ident, "")
        name = hashlib.sha256(json.dumps([self._module, login, whole]).encode()).hexdigest()[:40]
        return self._folder / f"{name}{'-' if token else ''}{token}.json"

    def _ident(self, login: str, path: Path) -> str | None:
        """The id of a new card that is kept under this path; None if it is none of this person's."""
        if path == self._path(login, NEW):
            return NEW
        stem, token = self._path(login, ASIDE).stem, path.stem.rpartition("-")[2]
        return ASIDE + token if path.stem == f"{stem}-{token}" else None


def card_of(draft: Draft) -> str:
    """The id that the record of a new card's draft will have; empty if it says none that is sound."""
    try:
        return str(uuid.UUID(draft.get(CARD)))
    except (TypeError, ValueError, AttributeError):
        return ""


def _unkept(error: CityError) -> None:
    log.warning("a draft could not be kept: %s", error)


def _written_at(path: Path) -> datetime:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return datetime.now(UTC)


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
        fp("draft.written")
        new.replace(path)
        fp("draft.replaced")
    except OSError as error:
        raise ReadOnly(f"Черновик не записан на диск: {why(error)}. Не закрывайте карточку.") from error
