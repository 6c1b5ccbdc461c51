"""Дежурства: who is on duty when, and how to reach him."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citymanager.schema import Choice, Field, Module, Rule


def ends_after_it_begins(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """A shift has a length."""
    if after.get("begins") and after.get("ends") and str(after["ends"]) <= str(after["begins"]):
        return "«Окончание» дежурства должно быть позже начала."
    return None


DUTY = Module(
    key="duty",
    title="Дежурства",
    one="дежурство",
    group="Обстановка",
    fields=(
        Field("post", "Пост", "choice", required=True, default="edds", choices=(
            Choice("edds", "Оперативный дежурный ЕДДС"),
            Choice("operator", "Оператор 112"),
            Choice("senior", "Старший смены"),
            Choice("responsible", "Ответственный от администрации"),
            Choice("dispatcher", "Диспетчер организации"),
            Choice("crew", "Дежурная бригада"),
        )),
        Field("person", "Дежурный", "person"),
        Field("organisation", "Организация", "reference", to="organisations"),
        Field("begins", "Начало", "moment", required=True),
        Field("ends", "Окончание", "moment", required=True),
        Field("phone", "Телефон", longest=100),
        Field("substitute", "Замена", "person"),
        Field("remark", "Примечание", "long_text"),
    ),
    rules=(Rule("ends_after_it_begins", ends_after_it_begins),),
    table=("begins", "ends", "post", "person", "organisation", "phone"),
    form={"Дежурство": ("post", "person", "organisation", "begins", "ends", "phone", "substitute", "remark")},
    caption=("post", "begins", "person"),
    readers=("admin", "moderator", "operator", "head", "wall"),
    sort="-begins",
)  # fmt: skip
