"""Who works with the city, and what each role may do. The server enforces it; the workstation shows no more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from citymanager.schema import Field, Module, Values


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the platform."""

    key: str
    title: str
    sees_personal: bool = False
    own_only: bool = False
    """Sees only the cards given to its own organisation."""
    writes: bool = True
    takes_out: bool = True
    """May reveal, export and print what he sees; each time is a line in the journal of access."""
    outside: bool = False
    """A service account of another system: reads only the modules that name it, and never sits at a window."""


ROLES: tuple[Role, ...] = (
    Role("admin", "Администратор", sees_personal=True),
    Role("moderator", "Модератор", sees_personal=True),
    Role("operator", "Оператор", sees_personal=True),
    Role("head", "Глава", sees_personal=True),
    Role("executor", "Исполнитель", sees_personal=True, own_only=True),
    Role("wall", "Экран", writes=False, takes_out=False),
    Role("service", "Внешняя служба", takes_out=False, outside=True),
    Role("connector", "Отправка ответов", sees_personal=True, takes_out=False, outside=True),
)


SENIORS = ("admin", "moderator")
"""Roles that decide what others have left undecided."""


def role(word: str) -> Role | None:
    """The role with this key or, letter case aside, this Russian title."""
    wanted = word.casefold()
    return next((one for one in ROLES if one.key == word or one.title.casefold() == wanted), None)


def why_not_sit(key: str) -> str:
    """Why somebody with the role of this key can't work at a desk, in Russian; empty if he can."""
    found = role(key)
    if found is None or (found.writes and not found.outside):
        return ""
    return f"Учётная запись с ролью «{found.title}» не для рабочего места: войдите под именем сотрудника."


def may_read(person: Role, module: Module) -> bool:
    if person.outside:
        return person.key in module.outside
    return not module.readers or person.key in module.readers


def may_write(person: Role, module: Module) -> bool:
    """Whether he may change the module's records."""
    return person.writes and may_read(person, module) and person.key in module.writers


def may_fill(person: Role, field: Field) -> bool:
    """Whether he may fill in this field of a record that he may write."""
    return not field.writers or person.key in field.writers


def may_make(person: Role, module: Module) -> bool:
    """Whether he may make new ones; a journal is written by people who may not read it."""
    return person.writes and person.key in (module.makers or module.writers)


def may_delete(person: Role, module: Module) -> bool:
    return may_write(person, module) and person.key in module.deleters


def is_others(person: Role, login: str, module: Module, data: Mapping[str, Any]) -> bool:
    """Whether a record belongs to somebody else, and this person is no senior."""
    return data.get(module.author) not in (None, login) and person.key not in SENIORS


def may_decide(person: Role | None, login: str, author: str) -> bool:
    """Whether he may decide an edit of this author that was set aside: his own, or as a senior anybody's.

    A person None is not known yet: the server will judge what he decides.
    """
    return person is None or author in (login, "") or person.key in SENIORS


def may_reveal(person: Role, module: Module) -> bool:
    """Whether he may have the module's personal data shown to him at a window, where they are masked."""
    return person.takes_out and person.sees_personal and bool(module.personal_keys) and may_read(person, module)


def may_take_out(person: Role, module: Module) -> bool:
    """Whether he may export and print the module's records, as far as he sees them."""
    return person.takes_out and may_read(person, module)


def sees_all(person: Role) -> bool:
    """Whether nothing of a record, and no record of a module that he reads, is kept from him."""
    return person.sees_personal and not person.own_only and not person.outside


def own_field(module: Module) -> Field | None:
    """The field that says whose card a record is, for roles that see their own only."""
    found = module.columns.get("executor")
    return found if found is not None and found.kind == "reference" and found.to == "organisations" else None


def sees(person: Role, organisation: str, module: Module, data: Values) -> bool:
    """Whether this record is in the sight of a person of this role and organisation (a record id, may be empty)."""
    if not may_read(person, module):
        return False
    owner = own_field(module)
    return not (person.own_only and owner is not None) or (bool(organisation) and data.get(owner.key) == organisation)


def visible(person: Role, module: Module, data: Values) -> Values:
    """The record's data without what the role may not see; nobody knows whether an undeclared field is personal."""
    if person.sees_personal:
        return data
    if person.outside:
        return {key: value for key, value in data.items() if key in module.public_keys}
    return {key: value for key, value in data.items() if key in module.columns.keys() - module.personal_keys}
