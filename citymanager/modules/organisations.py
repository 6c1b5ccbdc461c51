"""Организации: management companies, services, addressees and executors that the other registers refer to."""

from citymanager.modules.categories import CATEGORIES
from citymanager.schema import Choice, Field, Look, Module

ORGANISATIONS = Module(
    key="organisations",
    title="Организации",
    one="организация",
    geometry="point",
    fields=(
        Field("name", "Наименование", required=True),
        Field("short_name", "Краткое наименование", longest=100),
        Field(
            "kind",
            "Вид",
            "choice",
            default="service",
            choices=(
                Choice("management", "Управляющая компания"),
                Choice("service", "Служба"),
                Choice("authority", "Орган управления"),
                Choice("institution", "Учреждение"),
                Choice("other", "Прочее"),
            ),
        ),
        Field("categories", "Принимает категории", "choice", many=True, choices=CATEGORIES),
        Field("inn", "ИНН", longest=12),
        Field("phone", "Телефон", longest=100),
        Field("dispatch_phone", "Телефон АДС", longest=100, hint="Круглосуточная аварийно-диспетчерская служба"),
        Field("email", "Электронная почта", longest=200),
        Field("address", "Адрес", "address"),
        Field("geometry", "Точка", "geometry"),
        Field("active", "Действует", "flag", default=True),
    ),
    table=("name", "kind", "dispatch_phone", "phone", "address"),
    form={
        "Организация": ("name", "short_name", "kind", "categories", "inn", "active"),
        "Связь": ("phone", "dispatch_phone", "email", "address", "geometry"),
    },
    caption=("name",),
    look=Look(colour_by="kind", icon="square", from_zoom=13, visible=False),
    writers=("admin", "moderator"),
    sort="name",
)
