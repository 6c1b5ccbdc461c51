"""Who runs a command: what he may see of the cache, which somebody with other rights may have filled."""

from collections.abc import Mapping
from dataclasses import dataclass

from citymanager.errors import Refused
from citymanager.roles import Role, may_read, may_take_out, own_field, sees, visible
from citymanager.schema import Module, Values


@dataclass(frozen=True, slots=True)
class Author:
    """A person of this workstation; without a name on a profile that has never met a server."""

    login: str = ""
    role: Role | None = None
    """None: not known here, the server will judge."""
    organisation: str = ""
    """Record id of the organisation whose cards an executor sees."""

    def admit_reading(self, module: Module) -> None:
        """Raise Refused if he may not read the module."""
        if self.role is not None and not may_read(self.role, module):
            raise Refused(f"Роль «{self.role.title}» не видит раздел «{module.title}».")

    def admit_export(self, module: Module) -> None:
        """Raise Refused if he may not take the module's records out of the program."""
        self.admit_reading(module)
        if self.role is not None and not may_take_out(self.role, module):
            raise Refused(f"Роль «{self.role.title}» не выгружает раздел «{module.title}».")

    def limits(self, module: Module) -> Mapping[str, tuple[str, ...]]:
        """What a list of the module (`Query.among`) must hold for him: his own cards, or nothing in particular."""
        owner = own_field(module)
        if self.role is None or not self.role.own_only or owner is None:
            return {}
        return {owner.key: (self.organisation,) if self.organisation else ()}

    def sees(self, module: Module, data: Values) -> bool:
        return self.role is None or sees(self.role, self.organisation, module, data)

    def shown(self, module: Module, data: Values) -> Values:
        """A record's data as far as he may see them."""
        return data if self.role is None else visible(self.role, module, data)
