"""How a file of a record stands, in words: on the server, on its way, set aside, not here yet. No guess is told."""

from dataclasses import dataclass

from citymanager.attachments import size_in_words
from citymanager.store.queued_files import QueuedFile
from citymanager.sync_state import FileNews


@dataclass(frozen=True, slots=True)
class Standing:
    """One file as a card shows it."""

    text: str
    role: str
    """Of the label: caption, or problem where a person must do something."""
    can_open: bool
    """It can be shown now, or fetched to be shown."""


def standing(
    queued: QueuedFile | None, *, here: bool, owed: bool, size: int, coming: FileNews | None, login: str
) -> Standing:
    """`here`: it lies on this disk; `owed`: among those that the server may not have; `coming`: the last news of a
    download; `login`: who works here.
    """
    if coming is not None and coming.problem:
        return Standing(_with_size(size, f"не скачан. {coming.problem}"), "problem", True)
    if coming is not None:
        total = coming.size or size
        return Standing(_part("скачивается", coming.got, total), "caption", False)
    if queued is not None and queued.state in ("refused", "failed"):
        return Standing(_with_size(queued.size, f"не отправлен. {queued.reason}"), "problem", here)
    if queued is not None and queued.state == "waiting":
        return Standing(_waiting(queued, login), "caption", here)
    if owed:
        return Standing(_with_size(size, "уйдёт на сервер, когда карточка будет сохранена"), "caption", True)
    if here:
        return Standing(_with_size(size, "на сервере, открывается и без связи"), "caption", True)
    if queued is not None:
        return Standing(_with_size(size, "на сервере"), "caption", True)
    return Standing(_with_size(size, "ещё не скачан"), "caption", True)


def waits(queued: QueuedFile, login: str) -> str:
    """Why a file that is not on the server is not there."""
    if queued.state in ("refused", "failed"):
        return f"не отправлен. {queued.reason}"
    return _waiting(queued, login)


def _waiting(queued: QueuedFile, login: str) -> str:
    text = _part("ждёт отправки", queued.received, queued.size)
    return text if queued.author in (login, "") else f"{text}, уйдёт, когда войдёт {queued.author}"


def _part(word: str, done: int, total: int) -> str:
    """«ждёт отправки: 3,0 из 12,0 МБ», both in the unit of the whole."""
    whole = size_in_words(total)
    number, _, unit = whole.partition(" ")
    if not unit or not total:
        return word
    part = f"{float(number.replace(',', '.')) * done / total:.1f}".replace(".", ",")
    return f"{word}: {part} из {whole}"


def _with_size(size: int, text: str) -> str:
    return f"{size_in_words(size)} · {text}" if size else text
