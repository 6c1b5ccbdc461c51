"""Бригады: who can be sent, with what, and where they are now."""

from citymanager.schema import Choice, Field, Look, Module, Move, Status

SITE = ("admin", "moderator", "operator", "executor")
FREE = Move("free", SITE, title="Свободна")
OFF = Move("off", SITE, title="Смена окончена")

CREWS = Module(
    key="crews",
    title="Бригады",
    one="бригада",
    geometry="point",
    group="Обстановка",
    fields=(
        Field("name", "Бригада", required=True, longest=200),
        Field("executor", "Организация", "reference", to="organisations"),
        Field("kind", "Вид", "choice", default="repair", choices=(
            Choice("repair", "Аварийно-ремонтная"),
            Choice("electric", "Электросети"),
            Choice("heat", "Теплосети"),
            Choice("water", "Водоканал"),
            Choice("gas", "Газовая"),
            Choice("road", "Дорожная"),
            Choice("other", "Прочая"),
        )),
        Field("foreman", "Старший", longest=200),
        Field("phone", "Телефон", longest=100),
        Field("people", "Человек", "number", minimum=0, whole=True),
        Field("vehicle", "Техника", longest=300),
        Field("task", "Занята чем", "long_text"),
        Field("report", "Сообщение", "reference", to="reports"),
        Field("telephonogram", "Телефонограмма", "reference", to="telephonograms"),
        Field("address", "Где находится", "address"),
        Field("geometry", "Точка", "geometry"),
    ),
    statuses=(
        Status("off", "Не на смене", (FREE,), "closed"),
        Status("free", "Свободна", (Move("sent", SITE, requires=("task",), title="Направить"), OFF), "done"),
        Status("sent", "В пути", (Move("at_work", SITE, title="Прибыла"), FREE), "waiting"),
        Status("at_work", "Работает", (FREE, Move("sent", SITE, title="Переехать")), "work"),
    ),
    table=("name", "status", "executor", "kind", "task", "address", "phone"),
    form={
        "Бригада": ("name", "executor", "kind", "foreman", "phone", "people", "vehicle"),
        "Сейчас": ("task", "report", "telephonogram", "address", "geometry"),
    },
    caption=("name",),
    look=Look(icon="square", from_zoom=12),
    writers=SITE,
    sort="name",
    mine=("executor",),
)  # fmt: skip
