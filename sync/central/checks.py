"""What an operation must be before the database is asked: whole, storable, and as its module is declared."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

from citymanager.errors import Refused
from citymanager.json_schema import field_schema
from citymanager.schema import Module
from citymanager.values import problem
from sync.central.answers import Failed
from sync.central.registers import registers
from sync.central.schemas import judge
from sync.contract import BATCH, Operation

DEEPEST = 50
"""Levels of lists and objects in one value."""
LONGEST_NAME = 100


def envelope(body: Any) -> list[Operation]:
    """The operations of a request. What has no identity can't be answered one by one, so it fails the whole."""
    found = body.get("operations") if isinstance(body, dict) else None
    if not isinstance(found, list):
        raise Failed(400, "request", "Нужен объект со списком operations.")
    if len(found) > BATCH:
        raise Failed(413, "size", f"Не больше {BATCH} операций в одном запросе.")
    if not all(isinstance(one, dict) and _is_name(one.get("op")) for one in found):
        raise Failed(400, "request", "У каждой операции должен быть номер op.")
    return found


def checked(operation: Operation) -> Module:
    """The operation's module, or Refused: everything that can be said without knowing the author and the record."""
    module = registers().get(operation["module"]) if isinstance(operation.get("module"), str) else None
    if module is None:
        raise Refused("Такого раздела на сервере нет: обновите сервер или программу.")
    base, change, after = operation.get("base"), operation.get("set"), operation.get("after", [])
    was, at = operation.get("was", {}), operation.get("at", "")
    if not _is_name(operation.get("id")):
        raise Refused("Неверный номер записи.")
    if isinstance(base, bool) or not isinstance(base, int) or not 0 <= base < 2**53:
        raise Refused("Неверная версия записи, на которой сделана правка.")
    if not isinstance(change, dict) or not isinstance(operation.get("delete", False), bool):
        raise Refused("Неверный вид правки.")
    if not isinstance(was, dict) or not isinstance(at, str):
        raise Refused("Неверно, что было до правки или когда она сделана.")
    if not isinstance(operation.get("feed", ""), str):
        raise Refused("Неверная лента, в которой сделана правка.")
    if not isinstance(after, list) or len(after) > 10_000 or not all(_is_name(one) for one in after):
        raise Refused("Неверный список предыдущих правок.")
    fault = _unstorable([change, was, at, operation.get("feed", "")])
    if fault:
        raise Refused(fault)
    _declared(module, change)
    return module


def _declared(module: Module, change: dict[str, Any]) -> None:
    judges = _judges(module.key)
    reasons = [
        problem(module, module.field(key), value)
        or f"«{module.field(key).title}»: значение не подходит к описанию поля."
        for key, value in change.items()
        if value not in (None, "", []) and key in judges and not judges[key](value)
    ]
    if reasons:
        raise Refused(" ".join(reasons))


@cache
def _judges(module: str) -> dict[str, Callable[[Any], bool]]:
    """By field: one validator for a whole record spends its time on making others for its parts."""
    declared = registers()[module]
    return {key: judge(field_schema(declared, one)) for key, one in declared.columns.items()}


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()


def _unstorable(value: Any, depth: int = 0) -> str | None:
    """Why PostgreSQL or JSON can't hold a value, in Russian; also of fields that no declaration names."""
    if isinstance(value, str):
        if "\x00" in value:
            return "Текст содержит недопустимый знак с кодом 0."
        return "Текст содержит половину суррогатной пары, такой знак не сохранить." if _broken(value) else None
    if isinstance(value, float):
        return None if math.isfinite(value) else "Число слишком велико."
    if isinstance(value, int):
        return None if abs(value) < 2**63 else "Число слишком велико."
    if not isinstance(value, dict | list):
        return None
    if depth > DEEPEST:
        return "Данные вложены слишком глубоко."
    inside = [*value, *value.values()] if isinstance(value, dict) else value
    return next((fault for one in inside if (fault := _unstorable(one, depth + 1))), None)


def _broken(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
