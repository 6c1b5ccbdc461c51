"""Which moves of the workflow are open to whom, and why the others are not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from citymanager.roles import Role, may_write
from citymanager.schema import STATUS, Module, Move, Status

BRINGS_IN = ("admin", "moderator")
"""Roles that may bring in records which already stand somewhere in their workflow."""


@dataclass(frozen=True, slots=True)
class Way:
    """One move out of a record's status: open, or closed for a reason that is shown."""

    move: Move
    title: str
    missing: tuple[str, ...] = ()
    """Fields that must be filled in first: the form asks for them."""
    reason: str = ""
    """Why it is closed to this person; empty: open once the missing fields are filled in."""

    @property
    def open(self) -> bool:
        return not self.reason and not self.missing


def ways(module: Module, data: Mapping[str, Any], person: Role | None) -> list[Way]:
    """The moves out of the record's present status. A person None is not known yet: the server will judge him."""
    status = module.status(str(data.get(STATUS, "")))
    return [_way(module, data, move, person) for move in (status.moves if status else ())]


def unknown(module: Module, data: Mapping[str, Any]) -> str:
    """What to say of a record that stands in a status of a newer program: why no move is offered; else nothing."""
    status = str(data.get(STATUS) or "")
    if not status or not module.statuses or module.status(status) is not None:
        return ""
    return (
        f"Статус «{status[:80]}» появился в более новой версии программы. Перевести запись дальше отсюда нельзя:"
        " обновите программу. Остальные поля можно править, статус при этом не изменится."
    )


def closed(module: Module, before: Mapping[str, Any], after: Mapping[str, Any], person: Role | None) -> str | None:
    """Why the record can't go from its status before to the one after, in Russian, or None."""
    start, target = before.get(STATUS), after.get(STATUS)
    if start == target or not module.statuses:
        return None
    goal = module.status(str(target))
    if goal is None:
        return f"Неизвестный статус: {str(target)[:80]}."
    if start is None:
        return _begun(module, goal, person)
    way = next((one for one in ways(module, {**after, STATUS: start}, person) if one.move.target == goal.key), None)
    if way is None:
        known = module.status(str(start))
        options = (
            ", ".join(f"«{one.title}»" for one in (_target(module, move) for move in known.moves)) if known else ""
        )
        here = known.title if known else str(start)
        return f"Из статуса «{here}» нельзя перейти в «{goal.title}». Можно: {options or 'никуда'}."
    if way.reason:
        return way.reason
    if way.missing:
        return (
            f"Для перехода в «{goal.title}» заполните: "
            + ", ".join(f"«{module.field(key).title}»" for key in way.missing)
            + "."
        )
    return None


def _begun(module: Module, goal: Status, person: Role | None) -> str | None:
    """Why a new record can't begin in this status: records with a past of their own come from an import."""
    first = module.statuses[0]
    if goal.key == first.key or person is None or person.key in BRINGS_IN:
        return None
    return f"Роль «{person.title}» заводит запись только в статусе «{first.title}», не «{goal.title}»."


def _target(module: Module, move: Move) -> Any:
    return next(one for one in module.statuses if one.key == move.target)


def _way(module: Module, data: Mapping[str, Any], move: Move, person: Role | None) -> Way:
    target = _target(module, move)
    missing = tuple(key for key in move.requires if data.get(key) in (None, "", []))
    reason = ""
    if person is not None and not may_write(person, module):
        reason = f"Роль «{person.title}» не может изменять этот раздел."
    elif person is not None and move.roles and person.key not in move.roles:
        reason = f"Роль «{person.title}» не может перевести запись в «{target.title}»."
    return Way(move, move.title or target.title, missing, reason)
