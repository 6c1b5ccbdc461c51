"""Согласования: what each party to an earthworks order says, each in its own term."""

from dataclasses import replace

from citymanager.schema import Clock, Field, Module, Move, Status

MODERATION = ("admin", "moderator")
ASK_AGAIN = Move("asked", title="Запросить снова", anew=("asked_at", "answered_at", "due"))

APPROVALS = Module(
    key="approvals",
    title="Согласования работ",
    one="согласование",
    group="Смена",
    fields=(
        Field("earthworks", "Ордер", "reference", required=True, to="earthworks"),
        Field("party", "Согласующий", "reference", required=True, to="organisations"),
        Field("asked_at", "Запрошено", "moment", fill="now"),
        Field("due", "Ответить до", "date", hint="Свой срок этой организации; пусто — общий"),
        Field("answered_at", "Ответ получен", "moment"),
        Field("condition", "Замечания и условия", "long_text"),
        Field("documents", "Документы", "files"),
    ),
    statuses=(
        Status(
            "asked",
            "Запрошено",
            (
                Move("agreed", title="Согласовано"),
                Move("remarks", requires=("condition",), title="Есть замечания"),
                Move("declined", requires=("condition",), title="Отказ"),
            ),
            "waiting",
            "asked_at",
        ),
        Status("remarks", "Замечания", (ASK_AGAIN, Move("agreed")), "late", "answered_at"),
        Status("agreed", "Согласовано", (replace(ASK_AGAIN, roles=MODERATION),), "closed", "answered_at"),
        Status("declined", "Отказ", (replace(ASK_AGAIN, roles=MODERATION),), "refused", "answered_at"),
    ),
    clocks=(
        Clock("answer", "Ответ согласующего", "asked_at", "earthworks.party", ("agreed", "remarks", "declined"),
              due="due"),
    ),
    table=("earthworks", "party", "status", "asked_at", "due", "answered_at"),
    form={"Согласование": ("earthworks", "party", "asked_at", "due", "answered_at", "condition", "documents")},
    caption=("party", "earthworks"),
    readers=("admin", "moderator", "operator", "head"),
    sort="-asked_at",
    mine=("party",),
)  # fmt: skip
