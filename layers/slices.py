"""Parts of a module's records that are layers of their own: what runs now, what waits for somebody. Declared here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from citymanager.clocks import still
from citymanager.modules.reports import REPORTS
from citymanager.outages import under_way
from citymanager.schema import STATUS, Module
from citymanager.store.query import Query
from citymanager.store.reader import Reader
from citymanager.values import moment

NOW, WAITING, PICTURE = "Сейчас", "Просрочено и не поручено", "Картина"
Sought = Callable[[Reader, datetime], Sequence[str]]
"""The ids of the records that belong to a slice at a moment."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Those records of a module for which something holds, all in one colour and shape, off until it is asked for."""

    key: str
    title: str
    group: str
    module: str
    told: str
    """Which records these are, in Russian."""
    colour: str
    """A name of the map's colours."""
    shape: str
    """A key of the outlines of `layers.style`."""
    among: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """As in a `Query`."""
    due: tuple[str, ...] = ()
    """As in a `Query`: states of the nearest due time, by the cache's own table of them."""
    sought: Sought | None = None
    """What no query says."""
    dense: bool = False
    """All that the module's own layer would show, as a grid of how densely it lies."""

    @property
    def timed(self) -> bool:
        """Whether time alone brings records in."""
        return bool(self.due) or self.sought is not None

    def query(self, now: datetime, idents: Sequence[str] = ()) -> Query:
        """The records of the slice; `idents`: of these only."""
        return Query(
            self.module, among=self.among, due=self.due, now=moment(now) if self.due else "", idents=tuple(idents)
        )


def _outages(reader: Reader, now: datetime) -> list[str]:
    return [one.id for one in under_way(reader, now)]


def _late(key: str, title: str, module: str, who: str) -> Slice:
    return Slice(
        key, title, WAITING, module, f"{who}, у которых вышел ближайший срок: по нормам и на этот час.",
        "tone_late", "alert", due=("overdue",),
    )  # fmt: skip


SLICES: tuple[Slice, ...] = (
    Slice(
        "outages_now", "Отключения сейчас", NOW, "telephonograms",
        "Отключения, которые начались не раньше 30 дней назад и об окончании которых не сообщено.",
        "tone_late", "square", sought=_outages,
    ),
    Slice(
        "closures_now", "Перекрыто сейчас", NOW, "closures", "Улицы, по которым движение закрыто и ещё не открыто.",
        "tone_refused", "cross", {STATUS: ("closed",)},
    ),
    Slice(
        "digging_emergency", "Аварийные вскрытия", NOW, "earthworks", "Вскрыто аварийно, без ордера; ещё не засыпано.",
        "tone_late", "diamond", {STATUS: ("emergency",)},
    ),
    Slice(
        "digging_planned", "Вскрыто по ордерам", NOW, "earthworks",
        "Работы по ордеру, которые открыты, приостановлены или просрочены; ещё не засыпано.",
        "tone_work", "diamond", {STATUS: ("open", "suspended", "overdue")},
    ),
    Slice(
        "crews_out", "Бригады на выезде", NOW, "crews", "Бригады в пути и на месте работ.",
        "tone_work", "square", {STATUS: ("sent", "at_work")},
    ),
    Slice(
        "crews_free", "Свободные бригады", NOW, "crews", "Бригады на смене, которые никуда не направлены.",
        "tone_done", "square", {STATUS: ("free",)},
    ),
    _late("reports_late", "Просрочено сообщений", "reports", "Сообщения жителей"),
    Slice(
        "reports_unassigned", "Без исполнителя", WAITING, "reports",
        "Незакрытые сообщения жителей, у которых не назван исполнитель.", "tone_new", "ring",
        {STATUS: still(REPORTS), "executor": (None,)},
    ),
    _late("telephonograms_late", "Просрочено телефонограмм", "telephonograms", "Телефонограммы"),
    _late("earthworks_late", "Просрочено работ", "earthworks", "Земляные работы"),
    Slice(
        "reports_density", "Плотность сообщений", PICTURE, "reports",
        "Сколько сообщений в каждой клетке города — с отбором таблицы и галочками слоя «Сообщения жителей»."
        " Наведите: сколько их в клетке.",
        "density_4", "square", dense=True,
    ),
)  # fmt: skip


def slices_of(modules: Mapping[str, Module]) -> tuple[Slice, ...]:
    """Those whose modules are here and have a place."""
    return tuple(one for one in SLICES if one.module in modules and modules[one.module].geometry)
