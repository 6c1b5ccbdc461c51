"""Телефонограммы: short official messages dictated by telephone, and for an outage everything that follows from it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citymanager.modules.order import in_order
from citymanager.modules.receipts import CITY, DESK, NOTED
from citymanager.schema import Choice, Clock, Field, Look, Module, Move, Once, Rule, Status

CANCEL = Move("cancelled", DESK, requires=("remark",), title="Аннулировать")
SEND = Move("sent", DESK, requires=("addressees", "text", "sender_name"), title="Передать")
UNREACHED = Move("unreached", DESK, title="Не дозвонились")

TYPES = (
    Choice("emergency", "Аварийная"),
    Choice("planned", "Плановое отключение"),
    Choice("ending", "Об окончании"),
    Choice("informational", "Информационная"),
    Choice("weather", "Погода и ГО"),
    Choice("summons", "Вызов представителя"),
)
RESOURCES = (
    Choice("cold_water", "ХВС"),
    Choice("hot_water", "ГВС"),
    Choice("heat", "Тепло"),
    Choice("electricity", "Электроэнергия"),
    Choice("gas", "Газ"),
    Choice("sewage", "Канализация"),
    Choice("communication", "Связь"),
    Choice("road", "Дорога"),
)
RECEIVED = ("received", "read", "done", "cancelled")
OUTAGES = ("emergency", "planned")
HOUSES = "Ленина 1-15 нечётные, 20; Мира 3, 5а; 300 м от Мира 5"


def ending_names_its_outage(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """A telephonogram about the end of an outage says of which one, before it is passed on."""
    if after.get("type") == "ending" and after.get("status") == "sent" and not after.get("ends"):
        return "Телефонограмма «об окончании» должна указать, какое отключение окончено: заполните «Об окончании чего»."
    return None


def outage_names_its_resource(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """Who is told of an outage must hear what is cut off, and since when."""
    if (
        after.get("type") in OUTAGES
        and after.get("status") == "sent"
        and not (after.get("resource") and after.get("began"))
    ):
        return "Для отключения заполните «Ресурс» и «Начало»: адресаты должны знать, что и с какого времени отключено."
    return None


def goes_on(data: Mapping[str, Any]) -> bool:
    """Whether it tells of an outage that nobody has said to be over."""
    return data.get("type") in OUTAGES and bool(data.get("began")) and not data.get("ended")


def outage_is_over_before_it_is_done(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """While an outage goes on its planned end is waited for, and who reports it hears that it is known."""
    if before and after.get("status") == "done" != before.get("status") and goes_on(after):
        return "Отключение ещё не окончено: заполните «Фактическое окончание» или сообщите об окончании (Ctrl+Shift+O)."
    return None


TELEPHONOGRAMS = Module(
    key="telephonograms",
    title="Телефонограммы",
    one="телефонограмма",
    urgent=True,
    geometry="polygon",
    group="Смена",
    docked=True,
    fields=(
        Field("number", "Номер", fill="number", fixed=True, longest=40),
        Field("date", "Составлена", "moment", fill="now"),
        Field(
            "type",
            "Вид",
            "choice",
            required=True,
            default="informational",
            choices=TYPES,
        ),
        Field("organisation", "Организация-отправитель", "reference", to="organisations"),
        Field("place", "Место", "address"),
        Field("addressees", "Адресаты", "reference", many=True, to="organisations"),
        Field("text", "Текст", "long_text", required=True, longest=2_000, hint="Около 50 слов: диктуется по телефону"),
        Field("sent_at", "Время передачи", "moment"),
        Field("sender_position", "Передал: должность", longest=300),
        Field("sender_name", "Передал: фамилия", longest=200),
        Field("sender_phone", "Передал: телефон", longest=100, personal=True),
        Field("received_at", "Время приёма", "moment"),
        Field("receiver_position", "Принял: должность", longest=300),
        Field("receiver_name", "Принял: фамилия", longest=200),
        Field("receiver_phone", "Принял: телефон", longest=100, personal=True),
        Field("also", "Подтверждали также", "long_text", fill="also", fixed=True, hint=NOTED),
        Field("resource", "Ресурс", "choice", many=True, choices=RESOURCES),
        Field("geometry", "Зона отключения", "geometry"),
        Field("houses", "Дома", "long_text", houses=True, hint=HOUSES),
        Field("residents", "Жителей", "number", minimum=0, whole=True),
        Field("social_objects", "Социальные объекты", "long_text"),
        Field("began", "Начало", "moment"),
        Field("planned_end", "Плановое окончание", "moment"),
        Field("ended", "Фактическое окончание", "moment"),
        Field("cause", "Причина", "long_text"),
        Field("crew", "Бригада", "reference", to="crews"),
        Field("earthworks", "Земляные работы", "reference", many=True, to="earthworks"),
        Field("reports", "Сообщения жителей", "reference", many=True, to="reports"),
        Field("ends", "Об окончании чего", "reference", to="telephonograms"),
        Field("remark", "Примечание", "long_text"),
    ),
    statuses=(
        Status("prepared", "Подготовлена", (SEND, CANCEL), "new"),
        Status(
            "sent",
            "Передана",
            (Move("received", DESK, requires=("receiver_name",), title="Принята"), UNREACHED, CANCEL),
            "work",
            stamps="sent_at",
        ),
        Status("unreached", "Не дозвонились", (Move("sent", DESK, title="Передать снова"), CANCEL), "late"),
        Status("received", "Принята", (Move("read", DESK, title="Ознакомлены"),), "waiting", stamps="received_at"),
        Status("read", "Ознакомлен", (Move("done", DESK, title="Исполнена"),), "done"),
        Status("done", "Исполнена", (Move("read", DESK, title="Вернуть"),), "closed"),
        Status("cancelled", "Аннулирована", (), "refused"),
    ),
    clocks=(
        Clock("receipt", "Приём адресатом", "sent_at", "telephonogram.receipt", RECEIVED),
        Clock("reading", "Ознакомление", "received_at", "telephonogram.reading", ("read", "done", "cancelled")),
        Clock("planned_end", "Плановое окончание", "began", due="planned_end", stops="ended", ends=(
            "done", "cancelled")),
    ),
    once=(Once(("received_at", "receiver_position", "receiver_name", "receiver_phone"), "also"),),
    rules=(
        in_order("began", "planned_end", "«Плановое окончание» раньше начала отключения: исправьте одно из двух."),
        in_order("began", "ended", "«Фактическое окончание» раньше начала отключения: исправьте одно из двух."),
        Rule("ending_names_its_outage", ending_names_its_outage),
        Rule("outage_names_its_resource", outage_names_its_resource),
        Rule("outage_is_over_before_it_is_done", outage_is_over_before_it_is_done),
    ),
    table=("number", "date", "status", "type", "place", "text", "planned_end", "resource"),
    form={
        "Телефонограмма": ("number", "date", "type", "organisation", "place", "addressees", "text", "remark"),
        "Передача и приём": (
            "sent_at", "sender_position", "sender_name", "sender_phone",
            "received_at", "receiver_position", "receiver_name", "receiver_phone", "also",
        ),
        "Отключение": (
            "resource", "began", "planned_end", "ended", "cause", "crew",
            "geometry", "houses", "residents", "social_objects",
        ),
        "Связано": ("earthworks", "reports", "ends"),
    },
    caption=("number", "type", "place"),
    look=Look(icon="alert", over="ended"),
    readers=CITY,
    sort="-date",
)  # fmt: skip
