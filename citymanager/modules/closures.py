"""Перекрытия дорог: which street is closed, from when to when, and the way round."""

from citymanager.modules.order import in_order
from citymanager.schema import Choice, Clock, Field, Look, Module, Move, Status

CLOSE = Move("closed", title="Перекрыть")

CLOSURES = Module(
    key="closures",
    title="Перекрытия дорог",
    one="перекрытие",
    urgent=True,
    geometry="line",
    group="Обстановка",
    fields=(
        Field("road", "Улица", "address", required=True),
        Field("extent", "Перекрыто", "choice", default="whole", choices=(
            Choice("whole", "Полностью"),
            Choice("lane", "Одна полоса"),
            Choice("reversible", "Реверсивное движение"),
            Choice("pavement", "Тротуар"),
        )),
        Field("reason", "Причина", "choice", default="works", choices=(
            Choice("works", "Земляные работы"),
            Choice("accident", "Авария"),
            Choice("event", "Мероприятие"),
            Choice("weather", "Погода"),
            Choice("repair", "Ремонт дороги"),
            Choice("other", "Прочее"),
        )),
        Field("begins", "Начало", "moment", required=True),
        Field("ends", "Окончание", "moment"),
        Field("lifted_at", "Движение открыто", "moment"),
        Field("geometry", "Участок", "geometry"),
        Field("detour", "Объезд", "long_text"),
        Field("organisation", "Кто перекрыл", "reference", to="organisations"),
        Field("basis", "Основание", longest=300),
        Field("earthworks", "Земляные работы", "reference", to="earthworks"),
        Field("event", "Мероприятие", "reference", to="events"),
        Field("remark", "Примечание", "long_text"),
    ),
    statuses=(
        Status("planned", "Запланировано", (CLOSE, Move("cancelled", title="Отменить")), "new"),
        Status("closed", "Перекрыто", (Move("lifted", title="Открыть движение"),), "work"),
        Status("lifted", "Движение открыто", (Move("closed", title="Перекрыть снова"),), "closed", "lifted_at"),
        Status("cancelled", "Отменено", (Move("planned", title="Запланировать снова"),), "refused"),
    ),
    clocks=(Clock("end", "Окончание", "begins", due="ends", ends=("lifted", "cancelled")),),
    rules=(in_order("begins", "ends", "«Окончание» раньше начала: исправьте одно из двух."),),
    table=("road", "status", "extent", "reason", "begins", "ends", "detour"),
    form={
        "Перекрытие": ("road", "extent", "reason", "begins", "ends", "lifted_at", "geometry", "detour"),
        "Основание": ("organisation", "basis", "earthworks", "event", "remark"),
    },
    caption=("road", "reason", "begins"),
    look=Look(icon="cross", from_zoom=11, width=4),
    sort="-begins",
    mine=("organisation",),
)  # fmt: skip
