"""The quick way of holding a value to its schema says what the validator says."""

import pytest
from jsonschema import Draft202012Validator
from throwaway import HOUSE, WHOLE

from citymanager.json_schema import field_schema
from citymanager.schema import Module
from sync.central.schemas import judge

VALUES = [
    *WHOLE.values(), "", "x", "x" * 100, "x" * 101, "я" * 2_001, "new", "New", "2026-11-23", "2026-11-23\n",
    "2026-1-23",
    "2026-11-23T04:05:06Z", "2026-11-23T04:05:06+05:00", "٢٠٢٦-١١-٢٣", "\ud800", None, True, False, 0, 1.5, -1, 2**60,
    [], ["x"], {}, {"type": "Point", "coordinates": [60.7, 56.1]}, [{"sha256": "0" * 64, "name": "a"}],
]  # fmt: skip


@pytest.mark.parametrize("module", HOUSE, ids=lambda one: one.key)
def test_both_ways_say_the_same_of_every_field(module: Module) -> None:
    for field in module.columns.values():
        schema = field_schema(module, field)
        values = [*VALUES, *(one.key for one in field.choices)]
        quick, slow = judge(schema), Draft202012Validator(schema)
        assert [quick(one) for one in values] == [slow.is_valid(one) for one in values], field.key
