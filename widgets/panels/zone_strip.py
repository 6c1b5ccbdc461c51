"""Under an outage's houses: houses and zone follow each other, residents and institutions are counted at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from citymanager.house_register import Residents, residents
from citymanager.modules.telephonograms import OUTAGES
from citymanager.outage_zone import Extent, followed, institutions, left_out
from citymanager.store import Reader
from citymanager.tasks import Tasks
from citymanager.text import plural
from widgets.editors.houses import HousesEditor
from widgets.intake_places import CityPlaces
from widgets.panels.residents_line import ResidentsLine
from widgets.plain import plain_label
from widgets.record_form import RecordForm
from widgets.theme import set_role

SOON_MS = 150
NO_HOUSES = "Дома и зона не указаны: наберите улицы и номера или нарисуйте зону на карте."
NO_REGISTER = "Соц. объекты не известны: в «Организациях» нет учреждений."
BY_HOUSES, BY_ZONE = "По списку домов; границу можно изменить на карте.", "По зоне на карте; лишние дома уберите."


@dataclass(frozen=True)
class Scope:
    """What follows from the zone and the houses of a card."""

    extent: Extent
    more: Sequence[str]
    """Houses in the zone that are not listed."""
    objects: Sequence[str]
    registered: int
    """How many institutions the register has at all."""
    residents: Residents


class ZoneStrip(QWidget):
    """Makes anew only what it has made itself; what was typed or drawn stays."""

    def __init__(self, form: RecordForm, tasks: Tasks) -> None:
        super().__init__()
        self._form, self._tasks, self._card = form, tasks, 0
        self._known = Extent()
        """The zone and the houses that were seen last."""
        self._objects = ""
        """The social objects that were put in last."""
        self._residents = ResidentsLine(form.lines["residents"])
        self.told, self.add = plain_label("", "caption", wrap=True), QPushButton()
        set_role(self.add, "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.told)
        column.addWidget(self.add)
        form.lines["houses"].below.addWidget(self)
        self._more: Sequence[str] = ()
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._read)
        self.add.clicked.connect(self.add_more)
        form.lines["residents"].editor.left.connect(self._soon.start)
        form.sheet.edited.connect(self._soon.start)
        form.shown.connect(self._another)
        form.saved.connect(self._soon.start)
        self._another()

    def add_more(self) -> None:
        """Take the houses in the zone that are not listed yet."""
        editor = self._form.lines["houses"].editor
        if isinstance(editor, HousesEditor):
            editor.add_houses(self._more)

    def _another(self) -> None:
        self._card += 1
        self._known, self._objects = self._extent(), ""
        self._residents.begin()
        self._soon.stop()
        self._read()

    def _extent(self) -> Extent:
        zone, houses = (self._form.lines[key].editor for key in ("geometry", "houses"))
        return Extent(zone.value(), str(houses.value() or ""))

    def _read(self) -> None:
        places = self._form.lines["houses"].editor.surroundings.places or CityPlaces(self._tasks, self)
        self.setVisible(self._form.lines["type"].editor.value() in OUTAGES)
        if self.isHidden():
            return
        book, before, now, card = places.book, self._known, self._extent(), self._card

        def scope(reader: Reader) -> Scope:
            extent = followed(book, before, now) if len(book) else now
            more = [one.text for one in left_out(book, extent)] if extent.zone else []
            objects = institutions(reader, extent.houses, extent.zone)
            return Scope(extent, more, *objects, residents(reader, extent.houses))

        self._tasks.read(
            scope, lambda found: self._take(found, now) if card == self._card else None, owner=self,
            newest=f"zone:{id(self)}",
        )  # fmt: skip

    def _take(self, found: Scope, asked: Extent) -> None:
        if self._extent() != asked:  # changed meanwhile: it is read again
            return
        self._known, self._more = found.extent, found.more
        if not self._form.closed:
            if found.extent.zone != asked.zone:
                self._form.lines["geometry"].fill(found.extent.zone, BY_HOUSES)
            if found.extent.houses != asked.houses:
                self._form.lines["houses"].fill(found.extent.houses, BY_ZONE)
            changed = found.extent != asked or self._form.touched
            self._fill_objects("\n".join(found.objects), changed=changed)
            self._residents.take(found.residents, fill=changed)
        self._tell(found)

    def _fill_objects(self, objects: str, *, changed: bool) -> None:
        line = self._form.lines["social_objects"]
        stands = str(line.editor.value() or "")
        if changed and stands in ("", self._objects) and stands != objects:
            line.fill(objects or None, "По справочнику организаций.")
        self._objects = objects

    def _tell(self, found: Scope) -> None:
        many = len([one for one in found.extent.houses.splitlines() if one.strip()])
        written = str(self._form.lines["social_objects"].editor.value() or "") == "\n".join(found.objects)
        words = (self._residents.told(found.residents, many), _objects(found, named=not written))
        self.told.setText(" ".join(filter(None, words)) if many or found.extent.zone else NO_HOUSES)
        extra = len(found.more)
        self.add.setText(f"Добавить из зоны ещё {plural(extra, 'дом', 'дома', 'домов')}")
        self.add.setVisible(bool(extra) and not self._form.closed)


def _objects(found: Scope, *, named: bool) -> str:
    """`named`: the social objects stand nowhere else."""
    names = f": {'; '.join(found.objects)}" if named and found.objects else ""
    return f"Соц. объектов по справочнику: {len(found.objects)}{names}." if found.registered else NO_REGISTER
