"""Люди: officials of the platform, their roles and contacts."""

from citymanager.roles import ROLES
from citymanager.schema import Choice, Field, Module

PEOPLE = Module(
    key="people",
    title="Должностные лица",
    one="должностное лицо",
    fields=(
        Field("name", "Фамилия, имя, отчество", required=True, longest=200),
        Field("position", "Должность", longest=300),
        Field("organisation", "Организация", "reference", to="organisations"),
        Field("role", "Роль", "choice", choices=tuple(Choice(one.key, one.title) for one in ROLES)),
        Field("login", "Имя для входа", longest=150),
        Field("phone", "Служебный телефон", longest=100),
        Field("mobile", "Мобильный телефон", longest=100, personal=True),
        Field("email", "Электронная почта", longest=200),
        Field("active", "Работает", "flag", default=True),
    ),
    table=("name", "position", "organisation", "role", "phone"),
    form={
        "Должностное лицо": ("name", "position", "organisation", "role", "login", "active"),
        "Связь": ("phone", "mobile", "email"),
    },
    caption=("name", "position"),
    writers=("admin", "moderator"),
    sort="name",
)
