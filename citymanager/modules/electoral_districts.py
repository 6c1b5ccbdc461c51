"""Избирательные округа: the district's deputy, of one convocation; a report keeps the deputy of its day."""

from citymanager.schema import Field, Look, Module

ELECTORAL_DISTRICTS = Module(
    key="electoral_districts",
    title="Избирательные округа",
    one="округ",
    geometry="polygon",
    group="Территории",
    fields=(
        Field("name", "Наименование", required=True, longest=200),
        Field("number", "Номер округа", "number", minimum=1, whole=True),
        Field("deputy", "Депутат", longest=200),
        Field("reception", "Часы приёма", longest=300),
        Field("reception_place", "Место приёма", "address"),
        Field("phone", "Телефон приёмной", longest=100),
        Field("convocation", "Созыв", longest=100),
        Field("convocation_from", "Созыв с", "date"),
        Field("convocation_to", "Созыв по", "date"),
        Field("geometry", "Граница", "geometry"),
    ),
    table=("number", "name", "deputy", "reception", "convocation_from", "convocation_to"),
    form={
        "Округ": ("name", "number", "geometry"),
        "Депутат": (
            "deputy", "reception", "reception_place", "phone", "convocation", "convocation_from", "convocation_to",
        ),
    },
    caption=("name",),
    look=Look(colour_by="", icon="square", visible=False),
    writers=("admin", "moderator"),
    sort="number",
)  # fmt: skip
