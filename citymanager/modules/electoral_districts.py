"""Избирательные округа: the district's deputy, of one convocation; a report keeps the deputy of its day."""

from citymanager.modules.order import in_order
from citymanager.schema import Field, Look, Module

ELECTORAL_DISTRICTS = Module(
    key="electoral_districts",
    title="Избирательные округа",
    one="округ",
    geometry="polygon",
    group="Территории",
    fields=(
        Field("name", "Наименование", required=True, longest=200, public=True),
        Field("number", "Номер округа", "number", minimum=1, whole=True, public=True),
        Field("deputy", "Депутат", longest=200, public=True),
        Field("reception", "Часы приёма", longest=300, public=True),
        Field("reception_place", "Место приёма", "address", public=True),
        Field("phone", "Телефон приёмной", longest=100, public=True),
        Field("convocation", "Созыв", longest=100, public=True),
        Field("convocation_from", "Созыв с", "date", public=True),
        Field("convocation_to", "Созыв по", "date", public=True),
        Field("geometry", "Граница", "geometry", public=True),
    ),
    rules=(
        in_order("convocation_from", "convocation_to", "«Созыв по» раньше, чем «Созыв с»: исправьте одно из двух."),
    ),
    table=("number", "name", "deputy", "reception", "convocation_from", "convocation_to"),
    form={
        "Округ": ("name", "number", "geometry"),
        "Депутат": (
            "deputy", "reception", "reception_place", "phone", "convocation", "convocation_from", "convocation_to",
        ),
    },
    caption=("name",),
    look=Look(colour_by="", colour="area_2", icon="dashes", visible=False, width=2.5, fill=0.05, dash=(12, 8)),
    writers=("admin", "moderator"),
    outside=("service",),
    sort="number",
)  # fmt: skip
