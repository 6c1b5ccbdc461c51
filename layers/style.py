"""How records look on the map: a colour, a shape and a word for every value, the same on the map and in the legend."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from citymanager.schema import STATUS, TEXT_KINDS, Field, Module, Tone

Colours = Mapping[str, str]
Polygon = tuple[tuple[float, float], ...]

LIGHT: Colours = {
    "text": "#16202b", "panel": "#ffffff", "line": "#d5dce2", "accent": "#005f95",
    "tone_new": "#a3437a", "tone_waiting": "#a86e00", "tone_work": "#0072b2", "tone_done": "#00805d",
    "tone_closed": "#64727f", "tone_refused": "#38434d", "tone_late": "#c24e00",
    "guest_1": "#d10069", "guest_2": "#6b3fd4", "guest_3": "#007f8b", "guest_4": "#8f4a00", "guest_5": "#3f6b00",
    "guest_6": "#b01ecb",
    "area_1": "#00676f", "area_2": "#5a2fb0", "area_3": "#7a4a1a",
    "density_1": "#d9c8e6", "density_2": "#bd9fd4", "density_3": "#9d74bf", "density_4": "#7d4aa6",
    "density_5": "#592782",
    "map_land": "#f4f2ee", "map_residential": "#eceae6", "map_works": "#e9e5e6", "map_grounds": "#f1eadb",
    "map_grass": "#dfead2", "map_park": "#d3e6c8", "map_wood": "#cfe0c4", "map_allotments": "#e6ebd6",
    "map_wetland": "#d5e3d8", "map_pitch": "#d0e5d2", "map_cemetery": "#d5dfcf", "map_sand": "#efe6c9",
    "map_water": "#b5d3e7", "map_water_text": "#386d8f", "map_parking": "#e4e4ea", "map_building": "#dcd5cb",
    "map_building_edge": "#c5bbae", "map_road": "#ffffff", "map_road_edge": "#d1cbc2", "map_main": "#fdf0c8",
    "map_main_edge": "#d9c48c", "map_highway": "#f9dba0", "map_highway_edge": "#cfa866", "map_path": "#c3b6a3",
    "map_rail": "#a9a9ad", "map_boundary": "#96809f", "map_text": "#4a4640", "map_street_text": "#554f47",
    "map_number": "#6e655a", "map_green_text": "#4d7048", "map_halo": "#fbfaf7",
}  # fmt: skip
DARK: Colours = {
    "text": "#e3eaf0", "panel": "#182029", "line": "#2e3a46", "accent": "#56b4e9",
    "tone_new": "#d98bb6", "tone_waiting": "#e69f00", "tone_work": "#56b4e9", "tone_done": "#1fbf92",
    "tone_closed": "#8c9aa7", "tone_refused": "#c3ccd4", "tone_late": "#ff7f32",
    "guest_1": "#ff6fae", "guest_2": "#b59bff", "guest_3": "#4fd8e2", "guest_4": "#f0a868", "guest_5": "#a8d65c",
    "guest_6": "#f08cff",
    "area_1": "#3fb0b6", "area_2": "#b9a2ff", "area_3": "#e0b070",
    "density_1": "#4a3566", "density_2": "#6a4b94", "density_3": "#8d68c2", "density_4": "#b592e6",
    "density_5": "#e6d4ff",
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
    "new": "disc", "waiting": "diamond", "work": "play", "done": "check", "closed": "ring", "refused": "cross",
    "late": "alert",
}  # fmt: skip
"""The same shapes as in the tables (resources/theme)."""
PALETTE = ("tone_work", "tone_waiting", "tone_done", "tone_new", "tone_late", "tone_refused")
OTHER = ("tone_closed", "disc")
_ROUND = tuple(
    (round(0.94 * math.cos(turn * math.pi / 16), 3), round(0.94 * math.sin(turn * math.pi / 16), 3))
    for turn in range(32)
)
_SQUARE = ((-1, -1), (1, -1), (1, 1), (-1, 1))
_CORNER = ((0.95, 0.95), (0.95, 0.25), (0.62, 0.25), (0.62, 0.62), (0.25, 0.62), (0.25, 0.95))
_AROUND = tuple((0.76 * x, 0.76 * y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y)
OUTLINES: Mapping[str, tuple[Polygon, ...]] = {
    "disc": (_ROUND,),
    "ring": (_ROUND, tuple((0.45 * x, 0.45 * y) for x, y in reversed(_ROUND))),
    "diamond": (((0, -1.12), (1.12, 0), (0, 1.12), (-1.12, 0)),),
    "play": (((-0.78, -1), (1.05, 0), (-0.78, 1)),),
    "check": (((-1.1, 0), (-0.72, -0.38), (-0.25, 0.08), (0.72, -0.92), (1.12, -0.54), (-0.25, 0.86)),),
    "cross": (
        (
            (-0.95, -0.5), (-0.5, -0.95), (0, -0.45), (0.5, -0.95), (0.95, -0.5), (0.45, 0), (0.95, 0.5), (0.5, 0.95),
            (0, 0.45), (-0.5, 0.95), (-0.95, 0.5), (-0.45, 0),
        ),
    ),
    "alert": (((0, -1.05), (1.1, 0.85), (-1.1, 0.85)),),
    "square": (((-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)),),
    "frame": tuple(tuple((side * x, abs(side) * y) for x, y in _SQUARE) for side in (0.95, -0.62)),
    "dashes": tuple(tuple((right * x, down * y) for x, y in _CORNER) for right, down in _SQUARE),
    "dots": tuple(tuple((left + 0.2 * x, top + 0.2 * y) for x, y in _SQUARE) for left, top in _AROUND),
}  # fmt: skip
"""Closed outlines around the middle, about one unit from it, y downwards: page and legend draw the same."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How one value is drawn: never by colour alone."""

    value: str
    title: str
    colour: str
    """A name of the theme's colours."""
    shape: str
    """A key of OUTLINES."""


def marks(module: Module) -> tuple[Mark, ...]:
    """The marks of a module's values in the order of the declaration, and last the mark of all other values.

    Where no value tells records apart, one mark stands for all of them.
    """
    shape = module.look.icon if module.look.icon in OUTLINES else "disc"
    if module.look.colour_by == STATUS and module.statuses:
        known = [Mark(one.key, one.title, f"tone_{one.tone}", TONE_SHAPES[one.tone]) for one in module.statuses]
    else:
        field = module.columns.get(module.look.colour_by)
        known = [
            Mark(one.key, one.title, PALETTE[number % len(PALETTE)], shape)
            for number, one in enumerate(field.choices if field else ())
        ]
    if not known:
        return (Mark("", module.title, module.look.colour or OTHER[0], shape),)
    return (*known, Mark("", "Прочее", *OTHER))


def over(module: Module) -> frozenset[str]:
    """Values whose records ask for no work any more: a map that shows them too shows nothing else."""
    statuses = module.statuses if module.look.colour_by == STATUS else ()
    return frozenset(one.key for one in statuses if one.tone in ("closed", "refused"))


def label_field(module: Module) -> Field | None:
    """What lines and polygons are labelled by; a label stands in sight of everybody, so it is never personal."""
    look = module.look
    known = [module.columns.get(key) for key in ((look.label,) if look.label else module.caption)]
    return next((one for one in known if one and one.kind in TEXT_KINDS and not one.personal), None)


def palette(named: Mapping[str, str], dark: bool) -> dict[str, str]:
    """A full set of the map's colours: the theme's own where it has sound ones (#rrggbb), ours for the rest."""
    sound = {key: value for key, value in named.items() if isinstance(value, str) and _COLOUR.fullmatch(value)}
    return {**(DARK if dark else LIGHT), **sound}
