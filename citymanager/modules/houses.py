"""Дома: the passport of each house as ГИС ЖКХ has it, and how many people live there.

Closed to other systems. How many residents with limited mobility a house has is personal: where a house has one flat it
tells of somebody's health.
"""

from citymanager.schema import Choice, Field, Look, Module

FIRST, LAST = 1700, 2100
KINDS = (
    Choice("apartments", "Многоквартирный"),
    Choice("house", "Жилой дом"),
    Choice("row", "Блокированной застройки"),
    Choice("hostel", "Общежитие"),
    Choice("other", "Нежилое здание"),
)

HOUSES = Module(
    key="houses",
    title="Дома",
    one="дом",
    geometry="point",
    group="Территории",
    named_by="address",
    fields=(
        Field("address", "Адрес", "address", required=True),
        Field("kind", "Тип дома", "choice", choices=KINDS),
        Field("company", "Управляющая компания", "reference", to="organisations"),
        Field("built", "Год постройки", "number", minimum=FIRST, maximum=LAST, whole=True),
        Field("floors", "Этажей", "number", minimum=1, maximum=200, whole=True),
        Field("entrances", "Подъездов", "number", minimum=0, whole=True),
        Field("flats", "Помещений", "number", minimum=0, whole=True, hint="Жилых помещений: квартир, комнат общежития"),
        Field("area", "Площадь", "number", unit="м²", minimum=0, hint="Общая площадь дома"),
        Field("residents", "Жителей", "number", minimum=0, whole=True, hint="Зарегистрировано; нежилое здание — 0"),
        Field("limited_mobility", "Маломобильных", "number", minimum=0, whole=True, personal=True),
        Field("as_of", "Сведения на", "date", hint="На какой день известно число жителей"),
        Field("lift", "Лифт", "flag"),
        Field("gas", "Газ", "flag"),
        Field("fias", "Код дома (ГАР)", longest=36, hint="Идентификатор дома по ФИАС, как в ГИС ЖКХ"),
        Field("cadastral_number", "Кадастровый номер", longest=50),
        Field("geometry", "Точка", "geometry"),
        Field("remark", "Примечание", "long_text"),
    ),
    table=("address", "residents", "kind", "company", "flats", "floors", "built", "area", "as_of"),
    form={
        "Дом": ("address", "geometry", "kind", "company", "remark"),
        "Жители": ("residents", "limited_mobility", "as_of"),
        "Паспорт": ("built", "floors", "entrances", "flats", "area", "lift", "gas", "fias", "cadastral_number"),
    },
    caption=("address",),
    look=Look(colour_by="kind", icon="square", from_zoom=14, visible=False),
    readers=("admin", "moderator", "operator", "head", "wall"),
    writers=("admin", "moderator"),
    sort="address",
)
