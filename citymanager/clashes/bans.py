"""A ban holds works up: nobody opens the ground in it until somebody who may has said why it is allowed."""

from datetime import datetime

from citymanager.changes import merged
from citymanager.clashes.clash import EXEMPTION, basis, extent
from citymanager.clashes.finding import clashes
from citymanager.clashes.sides import WORKS
from citymanager.errors import Refused
from citymanager.schema import STATUS, Values
from citymanager.store import Reader
from citymanager.values import CITY_ZONE

ALLOWED = ("issued", "open")
"""Statuses that give leave to dig."""
DECISIVE = frozenset({STATUS, "start", "end", "geometry", EXEMPTION})
"""What a ban follows from: an edit of other fields is not held up."""
WHAT_TO_DO = "Перенесите сроки или место, либо модератор или администратор заполнит «Основание исключения»."


def refuse_banned(reader: Reader, module: str, ident: str, change: Values, now: datetime) -> None:
    """Raise Refused if this change would let somebody dig where or when it is forbidden, and nobody has said why."""
    if module != WORKS or DECISIVE.isdisjoint(change):
        return
    before = reader.get(module, ident) if ident else None
    after = merged(before.data if before else {}, change)
    if after.get(STATUS) not in ALLOWED or after.get(EXEMPTION):
        return
    found = clashes(reader, module, ident, after, now.astimezone(CITY_ZONE).date())
    bans = [f"{basis(one)}: {extent(one)}." for one in found if one.banned]
    if bans:
        raise Refused(" ".join(["Работы запрещены.", *bans, WHAT_TO_DO]))
