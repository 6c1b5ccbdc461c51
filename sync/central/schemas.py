"""Holding a value to its field's JSON Schema, soon: bulk loads are held to it value by value."""

import math
import re
from collections.abc import Callable
from typing import Any

from jsonschema import Draft202012Validator

from citymanager.json_schema import Schema

_TEXTS = {"type", "title", "format", "minLength", "maxLength", "enum", "pattern"}
"""What a schema of texts may say to be judged here; `format` is said for other readers, as for the validator."""


def judge(schema: Schema) -> Callable[[Any], bool]:
    """Whether a value fits a schema. A text, as most values are, is held to it here, at a tenth of the cost."""
    validator = Draft202012Validator(schema)
    if schema["type"] != "string" or not schema.keys() <= _TEXTS:
        return lambda value: bool(validator.is_valid(value))
    least, most = schema.get("minLength", 0), schema.get("maxLength", math.inf)
    among, pattern = schema.get("enum"), re.compile(schema.get("pattern", ""))

    def fits(value: Any) -> bool:
        return (
            isinstance(value, str)
            and least <= len(value) <= most
            and (among is None or value in among)
            and pattern.search(value) is not None
        )

    return fits
