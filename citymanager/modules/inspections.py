"""Акты осмотра: what somebody saw of the works on the spot, with photos; printed, the card is the act."""

from collections.abc import Mapping
from typing import Any

from citymanager.modules.order import in_order
from citymanager.schema import Choice, Clock, Field, Module, Move, Status, Values

REMARKS = Move("remarks", requires=("findings", "fix_by"), title="Есть замечания", anew=("fixed_at",))


def of_order(order: Mapping[str, Any]) -> Values:
    """The act of an order begins with its place, and with who answers for the works."""
    named = {"address": order.get("address"), "present": order.get("responsible")}
    return {key: value for key, value in named.items() if value}


INSPECTIONS = Module(
    key="inspections",
    title="Акты осмотра",
    one="акт осмотра",
    group="Смена",
    fields=(
        Field("number", "Номер акта", fill="number", fixed=True, longest=40),
        Field("earthworks", "Ордер", "reference", required=True, to="earthworks"),
        Field("inspected_at", "Осмотрено", "moment", required=True, fill="now"),
        Field("stage", "Что осмотрено", "choice", default="digging", choices=(
            Choice("opening", "Место до вскрытия"),
            Choice("digging", "Разрытие и ограждение"),
            Choice("backfill", "Засыпка"),
            Choice("restoration", "Восстановленное покрытие"),
            Choice("guarantee", "Покрытие на гарантии"),
        )),
        Field("address", "Адрес", "address"),
        Field("inspector", "Осмотрел", "person"),
        Field("present", "В присутствии", longest=300),
        Field("findings", "Что обнаружено", "long_text"),
        Field("fix_by", "Устранить до", "date"),
        Field("fixed_at", "Устранено", "moment"),
        Field("photos", "Фото", "files"),
    ),
    statuses=(
        Status("drawn", "Составлен", (Move("clean", title="Без замечаний"), REMARKS), "new"),
        Status("clean", "Без замечаний", (REMARKS,), "closed"),
        Status("remarks", "Замечания", (Move("fixed", title="Устранено"),), "late"),
        Status("fixed", "Устранено", (REMARKS,), "closed", "fixed_at"),
    ),
    clocks=(Clock("fix", "Устранить замечания", "inspected_at", due="fix_by", ends=("clean", "fixed")),),
    rules=(in_order("inspected_at", "fixed_at", "«Устранено» раньше осмотра: исправьте одно из двух."),),
    table=("number", "status", "inspected_at", "earthworks", "stage", "findings", "fix_by"),
    form={
        "Осмотр": ("number", "earthworks", "inspected_at", "stage", "address", "inspector", "present"),
        "Результат": ("findings", "fix_by", "fixed_at", "photos"),
    },
    caption=("number", "stage", "earthworks"),
    readers=("admin", "moderator", "operator", "head"),
    begins={"earthworks": of_order},
    sort="-inspected_at",
    mine=("inspector",),
)  # fmt: skip
