"""A module that exists in tests only: every field kind, a workflow, a geometry. Generic code has no favourite."""

from datetime import UTC, datetime

from citymanager.modules import MODULES
from citymanager.schema import Choice, Clock, Field, Look, Module, Move, Status

COLOURS = (Choice("red", "Красный"), Choice("green", "Зелёный"), Choice("blue", "Синий"))

THROWAWAY = Module(
    key="benches",
    title="Скамейки",
    one="скамейка",
    geometry="polygon",
    fields=(
        Field("number", "Номер", fill="number", fixed=True),
        Field("name", "Название", required=True),
        Field("story", "История", "long_text"),
        Field("length", "Длина", "number", unit="м", minimum=0, maximum=100),
        Field("built", "Построена", "date"),
        Field("checked", "Осмотрена", "moment", fill="now"),
        Field("public", "Общедоступна", "flag", default=True),
        Field("colour", "Цвет", "choice", choices=COLOURS),
        Field("paints", "Краски", "choice", choices=COLOURS, many=True),
        Field("keeper", "Смотритель", "person"),
        Field("owner", "Владелец", "reference", to="organisations"),
        Field("owners", "Совладельцы", "reference", to="organisations", many=True),
        Field("address", "Адрес", "address"),
        Field("geometry", "Контур", "geometry"),
        Field("photos", "Снимки", "files"),
        Field("regime", "Режим"),
        Field("donor", "Даритель", personal=True),
    ),
    statuses=(
        Status("planned", "Задумана", ("standing",), "new"),
        Status("standing", "Стоит", (Move("broken", requires=("story",)),), "work"),
        Status("broken", "Сломана", (Move("standing", ("admin",), title="Починить"),), "late"),
    ),
    clocks=(Clock("inspection", "Осмотр", "checked", "59fz.answer", ends=("broken",)),),
    table=("number", "name", "status", "colour", "length", "built", "checked", "owner", "address"),
    form={
        "Скамейка": ("number", "name", "story", "length", "built", "checked", "public", "colour", "paints", "regime"),
        "Место и люди": ("keeper", "owner", "owners", "address", "geometry", "photos", "donor"),
    },
    caption=("number", "name"),
    look=Look(icon="square"),
    sort="name",
    mine=("keeper", "owner"),
)

HOUSE = (*MODULES, THROWAWAY)
NOW = datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)

SQUARE = {"type": "Polygon", "coordinates": [[[60.70, 56.08], [60.71, 56.08], [60.71, 56.09], [60.70, 56.08]]]}

WHOLE = {
    "name": "Скамейка у озера", "story": "Первая строка\nвторая\tс табуляцией", "length": 2.5, "built": "2024-02-29",
    "checked": "2026-11-23T04:05:06Z", "public": False, "colour": "green", "paints": ["red", "blue"], "keeper": "p1",
    "owner": "o1", "owners": ["o1", "o2"], "address": "ул. Берёзовая, 5", "geometry": SQUARE,
    "photos": [{"sha256": "0" * 64, "name": "вид.jpg", "type": "image/jpeg", "size": 10}], "regime": "обычный",
    "donor": "Иванов И. И.",
}  # fmt: skip
"""A value for every field that a person fills in."""
