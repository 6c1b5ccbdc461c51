"""Мероприятия: what gathers people in the city, where and when."""

from citymanager.modules.order import in_order
from citymanager.schema import Choice, Clock, Field, Look, Module, Move, Status

CANCEL = Move("cancelled", requires=("remark",), title="Отменить")

EVENTS = Module(
    key="events",
    title="Мероприятия",
    one="мероприятие",
    geometry="polygon",
    group="Обстановка",
    fields=(
        Field("name", "Название", required=True, longest=300),
        Field("kind", "Вид", "choice", default="public", choices=(
            Choice("public", "Массовое"),
            Choice("sport", "Спортивное"),
            Choice("culture", "Культурное"),
            Choice("trade", "Ярмарка"),
            Choice("exercise", "Учения"),
            Choice("other", "Прочее"),
        )),
        Field("begins", "Начало", "moment", required=True),
        Field("ends", "Окончание", "moment"),
        Field("address", "Место", "address"),
        Field("geometry", "Территория", "geometry"),
        Field("organiser", "Организатор", longest=300),
        Field("phone", "Телефон организатора", longest=100),
        Field("expected", "Ожидается человек", "number", minimum=0, whole=True),
        Field("closes_roads", "Перекрываются дороги", "flag"),
        Field("documents", "Документы", "files"),
        Field("remark", "Примечание", "long_text"),
    ),
    statuses=(
        Status("planned", "Запланировано", (Move("agreed", title="Согласовать"), CANCEL), "new"),
        Status("agreed", "Согласовано", (Move("going", title="Началось"), CANCEL), "waiting"),
        Status("going", "Идёт", (Move("over", title="Завершено"), CANCEL), "work"),
        Status("over", "Завершено", (), "closed"),
        Status("cancelled", "Отменено", (Move("planned", title="Запланировать снова"),), "refused"),
    ),
    clocks=(Clock("end", "Окончание", "begins", due="ends", ends=("over", "cancelled")),),
    rules=(in_order("begins", "ends", "«Окончание» раньше начала: исправьте одно из двух."),),
    table=("begins", "name", "status", "kind", "address", "ends", "expected"),
    form={
        "Мероприятие": ("name", "kind", "begins", "ends", "address", "geometry", "closes_roads"),
        "Организация": ("organiser", "phone", "expected", "documents", "remark"),
    },
    caption=("name", "begins"),
    look=Look(icon="diamond", from_zoom=12),
    sort="-begins",
)  # fmt: skip
