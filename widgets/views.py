"""Saved views of a table, each person's own, and those that follow from the module's declaration."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from citymanager.clocks import still
from citymanager.schema import Module
from citymanager.store import Profile
from citymanager.store.due_order import DUE
from widgets.filters import MINE, Condition, Filter, among
from widgets.record_nearest import STATE
from widgets.views_kept import View, read, written

OWN = "Мои"
ALL = View("", Filter())
"""No view: all records."""
_EXECUTOR = "executor"


def shipped(module: Module) -> list[View]:
    """Views that follow from the module's declaration."""
    found = []
    running = still(module)
    if module.mine:
        mine = {MINE: Condition(MINE, OWN)}
        found.append(View(OWN, Filter(statuses=running, conditions=mine), DUE if module.clocks else ""))
    if module.clocks:
        overdue = among(STATE, ["overdue"], ["просрочено"])
        found.append(View("Просроченные", Filter(conditions={DUE: overdue}), DUE))
        today = among(STATE, ["soon", "today"], ["истекает (80 %)", "сегодня"])
        found.append(View("Истекают", Filter(conditions={DUE: today}), DUE))
    if _EXECUTOR in module.columns:
        nobody = among(module.field(_EXECUTOR), [None], ["(не заполнено)"])
        found.append(View("Без исполнителя", Filter(statuses=running, conditions={_EXECUTOR: nobody})))
    return [*found, View("Неотправленные", Filter(unsent=True))]


class Views:
    """The views of one module on this workstation; whoever sits here has his own. Changing them may raise ReadOnly."""

    def __init__(self, module: Module, profile: Profile) -> None:
        self._module, self._profile = module, profile

    def saved(self, login: str) -> list[View]:
        """In the order of their saving; what a newer program has kept and this one can't read is left out."""
        found = [read(one, self._module) for one in self._kept(login)["views"]]
        return [one for one in found if one is not None]

    def first(self, login: str) -> View | None:
        """The one that he lets the table begin with; None: he has chosen none, or it is not there any more."""
        name = self._kept(login)["first"]
        if name == ALL.name:
            return ALL
        return next((one for one in [*self.saved(login), *shipped(self._module)] if one.name == name), None)

    def keep(self, login: str, view: View) -> None:
        """Save a view; an earlier one of this name is replaced."""
        others = [one for one in self.saved(login) if one.name != view.name]
        self._write(login, [*others, view], self._kept(login)["first"])

    def drop(self, login: str, name: str) -> None:
        first = self._kept(login)["first"]
        left = [one for one in self.saved(login) if one.name != name]
        self._write(login, left, None if first == name else first)

    def rename(self, login: str, old: str, new: str) -> None:
        """It stays in its place, and first if it was."""
        first = self._kept(login)["first"]
        views = [one for one in self.saved(login) if one.name != new or one.name == old]
        named = [replace(one, name=new) if one.name == old else one for one in views]
        self._write(login, named, new if first == old else first)

    def begin_with(self, login: str, name: str | None) -> None:
        """Let the table begin with this view; an empty name: with all records; None: with what his role begins with."""
        self._write(login, self.saved(login), name)

    def _place(self, login: str) -> str:
        return f"views.{self._module.key}.{login}"

    def _kept(self, login: str) -> dict[str, Any]:
        kept = self._profile.setting(self._place(login))
        known = kept if isinstance(kept, dict) else {}
        views, first = known.get("views"), known.get("first")
        chosen = isinstance(first, str) and (first or known.get("all") is True)
        return {"views": views if isinstance(views, list) else [], "first": first if chosen else None}

    def _write(self, login: str, views: Sequence[View], first: str | None) -> None:
        """`all` stands beside an empty name: alone it was no choice, before roles had theirs."""
        kept = {"views": [written(one) for one in views], "first": first or "", "all": first == ALL.name}
        self._profile.set(self._place(login), kept)
