"""A wall of the workstation: the queue of reports beside the map, read from across the room; nobody touches it."""

from typing import cast

from PySide6.QtWidgets import QWidget

from citymanager.settings import Settings
from widgets.alarm_memory import AlarmMemory
from widgets.alarm_watch import AlarmWatch
from widgets.alarms import SOUND, Since
from widgets.city_norms import CityNorms
from widgets.link_age import LinkAge
from widgets.panels.stand import Stand
from widgets.station_parts import Parts
from widgets.viewing import VALUE, Viewing
from widgets.wall import Wall


def wall_of(parts: Parts, name: str, size: tuple[int, int]) -> Wall:
    """The wall of this name, its map, and the alarms that it shows. `size`: the window's pixels."""
    viewing = Viewing.of_setting(parts.profile.setting(f"wall {name}".strip()), *size)
    parts.map.show_afar(viewing.scale, viewing.letter(parts.appearance.theme.font(), VALUE))
    queue = next(one for one in parts.modules if one.key == "reports")
    for other in parts.modules:  # a wall is a summary: one module's marks, large
        if other.geometry and other is not queue:
            parts.map.set_shown(other.key, False)
    city_map = cast(QWidget, parts.map)
    wall = Wall(parts.tasks, parts.hub, parts.appearance, queue, city_map, viewing, LinkAge(), name)
    norms = CityNorms(parts.tasks, parts.hub, wall)
    parts.hub.sync_state.connect(parts.clock.hear)
    stand = Stand(parts.tasks, parts.hub, parts.seat, parts.appearance, norms, parts.clock)
    watch = AlarmWatch(parts.modules, stand, Since(parts.profile), parent=wall)
    AlarmMemory(watch, parts.tasks)
    settings = Settings(parts.profile)
    wall.alarms.follow(watch, lambda: not settings[SOUND])
    return wall
