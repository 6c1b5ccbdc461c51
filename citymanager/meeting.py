"""How an edit meets what others made of the record meanwhile: one rule for the server, the desk and a replay.

Pure: no database, no clock. Fields that only one side touched merge, lists merge as sets, an act that is done once is
noted beside the first; a move is judged from where the record stands. What is left over is a conflict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citymanager import pauses
from citymanager.schema import STATUS, Field, Module, Once, Values
from citymanager.values import show

NOTHING: tuple[Any, ...] = (None, "", [])
"""What an empty field holds, in a record or in a change."""
WHEN = Field("at", "", "moment")


@dataclass(frozen=True, slots=True)
class Made:
    """An edit as its author made it."""

    change: Mapping[str, Any]
    was: Mapping[str, Any] | None
    """What the changed fields held before it; one that it does not name was empty. None: not known any more."""
    by: str
    at: str
    """The moment of the edit, as it is stored."""


@dataclass(frozen=True, slots=True)
class Others:
    """What others made of the record since the author of an edit looked at it."""

    fields: frozenset[str] = frozenset()
    statuses: tuple[str, ...] = ()
    """Through which they took it, in order."""


@dataclass(frozen=True, slots=True)
class Met:
    """What comes of an edit: what it changes, or where it is in conflict, and then it changes nothing."""

    change: Values
    fields: list[str]


def meet(module: Module, data: Mapping[str, Any], made: Made, others: Others) -> Met:
    """An edit against the record as it stands."""
    change = laid(module, data, made)
    done = _move_done(module, data, change, made, others)
    rest = {key: value for key, value in change.items() if key not in done}
    fields = _contested(module, data, rest, made, others)
    if fields and data.get(STATUS) != change.get(STATUS):
        return Met({}, _contested(module, data, change, made, others))  # whoever decides must see the move, too
    return Met({} if fields else rest, fields)


def laid(module: Module, data: Mapping[str, Any], made: Made) -> Values:
    """What an edit changes of this data, if nothing of it is contested."""
    change = {key: _merged(module, data.get(key), key, made) for key in made.change}
    for act in module.once:
        change = _noted(module, act, data, change, made)
    stamp = move_stamp(module, change)
    if stamp and change.get(stamp) == made.at and data.get(stamp) not in NOTHING:
        del change[stamp]  # it was stamped by the move and not by a person: the first one stands
    return change


def move_stamp(module: Module, change: Mapping[str, Any]) -> str:
    """The field with the moment of the move in this change; empty if there is none."""
    status = module.status(str(change.get(STATUS, "")))
    return status.stamps if status is not None and status.stamps in change else ""


def _contested(
    module: Module, data: Mapping[str, Any], change: Mapping[str, Any], made: Made, others: Others
) -> list[str]:
    """Fields that both sides changed to different values, or that the others' move does not stand without."""
    met = {key for key in change.keys() & made.change.keys() & others.fields if data.get(key) != change[key]}
    met -= {key for key in met if _is_set(module, key, made) or _is_pauses(module, key) or key in module.stamps}
    if _seen(made, STATUS) == data.get(STATUS):
        met.discard(STATUS)  # it stands where the author saw it: his move is judged like any
    if STATUS in others.fields:
        needed = _needed(module, str(data.get(STATUS, "")))
        met |= {key for key in change.keys() & needed if change[key] in NOTHING and data.get(key) not in NOTHING}
    return sorted(met)


def _needed(module: Module, target: str) -> frozenset[str]:
    """What must be filled in for a move to this status."""
    moves = (move for status in module.statuses for move in status.moves if move.target == target)
    return frozenset(key for move in moves for key in move.requires)


def _move_done(
    module: Module, data: Mapping[str, Any], change: Mapping[str, Any], made: Made, others: Others
) -> frozenset[str]:
    """The status and its stamp, if the others have brought the record there already, or through there and on."""
    target = change.get(STATUS)
    if target is None or STATUS not in others.fields:
        return frozenset()
    start = _seen(made, STATUS)
    known = made.was is not None  # of a record that is made twice it is known that it had no status
    through = known and target in others.statuses and start not in _since(others.statuses, target)
    if data.get(STATUS) != target and not through:
        return frozenset()
    stamp = move_stamp(module, change)
    return frozenset({STATUS} | ({stamp} if stamp and change[stamp] == made.at else set()))


def _since(path: Sequence[str], target: str) -> Sequence[str]:
    return path[path.index(target) :]


def _seen(made: Made, key: str) -> Any:
    """What its author saw in this field; None: nothing, or it is not known."""
    return None if made.was is None else made.was.get(key)


# lists


def _is_set(module: Module, key: str, made: Made) -> bool:
    field = module.columns.get(key)
    return field is not None and (field.many or field.kind == "files") and made.was is not None


def _merged(module: Module, now: Any, key: str, made: Made) -> Any:
    """A field's value after the edit: of a list, what stands there now with what the edit added and took away."""
    value, was = made.change[key], _seen(made, key)
    if _is_pauses(module, key):
        return pauses.joined(value, now)
    if key in module.stamps:  # of two who changed what it dates it says when the last one did
        return max(str(value or ""), str(now or "")) or None
    return joined(was, value, now) if _is_set(module, key, made) else value


def _is_pauses(module: Module, key: str) -> bool:
    field = module.columns.get(key)
    return field is not None and field.fill == "pauses"


def joined(was: Any, value: Any, now: Any) -> Any:
    """A list as it stands now, with what one has added to it and taken away who saw it as it was."""
    if (now or []) == (was or []):
        return value
    before, mine, theirs = (_by_name(one) for one in (was, value, now))
    kept = {
        name: mine[name] if name in mine and before.get(name) == one else one
        for name, one in theirs.items()
        if name in mine or name not in before
    }
    return [*kept.values(), *(one for name, one in mine.items() if name not in before and name not in theirs)] or None


def _by_name(value: Any) -> dict[str, Any]:
    """The members of a list by what makes them the same: a file by its content."""
    found = value if isinstance(value, list) else []
    return {str(one.get("sha256", one)) if isinstance(one, dict) else str(one): one for one in found}


# acts that are done once


def _noted(module: Module, act: Once, data: Mapping[str, Any], change: Values, made: Made) -> Values:
    """The change without an act that somebody has done before: a line tells of it instead."""
    mine = {key: change[key] for key in act.fields if change.get(key) not in NOTHING}
    if not any(data.get(key) not in (*NOTHING, value) for key, value in mine.items()):
        return change
    rest = {key: value for key, value in change.items() if key not in mine}
    told = str(rest.get(act.also) or data.get(act.also) or "")
    line = _line(module, mine, made)
    if line in told.splitlines():
        return rest
    return {**rest, act.also: f"{told}\n{line}" if told else line}


def _line(module: Module, mine: Mapping[str, Any], made: Made) -> str:
    """«23.11.2026 09:05, petrov: Принята — 23.11.2026 09:04; …»; personal data do not go into it."""
    fields = [module.field(key) for key in mine if not module.field(key).personal]
    words = "; ".join(f"{one.title} — {' '.join(show(one, mine[one.key]).split())}" for one in fields)
    who = made.by or "до входа"
    return f"{show(WHEN, made.at)}, {who}" + (f": {words}" if words else "")
