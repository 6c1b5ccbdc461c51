"""Rows of a file that are known by a house: the record that has it, however its address is spelt there and here."""

from collections import defaultdict

from citymanager.address_words import Key, house_of
from citymanager.errors import Refused
from citymanager.schema import Module, Values
from citymanager.store import Reader


class ByAddress:
    """The houses of a module that is named by them; it is read once, when the first row asks."""

    def __init__(self, reader: Reader, module: Module) -> None:
        self._reader, self._module = reader, module
        self._idents: dict[str, list[str]] | None = None

    def named(self, values: Values) -> str:
        """The house of a row, as one text for all its spellings; empty where houses name nothing."""
        address = values.get(self._module.named_by)
        return _spelt(house_of(str(address))) if address else ""

    def known(self, house: str) -> str:
        """The id of the record that has this house; empty if none has. Raises Refused for a house that several have."""
        found = self._houses().get(house, [""])
        if len(found) > 1:
            raise Refused(f"Этот дом записан в разделе «{self._module.title}» дважды: удалите лишнюю запись.")
        return found[0]

    def _houses(self) -> dict[str, list[str]]:
        if self._idents is None:
            self._idents = defaultdict(list)
            key = self._module.named_by
            for ident, told in self._reader.columns.every(self._module.key, [key]):
                self._idents[_spelt(house_of(str(told[key] or "")))].append(ident)
        return self._idents


def _spelt(house: Key | str) -> str:
    if isinstance(house, str):
        return house
    return f"{' '.join(sorted(house.street.words))} {house.street.kind}, {house.house}"
