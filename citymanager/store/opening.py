"""What was found when a cache was opened for writing: window, commands and the set-aside folder tell it alike."""

from dataclasses import dataclass
from pathlib import Path

from citymanager.text import plural


@dataclass(frozen=True, slots=True)
class Opening:
    """How the cache that stands here came to be; nothing but defaults: it was in order."""

    aside: Path | None = None
    """The folder in which the former cache lies now."""
    salvaged: int = 0
    """Unsent operations brought over from it, or back from the journal."""
    moved: bool = False
    """The profile was brought here from another computer or folder, or nobody knows which numbers it gave."""

    @property
    def _edits(self) -> str:
        return plural(self.salvaged, "неотправленная правка", "неотправленные правки", "неотправленных правок")

    def told(self) -> list[str]:
        """Russian sentences for the person who works here; none if all is as it was."""
        found = []
        if self.aside is not None:
            found.append(
                "Прежняя база этого рабочего места повреждена или принадлежит другому месту: она отложена в папку"
                f" {self.aside} и не удалена, в новую перенесено: {self._edits}. Остальное загрузится с сервера."
            )
        elif self.salvaged:
            found.append(
                f"В базе этого рабочего места не хватало правок, из журнала возвращено: {self._edits}."
                " Остальное загрузится с сервера."
            )
        if self.moved:
            found.append(
                "Профиль открыт на новом месте или его прежние номера неизвестны: у новых записей будет новый блок"
                " номеров. Войдите на сервере снова."
            )
        return found
