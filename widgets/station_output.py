"""What leaves a desk: its tables, cards and maps on paper, its tables as files; a line of the journal for each."""

from PySide6.QtWidgets import QWidget

from widgets.desk import Desk
from widgets.panels.telephonogram_press import TelephonogramPress
from widgets.parts import Photograph
from widgets.place import Place
from widgets.printing.map_press import MapPress
from widgets.printing.press import Press
from widgets.printing.print_stand import PrintStand
from widgets.record_export import Exports
from widgets.record_panel import RecordPanel
from widgets.station_parts import Parts


class Output:
    """Lets every panel print its table and its cards and keep its table as a file, and every map be printed."""

    def __init__(self, parts: Parts, place: Place, desk: Desk) -> None:
        self._parts, self._place, self._desk = parts, place, desk
        window, seat = desk.window, parts.seat
        self._press = Press(self._stand(window))
        self._special = TelephonogramPress(self._press, window)
        self._exports = Exports(parts.tasks, parts.hub, seat, place.journal, parts.formats, window, self._organisation)
        window.map_print_requested.connect(self.map_press(window, parts.photograph).ask)
        desk.made.connect(self._serve)
        for panel in desk.records.values():
            self._serve(panel)

    def map_press(self, window: QWidget, photograph: Photograph) -> MapPress:
        """Prints the map of a window, and goes with it."""
        modules = {one.key: one for one in self._parts.modules}
        return MapPress(self._stand(window), photograph, modules, self._desk.status.on_paper)

    def _stand(self, window: QWidget) -> PrintStand:
        parts, desk = self._parts, self._desk
        return PrintStand(
            parts.tasks, parts.hub, parts.seat, self._place.journal, window, self._city, lambda: desk.window.training,
            parts.clock,
        )  # fmt: skip

    def _serve(self, panel: RecordPanel) -> None:
        self._press.serve(panel)
        self._special.serve(panel)
        self._exports.serve(panel)

    def _city(self) -> str:
        return str(self._desk.window.settings["city_name"] or "")

    def _organisation(self) -> str:
        person = self._parts.people.get(self._parts.seat.login)
        return person.organisation if person else ""
