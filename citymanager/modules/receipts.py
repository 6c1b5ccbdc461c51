"""Вручение телефонограмм: one record per addressee, so that two operators can ring two addressees at once."""

from citymanager.schema import Clock, Field, Module, Move, Once, Status

DESK = ("admin", "moderator", "operator")
CITY = (*DESK, "head", "wall")
"""Roles inside the city's administration."""

NOTED = "Первая отметка не меняется: кто подтвердил после неё, записан здесь"

UNREACHED = Move("unreached", DESK, title="Не дозвонились")
RECEIVED = Move("received", DESK, requires=("receiver_name",), title="Принята")
WITHDRAW = Move("withdrawn", DESK, requires=("remark",), title="Снять")
WITHDRAWN = WITHDRAW.target
OVER = ("received", "read", "done", WITHDRAWN)
READ = ("read", "done", WITHDRAWN)
CALLING = ("prepared", "unreached", "sent", "received")
"""Statuses in which somebody is waited for."""

RECEIPTS = Module(
    key="receipts",
    title="Вручение телефонограмм",
    one="вручение",
    urgent=True,
    group="Смена",
    fields=(
        Field("telephonogram", "Телефонограмма", "reference", required=True, to="telephonograms"),
        Field("addressee", "Адресат", "reference", required=True, to="organisations"),
        Field("phone", "Телефон", longest=100),
        Field("sent_at", "Передана", "moment"),
        Field("sender_position", "Передал: должность", longest=300),
        Field("sent_by", "Передал", longest=200),
        Field("sender_phone", "Передал: телефон", longest=100, personal=True),
        Field("called_at", "Не дозвонились впервые", "moment"),
        Field("attempts", "Не дозвонились, раз", "number", minimum=0, whole=True),
        Field("received_at", "Принята", "moment"),
        Field("receiver_position", "Принял: должность", longest=300),
        Field("receiver_name", "Принял: фамилия", longest=200),
        Field("receiver_phone", "Принял: телефон", longest=100, personal=True),
        Field("read_back_at", "Прочитана обратно", "moment"),
        Field("read_back_by", "Обратное чтение проверил", longest=200),
        Field("read_at", "Ознакомлен", "moment"),
        Field("done_at", "Исполнена", "moment"),
        Field("also", "Подтверждали также", "long_text", fill="also", fixed=True, hint=NOTED),
        Field("remark", "Примечание", "long_text"),
    ),
    once=(
        Once(("called_at",), "also"),
        Once(("phone", "sender_position", "sent_by", "sender_phone"), "also"),
        Once(("received_at", "receiver_position", "receiver_name", "receiver_phone"), "also"),
        Once(("read_back_at", "read_back_by"), "also"),
        Once(("read_at",), "also"),
        Once(("done_at",), "also"),
    ),
    statuses=(
        Status("prepared", "Подготовлена", (Move("sent", DESK, title="Передать"), UNREACHED, WITHDRAW), "new"),
        Status("unreached", "Не дозвонились", (Move("sent", DESK, title="Передать"), RECEIVED, WITHDRAW), "late",
               "called_at"),
        Status("sent", "Передана", (RECEIVED, UNREACHED, WITHDRAW), "work", stamps="sent_at"),
        Status("received", "Принята", (Move("read", DESK, title="Ознакомлен"), WITHDRAW), "waiting",
               stamps="received_at"),
        Status("read", "Ознакомлен", (Move("done", DESK, title="Исполнена"),), "done", stamps="read_at"),
        Status("done", "Исполнена", (), "closed", stamps="done_at"),
        Status(WITHDRAWN, "Снята", (), "refused"),
    ),
    clocks=(
        Clock("receipt", "Приём адресатом", "sent_at", "telephonogram.receipt", OVER),
        Clock("reading", "Ознакомление", "received_at", "telephonogram.reading", READ),
        Clock("again", "Повторный звонок адресату", "sent_at", "telephonogram.again", READ),
        Clock("escalation", "Доклад ответственному", "sent_at", "telephonogram.escalation", READ),
        Clock("reaching", "Дозвониться до адресата", "called_at", "telephonogram.receipt", OVER, stops="sent_at"),
        Clock("unreached", "Доклад о недозвоне", "called_at", "telephonogram.escalation", OVER, stops="sent_at"),
    ),
    table=("telephonogram", "addressee", "status", "attempts", "sent_at", "received_at", "receiver_name"),
    form={
        "Вручение": ("telephonogram", "addressee", "phone", "remark"),
        "Передача": ("sent_at", "sender_position", "sent_by", "sender_phone", "called_at", "attempts"),
        "Приём": (
            "received_at", "receiver_position", "receiver_name", "receiver_phone", "read_back_at", "read_back_by",
            "read_at", "done_at", "also",
        ),
    },
    caption=("addressee", "telephonogram"),
    readers=CITY,
    sort="-sent_at",
    mine=("addressee",),
)  # fmt: skip
