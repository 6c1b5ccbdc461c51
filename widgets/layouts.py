"""Named layouts: the shipped ones, the user's own, one for each role to begin with; kept per set of screens."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from citymanager.errors import Refused
from citymanager.store import Profile
from widgets.docks import Docks
from widgets.docks_panels import Arrangement

LONGEST_NAME = 40
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shipped:
    """A layout that the program comes with."""

    title: str
    arrangement: Arrangement
    hint: str
    full_screen: bool = False


SHIPPED: tuple[Shipped, ...] = (
    Shipped(
        "Смена",
        Arrangement({"main": ("reports", "telephonograms", "earthworks"), "side": ("map",)}),
        "Очередь, телефонограммы и земляные работы, рядом карта",
    ),
    Shipped(
        "Совещание", Arrangement({"main": ("reports",), "side": ("map",)}, records=38), "Большая карта и одна таблица"
    ),
    Shipped(
        "Стена",
        Arrangement({"main": ("reports",), "side": ("map",)}, records=25),
        "Во весь экран: карта и счётчики очереди",
        full_screen=True,
    ),
    Shipped(
        "Карта и слои", Arrangement({"main": ("legend",), "side": ("map",)}, records=30), "Большая карта, рядом её слои"
    ),
)
FIRST: Mapping[str, str] = {"head": "Совещание"}
"""With which layout a role begins; the others with the first one."""


class Layouts(QObject):
    """Shows a layout by its name. What the user saves lies in the profile: his layouts, and what each role begins with.

    An own layout remembers how it looks on every set of screens on which it was saved.
    """

    changed = Signal()
    """There are others, or another one is in use."""
    full_screen = Signal(bool)

    def __init__(self, docks: Docks, profile: Profile) -> None:
        super().__init__(docks)
        self._docks, self._memory, self._profile = docks, docks.memory, profile
        self._key = f"layouts.{self._memory.name}"
        self.current = ""
        """The name of the layout that was used last; empty: none since the start."""

    # what there is

    @property
    def shipped(self) -> list[str]:
        return [one.title for one in SHIPPED]

    @property
    def own(self) -> list[str]:
        return sorted(self._kept("own"))

    def is_own(self, name: str) -> bool:
        return name in self._kept("own")

    def first(self, role: str) -> str:
        """The layout that this role begins with."""
        chosen = self._kept("first").get(role)
        known = isinstance(chosen, str) and (chosen in self.shipped or self.is_own(chosen))
        return str(chosen) if known else FIRST.get(role, SHIPPED[0].title)

    # what the user does

    def use(self, name: str) -> None:
        """Show a layout. Raises Refused for one that is gone or can't be read."""
        found = next((one for one in SHIPPED if one.title == name), None)
        if found is not None:
            self.full_screen.emit(found.full_screen)
            self._docks.arrange(found.arrangement)
        else:
            self._use_own(name)
        self.current = name
        self.changed.emit()

    def _use_own(self, name: str) -> None:
        kept = self._kept("own").get(name)
        sets = kept if isinstance(kept, dict) else {}
        layout = sets.get(self._memory.screens) or next(iter(sets.values()), None)
        if layout is None or not self._docks.apply(layout):
            raise Refused(f"Расположение «{name}» не читается. Сохраните его заново.")

    def save_as(self, name: str) -> None:
        """Keep the present layout under a name; one of that name is replaced, for these screens. Raises CityError."""
        name = self._sound(name)
        sets = self._kept("own").get(name)
        known = sets if isinstance(sets, dict) else {}
        self._keep("own", {**self._kept("own"), name: {**known, self._memory.screens: self._memory.capture()}})
        self.current = name
        self.changed.emit()

    def rename(self, old: str, new: str) -> None:
        """Give an own layout another name. Raises CityError."""
        new, own = self._sound(new), self._kept("own")
        if new == old:
            return
        if new in own:
            raise Refused(f"Расположение «{new}» уже есть: выберите другое имя.")
        self._keep("own", {new if key == old else key: value for key, value in own.items()})
        self._keep("first", {role: new if name == old else name for role, name in self._kept("first").items()})
        self.current = new if self.current == old else self.current
        self.changed.emit()

    def delete(self, name: str) -> None:
        """Forget an own layout. Raises ReadOnly."""
        self._keep("own", {key: value for key, value in self._kept("own").items() if key != name})
        self._keep("first", {role: one for role, one in self._kept("first").items() if one != name})
        self.current = "" if self.current == name else self.current
        self.changed.emit()

    def begin_with(self, role: str, name: str) -> None:
        """From now on this role begins with this layout; an empty name: with what the program has for it."""
        others = {key: value for key, value in self._kept("first").items() if key != role}
        self._keep("first", {**others, role: name} if name else others)
        self.changed.emit()

    def sit(self, role: str) -> None:
        """Somebody of this role sits down: his first time here he gets his layout; one that was chosen, always.

        A workstation that has had its layout before anybody's first time keeps it.
        """
        if not self._memory.name:
            return
        met = self._kept("met")
        here = [one for one in met.get(self._memory.screens, []) if isinstance(one, str)]
        fresh = role not in here
        if role in self._kept("first") or (fresh and (here or not self._memory.restored)):
            self.use(self.first(role))
        if fresh:
            self._keep("met", {**met, self._memory.screens: [*here, role]})

    # the profile

    def _sound(self, name: str) -> str:
        name = " ".join(name.split())
        if not name:
            raise Refused("Введите имя расположения.")
        if len(name) > LONGEST_NAME:
            raise Refused(f"Имя длиннее {LONGEST_NAME} знаков: сократите его.")
        if name in self.shipped:
            raise Refused(f"«{name}» — расположение самой программы: выберите другое имя.")
        return name

    def _kept(self, part: str) -> dict[str, Any]:
        whole = self._profile.setting(self._key)
        found = whole.get(part) if isinstance(whole, dict) else None
        return found if isinstance(found, dict) else {}

    def _keep(self, part: str, value: dict[str, Any]) -> None:
        whole = self._profile.setting(self._key)
        self._profile.set(self._key, {**(whole if isinstance(whole, dict) else {}), part: value})
