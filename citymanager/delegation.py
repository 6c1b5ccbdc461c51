"""Who is to do it: the company that looks after the place, where it takes such reports, else the one service that does.

Who takes what stands in the register of organisations. Where nobody does, or several, the moderator decides.
"""

from collections.abc import Iterable, Sequence

from citymanager.schema import Module
from citymanager.store import Query, Reader, Record
from citymanager.territory import COMPANIES, COMPANY, Finding, Place, territories, territory_fields
from citymanager.values import show

EXECUTOR, CATEGORY = "executor", "category"
MANAGEMENT = "management"
_KINDS = ("service", "institution", "authority", "other", None)
"""Who is asked before whom: those who do the work before those who see to it."""


def delegable(module: Module) -> bool:
    """Whether the executor of this module's records follows from their place and category."""
    columns = module.columns
    return CATEGORY in columns and EXECUTOR in columns and columns[EXECUTOR].to == COMPANIES


def delegation(reader: Reader, module: Module, places: Sequence[Place]) -> list[list[Finding]]:
    """What follows for the module's fields from where each of these is told of, and in which category."""
    wanted, gives = territory_fields(module), delegable(module)
    known: dict[tuple[str, str], Finding] = {}
    """One answer for all of a company and a category."""
    told = []
    for place, found in zip(places, territories(reader, places), strict=True):
        told.append([one for one in found if one.field in wanted])
        if gives:
            asked = next(one.ident for one in found if one.field == COMPANY), place.category
            if asked not in known:
                known[asked] = delegated(reader, *asked)
            told[-1].append(known[asked])
    return told


def delegated(reader: Reader, company: str, category: str) -> Finding:
    """The executor of what is told in this category of a place that this company looks after; either may be empty."""
    if not category:
        return Finding(EXECUTOR, "", "", "категория не выбрана")
    named = f"категорию «{show(reader.modules[COMPANIES].field('categories'), [category])}»"
    takers = _takers(reader, category)
    ours = next((one for one in takers if one.id == company), None)
    if ours is not None:
        return Finding(EXECUTOR, ours.id, _name(ours), f"УК этого места принимает {named}")
    return _of_services([one for one in takers if one.data.get("kind") != MANAGEMENT], named)


def _of_services(takers: Iterable[Record], named: str) -> Finding:
    by_kind = {kind: [one for one in takers if one.data.get("kind") == kind] for kind in _KINDS}
    found = next((some for some in by_kind.values() if some), [])
    if not found:
        return Finding(EXECUTOR, "", "", f"{named} в справочнике организаций никто не принимает: решит модератор")
    if len(found) > 1:
        names = ", ".join(map(_name, found))
        return Finding(EXECUTOR, "", "", f"{named} принимают несколько: {names}. Выберет модератор")
    return Finding(EXECUTOR, found[0].id, _name(found[0]), f"по справочнику организаций принимает {named}")


def _takers(reader: Reader, category: str) -> list[Record]:
    """The organisations that take this category, but for those that are no more."""
    asked = reader.each(Query(COMPANIES, among={"categories": (category,)}))
    return [one for one in asked if one.data.get("active") is not False]


def _name(record: Record) -> str:
    return str(record.data.get("short_name") or record.data.get("name") or record.id)
