"""A table into a file, by the same code as the command `export`: what the table shows, without what it masks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from citymanager.access_journal import AccessJournal
from citymanager.clashes.sides import WORKS
from citymanager.commands.author import Author
from citymanager.errors import CityError, Refused
from citymanager.exchange.cells import Cell
from citymanager.exchange.formats import Formats
from citymanager.exchange.outgo import Export, replacing
from citymanager.exchange.source import batches
from citymanager.hub import Hub
from citymanager.schema import Field, Module
from citymanager.store import Query, Record
from citymanager.tasks import Tasks
from citymanager.text import plural
from citymanager.work import Hands, Stopped
from widgets.record_nearest import COLUMN, cell
from widgets.record_panel import RecordPanel
from widgets.seat import Seat

KINDS = ("Таблица Excel (*.xlsx)", "Таблица CSV (*.csv)", "Карта GeoJSON (*.geojson)", "Карта GeoPackage (*.gpkg)")
PLACELESS = KINDS[:2]
"""What a module without places can be kept as."""
WZDX = "Работы на дорогах WZDx 4.2 (*.wzdx)"
"""What works are told to navigators in."""
DETAIL = f"{COLUMN.title}: какой и до какого времени"
STEP = 100


@dataclass(frozen=True)
class ShownRecords(Export):
    """The records of a table as it is narrowed and sorted; personal data, masked there, stay out."""

    query: Query
    at: Callable[[int, int], None]
    now: datetime
    """What due times are told by."""

    @property
    def fields(self) -> list[Field]:
        return [one for one in super().fields if not one.personal]

    def records(self) -> Iterator[Record]:
        limits = self.author.limits(self.module)
        query = replace(self.query, among={**self.query.among, **limits})
        total = self.reader.count(query)
        for number, record in enumerate(self.reader.each(query)):
            if number % STEP == 0:
                self.at(number, total)
            yield record

    # as a table: what the screen says of the nearest due time stands behind the id, and what is behind it

    def header(self) -> list[str]:
        ident, *others = super().header()
        return [ident, COLUMN.title, DETAIL, *others] if self.module.clocks else [ident, *others]

    def rows(self) -> Iterator[list[Cell]]:
        return self._with_dues() if self.module.clocks else super().rows()

    def _with_dues(self) -> Iterator[list[Cell]]:
        for page in batches(super().rows(), STEP):
            dues = self.reader.lists.dues_of(self.module.key, [str(ident) for ident, *_ in page])
            for ident, *others in page:
                said = cell(self.module, dues.get(str(ident)), self.now)
                yield [ident, said.text or None, said.tip or None, *others]


def _kinds(module: Module) -> tuple[str, ...]:
    """What a module can be kept as."""
    return (*(KINDS if module.geometry else PLACELESS), *((WZDX,) if module.key == WORKS else ()))


class Exports(QObject):
    """Keeps tables of the desk's panels as files: asked for by a window beside, written with their numbers."""

    def __init__(
        self,
        tasks: Tasks,
        hub: Hub,
        seat: Seat,
        journal: AccessJournal,
        formats: Formats,
        window: QWidget,
        organisation: Callable[[], str],
    ) -> None:
        """`organisation`: whose cards somebody sees who sees only his own."""
        super().__init__(window)
        self._tasks, self._hub, self._seat, self._journal = tasks, hub, seat, journal
        self._formats, self._window, self._organisation = formats, window, organisation

    def serve(self, panel: RecordPanel) -> None:
        """Keep what this panel asks for."""
        panel.export_requested.connect(lambda: self.ask(panel))

    def ask(self, panel: RecordPanel) -> QFileDialog | None:
        """Ask for the file's name and kind; None: it may not be, and the reason was told."""
        module = panel.module
        if why := self._seat.why_not_export(module):
            self._hub.notice.emit(why, "warning")
            return None
        dialog = QFileDialog(self._window, f"Сохранить таблицу «{module.title}»", f"{module.title}.xlsx")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.NonModal)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(_kinds(module))
        dialog.setDefaultSuffix("xlsx")
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(kind.rpartition("*.")[2].rstrip(")")))
        dialog.fileSelected.connect(
            lambda name: self.keep(module, panel.model.query, Path(name), panel.model.clock())
        )  # fmt: skip
        dialog.show()
        return dialog

    def keep(self, module: Module, query: Query, file: Path, now: datetime) -> None:
        """Write the records of a query into a file: whole, with its line in the journal, or not at all.

        `now`: the moment that due times are told by.
        """
        author = Author(self._seat.login, self._seat.role, self._organisation())

        def act(hands: Hands) -> int:
            if file.is_dir():
                raise Refused(f"«{file.name}» — папка. Укажите имя файла.")
            write = self._formats.writing(file)
            with replacing(file) as new:
                written = write(new, ShownRecords(hands.reader, module, author, query, hands.at, now))
                hands.at(written, written)
                self._journal.export(module.key, written, file.name)
            return written

        self._tasks.long(
            f"Сохранение таблицы: {module.title}", act, lambda count: self._kept(count, file), self._failed, self
        )  # fmt: skip

    def _kept(self, count: int, file: Path) -> None:
        records = plural(count, "запись", "записи", "записей")
        self._hub.notice.emit(f"Сохранено в «{file.name}»: {records}, без персональных данных.", "good")

    def _failed(self, error: CityError) -> None:
        self._hub.notice.emit(str(error), "info" if isinstance(error, Stopped) else "error")
