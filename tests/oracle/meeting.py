"""What two edits of one record may come to where neither is a plain value: lists, acts that count once, moves."""

from collections.abc import Iterable, Mapping
from typing import Any

from citymanager.schema import STATUS, Module

Values = Mapping[str, Any]


def joined(there: Any, mine: Any, was: Any) -> Any:
    """A list with what was put into it and taken out of it: the others' members stay."""
    now, before, wanted = there or [], was or [], mine or []
    if now == before:
        return mine
    kept = [one for one in now if one in wanted or one not in before]
    return kept + [one for one in wanted if one not in before and one not in kept]


def laid_over(module: Module | None, data: Values, change: Values, was: Values | None, at: str) -> dict[str, Any]:
    """A record after an edit, but for the lines about acts that were done before."""
    after = dict(data)
    for key, value in change.items():
        if was is not None and isinstance(value or was.get(key), list):
            after[key] = joined(data.get(key), value, was.get(key))
        elif key in _pauses(module):
            after[key] = both(data.get(key), value)
        elif key in dates(module):
            after[key] = max(data.get(key) or "", value or "")
        elif key not in _done_before(module, data, change) and not _stamped_before(module, data, change, key, at):
            after[key] = value
    return {key: value for key, value in after.items() if value not in (None, "", [])}


def both(there: Any, mine: Any) -> str | None:
    """The pauses that two have noted: by their begin, each with its earliest end, and one at most that lasts."""
    spans: dict[str, set[str]] = {}
    for line in f"{there or ''}\n{mine or ''}".split("\n"):
        begin, slash, end = line.partition("/")
        if slash:
            spans.setdefault(begin, set()).add(end)
    closed = {begin: min(ends - {""}) for begin, ends in spans.items() if ends - {""}}
    lasting: dict[str, str] = {}
    for begin in sorted(spans.keys() - closed.keys()):
        lasting.setdefault(begin.split(" ")[0], begin)
    for status, begin in lasting.items():
        later = [end for other, end in closed.items() if other.split(" ")[0] == status and other > begin]
        closed[begin] = min(later, default="")
    ordered = sorted(closed, key=lambda begin: (begin.split(" ")[1], begin))
    return "\n".join(f"{begin}/{closed[begin]}" for begin in ordered) or None


def lines(module: Module | None) -> set[str]:
    """Fields whose text is made of who did an act after the first."""
    return {act.also for act in module.once} if module else set()


def dates(module: Module | None) -> set[str]:
    """Moments that say when another field was changed last, by whomever: they only grow."""
    return {one.stamps for one in module.fields if one.stamps} if module else set()


def holds(module: Module | None, change: Values, seen: Values, found: Values, path: Iterable[str], author: str) -> str:
    """The first field of an accepted edit whose content is not there; empty if all of it is."""
    passed = set(path)
    for key, value in change.items():
        there = found.get(key)
        if isinstance(value or seen.get(key), list):
            kept = joined(there, value, seen.get(key)) or []
            here = all(one in (there or []) for one in kept) and all(one in kept for one in there or [])
        elif key in _pauses(module):
            here = both(there, value) == there
        elif key in dates(module):
            here = (there or "") >= (value or "")
        else:
            here = there == (None if value in ("", []) else value) or (key == STATUS and value in passed)
        noted = any(key in act.fields and author in str(found.get(act.also)) for act in (module.once if module else ()))
        if not here and not noted:
            return key
    return ""


def lost(before: Any, after: Any) -> Any:
    """What is gone of a value that was replaced: of a list its members, of lines nothing if they were added to."""
    if isinstance(before, list):
        return [one for one in before if one not in (after or [])] or None
    return before


def _done_before(module: Module | None, data: Values, change: Values) -> set[str]:
    done: set[str] = set()
    for act in module.once if module else ():
        mine = {key for key in act.fields if change.get(key) not in (None, "", [])}
        if any(data.get(key) not in (None, "", [], change[key]) for key in mine):
            done |= mine
    return done


def _stamped_before(module: Module | None, data: Values, change: Values, key: str, at: str) -> bool:
    stamps = {one.stamps for one in module.statuses if one.key == change.get(STATUS)} if module else set()
    return key in stamps and change[key] == at and key in data


def _pauses(module: Module | None) -> set[str]:
    return {one.key for one in module.fields if one.fill == "pauses"} if module else set()
