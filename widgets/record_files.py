"""What a desk does with the files of records: takes them in, says how they stand, fetches, opens and gives them out.

Nothing is ever run: what is opened is a copy whose ending is that of its content, handed to the system's own viewer.
A photo is given out without what it tells of its taking.
"""

import shutil
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from citymanager.access_journal import AccessJournal
from citymanager.attachments import KINDS, Named, disk_name
from citymanager.bare_photos import bare
from citymanager.errors import CityError, ReadOnly, why
from citymanager.hub import Hub
from citymanager.schema import Module
from citymanager.settings import Settings
from citymanager.store import Profile
from citymanager.store.shelf import Taken, written
from citymanager.sync_state import FileNews
from citymanager.tasks import Tasks
from widgets.file_words import Standing, standing
from widgets.photos.darkroom import Darkroom
from widgets.seat import Seat

ENDINGS = " ".join(f"*{ending}" for kind in KINDS for ending in kind.endings)
FILTERS = (f"Фото и документы ({ENDINGS})", "Все файлы (*)")
NO_LINK = "Нет связи с сервером: файл ещё не скачан."
Use = Callable[[], None]


def _system_viewer(place: Path) -> bool:
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(place)))


class RecordFiles(QObject):
    """Files of all modules' records at one desk. `changed` carries the sum of a file that stands differently now."""

    changed = Signal(str)

    def __init__(
        self,
        profile: Profile,
        tasks: Tasks,
        hub: Hub,
        seat: Seat,
        journal: AccessJournal,
        fetch: Callable[[str], None] | None = None,
        parent: QObject | None = None,
        *,
        viewer: Callable[[Path], bool] = _system_viewer,
    ) -> None:
        """`fetch`: ask the link for a file; what comes of it the hub says. None: there is no link.

        `viewer`: shows a file outside the program; whether it could.
        """
        super().__init__(parent)
        self._shelf, self._opened = profile.shelf, profile.folder / "opened"
        self._tasks, self._hub, self._seat, self._journal, self._fetch = tasks, hub, seat, journal, fetch
        self._viewer = viewer
        self._coming: dict[str, FileNews] = {}
        self._then: dict[str, list[Use]] = {}
        """What was asked for with a file that is not here yet."""
        self._settings = Settings(profile)
        self.photos = Darkroom(tasks, self._shelf, self)
        hub.file_news.connect(self._take_news)
        hub.setting.connect(self._make_room)
        self.forget_opened()

    # taken in

    def choose(self, parent: QWidget, chosen: Callable[[Sequence[Path]], None]) -> QFileDialog:
        """Let a person choose files, in a window that stands in nobody's way."""
        dialog = QFileDialog(parent, "Добавить файлы")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(FILTERS)
        dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
        _show(dialog)
        return dialog

    def take(
        self, source: Path, taken: Callable[[Taken], None], refused: Callable[[CityError], None], owner: QObject
    ) -> None:
        """Take one file in: one at a time, so that no list has to wait for many."""
        self._tasks.read(lambda _: self._shelf.take(source), taken, refused, owner)

    # how they stand

    def standing(self, file: Named) -> Standing:
        """As of now, from this disk."""
        return standing(
            self._tasks.glance.files.of(file.sha256), here=self._shelf.find(file.sha256) is not None,
            owed=self._shelf.owes(file.sha256), size=file.size, coming=self._coming.get(file.sha256),
            login=self._seat.login,
        )  # fmt: skip

    # looked at

    def is_here(self, sha256: str) -> bool:
        """Whether it lies on this disk."""
        return self._shelf.find(sha256) is not None

    def missing(self, file: Named) -> str:
        """Why a file can't be looked at yet, in words; it is asked for by that. Empty: it is here."""
        if self.is_here(file.sha256):
            return ""
        if file.sha256 not in self._coming:
            self._with(file, lambda: None)
        return self.standing(file).text

    # given out

    def open(self, module: Module, file: Named) -> None:
        """Show a file in the system's own viewer; one that is not here is fetched first."""
        self._with(file, partial(self._tasks.read, partial(self._copy, module, file), self._show, self._failed, self))

    def ask_where(self, module: Module, file: Named, parent: QWidget) -> QFileDialog | None:
        """Ask where a file is to be kept; None: it may not be, and the reason was told."""
        if reason := self._seat.why_not_export(module):
            self._hub.notice.emit(reason, "warning")
            return None
        dialog = QFileDialog(parent, "Сохранить файл", file.name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.fileSelected.connect(lambda name: self.save(module, file, Path(name)))
        _show(dialog)
        return dialog

    def save(self, module: Module, file: Named, target: Path) -> None:
        """Keep a copy of a file where a person wants it; its name ends as its content is."""

        def act(_: object) -> tuple[Path, bool]:
            whole, kind = self._shelf.read(file.sha256)
            content = bare(whole, kind, file.name)
            place = target.with_name(disk_name(target.name, kind))
            self._tell_journal(module, f"сохранён файл «{place.name}» ({file.sha256[:12]})")
            written(place, content)
            return place, content != whole

        def saved(done: tuple[Path, bool]) -> None:
            place, stripped = done
            told = f"Файл сохранён: «{place.name}»" + (", без места и времени съёмки." if stripped else ".")
            self._hub.notice.emit(told, "good")

        self._with(file, partial(self._tasks.read, act, saved, self._failed, self))

    def forget_opened(self) -> None:
        """Copies that were shown are taken away; a window that only reads leaves those of the other one."""
        if not self._tasks.read_only:
            shutil.rmtree(self._opened, ignore_errors=True)

    # inside

    def _make_room(self, key: str) -> None:
        """A smaller room holds at once."""
        if key == "files_room":
            room = int(self._settings[key]) << 20
            self._tasks.read(lambda reader: self._shelf.trim(room, reader.files.sent()))

    def _copy(self, module: Module, file: Named, _: object) -> Path:
        content, kind = self._shelf.read(file.sha256)
        content = bare(content, kind, file.name)
        self._tell_journal(module, f"открыт файл «{file.name}» ({file.sha256[:12]})")
        place = self._opened / uuid.uuid4().hex / disk_name(file.name, kind)
        try:
            place.parent.mkdir(parents=True, mode=0o700)
        except OSError as error:
            raise ReadOnly(f"Папка профиля недоступна для записи: {why(error)}.") from error
        written(place, content)
        place.chmod(0o400)
        return place

    def _show(self, place: Path) -> None:
        if not self._viewer(place):
            text = f"На этом компьютере нечем показать «{place.name}»: сохраните файл и откройте его сами."
            self._hub.notice.emit(text, "warning")

    def _tell_journal(self, module: Module, detail: str) -> None:
        """The line comes before the file is out; without it the file stays here."""
        if module.personal_keys:
            self._journal.export(module.key, 1, detail)

    def _with(self, file: Named, use: Use) -> None:
        """Use a file now, or once it has come."""
        if self._shelf.find(file.sha256) is not None:
            use()
            return
        self._then.setdefault(file.sha256, []).append(use)
        self._coming[file.sha256] = FileNews(file.sha256, self._shelf.arrived(file.sha256), file.size)
        self.changed.emit(file.sha256)
        if self._fetch is not None:
            self._fetch(file.sha256)
        else:
            self._take_news(FileNews(file.sha256, problem=NO_LINK))

    def _take_news(self, news: FileNews) -> None:
        self.photos.forget(news.sha256)
        if news.problem:
            self._then.pop(news.sha256, None)
            self._coming[news.sha256] = news
        elif news.size and news.got < news.size:
            self._coming[news.sha256] = news
        else:
            self._coming.pop(news.sha256, None)
            for use in self._then.pop(news.sha256, []) if news.size else ():
                use()
        self.changed.emit(news.sha256)

    def _failed(self, error: CityError) -> None:
        self._hub.notice.emit(str(error), "error")


def _show(dialog: QFileDialog) -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.NonModal)
    dialog.show()
