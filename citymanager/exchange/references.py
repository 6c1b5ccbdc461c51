"""References of a file: ids as they are, names of organisations and people looked up where only one bears the name."""

import re
from typing import Any

from citymanager.errors import Refused
from citymanager.schema import Field, Module
from citymanager.store import Query, Reader
from citymanager.store.records import caption
from citymanager.text import fold

PEOPLE = "people"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def target(field: Field) -> str:
    """The module that a field's values are records of; empty for other kinds."""
    return PEOPLE if field.kind == "person" else field.to


class References:
    """Looks names up in the cache; each module is read once, when the first name is asked for."""

    def __init__(self, reader: Reader, *, trusting: bool) -> None:
        """`trusting`: a file of our own, whose unknown words are ids of records that are not here yet."""
        self.reader = reader
        self._trusting = trusting
        self._names: dict[str, dict[str, list[str]]] = {}

    def resolved(self, field: Field, value: Any) -> Any:
        """The value with ids for names. Raises Refused for a word that none bears, or several."""
        module = self.reader.modules.get(target(field))
        if value is None or module is None:
            return value
        if isinstance(value, list):
            return [self._ident(field, module, one) for one in value]
        return self._ident(field, module, value)

    def _ident(self, field: Field, module: Module, word: Any) -> Any:
        if not isinstance(word, str) or not word.isprintable():
            return word  # no id and no name: the field's own check says so
        if self.reader.get(module.key, word) is not None:
            return word
        found = self._known(module).get(fold(word.strip()), [])
        if len(found) > 1:
            raise Refused(f"«{field.title}»: «{word[:80]}» — это несколько записей, укажите id.")
        if found or self._trusting or UUID.fullmatch(word):
            return found[0] if found else word
        raise Refused(f"«{field.title}»: записи «{word[:80]}» нет в разделе «{module.title}» на этом рабочем месте.")

    def _known(self, module: Module) -> dict[str, list[str]]:
        if module.key not in self._names:
            names: dict[str, list[str]] = {}
            for record in self.reader.each(Query(module.key)):
                first = str(record.data.get(module.caption[0], ""))
                for name in {fold(first), fold(caption(module, record.data))} - {""}:
                    names.setdefault(name, []).append(record.id)
            self._names[module.key] = names
        return self._names[module.key]
