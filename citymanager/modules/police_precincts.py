"""Полицейские участки: whose beat a place is, and where and when the officer receives."""

from citymanager.schema import Field, Look, Module

POLICE_PRECINCTS = Module(
    key="police_precincts",
    title="Полицейские участки",
    one="участок",
    geometry="polygon",
    group="Территории",
    fields=(
        Field("name", "Наименование", required=True, longest=200, public=True),
        Field("rank", "Звание", longest=100, public=True),
        Field("officer", "Участковый", longest=200, public=True),
        Field("photo", "Фотография", "files", public=True),
        Field("phone", "Служебный телефон", longest=100, public=True),
        Field("reception_place", "Место приёма", "address", public=True),
        Field("reception", "Часы приёма", longest=300, public=True),
        Field("geometry", "Граница", "geometry", public=True),
    ),
    table=("name", "rank", "officer", "phone", "reception_place", "reception"),
    form={
        "Участок": ("name", "geometry"),
        "Участковый": ("rank", "officer", "photo", "phone", "reception_place", "reception"),
    },
    caption=("name", "officer"),
    look=Look(colour_by="", colour="area_3", icon="dots", visible=False, width=3, fill=0.05, dash=(1, 8)),
    writers=("admin", "moderator"),
    outside=("service",),
    sort="name",
)
