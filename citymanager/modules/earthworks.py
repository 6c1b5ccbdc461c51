"""Земляные работы: an order to dig, from the application to the end of the guarantee."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from citymanager.modules.order import in_order
from citymanager.schema import Choice, Clock, Field, Look, Module, Move, Status, Values

MODERATION = ("admin", "moderator")
DESK = ("admin", "moderator", "operator")
SITE = ("admin", "moderator", "operator", "executor")

CANCEL = Move("cancelled", MODERATION, requires=("remark",), title="Аннулировать")
REFUSE = Move("refused", MODERATION, requires=("remark",), title="Отказать")
SUSPEND = Move("suspended", SITE, requires=("remark",), title="Приостановить")
BACKFILL = Move("backfilled", SITE, title="Засыпано")
OVERDUE = Move("overdue", DESK, title="Просрочено")
APPROVE = Move("approval", MODERATION, title="На согласование")
PROLONG = Move("open", MODERATION, requires=("end",), title="Продлить")
ONCE_MORE = Move("restored_temporarily", MODERATION, requires=("remark", "restore_finally_by"), anew=("restored_at",))
"""What was restored is restored once more: its acceptance is waited for from then on."""
FILE = Move("filed", DESK, requires=("customer", "address", "surface", "start", "end"), title="Подать")

STATUSES = (
    Status(
        "draft",
        "Черновик",
        (
            FILE,
            Move("emergency", DESK, requires=("address", "remark"), title="Аварийное вскрытие"),
            Move("unauthorised", DESK, requires=("address", "remark"), title="Несанкционированное"),
            CANCEL,
        ),
        "new",
    ),
    Status("filed", "Подано", (APPROVE, REFUSE, CANCEL), "new", "filed_at"),
    Status(
        "approval",
        "Согласование",
        (
            Move("issued", MODERATION, requires=("order_date", "issuer"), title="Выдать ордер"),
            Move("revision", MODERATION, requires=("remark",), title="На доработку"),
            REFUSE,
        ),
        "waiting",
    ),
    Status("revision", "Доработка", (Move("approval", DESK, title="На согласование"), CANCEL), "waiting"),
    Status("issued", "Выдано", (Move("open", SITE, title="Открыть"), OVERDUE, CANCEL), "waiting", "issued_at"),
    Status("open", "Открыто", (BACKFILL, SUSPEND, OVERDUE), "work", "opened_at"),
    Status("suspended", "Приостановлено", (Move("open", SITE, title="Продолжить"), BACKFILL, OVERDUE), "waiting"),
    Status(
        "backfilled",
        "Засыпано",
        (
            Move("restored_temporarily", SITE, requires=("restore_finally_by",), title="Восстановлено временно"),
            Move("restored", SITE, title="Восстановлено постоянно"),
            OVERDUE,
        ),
        "work",
        "backfilled_at",
    ),
    Status(
        "restored_temporarily",
        "Восстановлено временно",
        (Move("restored", SITE, title="Восстановлено постоянно"), OVERDUE),
        "work",
    ),
    Status(
        "restored",
        "Восстановлено постоянно",
        (
            Move("accepted", MODERATION, requires=("act_number",), title="Принять актом"),
            replace(ONCE_MORE, title="Не принято"),
        ),
        "done",
        "restored_at",
    ),
    Status(
        "accepted", "Принято актом", (Move("guarantee", MODERATION, title="На гарантию"),), "done", "accepted_at"
    ),
    Status(
        "guarantee",
        "На гарантии",
        (
            Move("closed", MODERATION, title="Закрыть"),
            replace(ONCE_MORE, title="Гарантийный случай"),
        ),
        "done",
    ),
    Status("closed", "Закрыто", (), "closed"),
    Status("refused", "Отказано", (Move("revision", DESK, title="Подать снова"),), "refused"),
    Status("cancelled", "Аннулировано", (), "refused"),
    Status("overdue", "Просрочено", (PROLONG, BACKFILL, SUSPEND), "late"),
    Status("emergency", "Аварийное", (FILE, BACKFILL), "late", "opened_at"),
    Status(
        "unauthorised",
        "Несанкционированное",
        (FILE, BACKFILL, Move("cancelled", MODERATION, requires=("remark",), title="Не подтвердилось")),
        "late",
    ),
)  # fmt: skip

DUG = ("backfilled", "restored_temporarily", "restored", "accepted", "guarantee", "closed", "refused", "cancelled")
RESTORED = ("restored", "accepted", "guarantee", "closed", "refused", "cancelled")
SAFE = ("restored_temporarily", *RESTORED)
"""One can walk and drive there again."""
DECIDED = ("issued", "open", "suspended", "overdue", *DUG)

TOLD: Mapping[str, str] = {"address": "place", "purpose": "cause", "executor": "organisation", "remark": "text"}
"""What emergency digging has of the telephonogram that it was begun by."""


def emergency(telephonogram: Mapping[str, Any]) -> Values:
    """A card of emergency digging begins with what the telephonogram says; the order is applied for afterwards."""
    return {key: telephonogram[told] for key, told in TOLD.items() if telephonogram.get(told)}


EARTHWORKS = Module(
    key="earthworks",
    title="Земляные работы",
    one="ордер",
    geometry="shape",
    group="Смена",
    docked=True,
    fields=(
        Field("number", "Номер ордера", fill="number", fixed=True, longest=40),
        Field("order_date", "Дата ордера", "date"),
        Field("issuer", "Кем выдан", "reference", to="organisations"),
        Field("kind", "Вид работ", "choice", default="repair", choices=(
            Choice("repair", "Ремонт сетей"),
            Choice("laying", "Прокладка сетей"),
            Choice("building", "Строительство"),
            Choice("landscaping", "Благоустройство"),
        )),
        Field("purpose", "Цель работ", "long_text"),
        Field("customer", "Заказчик", longest=300),
        Field("customer_inn", "ИНН заказчика", longest=12, personal=True),
        Field("customer_address", "Адрес заказчика", longest=500, personal=True),
        Field("customer_phone", "Телефон заказчика", longest=100, personal=True),
        Field("executor", "Производитель работ", "reference", to="organisations"),
        Field("responsible", "Ответственный", longest=200),
        Field("responsible_phone", "Телефон ответственного", longest=100, personal=True),
        Field("cadastral_number", "Кадастровый номер", longest=40),
        Field("address", "Адрес", "address"),
        Field("geometry", "Контур или трасса", "geometry"),
        Field("area", "Площадь разрытия", "number", unit="м²", minimum=0),
        Field("surface", "Вскрываемое покрытие", "choice", many=True, choices=(
            Choice("asphalt", "Асфальт"),
            Choice("pavement", "Тротуар, плитка"),
            Choice("lawn", "Газон"),
            Choice("ground", "Грунт"),
            Choice("kerb", "Бортовой камень"),
        )),
        Field("asphalt_area", "Асфальт", "number", unit="м²", minimum=0),
        Field("pavement_area", "Тротуар", "number", unit="м²", minimum=0),
        Field("lawn_area", "Газон", "number", unit="м²", minimum=0),
        Field("start", "Начало работ", "date"),
        Field("end", "Окончание работ", "date"),
        Field("restore_by", "Восстановить до", "date"),
        Field("restore_finally_by", "Восстановить постоянно до", "date"),
        Field("filed_at", "Подано", "moment"),
        Field("issued_at", "Выдано", "moment"),
        Field("opened_at", "Вскрыто", "moment"),
        Field("backfilled_at", "Засыпано", "moment"),
        Field("restored_at", "Восстановлено", "moment"),
        Field("act_number", "Номер акта", longest=60),
        Field("accepted_at", "Принято актом", "moment"),
        Field("guarantee_until", "Гарантия до", "date"),
        Field("telephonogram", "Телефонограмма", "reference", to="telephonograms"),
        Field("reports", "Сообщения жителей", "reference", many=True, to="reports"),
        Field("documents", "Документы", "files"),
        Field("pauses", "Приостановки срока", "long_text", fill="pauses", fixed=True),
        Field("exemption", "Основание исключения", "long_text", writers=MODERATION,
              hint="Почему копать можно, хотя норма запрещает: зимой, по новому покрытию"),
        Field("remark", "Примечание", "long_text"),
    ),
    statuses=STATUSES,
    clocks=(
        Clock("approval", "Согласование", "filed_at", "earthworks.approval", DECIDED,
              pauses=("revision", "refused")),
        Clock("application", "Подать заявку", "opened_at", "earthworks.application", ("cancelled",), stops="filed_at"),
        Clock("digging", "Окончание работ", "start", "earthworks.digging", DUG, due="end", pauses=("suspended",)),
        Clock("restoration", "Восстановление", "backfilled_at", "earthworks.restoration", SAFE),
        Clock("restoration_term", "Восстановить по ордеру", "start", due="restore_by", ends=SAFE),
        Clock("permanent", "Восстановить постоянно", "backfilled_at", due="restore_finally_by", ends=RESTORED),
        Clock("act", "Акт приёмки", "restored_at", "earthworks.act", ("accepted", "guarantee", "closed", "cancelled")),
        Clock("guarantee", "Гарантия", "accepted_at", "earthworks.guarantee", ("closed", "cancelled"),
              due="guarantee_until"),
    ),
    rules=(
        in_order("start", "end", "«Окончание работ» раньше начала: исправьте одно из двух."),
        in_order("start", "restore_by", "«Восстановить до» раньше начала работ: исправьте одно из двух."),
        in_order("restore_by", "restore_finally_by", "«Восстановить постоянно до» раньше, чем «Восстановить до»."),
        in_order("opened_at", "backfilled_at", "«Засыпано» раньше, чем «Вскрыто»: исправьте одно из двух."),
    ),
    table=("number", "status", "address", "customer", "executor", "start", "end", "area"),
    form={
        "Ордер": ("number", "order_date", "issuer", "kind", "purpose", "cadastral_number", "documents", "remark"),
        "Заказчик и производитель": (
            "customer", "customer_inn", "customer_address", "customer_phone",
            "executor", "responsible", "responsible_phone",
        ),
        "Место": ("address", "geometry", "area", "surface", "asphalt_area", "pavement_area", "lawn_area"),
        "Сроки": ("start", "end", "restore_by", "restore_finally_by", "guarantee_until", "exemption"),
        "Ход работ": (
            "filed_at", "issued_at", "opened_at", "backfilled_at", "restored_at", "act_number", "accepted_at",
            "pauses",
        ),
        "Связано": ("telephonogram", "reports"),
    },
    caption=("number", "address", "customer"),
    look=Look(icon="dig"),
    writers=("admin", "moderator", "operator", "executor"),
    makers=DESK,
    begins={"telephonogram": emergency},
    sort="-start",
    mine=("executor",),
)  # fmt: skip
