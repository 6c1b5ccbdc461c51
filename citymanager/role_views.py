"""With which offered view a table begins for a role: all workstations that have the same records say the same.

Two may name one role, set where nobody knew of the other: the one that was set last wins, of two set in the same second
the one with the greater id. The others stay offered, and wait: they come first again if the winner is withdrawn.
"""

from collections.abc import Iterable

from citymanager.modules.views import SEATED
from citymanager.store.records import Record

FIRST_FOR, FIRST_SINCE = "first_for", "first_since"
KNOWN = frozenset(one.key for one in SEATED)


def claims(view: Record) -> list[str]:
    """The keys of the roles that are to begin with it; a newer program may know more of them."""
    found = view.data.get(FIRST_FOR)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def first_for(views: Iterable[Record]) -> dict[str, list[Record]]:
    """By the role's key, the views of one table that are to come first for it, the winner before the others."""
    found: dict[str, list[Record]] = {}
    for one in sorted(views, key=_set, reverse=True):
        for role in claims(one):
            found.setdefault(role, []).append(one)
    return found


def given_up(views: Iterable[Record], chosen: str, roles: Iterable[str]) -> list[tuple[Record, list[str] | None]]:
    """The views that give way once these roles begin with the chosen one, each with the roles that are left to it.

    One that names a role of a newer program can't be written here: it gives way by its age alone.
    """
    taken = set(roles)
    return [
        (one, [role for role in claims(one) if role not in taken] or None)
        for one in views
        if one.id != chosen and taken & set(claims(one)) and KNOWN.issuperset(claims(one))
    ]


def _set(view: Record) -> tuple[str, str]:
    return str(view.data.get(FIRST_SINCE) or ""), view.id
