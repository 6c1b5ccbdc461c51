"""Территории обслуживания УК: which company looks after which houses."""

from citymanager.modules.order import in_order
from citymanager.schema import Field, Look, Module

SERVICE_AREAS = Module(
    key="service_areas",
    title="Территории УК",
    one="территория УК",
    geometry="polygon",
    group="Территории",
    fields=(
        Field("name", "Наименование", required=True, longest=300),
        Field("company", "Управляющая компания", "reference", required=True, to="organisations"),
        Field("dispatch_phone", "Телефон АДС", longest=100),
        Field("contract", "Договор", longest=200),
        Field("contract_from", "Договор с", "date"),
        Field("contract_to", "Договор по", "date"),
        Field("houses", "Дома", "long_text", hint="По одному адресу в строке: список важнее границы на карте"),
        Field("geometry", "Граница", "geometry"),
        Field("remark", "Примечание", "long_text"),
    ),
    rules=(in_order("contract_from", "contract_to", "«Договор по» раньше, чем «Договор с»: исправьте одно из двух."),),
    table=("name", "company", "dispatch_phone", "contract_from", "contract_to"),
    form={
        "Территория": ("name", "company", "dispatch_phone", "houses", "geometry"),
        "Договор": ("contract", "contract_from", "contract_to", "remark"),
    },
    caption=("name",),
    look=Look(colour_by="", colour="area_1", icon="frame", visible=False, width=3.5, fill=0.05),
    readers=("admin", "moderator", "operator", "head", "executor", "wall"),
    writers=("admin", "moderator"),
    sort="name",
    mine=("company",),
)
