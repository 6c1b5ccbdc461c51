"""Sets of layers by name: those that the program has for each seat of a shift, and those that people have saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citymanager.errors import Refused
from citymanager.schema import Module
from citymanager.store import Profile
from layers.map_layer import map_layers
from layers.state import LayerSet

LONGEST_NAME = 40
KEY = "layer sets"
"""Under which the profile keeps them."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A set that the program comes with; layers that this city does not have are left out."""

    title: str
    layers: tuple[str, ...]
    hint: str


SHIPPED: tuple[Shipped, ...] = (
    Shipped(
        "Диспетчер",
        ("reports", "outages_now", "closures_now", "digging_emergency", "digging_planned", "crews_out", "crews_free"),
        "Очередь сообщений; что сейчас отключено, перекрыто и вскрыто; бригады на смене",
    ),
    Shipped(
        "Старший смены",
        ("outages_now", "reports_unassigned", "reports_late", "telephonograms_late", "earthworks_late", "crews_out"),
        "Что просрочено и никому не поручено, отключения и бригады на выезде",
    ),
    Shipped(
        "Глава",
        ("outages_now", "closures_now", "digging_emergency", "reports_late", "earthworks_late", "events"),
        "Что отключено, перекрыто, вскрыто и просрочено; что идёт в городе",
    ),
    Shipped(
        "ГО и ЧС",
        ("outages_now", "closures_now", "crews_out", "crews_free", "events", "organisations"),
        "Отключения, пути, силы на местах, места скопления людей и учреждения",
    ),
    Shipped(
        "Благоустройство",
        ("reports", "earthworks", "closures", "service_areas"),
        "Сообщения, раскопки, перекрытия и кто какой двор обслуживает",
    ),
    Shipped(
        "Территории",
        ("service_areas", "electoral_districts", "police_precincts"),
        "Участки УК, избирательные округа, участки полиции",
    ),
)
FIRST: Mapping[str, str] = {"head": "Глава", "moderator": "Старший смены", "operator": "Диспетчер"}
"""With which set a role begins; the others with what the declarations show."""


class Presets:
    """The sets that there are, by name; what people save lies in the profile."""

    def __init__(self, profile: Profile, modules: Sequence[Module]) -> None:
        self._profile = profile
        self._layers = {one.key: one for one in map_layers(modules)}

    @property
    def shipped(self) -> list[str]:
        return [one.title for one in SHIPPED if self._known(one.layers)]

    @property
    def own(self) -> list[str]:
        return sorted(self._kept("own"))

    def hint(self, name: str) -> str:
        """What a set is for, in Russian; empty for an own one."""
        return next((one.hint for one in SHIPPED if one.title == name), "")

    def get(self, name: str) -> LayerSet:
        """A set by its name. Raises Refused for one that is gone or can't be read."""
        shipped = next((one for one in SHIPPED if one.title == name), None)
        if shipped is not None:
            off = {key: one.off for key, one in self._layers.items() if one.part is None}
            return LayerSet(frozenset(self._known(shipped.layers)), off)
        found = LayerSet.read(self._kept("own").get(name))
        if found is None:
            raise Refused(f"Набор «{name}» не читается. Сохраните его заново.")
        return found

    def name_of(self, shown: LayerSet) -> str:
        """The name of the set that shows just this; empty if none does."""
        for name in (*self.shipped, *self.own):
            try:
                if self._told(self.get(name)) == self._told(shown):
                    return name
            except Refused:
                continue
        return ""

    def _told(self, found: LayerSet) -> tuple[object, ...]:
        """What of a set is seen: values of layers that are off don't count."""
        shown = found.shown & self._layers.keys()
        off = {key: found.off.get(key, frozenset()) for key in shown}
        return shown, off, {key: one for key, one in found.opacity.items() if key in shown}

    def save_as(self, name: str, shown: LayerSet) -> None:
        """Keep a set under a name; an own one of that name is replaced. Raises CityError."""
        self._keep("own", {**self._kept("own"), self._sound(name): shown.saved()})

    def delete(self, name: str) -> None:
        """Forget an own set. Raises ReadOnly."""
        self._keep("own", {key: value for key, value in self._kept("own").items() if key != name})

    def first(self, role: str, fresh: bool) -> str:
        """The set that somebody of this role begins with, the first time that he sits here; empty: what there is.

        A workstation that has had its layers before anybody's first time keeps them (`fresh` False). Raises ReadOnly.
        """
        met = self._kept("met")
        if role in met:
            return ""
        self._keep("met", {**met, role: True})
        return FIRST.get(role, "") if met or fresh else ""

    def _known(self, keys: Sequence[str]) -> list[str]:
        return [key for key in keys if key in self._layers]

    def _sound(self, name: str) -> str:
        name = " ".join(name.split())
        if not name:
            raise Refused("Введите имя набора.")
        if len(name) > LONGEST_NAME:
            raise Refused(f"Имя длиннее {LONGEST_NAME} знаков: сократите его.")
        if name in self.shipped:
            raise Refused(f"«{name}» — набор самой программы: выберите другое имя.")
        return name

    def _kept(self, part: str) -> dict[str, Any]:
        whole = self._profile.setting(KEY)
        found = whole.get(part) if isinstance(whole, dict) else None
        return found if isinstance(found, dict) else {}

    def _keep(self, part: str, value: dict[str, Any]) -> None:
        whole = self._profile.setting(KEY)
        self._profile.set(KEY, {**(whole if isinstance(whole, dict) else {}), part: value})
