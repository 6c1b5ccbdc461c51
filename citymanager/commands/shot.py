"""What `shot` can take a picture of, and where to: told before a window is built for it."""

from pathlib import Path

from citymanager.errors import Refused
from citymanager.modules import BY_KEY

VIEWS = ("desk", "wall", *BY_KEY)


def admit(file: Path, view: str) -> None:
    """Raise Refused for a view that there is not, or a folder that there is not."""
    if view not in VIEWS:
        why = "Панели главы ещё нет." if view == "head" else f"Вида «{view}» нет."
        raise Refused(f"{why} Есть: {', '.join(VIEWS)}.")
    if not file.parent.is_dir():
        raise Refused(f"Папки {file.parent} нет: снимок некуда записать.")
