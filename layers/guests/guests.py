"""The layers that were laid on one map for a while: read one file after the other, kept until the program ends."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from weakref import finalize

from PySide6.QtCore import QCoreApplication, QObject, Signal

from citymanager.store.reader import Reader
from citymanager.tasks import Tasks
from layers.guests import kept
from layers.guests.errand import Command, Errand
from layers.guests.guest import Guest, Origin
from layers.scheme import Answer, Compute, Query
from layers.state import FAINTEST
from layers.window import Window

GROUP = "Временные"
MOST = 30
"""Layers at a time: more could not be told apart."""
COLOURS = ("guest_1", "guest_2", "guest_3", "guest_4", "guest_5", "guest_6")
"""Names of the map's colours, none of them a module's."""


@dataclass(slots=True)
class Stay:
    """A layer and how it is shown."""

    guest: Guest
    colour: str
    shown: bool = True
    opacity: float = 1.0


class Guests(QObject):
    """Opens files, has their layers shown or not, takes them away and brings the last one back."""

    listed = Signal()
    """Other layers are there than before."""
    changed = Signal()
    """Other layers are there than before, or they look otherwise."""
    said = Signal(str, bool)
    """What became of a file, in Russian, and whether it is a problem."""
    reading = Signal(str)
    """The name of the file that is being read; empty: none any more."""
    nowhere = Signal(object, str)
    """Path and title of a layer whose coordinates nobody knows: a person has to say them (`open` with a system)."""
    swapped = Signal(str)
    """The key of a layer that has just come and whose axes seem to be exchanged (`swap`)."""
    came = Signal(object)
    """Bounds (west, south, east, north) of what is to be seen now: it has come, and is where it can be believed."""

    def __init__(self, tasks: Tasks, command: Command, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._command = tasks, command
        self._home = Path(mkdtemp(prefix="citymanager-"))
        finalize(self, rmtree, self._home, ignore_errors=True)  # at the program's end at the latest
        self._stays: dict[str, Stay] = {}
        self._waiting: list[tuple[Path, str, bool]] = []
        self._errand: Errand | None = None
        self._number = 0
        self._gone: Stay | None = None
        self._details: dict[str, Any] | None = None
        application = QCoreApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self.stop)

    def answers(self) -> dict[str, Compute]:
        """What the page may ask, by names in its address space."""
        return {"guest": self._view, "guest-tip": self._tip}

    @property
    def more(self) -> bool:
        """Whether files are waiting to be read."""
        return bool(self._waiting)

    @property
    def stays(self) -> Mapping[str, Stay]:
        """The layers by their keys, in the order in which they came."""
        return self._stays

    def told(self) -> list[dict[str, Any]]:
        """What the page must know to draw them."""
        return [
            {"key": key, "colour": stay.colour, "opacity": stay.opacity}
            for key, stay in self._stays.items()
            if stay.shown
        ]

    @property
    def details(self) -> dict[str, Any] | None:
        """What the page lists of the feature that was clicked last; None: nothing."""
        return self._details if self._details is not None and self._details["key"] in self._stays else None

    def show_like(self, other: "Guests") -> None:
        """Show what another map shows now."""
        self._stays = {key: replace(stay) for key, stay in other.stays.items()}

    # what the user does

    def look_at(self, key: str) -> None:
        """See the whole of a layer."""
        stay = self._stays.get(key)
        if stay is not None and stay.guest.head.bounds:
            self.came.emit(stay.guest.head.bounds)

    def show_details(self, key: str, row: int) -> None:
        """List what a feature of a layer says of itself."""
        stay = self._stays.get(key)
        if stay is not None:
            self._details = {"key": key, "row": row, "title": stay.guest.title, "words": stay.guest.words(row)}
            self.changed.emit()

    def hide_details(self) -> None:
        self._details = None
        self.changed.emit()

    def open(self, files: Iterable[Path], system: str = "", *, swap: bool = False) -> None:
        """Read files one after the other. A file that is on the map already comes anew in its place.

        `system`: of its coordinates, as a person has named it; `swap`: with its axes exchanged.
        """
        self._waiting.extend((file, system, swap) for file in files)
        self._next()

    def swap(self, key: str) -> None:
        """Read a layer's file once more with its axes exchanged."""
        if key in self._stays:
            origin = self._stays[key].guest.origin
            self.open([origin.file], origin.system, swap=True)

    def stop(self) -> None:
        """Read no more of what is waiting or under way."""
        self._waiting.clear()
        if self._errand is not None:
            self._errand.stop()

    def set_shown(self, key: str, shown: bool) -> None:
        self._stays[key].shown = shown
        self.changed.emit()

    def set_opacity(self, key: str, opacity: float) -> None:
        self._stays[key].opacity = min(1.0, max(FAINTEST, opacity))
        self.changed.emit()

    def remove(self, key: str) -> None:
        """Take a layer off the map; `bring_back` undoes it."""
        self._gone = self._stays.pop(key, None)
        self._list()

    def bring_back(self) -> None:
        if self._gone is not None:
            self._stays[self._gone.guest.key] = self._gone
            self._gone = None
            self._list()

    def _list(self) -> None:
        self.listed.emit()
        self.changed.emit()

    # reading

    def _next(self) -> None:
        if self._errand is not None or not self._waiting:
            return
        file, system, swap = self._waiting.pop(0)
        self._number += 1
        folder = self._home / str(self._number)
        folder.mkdir()
        self._errand = Errand(self._command, file, folder, system, swap, self)
        self._errand.ended.connect(self._ended)
        self.reading.emit(file.name)
        self._errand.start()

    def _ended(self, why: str) -> None:
        assert self._errand is not None
        errand = self._errand
        if why:
            self._settle(why, wrong=True)
            return
        origin = errand.file, errand.folder, errand.system
        self._tasks.read(
            lambda reader: _taken(*origin),
            self._arrived,
            lambda error: self._settle(str(error), wrong=True),
            owner=self,
        )

    def _settle(self, words: str, *, wrong: bool) -> None:
        if self._errand is not None:
            self._errand.deleteLater()
            self._errand = None
        self.reading.emit("")
        self.said.emit(words, wrong)
        self._next()

    def _arrived(self, found: list[Guest]) -> None:
        assert self._errand is not None
        file = self._errand.file
        unknown = [one for one in found if not one.head.system]
        placed = [one for one in found if one.head.system]
        before = [key for key, stay in self._stays.items() if stay.guest.origin.file == file]
        if len(self._stays) - len(before) + len(placed) > MOST:
            self._settle(f"На карте уже {len(self._stays)} временных слоёв. Уберите лишние.", wrong=True)
            return
        if placed:
            for key in before:
                del self._stays[key]
            for one in placed:
                self._stays[one.key] = Stay(one, self._colour())
            self._list()
            right = [one.head.bounds for one in placed if one.head.bounds and not one.head.swapped]
            if right:
                self.came.emit(_together(right))
        words, wrong = _account(file.name, placed, unknown)
        self._settle(words, wrong=wrong)
        for one in placed:
            if one.head.swapped:
                self.swapped.emit(one.key)
        if unknown:
            self.nowhere.emit(file, unknown[0].title)

    def _colour(self) -> str:
        """The one that the fewest layers have."""
        taken = [stay.colour for stay in self._stays.values()]
        return min(COLOURS, key=taken.count)

    # what the page asks

    def _view(self, reader: Reader, query: Query) -> Answer | None:
        stay = self._stays.get(query.get("key", ""))
        try:
            window = Window(*(float(query[name]) for name in Window._fields))
        except (KeyError, ValueError):
            return None
        if stay is None or not all(abs(one) < 100 for one in window) or window.zoom < 0:
            return None
        return Answer(stay.guest.view(window).encode())

    def _tip(self, reader: Reader, query: Query) -> Answer | None:
        stay, row = self._stays.get(query.get("module", "")), query.get("id", "")
        if stay is None or not row.isdecimal() or len(row) > 9:
            return None
        text = json.dumps({"text": stay.guest.tip(int(row))}, ensure_ascii=False)
        return Answer(text.encode("utf-8", "replace"))


def _taken(file: Path, folder: Path, system: str) -> list[Guest]:
    """The layers that the reading process has left. Runs on a reader's thread."""
    return [
        Guest(f"guest-{folder.name}-{number}", head, Origin(file, folder, number, system))
        for number, head in enumerate(kept.heads(folder))
    ]


def _together(bounds: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    west, south, east, north = zip(*bounds, strict=True)
    return min(west), min(south), max(east), max(north)


def _account(name: str, placed: list[Guest], unknown: list[Guest]) -> tuple[str, bool]:
    """What became of a file, and whether somebody has to do something about it."""
    if not placed:
        return f"«{name}»: не понятно, в какой системе координат файл. Укажите её.", True
    objects = sum(one.head.count for one in placed)
    left_out = sum(one.head.left_out for one in placed)
    notes = dict.fromkeys(note for one in placed for note in one.head.notes)
    words = [f"«{name}» на карте: объектов {objects}" + (f", слоёв {len(placed)}." if len(placed) > 1 else ".")]
    words += [f"Без места на карте пропущено: {left_out}."] if left_out else []
    words += list(notes)
    return " ".join(words), any(one.head.swapped for one in placed)
