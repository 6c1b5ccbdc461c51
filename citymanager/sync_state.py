"""How the workstation stands with its server: what the status line must say truly."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Link = Literal["local", "connecting", "online", "offline", "stopped"]
"""local: no server is set · connecting: the first round is under way · online: the last round went through ·
offline: it did not, and is tried again · stopped: a person must act (log in, ask the administrator)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A long piece of a round: what is loaded, how much of how much."""

    what: str
    done: int
    total: int
    """0 while unknown."""


@dataclass(frozen=True, slots=True)
class FileNews:
    """A photo or paper has come farther on its way, here or there."""

    sha256: str
    got: int = 0
    """Of one that comes from the server: bytes that are here."""
    size: int = 0
    problem: str = ""
    """Russian: why it does not come."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """One honest picture of the link; the age of the data runs from `confirmed`."""

    link: Link = "local"
    reason: str = ""
    """Russian: why it is not online."""
    confirmed: datetime | None = None
    """When the server last said that the cache holds all it had; None: never."""
    next_try: datetime | None = None
    unsent: int = 0
    needs_attention: int = 0
    unsent_files: int = 0
    """Photos and papers that the server does not have, those among them that it has refused."""
    skew: float = 0.0
    """Seconds that this clock is ahead of the server's."""
    progress: Progress | None = None
    login: str = ""
    role: str = ""
