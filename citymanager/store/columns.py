"""A few columns of many records, read as one text: a tenth of what the whole records would cost."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from citymanager.schema import Module, Values
from citymanager.store.connection import Connection
from citymanager.store.records import dumps


class Columns:
    """Some fields of records that the caller names; those that are gone are absent. Belongs to one connection."""

    def __init__(self, connection: Connection, modules: Mapping[str, Module]) -> None:
        self._connection = connection
        self._modules = modules

    def by_row(self, module: str, numbers: Sequence[int], keys: Sequence[str]) -> dict[int, Values]:
        """A few fields of the records in these rows, by row number."""
        return dict(self._read("_row", module, keys, "_row", numbers))

    def by_id(self, module: str, keys: Sequence[str], idents: Sequence[str]) -> dict[str, Values]:
        """The same of the records of these ids, by id."""
        return dict(self._read("id", module, keys, "id", idents))

    def told(self, module: str, keys: Sequence[str], rows: Sequence[int]) -> list[tuple[str, Values]]:
        """The same of the records in these rows, with their ids."""
        return self._read("id", module, keys, "_row", rows)

    def every(self, module: str, keys: Sequence[str]) -> list[tuple[str, Values]]:
        """The same of all records of a register that is not long."""
        return self._read("id", module, keys)

    def _read(
        self, by: str, module: str, keys: Sequence[str], of: str = "", wanted: Sequence[int] | Sequence[str] = ()
    ) -> list[tuple[Any, Values]]:
        """What the records are told by, and their fields. A name that is no column fails here and not in SQL."""
        named = ", ".join(f'"{self._modules[module].field(key).key}"' for key in keys)
        asked = f'SELECT json_group_array(json_array({by}, {named})) FROM "{module}"'
        only = (f" WHERE {of} IN (SELECT value FROM json_each(?))", (dumps(list(wanted)),)) if of else ("", ())
        text = self._connection.value(asked + only[0], only[1])
        return [(row[0], dict(zip(keys, row[1:], strict=True))) for row in json.loads(text)]
