"""A view of a table as it is kept, and back: one's own whole or not at all, another's as far as it is known here."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from citymanager.schema import TEXT_KINDS, Module
from citymanager.store.due_order import DUE, STATES
from widgets.filters import MINE, Condition, Filter

LONGEST_WORDS = 200


@dataclass(frozen=True)
class View:
    """One way to look at a table."""

    name: str
    filter: Filter
    sort: str = ""
    columns: tuple[str, ...] = ()
    """From left to right; empty: as they stand."""


def written(view: View) -> dict[str, Any]:
    """A span that goes with time is the map's, and a place is what it shows: neither is kept."""
    conditions = [asdict(one) for one in view.filter.conditions.values() if not one.days]
    return {
        "name": view.name, "text": view.filter.text, "statuses": list(view.filter.statuses),
        "unsent": view.filter.unsent, "conditions": conditions, "sort": view.sort, "columns": list(view.columns),
    }  # fmt: skip


def read(found: Any, module: Module) -> View | None:
    """What this program has kept; None for what a newer one has, and this one can't read."""
    try:
        conditions = {one["key"]: _condition(one) for one in found["conditions"]}
        view = View(
            str(found["name"]),
            Filter(str(found["text"]), tuple(map(str, found["statuses"])), bool(found["unsent"]), conditions),
            str(found["sort"]),
            tuple(map(str, found["columns"])),
        )
    except (KeyError, TypeError, AttributeError):
        return None
    known = _keys(module)
    return view if known.issuperset({*conditions, *([view.sort.lstrip("-")] if view.sort else [])}) else None


def understood(name: str, content: str, module: Module) -> tuple[View, list[str]]:
    """A view that another program has written, as far as this one knows it; and what it does not know, in Russian."""
    try:
        found = json.loads(content or "{}")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        return View(name, Filter()), ["содержание не читается"]
    strange: list[str] = []
    conditions = {}
    for one in _listed(found, "conditions"):
        if (made := _sound(one, module)) is not None:
            conditions[made.key] = made
        else:
            strange.append(f"условие «{_words(one, 'words') or _words(one, 'key') or '?'}»")
    statuses = [one for one in _texts(found, "statuses") if module.status(one)]
    strange += [f"статус «{one}»" for one in _texts(found, "statuses") if one not in statuses]
    sort = _words(found, "sort")
    if sort and sort.lstrip("-") not in {*module.table, *_more(module)} - {MINE}:
        strange.append(f"сортировка по «{sort.lstrip('-')}»")
        sort = ""
    columns = [one for one in _texts(found, "columns") if one in {*module.table, *_more(module)}]
    strange += [f"столбец «{one}»" for one in _texts(found, "columns") if one not in columns]
    filter_ = Filter(_words(found, "text"), tuple(statuses), found.get("unsent") is True, conditions)
    return View(name, filter_, sort, tuple(columns)), strange


def _keys(module: Module) -> set[str]:
    return {*module.columns, *_more(module)}


def _more(module: Module) -> list[str]:
    """What a table may be narrowed by besides the module's fields."""
    return [*([DUE] if module.clocks else []), *([MINE] if module.mine else [])]


def _condition(found: dict[str, Any]) -> Condition:
    low, high = found["between"]
    return Condition(
        found["key"], str(found["words"]), tuple(found["among"]), (low, high), str(found["containing"]),
        bool(found["filled"]),
    )  # fmt: skip


def _sound(found: Any, module: Module) -> Condition | None:
    """A condition that the cache can be asked; None for any other."""
    key = _words(found, "key")
    if not key or key not in _keys(module):
        return None
    title = module.columns[key].title if key in module.columns else ""
    words = _words(found, "words") or title
    among, ends, containing = _listed(found, "among"), found.get("between", [None, None]), _words(found, "containing")
    plain = isinstance(ends, list) and len(ends) == 2 and all(map(_storable, [*among, *ends]))
    if not plain or (containing and (key not in module.columns or module.columns[key].kind not in TEXT_KINDS)):
        return None
    if key in (DUE, MINE):
        sound = key == MINE or (bool(among) and set(among) <= STATES.keys())
        return Condition(key, words, tuple(among) if key == DUE else ()) if sound else None
    filled = found.get("filled") is True
    if not (among or containing or filled or ends != [None, None]):
        return None
    return Condition(key, words, tuple(among), (ends[0], ends[1]), containing, filled)


def _listed(found: Any, key: str) -> list[Any]:
    value = found.get(key, []) if isinstance(found, Mapping) else []
    return value if isinstance(value, list) else []


def _texts(found: Any, key: str) -> list[str]:
    return [one for one in _listed(found, key) if isinstance(one, str) and _storable(one)]


def _words(found: Any, key: str) -> str:
    """One plain line."""
    value = found.get(key, "") if isinstance(found, Mapping) else ""
    return " ".join(value.split())[:LONGEST_WORDS] if isinstance(value, str) and _storable(value) else ""


def _storable(value: Any) -> bool:
    """Whether SQLite can be asked for it."""
    if isinstance(value, str):
        return not any("\ud800" <= one <= "\udfff" for one in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < 2**63)
