"""A rule that many registers share: of two times of a record, the one does not come before the other."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citymanager.schema import Rule


def in_order(first: str, last: str, why: str) -> Rule:
    """Refuses a change that puts `last` before `first`, two dates or two moments, for the reason `why`.

    A record that came in that way stays editable in its other fields.
    """

    def check(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
        changed = any(before.get(key) != after.get(key) for key in (first, last))
        begun, over = str(after.get(first) or ""), str(after.get(last) or "")
        return why if changed and begun and over and over < begun else None

    return Rule(f"{first}_before_{last}", check)
