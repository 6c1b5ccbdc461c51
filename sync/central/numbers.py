"""Human numbers stay unique: of two records that bring the same one, the later gets a suffix and both are kept."""

from collections.abc import Iterable

from django.db import connection

from citymanager.schema import Module, Values
from sync.contract import Operation

Number = tuple[str, str, str]
"""Module, field, value."""


class Numbers:
    """Who holds which number, as far as a batch asks. True while the feed's lock is held."""

    def __init__(self, wanted: Iterable[tuple[Module, Operation]]) -> None:
        self._holders: dict[Number, str | None] = {}
        values: dict[tuple[str, str], set[str]] = {}
        for module, operation in wanted:
            for key in number_keys(module):
                if isinstance(value := operation["set"].get(key), str):
                    values.setdefault((module.key, key), set()).add(value)
        for (module_key, key), found in values.items():
            self._read(module_key, key, found)

    def unique(self, module: Module, ident: str, change: Values) -> Values:
        """The change with numbers that no other record holds; they are this record's from now on."""
        taken = {
            key: self._take(module, key, ident, change[key])
            for key in number_keys(module)
            if isinstance(change.get(key), str)
        }
        return {**change, **taken}

    def given(self, module: Module, ident: str, block: int, change: Values) -> Values:
        """The change of a new record, with the next numbers of a block where it brings none."""
        missing = [key for key in number_keys(module) if not change.get(key)]
        if not missing:
            return change
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO numbers AS n (block, module, last) VALUES (%s, %s, 1)"
                " ON CONFLICT (block, module) DO UPDATE SET last = n.last + 1 RETURNING last",
                [block, module.key],
            )
            (number,) = cursor.fetchone()
        return self.unique(module, ident, {**change, **dict.fromkeys(missing, f"К{block}-{number:04}")})

    def _take(self, module: Module, key: str, ident: str, value: str) -> str:
        number, suffix = value, 1
        while self._holder(module.key, key, number) not in (None, ident):
            suffix += 1
            tail = f"/{suffix}"
            number = value[: module.field(key).limit - len(tail)] + tail
        self._holders[module.key, key, number] = ident
        return number

    def _holder(self, module: str, key: str, value: str) -> str | None:
        if (module, key, value) not in self._holders:
            self._read(module, key, {value})
        return self._holders[module, key, value]

    def _read(self, module: str, key: str, values: set[str]) -> None:
        self._holders |= dict.fromkeys((module, key, value) for value in values)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT data ->> %s, id FROM records WHERE module = %s AND data ->> %s = ANY(%s)",
                [key, module, key, list(values)],
            )
            self._holders |= {(module, key, value): ident for value, ident in cursor.fetchall()}


def number_keys(module: Module) -> list[str]:
    return [one.key for one in module.fields if one.fill == "number"]
