"""What a line of every journal says: when, who, at which workstation, and about which record. Nobody alters it."""

from citymanager.schema import Field

EVERYBODY = ("admin", "moderator", "operator", "head", "executor")
"""Roles whose workstations write lines."""

WRITTEN = (
    Field("at", "Время", "moment", fill="now", fixed=True),
    Field("login", "Кто", required=True, longest=150, fixed=True),
    Field("station", "Рабочее место", longest=100, fixed=True),
)
ABOUT = (
    Field("module", "Раздел", longest=100, fixed=True),
    Field("record", "Запись", longest=100, fixed=True),
)
