"""Words of the command line as what they mean: modules, statuses, fields with their values, records."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from citymanager import values
from citymanager.errors import Refused
from citymanager.exchange.references import UUID, target
from citymanager.schema import TEXT_KINDS, Field, Module, Status, Values
from citymanager.store import Query, Reader, Record
from citymanager.store.records import caption
from citymanager.store.shelf import Shelf
from citymanager.text import fold, words

SHOWN = 5


def module(known: Iterable[Module], word: str) -> Module:
    """The module with this key or Russian title. Raises Refused with the list of modules."""
    modules = list(known)
    for one in modules:
        if word == one.key or fold(word) == fold(one.title):
            return one
    raise Refused(f"Нет раздела «{word}». Разделы: {_listed((one.key, one.title) for one in modules)}.")


def status(declared: Module, word: str) -> Status:
    """The status with this key or title. Raises Refused with the list of statuses."""
    if not declared.statuses:
        raise Refused(f"У записей раздела «{declared.title}» нет статусов.")
    found = declared.status(word)
    if found is None:
        known = _listed((one.key, one.title) for one in declared.statuses)
        raise Refused(f"Нет статуса «{word}». Статусы: {known}.")
    return found


def change(reader: Reader, declared: Module, pieces: Sequence[str], shelf: Shelf) -> Values:
    """What «field=value» pieces say, as values of a record; an empty value clears its field. Raises Refused.

    Files are named by their paths, and are taken onto the shelf; ReadOnly if there is no room for them.
    """
    made: Values = {}
    for piece in pieces:
        word, sign, text = piece.partition("=")
        if not sign:
            raise Refused(f"Не понято «{piece[:80]}»: нужно «поле=значение».")
        field = _field(declared, word)
        if field.key in made:
            raise Refused(f"Поле «{field.title}» указано дважды.")
        by_path = field.kind == "files" and text and not text.lstrip().startswith("[")
        made[field.key] = _taken(shelf, text) if by_path else _value(reader, declared, field, text)
    return made


def record(reader: Reader, declared: Module, word: str) -> str:
    """The id of a record by its id, or by its number, name or caption if only one has it. Raises Refused."""
    if reader.get(declared.key, word) is not None:
        return word
    found = _named(reader, declared, word)
    if len(found) == 1:
        return found[0].id
    if not found:
        raise Refused(f"Записи «{word[:80]}» нет в разделе «{declared.title}» на этом рабочем месте.")
    listed = "; ".join(f"{one.id} ({caption(declared, one.data, 60)})" for one in found[:SHOWN])
    raise Refused(f"«{word[:80]}» подходит к нескольким записям раздела «{declared.title}», укажите id: {listed}.")


def _field(declared: Module, word: str) -> Field:
    for one in declared.columns.values():
        if word == one.key or fold(word) == fold(one.title):
            return one
    known = _listed((one.key, one.title) for one in declared.columns.values())
    raise Refused(f"В разделе «{declared.title}» нет поля «{word[:80]}». Поля: {known}.")


def _taken(shelf: Shelf, text: str) -> list[Values]:
    """Files by their paths, parted by semicolons; the same one twice is one."""
    taken = [shelf.take(Path(part.strip())) for part in text.split(";") if part.strip()]
    return [one.entry() for one in {one.sha256: one for one in taken}.values()]


def _value(reader: Reader, declared: Module, field: Field, text: str) -> Any:
    value = values.read(declared, field, text)
    goal = reader.modules.get(target(field))
    if value is None or goal is None:
        return value
    if isinstance(value, list):
        return [_referred(reader, goal, one) for one in value]
    return _referred(reader, goal, value)


def _referred(reader: Reader, goal: Module, word: str) -> str:
    """The id that a reference holds; one that this workstation has not loaded yet is left to the server."""
    return word if UUID.fullmatch(word) else record(reader, goal, word)


def _named(reader: Reader, declared: Module, word: str) -> list[Record]:
    """Records whose caption, or one text of it, is exactly this, letter case and ё aside."""
    wanted = fold(word.strip())
    if not words(word):
        return []
    keys = [key for key in declared.caption if declared.field(key).kind in TEXT_KINDS]
    return [
        one
        for one in reader.each(Query(declared.key, text=word))
        if wanted in {fold(str(one.data.get(key, "")).strip()) for key in keys}
        or wanted == fold(caption(declared, one.data))
    ]


def _listed(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{key} («{title}»)" for key, title in pairs)
