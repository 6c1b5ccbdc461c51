"""Дежурства: who is on duty when, and how to reach him."""

from citymanager.modules.order import in_order
from citymanager.schema import Choice, Field, Module

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
    rules=(in_order("begins", "ends", "«Окончание» дежурства раньше начала: исправьте одно из двух."),),
    table=("begins", "ends", "post", "person", "organisation", "phone"),
    form={"Дежурство": ("post", "person", "organisation", "begins", "ends", "phone", "substitute", "remark")},
    caption=("post", "begins", "person"),
    readers=("admin", "moderator", "operator", "head", "wall"),
    sort="-begins",
    mine=("person", "substitute"),
)  # fmt: skip
