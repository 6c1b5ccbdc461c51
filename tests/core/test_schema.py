"""Declarations: every inconsistency is named, and the city's modules have none."""

from dataclasses import replace

import pytest
from throwaway import HOUSE, THROWAWAY

from citymanager.mistakes import mistakes
from citymanager.modules import BY_KEY
from citymanager.schema import KINDS, Choice, Clock, Field, Look, Module, Move, Rule, Status


@pytest.mark.parametrize("module", HOUSE, ids=lambda one: one.key)
def test_a_module_is_sound(module: Module) -> None:
    assert mistakes(module, BY_KEY) == []


def test_the_throwaway_module_has_every_kind() -> None:
    assert {one.kind for one in THROWAWAY.fields} == set(KINDS)


def with_field(**changes: object) -> Module:
    odd = replace(Field("odd", "Странное"), **changes)
    form = {**THROWAWAY.form, "Ещё": (odd.key,)}
    return replace(THROWAWAY, fields=(*THROWAWAY.fields, odd), form=form)


BROKEN = {
    "is declared twice": with_field(key="name"),
    "the key is not free to use": with_field(key="status"),
    "the key is not free": with_field(key="with space"),
    "no title": with_field(title=""),
    "unknown kind colour": with_field(kind="colour"),
    "choices and kind disagree": with_field(kind="choice"),
    "target and kind disagree": with_field(kind="reference"),
    "refers to an unknown module": with_field(kind="reference", to="nowhere"),
    "can't hold many": with_field(many=True),
    "number can't be filled into date": with_field(kind="date", fill="number"),
    "the default is not among": with_field(kind="choice", choices=(Choice("a", "А"),), default="b"),
    "name is not a moment that can change": with_field(stamps="name"),
    "ghost is not a moment that can change": with_field(stamps="ghost"),
    "geometry is not declared": replace(THROWAWAY, geometry=""),
    "geometry is polygon, its fields are []": replace(
        THROWAWAY, fields=tuple(one for one in THROWAWAY.fields if one.kind != "geometry")
    ),
    "form: unknown field ghost": replace(THROWAWAY, form={**THROWAWAY.form, "Ещё": ("ghost",)}),
    "stands twice": replace(THROWAWAY, form={**THROWAWAY.form, "Ещё": ("name",)}),
    "is nowhere": replace(THROWAWAY, form={"Скамейка": THROWAWAY.form["Скамейка"]}),
    "table: unknown field": replace(THROWAWAY, table=("ghost",), sort=""),
    "geometry can't be a column": replace(THROWAWAY, table=("name", "geometry")),
    "caption: unknown field": replace(THROWAWAY, caption=("ghost",)),
    "no table or no caption": replace(THROWAWAY, caption=()),
    "is not a column of the table": replace(THROWAWAY, sort="story"),
    "author: name is not the fixed": replace(THROWAWAY, author="name"),
    "named_by: name is no required address": replace(THROWAWAY, named_by="name"),
    "named_by: address is no required address": replace(THROWAWAY, named_by="address"),
    "mine: story names no": replace(THROWAWAY, mine=("story",)),
    "mine: owners names no": replace(THROWAWAY, mine=("owners",)),
    "look: unknown field": replace(THROWAWAY, look=Look(colour_by="ghost")),
    "two statuses have one key": replace(THROWAWAY, statuses=(*THROWAWAY.statuses, Status("planned", "Снова"))),
    "unknown status": replace(THROWAWAY, statuses=(Status("planned", "Задумана", ("ghost",)),), clocks=()),
    "requires an unknown field": replace(
        THROWAWAY, statuses=(Status("planned", "З", (Move("planned", requires=("ghost",)),)),), clocks=()
    ),
    "empties ghost": replace(
        THROWAWAY, statuses=(Status("planned", "З", (Move("planned", anew=("ghost",)),)),), clocks=()
    ),
    "empties name": replace(
        THROWAWAY, statuses=(Status("planned", "З", (Move("planned", anew=("name",)),)),), clocks=()
    ),
    "is never reached": replace(THROWAWAY, statuses=(*THROWAWAY.statuses, Status("island", "Остров"))),
    "does not start with a moment": replace(THROWAWAY, clocks=(Clock("c", "Ч", "name", "x"),)),
    "clock c: unknown status": replace(THROWAWAY, clocks=(Clock("c", "Ч", "checked", "x", ends=("ghost",)),)),
    "clock c: unknown field": replace(
        THROWAWAY, clocks=(Clock("c", "Ч", "checked", "x", when=("a",), regime_field="ghost"),)
    ),
    "clock c: needs a limit or a due field": replace(THROWAWAY, clocks=(Clock("c", "Ч", "checked"),)),
    "clock c: is not due at a moment": replace(THROWAWAY, clocks=(Clock("c", "Ч", "checked", due="name"),)),
    "clock c: does not stop at a moment": replace(THROWAWAY, clocks=(Clock("c", "Ч", "checked", "x", stops="built"),)),
    "clock c: can't be extended": replace(
        THROWAWAY, clocks=(Clock("c", "Ч", "checked", due="built", extended="name"),)
    ),
    "status planned: built is not a moment": replace(
        THROWAWAY, statuses=(Status("planned", "З", stamps="built"),), clocks=()
    ),
    "two rules have one key": replace(THROWAWAY, rules=(Rule("r", lambda *_: None), Rule("r", lambda *_: None))),
}


@pytest.mark.parametrize("said", BROKEN)
def test_a_mistake_is_named(said: str) -> None:
    assert any(said in text for text in mistakes(BROKEN[said], BY_KEY))
