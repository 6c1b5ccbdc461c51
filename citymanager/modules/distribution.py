"""Правила рассылки: to whom a telephonogram of this kind, about this place, at this hour goes, and why."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citymanager.modules.telephonograms import TYPES
from citymanager.schema import Field, Module, Rule

HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def hours_are_whole(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """Hours of the day have a beginning and an end; they may go over midnight."""
    hours = [str(after.get(key) or "") for key in ("hour_from", "hour_to")]
    if any(one and not HOUR.fullmatch(one) for one in hours):
        return "Час указывают часами и минутами: «20:00»."
    if bool(hours[0]) != bool(hours[1]):
        return "Заполните оба поля, «С часа» и «До часа», или оставьте оба пустыми."
    return None


DISTRIBUTION = Module(
    key="distribution",
    title="Правила рассылки",
    one="правило рассылки",
    group="Управление",
    fields=(
        Field("name", "Правило", required=True, longest=300, hint="Показывается как причина: «ночью — дежурному»"),
        Field("kinds", "Виды телефонограмм", "choice", many=True, choices=TYPES, hint="Пусто — любой вид"),
        Field("streets", "Улицы", "long_text", hint="По одной в строке; пусто — любое место"),
        Field("hour_from", "С часа", longest=5, hint="Например 20:00; пусто — весь день"),
        Field("hour_to", "До часа", longest=5, hint="Например 08:00: через полночь"),
        Field("addressees", "Адресаты", "reference", required=True, many=True, to="organisations"),
        Field("active", "Действует", "flag", default=True),
        Field("citation", "Источник", longest=500),
        Field("verified", "Проверено", "flag", default=False),
        Field("remark", "Примечание", "long_text"),
    ),
    rules=(Rule("hours_are_whole", hours_are_whole),),
    table=("name", "kinds", "hour_from", "hour_to", "addressees", "active", "verified"),
    form={
        "Когда": ("name", "kinds", "streets", "hour_from", "hour_to"),
        "Кому": ("addressees", "active", "citation", "verified", "remark"),
    },
    caption=("name",),
    writers=("admin", "moderator"),
    sort="name",
)
