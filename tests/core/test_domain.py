"""The modules against a table of the domain written by hand: what is missing from a declaration is a defect."""

from collections.abc import Iterator

import pytest
from domain_table import CHOICES, CLOCKS, DOMAIN, NORMS, Register

from citymanager.limits import shipped
from citymanager.modules import BY_KEY, MODULES
from citymanager.roles import ROLES, may_delete, may_make, may_read, may_write
from citymanager.schema import Module, Move, Status

EACH = pytest.mark.parametrize("key", DOMAIN)


def test_every_module_stands_in_the_table() -> None:
    assert DOMAIN.keys() == {one.key for one in MODULES}


@EACH
def test_its_fields_are_the_domains(key: str) -> None:
    module, wanted = BY_KEY[key], DOMAIN[key]
    assert {one.key for one in module.fields} == set(wanted.fields.split())
    assert {one.key for one in module.fields if one.required} == set(wanted.required.split())
    assert module.geometry == wanted.geometry


@EACH
def test_what_is_personal_and_what_is_public_is_marked(key: str) -> None:
    module, wanted = BY_KEY[key], DOMAIN[key]
    assert module.personal_keys == set(wanted.personal.split())
    assert module.public_keys == set(wanted.public.split())
    assert not module.personal_keys & module.public_keys


@EACH
def test_who_may_do_what(key: str) -> None:
    module, wanted = BY_KEY[key], DOMAIN[key]
    readers, writers = f"{wanted.readers} {wanted.outside}".split(), wanted.writers.split()
    may = {
        may_read: set(readers),
        may_write: set(writers),
        may_make: set(wanted.makers.split() or writers),
        may_delete: set(wanted.deleters.split()),
    }
    for right, roles in may.items():
        assert {one.key for one in ROLES if right(one, module)} == roles, right.__name__


@EACH
def test_the_life_of_a_record(key: str) -> None:
    titles = {one.key: one.title for one in BY_KEY[key].statuses}
    declared = {one.title: {titles[move.target] for move in one.moves} for one in BY_KEY[key].statuses}
    assert declared == dict(_lines(DOMAIN[key]))


def _lines(wanted: Register) -> Iterator[tuple[str, set[str]]]:
    for line in wanted.moves.strip().splitlines():
        start, _, targets = line.strip().partition(" →")
        yield start, {one.strip() for one in targets.split(",") if one.strip()}


@EACH
def test_what_a_move_asks_for(key: str) -> None:
    module, asked = BY_KEY[key], DOMAIN[key].asked
    used = set()
    for start, move in _moves(module):
        target = next(one.title for one in module.statuses if one.key == move.target)
        way = f"{start.title} → {target}"
        found = way if way in asked else target
        used.add(found)
        assert set(move.requires) == set(asked.get(found, "").split()), way
    assert asked.keys() <= used


def _moves(module: Module) -> Iterator[tuple[Status, Move]]:
    return ((status, move) for status in module.statuses for move in status.moves)


@EACH
def test_which_moments_are_stamped(key: str) -> None:
    assert {one.title: one.stamps for one in BY_KEY[key].statuses if one.stamps} == DOMAIN[key].stamps


@EACH
def test_what_counts_once(key: str) -> None:
    wanted = [set(one.split()) for one in DOMAIN[key].once.split(",") if one.strip()]
    assert [set(one.fields) for one in BY_KEY[key].once] == wanted
    assert {one.also for one in BY_KEY[key].once} <= {"also"}


@pytest.mark.parametrize(("module", "key"), CHOICES)
def test_choices_are_the_citys(module: str, key: str) -> None:
    assert ", ".join(one.title for one in BY_KEY[module].field(key).choices) == CHOICES[module, key]


@EACH
def test_its_clocks(key: str) -> None:
    declared = {" ".join(filter(None, (one.starts, one.due, one.limit))) for one in BY_KEY[key].clocks}
    assert declared == {" ".join(line.split()) for line in CLOCKS.get(key, "").split(",") if line.strip()}


@pytest.mark.parametrize("key", NORMS)
def test_a_norm_has_its_figure(key: str) -> None:
    data = shipped()[key]
    more = f" +{data['extension']}" if "extension" in data else ""
    assert f"{data['limit']} {data['unit']}{more}{'' if data['verified'] else ' ?'}" == NORMS[key]
