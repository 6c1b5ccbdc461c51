"""How records look on the map: a colour, a shape and a word for every value, the same on the map and in the legend."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from citymanager.schema import STATUS, Module, Tone

Colours = Mapping[str, str]
Polygon = tuple[tuple[float, float], ...]

LIGHT: Colours = {
    "ink": "#24292f", "paper": "#ffffff", "line": "#c9ced6", "accent": "#0b63b6",
    "tone_new": "#c8102e", "tone_waiting": "#e69f00", "tone_work": "#0072b2", "tone_done": "#009e73",
    "tone_closed": "#7a828e", "tone_refused": "#9b4f96", "tone_late": "#7d0016",
    "map_land": "#f4f2ee", "map_residential": "#eceae6", "map_works": "#e9e5e6", "map_grounds": "#f1eadb",
    "map_grass": "#dfead2", "map_park": "#d3e6c8", "map_wood": "#cfe0c4", "map_allotments": "#e6ebd6",
    "map_wetland": "#d5e3d8", "map_pitch": "#d0e5d2", "map_cemetery": "#d5dfcf", "map_sand": "#efe6c9",
    "map_water": "#b5d3e7", "map_water_text": "#386d8f", "map_parking": "#e4e4ea", "map_building": "#dcd5cb",
    "map_building_edge": "#c5bbae", "map_road": "#ffffff", "map_road_edge": "#d1cbc2", "map_main": "#fdf0c8",
    "map_main_edge": "#d9c48c", "map_highway": "#f9dba0", "map_highway_edge": "#cfa866", "map_path": "#c3b6a3",
    "map_rail": "#a9a9ad", "map_boundary": "#96809f", "map_text": "#4a4640", "map_street_text": "#554f47",
    "map_number": "#857b6f", "map_green_text": "#4d7048", "map_halo": "#fbfaf7",
}  # fmt: skip
DARK: Colours = {
    "ink": "#e4e7eb", "paper": "#23272e", "line": "#434a55", "accent": "#6cb6ff",
    "tone_new": "#ff5a5f", "tone_waiting": "#f0b429", "tone_work": "#4fb3f0", "tone_done": "#2fc79a",
    "tone_closed": "#8b939f", "tone_refused": "#cf8bc9", "tone_late": "#ff8fa0",
    "map_land": "#1d2127", "map_residential": "#21262d", "map_works": "#24262d", "map_grounds": "#272a2c",
    "map_grass": "#20302a", "map_park": "#1f342b", "map_wood": "#1c2f27", "map_allotments": "#242d29",
    "map_wetland": "#1f3033", "map_pitch": "#22382f", "map_cemetery": "#24302c", "map_sand": "#35332a",
    "map_water": "#17344a", "map_water_text": "#7fb0d0", "map_parking": "#2a2f38", "map_building": "#333943",
    "map_building_edge": "#434a56", "map_road": "#414854", "map_road_edge": "#191c21", "map_main": "#565a58",
    "map_main_edge": "#191c21", "map_highway": "#6a6048", "map_highway_edge": "#191c21", "map_path": "#565049",
    "map_rail": "#5c626c", "map_boundary": "#8b7a99", "map_text": "#c3c8d0", "map_street_text": "#b4bac4",
    "map_number": "#8b93a0", "map_green_text": "#86ab85", "map_halo": "#1b1f25",
}  # fmt: skip
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
TONE_SHAPES: Mapping[Tone, str] = {
    "new": "triangle", "waiting": "square", "work": "circle", "done": "diamond", "closed": "dot", "refused": "cross",
    "late": "star",
}  # fmt: skip
PALETTE = ("tone_work", "tone_waiting", "tone_done", "tone_refused", "tone_new", "tone_closed")
OTHER = ("tone_closed", "dot")


def _regular(corners: int, radius: float = 1.0, turn: float = 0.0) -> Polygon:
    angles = (turn + 2 * math.pi * corner / corners for corner in range(corners))
    return tuple((round(radius * math.sin(angle), 4), round(-radius * math.cos(angle), 4)) for angle in angles)


def _star() -> Polygon:
    outer, inner = _regular(5, 1.15), _regular(5, 0.52, math.pi / 5)
    return tuple(corner for pair in zip(outer, inner, strict=True) for corner in pair)


SHAPES: Mapping[str, Polygon] = {
    "circle": _regular(28, 0.92),
    "dot": _regular(24, 0.66),
    "square": _regular(4, 1.16, math.pi / 4),
    "diamond": _regular(4, 1.14),
    "triangle": tuple((x, round(y + 0.16, 4)) for x, y in _regular(3, 1.2)),
    "cross": (
        (-0.9, -0.4), (-0.4, -0.9), (0, -0.5), (0.4, -0.9), (0.9, -0.4), (0.5, 0), (0.9, 0.4), (0.4, 0.9), (0, 0.5),
        (-0.4, 0.9), (-0.9, 0.4), (-0.5, 0),
    ),
    "star": _star(),
}  # fmt: skip
"""Outlines around the middle, about one unit from it, y downwards: page and legend draw the same."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How one value is drawn: never by colour alone."""

    value: str
    title: str
    colour: str
    """A name of the theme's colours."""
    shape: str
    """A key of SHAPES."""


def marks(module: Module) -> tuple[Mark, ...]:
    """The marks of a module's values in the order of the declaration, and last the mark of all other values."""
    if module.look.colour_by == STATUS and module.statuses:
        known = [Mark(one.key, one.title, f"tone_{one.tone}", TONE_SHAPES[one.tone]) for one in module.statuses]
    else:
        field = module.columns.get(module.look.colour_by)
        shape = module.look.icon if module.look.icon in SHAPES else "circle"
        known = [
            Mark(one.key, one.title, PALETTE[number % len(PALETTE)], shape)
            for number, one in enumerate(field.choices if field else ())
        ]
    return (*known, Mark("", "Прочее", *OTHER))


def palette(named: Mapping[str, str], dark: bool) -> dict[str, str]:
    """A full set of the map's colours: the theme's own where it has sound ones (#rrggbb), ours for the rest."""
    sound = {key: value for key, value in named.items() if isinstance(value, str) and _COLOUR.fullmatch(value)}
    return {**(DARK if dark else LIGHT), **sound}
