"""The layouts of a window over restarts: the last one, and the one of every set of screens that it has stood on."""

import hashlib
from collections.abc import Sequence
from typing import Any

from citymanager.store import Profile


class KeptLayouts:
    """Layouts in the profile. Whether one can be used is for who shows it to say: here they are only kept."""

    def __init__(self, profile: Profile, name: str) -> None:
        """`name`: under which they are kept; empty: they are neither read nor kept."""
        self._profile, self.name = profile, name
        self._sets: dict[str, Any] = {}

    def load(self, screens: str) -> Any:
        """The layout of these screens, else the last one; None if there is none."""
        if not self.name:
            return None
        kept, sets = (self._profile.setting(f"layout.{self.name}{part}") for part in ("", ".sets"))
        if kept is None:
            return None
        self._sets = dict(sets) if isinstance(sets, dict) else {}
        if isinstance(kept, dict) and kept.get("screens", screens) != screens:
            return self._sets.get(screens, kept)
        return kept

    def of(self, screens: str) -> Any:
        """The layout of these screens; None before any was noted."""
        return self._sets.get(screens)

    def note(self, screens: str, layout: Any) -> None:
        """This is the layout of these screens from now on."""
        self._sets[screens] = layout

    def save(self, screens: str, layout: Any) -> None:
        """Keep it in the profile, as the last one and as that of these screens. Raises ReadOnly."""
        if self.name:
            self.note(screens, layout)
            self._profile.set(f"layout.{self.name}.sets", self._sets)
            self._profile.set(f"layout.{self.name}", layout)


def seal(parts: Sequence[str]) -> str:
    """Qt trusts what it restores: what is not sealed like this never reaches it."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()
