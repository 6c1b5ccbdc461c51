"""Журнал доступа: who has seen, taken out or printed what. Records are only added, by every station; sent up."""

from citymanager.modules.journal_fields import ABOUT, EVERYBODY, WRITTEN
from citymanager.schema import Choice, Field, Module

ACCESS_LOG = Module(
    key="access_log",
    title="Журнал доступа",
    one="запись журнала",
    group="Управление",
    fields=(
        *WRITTEN,
        Field("act", "Действие", "choice", required=True, fixed=True, choices=(
            Choice("reveal", "Показ персональных данных"),
            Choice("export", "Выгрузка"),
            Choice("print", "Печать"),
        )),
        *ABOUT,
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
    mine=("login",),
)  # fmt: skip
