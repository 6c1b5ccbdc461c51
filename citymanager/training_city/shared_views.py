"""The views of tables that people of the training city have offered to all."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

from citymanager.schema import Values
from citymanager.training_city.registers import Item, ident
from citymanager.values import moment

SHARED: tuple[tuple[str, str, str, Values], ...] = (
    ("Ямы в работе", "reports", "moderator",
     {"statuses": ["assigned", "in_work"], "sort": "_due", "conditions": [
         {"key": "category", "words": "Категория: Яма", "among": ["pothole"]}]}),
    ("Открытые разрытия", "earthworks", "operator", {"statuses": ["open", "suspended"], "sort": "_due"}),
)  # fmt: skip


def shared_views(now: datetime) -> Iterator[Item]:
    for days, (name, module, author, content) in enumerate(SHARED, 3):
        data: Values = {
            "name": name, "module": module, "author": author, "shared_at": moment(now - timedelta(days=days)),
            "content": json.dumps(content, ensure_ascii=False),
        }  # fmt: skip
        yield "views", ident("views", name), data
