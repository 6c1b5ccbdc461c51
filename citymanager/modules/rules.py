"""Нормы и сроки: every limit of a norm as a dated record that an administrator edits; clocks read it by its key."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citymanager.modules.order import in_order
from citymanager.schema import Choice, Field, Module, Rule

LONGEST = 3_650
"""A limit in any unit, years too, leads to a day that calendars know."""


def day_of_year(text: object) -> str | None:
    """A day of any year, «01.11», as it sorts: "11-01"; "" for an empty field, None if that is no day."""
    if text in (None, ""):
        return ""
    try:
        return datetime.strptime(f"{text}.2000", "%d.%m.%Y").strftime("%m-%d")  # a leap year: it has all days
    except ValueError:
        return None


def season_is_whole(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """A season has a first and a last day."""
    days = [day_of_year(after.get(key)) for key in ("season_from", "season_to")]
    if None in days:
        return "Время года указывают днём и месяцем: «01.11»."
    if bool(days[0]) != bool(days[1]):
        return "Заполните оба поля, «Сезон с» и «Сезон по», или оставьте оба пустыми."
    return None


RULES = Module(
    key="rules",
    title="Нормы и сроки",
    one="норма",
    group="Управление",
    fields=(
        Field("key", "Обозначение", required=True, fixed=True, longest=100, hint="По нему норму находят сроки"),
        Field("name", "Наименование", required=True, longest=300),
        Field("limit", "Величина", "number", required=True, minimum=0, maximum=LONGEST, whole=True),
        Field("unit", "Единица", "choice", required=True, default="days", choices=(
            Choice("seconds", "секунды"),
            Choice("minutes", "минуты"),
            Choice("hours", "часы"),
            Choice("days", "календарные дни"),
            Choice("working_days", "рабочие дни"),
            Choice("years", "годы"),
            Choice("metres", "метры"),
        )),
        Field("starts", "Отсчёт от", longest=300),
        Field("extension", "Продление", "number", minimum=0, maximum=LONGEST, whole=True,
              hint="В тех же единицах, один раз"),
        Field("pauses", "Что приостанавливает", longest=300),
        Field("citation", "Источник", required=True, longest=500),
        Field("verified", "Проверено", "flag", default=False),
        Field("valid_from", "Действует с", "date", hint="Новый срок вводят новой записью: начатое судят по прежней"),
        Field("valid_to", "Действует по", "date", hint="Если действуют две нормы, верна начавшая действовать позже"),
        Field("season_from", "Сезон с", longest=5, hint="Например 01.11; пусто — весь год"),
        Field("season_to", "Сезон по", longest=5, hint="Например 31.03"),
        Field("remark", "Примечание", "long_text"),
    ),
    rules=(
        in_order("valid_from", "valid_to", "«Действует по» раньше, чем «Действует с»: исправьте одно из двух."),
        Rule("season_is_whole", season_is_whole),
    ),
    table=("name", "limit", "unit", "citation", "verified", "valid_from", "valid_to", "key"),
    form={
        "Норма": ("key", "name", "limit", "unit", "starts", "extension", "pauses"),
        "Источник": ("citation", "verified", "valid_from", "valid_to", "season_from", "season_to", "remark"),
    },
    caption=("name", "citation"),
    writers=("admin",),
    deleters=("admin",),
    sort="name",
)  # fmt: skip
