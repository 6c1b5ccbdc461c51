"""Files of a record: chosen or dropped here, taken in before the card is saved, each with how it stands in words."""

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout

from citymanager.attachments import Named, named, size_in_words
from citymanager.errors import CityError
from citymanager.schema import Field
from citymanager.store.shelf import Taken
from citymanager.text import plural
from widgets.editors.editor import Editor, Surroundings
from widgets.editors.file_row import FileRow
from widgets.file_words import Standing
from widgets.photos.thumbnail import EDGE
from widgets.photos.viewer import PhotoViewer
from widgets.plain import plain_label

ADD = "Добавить файлы…"
BUSY = "Файлы ещё принимаются: дождитесь и сохраните."
OTHER_CARD = "потому что открыта другая карточка. Вернитесь в неё и прикрепите снова."


class FilesEditor(Editor):
    """The list of a record's files. One that is refused says why at once, and the others are taken."""

    def __init__(self, field: Field, surroundings: Surroundings) -> None:
        super().__init__(field, surroundings)
        self._files = surroundings.files
        self._entries: list[dict[str, Any]] = []
        self._rows: list[FileRow] = []
        self._waiting: deque[Path] = deque()
        self._card = 0
        """Counts the records that were shown: a file that is being taken in belongs to the one of its beginning."""
        column = QVBoxLayout()
        column.setSpacing(2)
        self.row.addLayout(column, 1)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self.empty = plain_label("нет файлов", "muted")
        self.busy, self.refusals = plain_label("", "caption"), plain_label("", "problem", wrap=True)
        self.choose = QPushButton(ADD)
        self.choose.clicked.connect(self._choose)
        self.add(self.choose)
        column.addLayout(self._list)
        for widget in (self.empty, self.busy, self.refusals, self.choose):
            column.addWidget(widget)
        self.row.addStretch(0)
        if self._files is not None:
            self._files.changed.connect(self._moved)
            self._files.photos.developed.connect(self._moved)
            self.setAcceptDrops(True)
        self.set_reading(False)
        self._tell()

    @property
    def _closed(self) -> bool:
        return self.reading or self._files is None

    # taken in

    def _choose(self) -> None:
        if self._files is not None:
            self._files.choose(self.window(), self.take)

    def take(self, sources: Sequence[Path]) -> None:
        """Take these files in, one after another; what is wrong with one is said under the list."""
        if self._closed or not sources:
            return
        idle = not self._waiting
        self.refusals.setText("")
        self._waiting.extend(sources)
        self.edited.emit()  # already now: a card that is saved meanwhile would go without them
        if idle:
            self._next()
        self._tell()

    def _next(self) -> None:
        card = self._card
        assert self._files is not None

        def of_this_card(act: Callable[[Any], None], outcome: Any) -> None:
            if card == self._card:  # else another one is open, and what was under way is nobody's
                act(outcome)
                self._waiting.popleft()
                if self._waiting:
                    self._next()
                self._tell()

        def taken(one: Taken) -> None:
            of_this_card(self._add, one)

        def refused(error: CityError) -> None:
            of_this_card(self._refuse, error)

        self._files.take(self._waiting[0], taken, refused, self)

    def _add(self, one: Taken) -> None:
        if one.sha256 in {entry.get("sha256") for entry in self._entries}:
            self._refuse(f"Файл «{one.name}» здесь уже есть.")
            return
        self._entries.append(one.entry())
        self._show()
        self.edited.emit()

    def _refuse(self, why: object) -> None:
        self.refusals.setText("\n".join(filter(None, (self.refusals.text(), str(why)))))

    def _drop(self, name: str) -> None:
        self._entries = [one for one in self._entries if one.get("sha256") != name]
        self._show()
        self.choose.setFocus()
        self.edited.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self._closed and _local(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.take(_local(event.mimeData()))
        event.acceptProposedAction()

    # shown

    def _show(self) -> None:
        """A row for each file; those that stay keep theirs."""
        files = list(named(self._entries))
        if [one.file for one in self._rows] != files:
            for row in self._rows:
                self._list.removeWidget(row)
                row.hide()
                row.deleteLater()
            self._rows = [self._row(file) for file in files]
        for row in self._rows:
            row.set_closed(self._closed)
            self._show_row(row)
        self._tell()

    def _row(self, file: Named) -> FileRow:
        row = FileRow(file, usable=self._files is not None)
        row.dropped.connect(lambda: self._drop(file.sha256))
        if (files := self._files) is not None:
            module = self.surroundings.module
            row.opened.connect(lambda: files.open(module, file))
            row.saved.connect(lambda: files.ask_where(module, file, self.window()))
            row.looked_at.connect(lambda: self.look_at(file.sha256))
        self._list.addWidget(row)
        return row

    def _standing(self, file: Named) -> Standing:
        if self._files is None:
            return Standing(size_in_words(file.size or None), "caption", False)
        return self._files.standing(file)

    def _moved(self, name: str) -> None:
        for row in self._rows:
            if name in (row.file.sha256, ""):
                self._show_row(row)

    def _show_row(self, row: FileRow) -> None:
        """How its file stands, and what is seen of it: what is not here, or is no photo, has words alone."""
        row.show_standing(self._standing(row.file))
        files, sha256 = self._files, row.file.sha256
        if files is not None and files.is_here(sha256):
            row.thumbnail.show_picture(files.photos.picture(sha256, EDGE))
        else:
            row.thumbnail.hide()

    def look_at(self, sha256: str) -> PhotoViewer | None:
        """Show a photo large, and from it the others of this field."""
        if (files := self._files) is None:
            return None
        viewer = PhotoViewer(self.window(), files.photos, [row.file for row in self._rows], files.missing)
        files.changed.connect(viewer.refresh)
        viewer.start(sha256)
        return viewer

    def _tell(self) -> None:
        left = len(self._waiting)
        self.busy.setText(f"Принимается: ещё {plural(left, 'файл', 'файла', 'файлов')}…" if left else "")
        self.busy.setVisible(bool(left))
        self.refusals.setVisible(bool(self.refusals.text()))
        self.empty.setVisible(self._closed and not self._rows)

    # what every editor promises

    def start(self) -> None:
        """Another record: what is still being taken in was meant for the former one."""
        if left := len(self._waiting):
            what = plural(left, "файл не прикреплён", "файла не прикреплены", "файлов не прикреплены")
            self.lost.emit(f"{what}, {OTHER_CARD}")
        self._card += 1
        self._waiting.clear()
        self.refusals.setText("")

    def show_value(self, value: Any) -> None:
        self._entries = [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
        self._show()

    def value(self) -> Any:
        return list(self._entries) or None

    def state(self) -> Any:
        return list(self._entries)

    def restore(self, state: Any) -> None:
        self.show_value(state)

    def problem(self) -> str:
        return BUSY if self._waiting else super().problem()

    def set_reading(self, reading: bool) -> None:
        super().set_reading(reading)
        self.choose.setVisible(not self._closed)
        self._show()


def _local(data: QMimeData) -> list[Path]:
    """Files of this computer among what is dropped."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
