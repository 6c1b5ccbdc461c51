"""How a desk begins where nobody has worked yet: the pages of the first start, and the city's map that they ask for."""

from PySide6.QtWidgets import QWidget

from citymanager.store import Query, Reader
from widgets.city_pack import CityPackImport
from widgets.desk import Desk
from widgets.editors import Surroundings
from widgets.first_start import FirstStart
from widgets.first_start_pages import LoginPage, LookPage, MapPage, ServerPage
from widgets.layouts import SHIPPED
from widgets.login import LoginStrip
from widgets.settings_line import SettingLine
from widgets.station_parts import Parts

NO_SERVER = "Сервер не задан. Укажите его адрес и войдите или работайте без входа: правки сохраняются здесь."
ASKED = ("text_size", "theme")
"""The settings of the last page."""


class Beginning:
    """Leads the first person at a desk through what the program needs; the map can be had from the settings, too."""

    def __init__(self, parts: Parts, desk: Desk) -> None:
        self._parts, self._desk = parts, desk

    def greet(self, login: LoginStrip) -> None:
        """Where nobody has worked yet, show the first start; else ask for the server."""

        def is_used(reader: Reader) -> bool:
            return any(reader.count(Query(one.key)) for one in self._parts.modules) or bool(reader.unsent())

        def begin(used: bool) -> None:
            if used or self._parts.people.last() is not None:
                login.ask(NO_SERVER)
            else:
                self._first_start().begin()

        self._parts.tasks.read(is_used, begin, owner=self._desk.window)

    def extras(self) -> dict[str, QWidget]:
        """What stands below the settings, by its title."""
        return {} if self._parts.seat.read_only else {"Карта города": self._pack_import()}

    def _first_start(self) -> FirstStart:
        window, link = self._desk.window, self._parts.link
        server, login = ServerPage(link.probe), LoginPage(link.log_in)
        made = FirstStart(window, server, login, MapPage(self._pack_import()), LookPage(self._lines()))
        link.probed.connect(server.show_probe)
        link.entered.connect(login.show_outcome)
        made.finished.connect(lambda: window.layouts.use(SHIPPED[0].title))
        return made

    def _lines(self) -> list[SettingLine]:
        settings = self._desk.window.settings
        around = Surroundings(settings.module, self._parts.tasks)
        lines = [SettingLine(settings.declaration(key), settings, around) for key in ASKED]
        for line in lines:
            line.kept.connect(self._parts.hub.setting)
        return lines

    def _pack_import(self) -> CityPackImport:
        made = CityPackImport(self._parts.pack_command)
        made.done.connect(lambda: self._parts.map.show_pack(self._parts.pack))
        self._desk.window.closed.connect(made.cancel)
        return made
