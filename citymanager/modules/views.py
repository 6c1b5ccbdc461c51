"""Общие виды: ways to look at a table that somebody has offered to all; each desk shows them without a line, too."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from citymanager.modules.journal_fields import EVERYBODY
from citymanager.roles import ROLES, SENIORS
from citymanager.schema import Choice, Field, Module, Rule

LONGEST = 60
"""Letters of a name."""
SEATED = tuple(Choice(one.key, one.title) for one in ROLES if one.key in EVERYBODY)
"""Roles whose people sit at tables."""


def content_is_whole(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> str | None:
    """What the program has written is read by programs; nobody types it."""
    content = after.get("content")
    if content is None or content == before.get("content"):
        return None
    try:
        whole = isinstance(json.loads(str(content)), dict)
    except (ValueError, RecursionError):
        whole = False
    return None if whole else "«Содержание» записывает программа: предложите вид кнопкой «Виды» над его таблицей."


VIEWS = Module(
    key="views",
    title="Общие виды",
    one="общий вид",
    group="Управление",
    fields=(
        Field("name", "Имя", required=True, longest=LONGEST),
        Field("module", "Раздел", required=True, longest=100, fixed=True),
        Field("author", "Кто предложил", longest=150, fixed=True),
        Field("shared_at", "Предложен", "moment", fill="now", fixed=True),
        Field("first_for", "Начинать с него: роли", "choice", many=True, choices=SEATED, writers=SENIORS,
              stamps="first_since", hint="Кто выбрал свой вид, начинает со своего"),
        Field("first_since", "Роли назначены", "moment", writers=SENIORS,
              hint="Если роли назначены два вида, она начинает с назначенного позже"),
        Field("remark", "Примечание", "long_text", longest=2_000),
        Field("content", "Содержание", "long_text", longest=50_000, hint="Записывает программа кнопкой «Виды»"),
    ),
    rules=(Rule("content_is_whole", content_is_whole),),
    table=("name", "module", "author", "first_for", "shared_at", "remark"),
    form={
        "Общий вид": ("name", "module", "author", "shared_at", "first_for", "first_since", "remark", "content"),
    },
    caption=("name", "module"),
    readers=EVERYBODY,
    writers=EVERYBODY,
    deleters=EVERYBODY,
    author="author",
    sort="name",
    mine=("author",),
)  # fmt: skip
