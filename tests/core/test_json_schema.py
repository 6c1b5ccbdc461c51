"""The JSON Schema of a declaration says what `values` says."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from citymanager.json_schema import field_schema, record_schema
from citymanager.modules import MODULES, REPORTS
from citymanager.schema import Module
from citymanager.values import problem


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.key)
def test_every_module_has_a_sound_schema(module: Module) -> None:
    schema = record_schema(module)
    Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == set(module.columns)
    assert set(schema["required"]) == {key for key, one in module.columns.items() if one.required}


VALUES: list[Any] = [
    "", "x", "x" * 3_000, 1, 1.5, -1, 6, True, False, [], ["x"], {}, "pothole", "phone", "new", "problem", "platform",
    "topic", "fast", "2026-11-23", "2026-11-23T04:05:06Z", "23.11.2026", {"type": "Point", "coordinates": [60.7, 56.1]},
    {"type": "Polygon", "coordinates": []}, [{"sha256": "0" * 64, "name": "a.jpg"}], [{"sha256": "x", "name": "a"}],
]  # fmt: skip


@pytest.mark.parametrize("key", sorted(REPORTS.columns))
def test_what_the_schema_refuses_the_values_refuse_too(key: str) -> None:
    """The schema is the weaker of the two: so every refusal has a Russian reason."""
    field = REPORTS.field(key)
    validator = Draft202012Validator(field_schema(REPORTS, field))
    passed = [value for value in VALUES if validator.is_valid(value)]
    assert passed, "a schema that nothing passes"
    for value in VALUES:
        if value not in ("", []) and value not in passed:
            assert problem(REPORTS, field, value), value


@pytest.mark.parametrize("wrong", [5, None, {"text": 5}, {"text": "Яма", "rating": 9}, {"text": "Яма", "status": "?"}])
def test_a_wrong_record_is_refused(wrong: Any) -> None:
    assert not Draft202012Validator(record_schema(REPORTS)).is_valid(wrong)


def test_a_record_with_foreign_fields_passes() -> None:
    assert Draft202012Validator(record_schema(REPORTS)).is_valid({"text": "Яма", "from_the_future": {"x": [1]}})
