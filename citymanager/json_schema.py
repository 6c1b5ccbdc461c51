"""The JSON Schema of a module, made from its declaration: the server holds every value to it."""

from collections.abc import Callable, Mapping
from typing import Any

from citymanager.schema import TEXT_KINDS, Field, Kind, Module
from citymanager.values.checking import SHAPES

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def record_schema(module: Module) -> Schema:
    """A whole record's data. Fields that the declaration does not know are allowed: a newer program may have them."""
    return {
        "$schema": DIALECT,
        "title": module.title,
        "type": "object",
        "properties": {key: field_schema(module, one) for key, one in module.columns.items()},
        "required": [key for key, one in module.columns.items() if one.required],
    }


def field_schema(module: Module, field: Field) -> Schema:
    """One field's value; an empty field is absent."""
    one = _MAKERS[field.kind](module, field)
    return {"title": field.title, **({"type": "array", "items": one} if field.many else one)}


def _text(module: Module, field: Field) -> Schema:
    return {"type": "string", "maxLength": field.limit}


def _number(module: Module, field: Field) -> Schema:
    bounds = {"minimum": field.minimum, "maximum": field.maximum}
    return {
        "type": "integer" if field.whole else "number",
        **{name: value for name, value in bounds.items() if value is not None},
    }


def _date(module: Module, field: Field) -> Schema:
    return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def _moment(module: Module, field: Field) -> Schema:
    return {"type": "string", "format": "date-time", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$"}


def _flag(module: Module, field: Field) -> Schema:
    return {"type": "boolean"}


def _choice(module: Module, field: Field) -> Schema:
    return {"type": "string", "enum": [one.key for one in field.choices]}


def _link(module: Module, field: Field) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": 100}


def _geometry(module: Module, field: Field) -> Schema:
    return {
        "type": "object",
        "properties": {"type": {"enum": list(SHAPES[module.geometry])}, "coordinates": {"type": "array"}},
        "required": ["type", "coordinates"],
    }


def _files(module: Module, field: Field) -> Schema:
    known = {"sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "name": {"type": "string"}}
    return {
        "type": "array",
        "items": {"type": "object", "properties": known, "required": ["sha256", "name"]},
    }


_MAKERS: Mapping[Kind, Callable[[Module, Field], Schema]] = {
    **dict.fromkeys(TEXT_KINDS, _text), "number": _number, "date": _date, "moment": _moment, "flag": _flag,
    "choice": _choice, "person": _link, "reference": _link, "geometry": _geometry, "files": _files,
}  # fmt: skip
