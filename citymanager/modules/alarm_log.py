"""Журнал тревог: who has taken which alarm of a due time, where and when; a record of one alarm silences it everywhere.

The id of an acknowledgement follows from its alarm (`citymanager.alarms`), so two stations that take the same one make
one record: the first stays, the second is noted beside.
"""

from citymanager.modules.journal_fields import ABOUT, EVERYBODY, WRITTEN
from citymanager.schema import Choice, Field, Module, Once

ALARM_LOG = Module(
    key="alarm_log",
    title="Журнал тревог",
    one="запись о тревоге",
    group="Управление",
    urgent=True,
    fields=(
        *WRITTEN,
        Field("act", "Действие", "choice", required=True, fixed=True, choices=(
            Choice("taken", "Принята"),
            Choice("shelved", "Отложена"),
        )),
        Field("level", "Важность", "choice", fixed=True, choices=(
            Choice("high", "Срочная"),
            Choice("medium", "Просрочено"),
            Choice("low", "Предупреждение"),
        )),
        *ABOUT,
        Field("clock", "Срок", longest=200, fixed=True),
        Field("due", "Срок истекает", "moment", fixed=True),
        Field("until", "Отложена до", "moment", fixed=True),
        Field("reason", "Почему отложена", longest=500, fixed=True),
        Field("also", "Также приняли", "long_text", fill="also", fixed=True),
        Field("remark", "Примечание", "long_text"),
    ),
    once=(Once(("at", "login", "station"), "also"),),
    table=("at", "login", "act", "level", "clock", "due", "module", "station"),
    form={
        "Тревога": ("level", "clock", "due", "module", "record"),
        "Что сделано": ("act", "at", "login", "station", "also", "until", "reason", "remark"),
    },
    caption=("clock", "at", "login"),
    writers=EVERYBODY,
    deleters=(),
    sort="-at",
    mine=("login",),
)  # fmt: skip
