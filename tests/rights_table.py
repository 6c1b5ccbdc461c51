"""Who may do what: role × module × action × door, written by hand. Tests walk it at every door.

r  reads it                       o  reads the own organisation's cards only (then every other letter is of those)
m  makes a record                 e  edits one
s  takes one to another status    d  deletes one
v  reveals personal data          x  exports
p  prints                         -  nothing: the module is not there for him
"""

from collections.abc import Iterator
from typing import Any

from citymanager.roles import ROLES, Role
from citymanager.schema import STATUS, Field, Module, Move, Values

TABLE = """
                     admin     moderator  operator  head   executor  wall  service  connector
reports              rmesdvxp  rmesdvxp   rmesvxp   rvxp   oesvxp    r     rm       -
telephonograms       rmesdvxp  rmesdvxp   rmesvxp   rvxp   -         r     -        -
earthworks           rmesdvxp  rmesdvxp   rmesvxp   rvxp   oesvxp    r     -        -
replies              rmesdvxp  rmesdvxp   rmesvxp   rvxp   -         -     -        res
receipts             rmesdvxp  rmesdvxp   rmesvxp   rvxp   -         r     -        -
approvals            rmesdxp   rmesdxp    rmesxp    rxp    -         -     -        -
inspections          rmesdxp   rmesdxp    rmesxp    rxp    -         -     -        -
events               rmesdxp   rmesdxp    rmesxp    rxp    rxp       r     -        -
closures             rmesdxp   rmesdxp    rmesxp    rxp    rxp       r     -        -
crews                rmesdxp   rmesdxp    rmesxp    rxp    omesxp    r     -        -
duty                 rmedxp    rmedxp     rmexp     rxp    -         r     -        -
service_areas        rmedxp    rmedxp     rxp       rxp    rxp       r     -        -
electoral_districts  rmedxp    rmedxp     rxp       rxp    rxp       r     r        -
police_precincts     rmedxp    rmedxp     rxp       rxp    rxp       r     r        -
houses               rmedvxp  rmedvxp    rvxp      rvxp   -         r     -        -
organisations        rmedxp    rmedxp     rxp       rxp    rxp       r     -        -
people               rmedvxp   rmedvxp    rvxp      rvxp   rvxp      r     -        -
rules                rmedxp    rxp        rxp       rxp    rxp       r     -        -
distribution         rmedxp    rmedxp     rxp       rxp    rxp       r     -        -
views                rmedxp    rmedxp     rmedxp    rmedxp rmedxp   -     -        -
alarm_log            rmexp     rmexp      rmexp     rmexp  rmexp     r     -        -
access_log           rmxp      m          m         m      m         -     -        -
"""

DOORS = {"window": "romesdvxp", "command": "romesx", "API": "romesd"}
"""Which actions a door knows. A program of another system comes by the API alone: it has no seat at a window and no
profile for a command. The journal of access is written by no hand: its `m` is the program's own, at every door."""

SEATED = tuple(one for one in ROLES if one.key not in ("service", "connector"))
OURS, THEIRS = "0b5e0000-0000-4000-8000-00000000000a", "0b5e0000-0000-4000-8000-00000000000b"
"""Organisations: the executor's, and another one's."""
NO_RIGHT = ("Роль «", "нет среди тех, что вам доступны", "на этом рабочем месте ещё не входил")
"""One of these stands in the refusal of what somebody has no right to."""


def rights(person: Role, module: Module, door: str) -> str:
    """The letters of the table's cell that this door knows."""
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    cells = {line[0]: dict(zip(head, line[1:], strict=True)) for line in lines}
    letters = cells[module.key][person.key].replace("-", "")
    if door != "API" and person not in SEATED:
        return ""
    return "".join(one for one in letters if one in DOORS[door])


# records to try it on


def record(module: Module, organisation: str = OURS) -> Values:
    """A sound record with no more than it needs, the card of an organisation where cards belong to one."""
    first = {STATUS: module.statuses[0].key} if module.statuses else {}
    own = {"executor": organisation} if "executor" in module.columns else {}
    needed = {one.key: value(module, one) for one in module.fields if one.required}
    if "ends" in needed:  # after `begins`
        needed["ends"] = "2026-11-24T04:05:06Z"
    return {**needed, **first, **own}


def value(module: Module, field: Field) -> Any:
    """Something that this field holds."""
    if field.kind == "geometry":
        return _shape(module.geometry)
    found: Any = {
        "number": max(field.minimum or 1, 1), "date": "2126-12-01", "moment": "2026-11-23T04:05:06Z", "flag": True,
        "choice": field.choices[0].key if field.choices else "", "person": OURS, "reference": OURS,
        "files": [{"sha256": "0" * 64, "name": "а.jpg", "type": "image/jpeg", "size": 10}],
    }.get(field.kind, "проба")  # fmt: skip
    return [found] if field.many else found


def _shape(kind: str) -> dict[str, Any]:
    ring = [[60.70, 56.08], [60.71, 56.08], [60.71, 56.09], [60.70, 56.08]]
    point, line = {"type": "Point", "coordinates": ring[0]}, {"type": "LineString", "coordinates": ring}
    return {"point": point, "line": line}.get(kind, {"type": "Polygon", "coordinates": [ring]})


def edited(module: Module) -> Values:
    """A small change that is always allowed to who may edit."""
    free = [one for one in module.fields if one.kind in ("long_text", "text", "address") and not one.required]
    return {next((one for one in free if not one.fixed), free[0]).key: "правка"}


def step(module: Module, person: Role) -> tuple[Values, Values] | None:
    """A record and the change that moves it along its workflow: a move of this person's, else any."""
    moves = sorted(_moves(module), key=lambda one: (_closed(one[1], person), len(one[1].requires)))
    if not moves:
        return None
    start, move = moves[0]
    asked = {key: value(module, module.field(key)) for key in move.requires}
    return {**record(module), **asked, STATUS: start}, {STATUS: move.target}


def _closed(move: Move, person: Role) -> bool:
    return bool(move.roles) and person.key not in move.roles


def _moves(module: Module) -> Iterator[tuple[str, Move]]:
    return ((status.key, move) for status in module.statuses for move in status.moves)
