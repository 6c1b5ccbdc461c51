"""Журнал доступа: who has seen, taken out or printed what. Records are only added, by every station; sent up."""

from citymanager.schema import Choice, Field, Module

EVERYBODY = ("admin", "moderator", "operator", "head", "executor")

ACCESS_LOG = Module(
    key="access_log",
    title="Журнал доступа",
    one="запись журнала",
    group="Управление",
    fields=(
        Field("at", "Время", "moment", fill="now", fixed=True),
        Field("login", "Кто", required=True, longest=150, fixed=True),
        Field("station", "Рабочее место", longest=100, fixed=True),
        Field("act", "Действие", "choice", required=True, fixed=True, choices=(
            Choice("reveal", "Показ персональных данных"),
            Choice("export", "Выгрузка"),
            Choice("print", "Печать"),
        )),
        Field("module", "Раздел", longest=100, fixed=True),
        Field("record", "Запись", longest=100, fixed=True),
        Field("records", "Записей", "number", minimum=0, whole=True, fixed=True),
        Field("detail", "Подробности", longest=500, fixed=True),
    ),
    table=("at", "login", "act", "module", "record", "records", "detail", "station"),
    form={"Запись": ("at", "login", "station", "act", "module", "record", "records", "detail")},
    caption=("at", "login", "act"),
    readers=("admin",),
    writers=(),
    makers=EVERYBODY,
    deleters=(),
    sort="-at",
)  # fmt: skip
