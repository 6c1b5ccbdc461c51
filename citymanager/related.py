"""Which records of other modules refer to one, from the declarations; and what a new one of them begins with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from citymanager.schema import Field, Module, Values

PEOPLE = "people"


@dataclass(frozen=True)
class Link:
    """A field of a module by which its records refer to those of another."""

    module: Module
    field: Field

    def values(self, ident: str, data: Mapping[str, Any]) -> Values:
        """What a new record begins with that refers to this one: the reference, and what is declared to follow."""
        begun = self.module.begins.get(self.field.key)
        return {**(begun(data) if begun else {}), self.field.key: [ident] if self.field.many else ident}


def links(modules: Iterable[Module], to: Module) -> list[Link]:
    """Every field that points to a module; those without which their record can't be come first."""
    found = [
        Link(module, field)
        for module in modules
        for field in module.fields
        if (field.kind == "reference" and field.to == to.key) or (field.kind == "person" and to.key == PEOPLE)
    ]
    return sorted(found, key=lambda one: not one.field.required)
