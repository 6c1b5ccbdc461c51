"""The rows of the outbox's table: unsent edits in words, those that need a person first."""

from widgets.flat_model import Columns, FlatModel
from widgets.theme import Level
from widgets.unsent import Edit

COLUMNS: Columns[Edit] = (
    ("Состояние", 190, lambda edit: edit.state),
    ("Время", 165, lambda edit: edit.time),
    ("Запись", 260, lambda edit: edit.caption),
    ("Что изменено", 330, lambda edit: edit.what),
    ("Причина", 300, lambda edit: edit.pending.reason),
    ("Автор", 110, lambda edit: edit.pending.author or "до входа"),
    ("Раздел", 160, lambda edit: edit.module.title),
    ("Попыток", 80, lambda edit: str(edit.pending.tries or "")),
)
LEVELS: dict[str, Level] = {"waiting": "info", "conflict": "warning", "refused": "error", "failed": "error"}


class OutboxModel(FlatModel[Edit]):
    """Unsent edits, marked by what has become of them."""

    COLUMNS = COLUMNS

    def level(self, one: Edit) -> Level:
        return LEVELS.get(one.pending.state, "warning")
