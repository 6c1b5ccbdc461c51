"""The table of rights at the window: which panels are there for a role, and what is open in them."""

from typing import Any

import pytest
from rights_table import OURS, SEATED, record, rights, step

from citymanager.modules import MODULES
from citymanager.roles import Role
from citymanager.schema import Module
from citymanager.workflow import ways
from widgets.seat import READ_ONLY, Seat


@pytest.mark.parametrize("person", SEATED, ids=lambda one: one.key)
def test_the_seat_offers_what_the_table_says(person: Role, qapp: Any) -> None:
    seat = Seat("ivanova", "Иванова", person)
    for module in MODULES:
        letters = rights(person, module, "window")
        assert seat.may_read(module) == bool(set("ro") & set(letters))
        refusals = {
            "m": seat.why_not_make(module), "e": seat.why_not_edit(module), "d": seat.why_not_delete(module),
            "v": seat.why_not_reveal(module), "x": seat.why_not_export(module), "p": seat.why_not_print(module),
        }  # fmt: skip
        assert {letter for letter, why in refusals.items() if not why} == set("medvxp") & set(letters), module.key
        if (moved := step(module, person)) is not None:
            (way,) = [one for one in ways(module, moved[0], person) if one.move.target == moved[1]["status"]]
            assert way.open == ("s" in letters) and bool(way.reason) == ("s" not in letters), module.key
        assert all(f"Роль «{person.title}»" in why and module.title in why for why in refusals.values() if why)


def test_a_profile_open_for_reading_shows_and_prints_and_changes_nothing(qapp: Any) -> None:
    seat = Seat("ivanova", "Иванова", SEATED[0], read_only=True)
    module = MODULES[0]
    assert {seat.why_not_make(module), seat.why_not_edit(module), seat.why_not_delete(module)} == {READ_ONLY}
    assert not any((seat.why_not_reveal(module), seat.why_not_export(module), seat.why_not_print(module)))


@pytest.mark.parametrize("person", SEATED, ids=lambda one: one.key)
@pytest.mark.parametrize("module", [one for one in MODULES if one.docked], ids=lambda one: one.key)
def test_a_panel_opens_what_the_table_says(panel_of: Any, put: Any, seat: Seat, person: Role, module: Module) -> None:
    letters = rights(person, module, "window")
    put(module.key, {"r1": record(module, OURS)})
    panel = panel_of(module)
    seat.take("petrova", "Петрова", person)
    assert panel.new_button.isEnabled() == ("m" in letters)
    panel.open_record("r1")
    assert bool(panel.form.closed) == ("e" not in letters)
    assert panel.form.closed == seat.why_not_edit(module)
