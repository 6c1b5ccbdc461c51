"""Who sits at this workstation: what the panels ask before they offer a change."""

from PySide6.QtCore import QObject, Signal

from citymanager.roles import Role, may_write
from citymanager.schema import Module


class Seat(QObject):
    """The person at the desk; `changed` tells the panels to look again."""

    changed = Signal()

    def __init__(self, login: str = "", name: str = "", role: Role | None = None, *, read_only: bool = False) -> None:
        """`role` None: not known yet, the server will judge. `read_only`: another program writes this profile."""
        super().__init__()
        self.login, self.name, self.role, self.read_only = login, name, role, read_only

    def take(self, login: str, name: str, role: Role | None) -> None:
        """Another person sits down, or the same one with another role."""
        if (login, name, role) != (self.login, self.name, self.role):
            self.login, self.name, self.role = login, name, role
            self.changed.emit()

    def why_not(self, module: Module) -> str:
        """Why this person can't change the module's records here, in Russian; empty if he can."""
        if self.read_only:
            return "Профиль открыт только для чтения: с ним работает другая программа. Закройте её и войдите снова."
        if self.role is not None and not may_write(self.role, module):
            return f"Роль «{self.role.title}» не изменяет раздел «{module.title}»."
        return ""
