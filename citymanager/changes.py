"""What a person may do to a record: make it, change it, move it. The same rules for window, command and server."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citymanager import pauses, workflow
from citymanager.errors import Refused
from citymanager.roles import Role, is_others, may_delete, may_fill, may_make, may_write
from citymanager.schema import STATUS, Field, Module, Values
from citymanager.values import moment, problem, problems


def defaults(module: Module, number: str, now: datetime) -> Values:
    """What the program fills into a new record by itself."""
    filled: Values = {}
    for one in module.columns.values():
        if one.fill == "now":
            filled[one.key] = moment(now)
        elif one.fill == "number":
            filled[one.key] = number
        elif one.default is not None:
            filled[one.key] = one.default
    return filled


def begun(module: Module, number: str, change: Mapping[str, Any], now: datetime) -> Values:
    """What a new record is made of: its author's values, and the program's where he has not spoken.

    None stays where he has emptied what the program would fill in: the server, which fills in the same, must know.
    """
    filled = defaults(module, number, now)
    whole = slim({**filled, **change})
    return {key: value for key, value in whole.items() if value is not None or key in filled}


def as_it_stands(module: Module, data: Mapping[str, Any]) -> Values:
    """What makes a record anew that there was before: nothing is filled in."""
    own = [one.key for one in module.columns.values() if one.fill in ("now", "number") or one.default is not None]
    return {**dict.fromkeys(own), **data}


def merged(before: Mapping[str, Any], change: Mapping[str, Any]) -> Values:
    """The data after a change: None and empty values remove their field."""
    after = {**before, **change}
    return {key: value for key, value in after.items() if value not in (None, "", [])}


def slim(change: Mapping[str, Any]) -> Values:
    """A change whose removed fields are None, whatever empty value they were given."""
    return {key: None if value in ("", []) else value for key, value in change.items()}


def difference(before: Mapping[str, Any], change: Mapping[str, Any]) -> Values:
    """The part of a change that changes anything; removed fields are None."""
    return {key: value for key, value in slim(change).items() if before.get(key) != value}


def stamped(module: Module, before: Mapping[str, Any], change: Values, now: datetime) -> Values:
    """The change with what its move empties, the moments that its fields and its new status stamp, unless somebody has
    told them, and its pause.
    """
    change = dated(module, change, now)
    change = pauses.noted(module, before, {**_emptied(module, before, change), **change}, now)
    status = module.status(str(change.get(STATUS, "")))
    if status is None or not status.stamps or change.get(status.stamps, before.get(status.stamps)):
        return change
    return {**change, status.stamps: moment(now)}


def dated(module: Module, change: Values, now: datetime) -> Values:
    """The change with the moments of those of its fields that say when they were changed last."""
    fields = [one for key in change if (one := module.columns.get(key)) is not None and one.stamps]
    return {**{one.stamps: moment(now) for one in fields}, **change}


def _emptied(module: Module, before: Mapping[str, Any], change: Values) -> Values:
    """What the move of this change empties of what stands there."""
    start = module.status(str(before.get(STATUS, "")))
    moves = start.moves if start and change.get(STATUS) not in (None, start.key) else ()
    return {key: None for one in moves if one.target == change[STATUS] for key in one.anew if key in before}


def admit(module: Module, person: Role) -> None:
    """Raise Refused if this person may change nothing in the module."""
    if not may_write(person, module):
        raise Refused(f"Роль «{person.title}» не может изменять раздел «{module.title}».")


def admit_new(module: Module, person: Role) -> None:
    """Raise Refused if this person may make no record in the module."""
    if not may_make(person, module):
        raise Refused(f"Роль «{person.title}» не может заводить записи в разделе «{module.title}».")


def judge_deletion(module: Module, before: Mapping[str, Any], person: Role | None, login: str) -> None:
    """Let a record be taken away or raise Refused."""
    if person is not None and not may_delete(person, module):
        raise Refused(f"Роль «{person.title}» не может удалять записи в разделе «{module.title}».")
    _admit_author(module, before, person, login)


def _admit_author(module: Module, data: Mapping[str, Any], person: Role | None, login: str) -> None:
    """Raise Refused if it is another's record, or one that is made in another's name."""
    if module.author and person is not None and is_others(person, login, module, data):
        whose = f"Это {module.one} сотрудника «{data[module.author]}»"
        raise Refused(f"{whose}: заводит, изменяет и удаляет его он сам, модератор или администратор.")


def judge(
    module: Module,
    before: Mapping[str, Any],
    change: Mapping[str, Any],
    person: Role | None,
    now: datetime,
    login: str = "",
) -> None:
    """Let a change pass or raise Refused with every reason. An empty `before` is a new record.

    A person None is not known yet (a profile that has never met a server): the server will judge him. `login`: his,
    where the module says who may change what he has not made.
    """
    if person is not None:
        (admit if before else admit_new)(module, person)
        _admit_author(module, {**change, **before}, person, login)
    reasons = _reasons(module, before, change, person, now)
    if reasons:
        raise Refused(" ".join(dict.fromkeys(reasons)))


def _reasons(
    module: Module, before: Mapping[str, Any], change: Mapping[str, Any], person: Role | None, now: datetime
) -> list[str]:
    after = merged(before, change)
    if before:
        # a record that came with a value we can't judge (a newer server) must stay editable in its other fields
        found = [
            text
            for key, value in change.items()
            if key in module.columns and (text := problem(module, module.columns[key], value))
        ]
        found += [
            f"Заполните «{one.title}»."
            for one in module.columns.values()
            if one.required and one.key in change and one.key not in after
        ]
        found += [
            f"«{module.columns[key].title}» нельзя изменить."
            for key in change
            if key in module.columns and module.columns[key].fixed and not _goes_on(module.columns[key], before, change)
        ]
        found += [
            f"«{module.columns[key].title}» нельзя стереть: это отметка о том, что сделано."
            for act in module.once
            for key in act.fields
            if before.get(key) is not None and key in change and key not in after
        ]
    else:
        found = problems(module, after)
    found += _beyond(module, before, change, person)
    step = workflow.closed(module, before, after, person)
    if step:
        found.append(step)
    found += [text for rule in module.rules if (text := rule.check(before, after, now))]
    return found


def _beyond(module: Module, before: Mapping[str, Any], change: Mapping[str, Any], person: Role | None) -> list[str]:
    """Fields that others than this person fill in."""
    return [
        f"«{one.title}» не заполняет роль «{person.title}»."
        for key, value in change.items()
        if person is not None
        and (one := module.columns.get(key)) is not None
        and not may_fill(person, one)
        and value != before.get(key)
    ]


def _goes_on(field: Field, before: Mapping[str, Any], change: Mapping[str, Any]) -> bool:
    """Whether a fixed field keeps what it had; lines of later acts are only added to, and pauses ended."""
    had, has = before.get(field.key), change[field.key]
    if field.fill == "pauses":
        return pauses.goes_on(had, has)
    return had in (None, has) or (field.fill == "also" and str(has).startswith(f"{had}\n"))
