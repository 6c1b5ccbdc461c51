"""Нормы и сроки: every limit of a norm as a dated record that an administrator edits; clocks read it by its key."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citymanager.schema import Choice, Field, Module, Rule


def valid_for_some_time(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """A norm does not lose its force before it comes into it."""
    if after.get("valid_from") and after.get("valid_to") and str(after["valid_to"]) < str(after["valid_from"]):
        return "«Действует по» раньше, чем «Действует с»: исправьте одно из двух."
    return None


RULES = Module(
    key="rules",
    title="Нормы и сроки",
    one="норма",
    group="Управление",
    fields=(
        Field("key", "Обозначение", required=True, fixed=True, longest=100, hint="По нему норму находят сроки"),
        Field("name", "Наименование", required=True, longest=300),
        Field("limit", "Срок", "number", required=True, minimum=0, whole=True),
        Field("unit", "Единица", "choice", required=True, default="days", choices=(
            Choice("seconds", "секунды"),
            Choice("minutes", "минуты"),
            Choice("hours", "часы"),
            Choice("days", "календарные дни"),
            Choice("working_days", "рабочие дни"),
            Choice("years", "годы"),
        )),
        Field("starts", "Отсчёт от", longest=300),
        Field("extension", "Продление", "number", minimum=0, whole=True, hint="В тех же единицах, один раз"),
        Field("pauses", "Что приостанавливает", longest=300),
        Field("citation", "Источник", required=True, longest=500),
        Field("verified", "Проверено", "flag", default=False),
        Field("valid_from", "Действует с", "date"),
        Field("valid_to", "Действует по", "date"),
        Field("remark", "Примечание", "long_text"),
    ),
    rules=(Rule("valid_for_some_time", valid_for_some_time),),
    table=("name", "limit", "unit", "citation", "verified", "valid_from", "valid_to", "key"),
    form={
        "Норма": ("key", "name", "limit", "unit", "starts", "extension", "pauses"),
        "Источник": ("citation", "verified", "valid_from", "valid_to", "remark"),
    },
    caption=("name", "citation"),
    writers=("admin",),
    deleters=("admin",),
    sort="name",
)  # fmt: skip
