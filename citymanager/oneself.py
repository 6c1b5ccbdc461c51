"""Which records are somebody's own: those that name him, his organisation or his login in a field that says whose."""

from dataclasses import dataclass

from citymanager.on_duty import ORGANISATIONS, official
from citymanager.roles import Role, own_field
from citymanager.schema import Field, Module
from citymanager.store import Reader


@dataclass(frozen=True, slots=True)
class Oneself:
    """Whoever sits here, as the records name him; what is not known is empty, and no record holds that."""

    login: str = ""
    person: str = ""
    """His record in the register of officials."""
    organisation: str = ""

    def named(self, field: Field) -> str:
        """What a record of his has in this field."""
        if field.kind == "person":
            return self.person
        return self.organisation if field.to == ORGANISATIONS else self.login


def oneself(reader: Reader, login: str) -> Oneself:
    """Whoever works under this login, as the register of officials knows him."""
    found = official(reader, login)
    return Oneself(login, found.id, str(found.data.get("organisation", ""))) if found else Oneself(login)


def held(module: Module, who: Oneself) -> dict[str, str]:
    """What one of the module's fields holds in a record of his (`Query.one_of`)."""
    return {key: who.named(module.field(key)) for key in module.mine}


def has_own(module: Module, who: Oneself, role: Role | None) -> bool:
    """Whether it means anything to ask for his own: not where all that he sees is his, or where nothing names him."""
    all_his = role is not None and role.own_only and own_field(module) is not None
    return not all_his and any(held(module, who).values())
