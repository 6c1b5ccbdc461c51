"""Who sits at this workstation: what the panels ask before they offer something."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from citymanager.roles import Role, may_decide, may_delete, may_make, may_read, may_reveal, may_take_out, may_write
from citymanager.schema import Module

Right = Callable[[Role, Module], bool]
READ_ONLY = (
    "Профиль открыт только для чтения: с ним работает другая программа или диск не принимает запись. Закройте её или"
    " проверьте диск и откройте окно снова."
)


class Seat(QObject):
    """The person at the desk; `changed` tells the panels to look again.

    Each `why_not_…` is the reason in Russian why the person can't do this to the module's records, empty if he can.
    """

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

    def may_read(self, module: Module) -> bool:
        """Whether the module is there for this person at all: its panel, its layer, its place in menus."""
        return self.role is None or may_read(self.role, module)

    def why_not_make(self, module: Module) -> str:
        return self._why_not_write(may_make, module, "не заводит записи в разделе")

    def why_not_edit(self, module: Module) -> str:
        return self._why_not_write(may_write, module, "не изменяет раздел")

    def why_not_delete(self, module: Module) -> str:
        return self._why_not_write(may_delete, module, "не удаляет записи в разделе")

    def why_not_decide(self, author: str) -> str:
        """Of an edit of this author that was set aside."""
        if self.read_only or may_decide(self.role, self.login, author):
            return READ_ONLY if self.read_only else ""
        return f"Это правка «{author}»: её разберёт сам автор, модератор или администратор."

    def why_not_reveal(self, module: Module) -> str:
        """Of personal data that are masked. To reveal, export or print, a profile open for reading is enough."""
        return self._why_not(may_reveal, module, "не видит персональные данные раздела")

    def why_not_export(self, module: Module) -> str:
        return self._why_not(may_take_out, module, "не выгружает раздел")

    def why_not_print(self, module: Module) -> str:
        return self._why_not(may_take_out, module, "не печатает раздел")

    def _why_not_write(self, allowed: Right, module: Module, deed: str) -> str:
        return READ_ONLY if self.read_only else self._why_not(allowed, module, deed)

    def _why_not(self, allowed: Right, module: Module, deed: str) -> str:
        if self.role is None or allowed(self.role, module):
            return ""
        return f"Роль «{self.role.title}» {deed} «{module.title}»."
