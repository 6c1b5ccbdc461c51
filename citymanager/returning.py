"""Records that come back by themselves: when a put-off day has come, and under which name the operation goes.

Every workstation that is running sends a record back, and so does one that was off when it next starts. The name of
the operation follows from the record and the day, so the server does it once, whoever is first and whoever is late.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from citymanager.clocks import Due
from citymanager.schema import STATUS, Module, Status
from citymanager.terms import event
from citymanager.values import CITY_ZONE

_NAMES = uuid.UUID("3e1f2b64-6f0e-4d0a-9c53-0a5f6d1b7c21")


def put_off(module: Module, data: Mapping[str, Any]) -> Status | None:
    """The status that the record stands in until a day; None if it is not put off."""
    status = module.status(str(data.get(STATUS) or ""))
    return status if status is not None and status.until and data.get(status.until) else None


def comes_back(module: Module, data: Mapping[str, Any], zone: ZoneInfo = CITY_ZONE) -> datetime | None:
    """The first moment of the day that it is put off to, UTC; None if it is not put off."""
    status = put_off(module, data)
    return event(data.get(status.until), zone) if status else None


def passed_over(module: Module, data: Mapping[str, Any], found: Sequence[Due]) -> Due | None:
    """Of its due times the first that runs on and is up before the record comes back; None: it passes none."""
    day = comes_back(module, data)
    return next((one for one in found if day and one.state in ("running", "amber", "red") and one.at <= day), None)


def operation(module: Module, ident: str, data: Mapping[str, Any]) -> str:
    """The name of the operation that sends this record back on its day."""
    status = put_off(module, data)
    day = str(data.get(status.until)) if status else ""
    return str(uuid.uuid5(_NAMES, f"{module.key} {ident} {day}"))
