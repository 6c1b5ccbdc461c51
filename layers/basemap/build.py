"""`import-basemap`: a city's data become one pack, whole or not at all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from citymanager.errors import Refused
from citymanager.text import plural
from layers.basemap import pack as packs
from layers.basemap import raster, sources, vector
from layers.basemap.addresses import Addresses
from layers.basemap.classes import NAMED, Kind, classify, place_zoom
from layers.basemap.credit import OSM_ATTRIBUTION
from layers.basemap.mending import Mender
from layers.basemap.parts import Group, part
from layers.basemap.sources import Shape
from layers.mercator import project

REACH = 1.5
"""Degrees of latitude around the middle of the data that a city and its surroundings take at most."""
TOO_FAR = 0.1
"""Share of features beyond that reach from which a file is taken for wrong."""
STRAYS = 0.03
"""Share of houses on each side that the first view need not show."""
SCATTERED = 0.02
"""Degrees around a city that is one point."""
NO_STREETS = "В файлах не сказано, на какой улице стоят дома: поиск находит улицы, а дома по адресу — нет."

Progress = Callable[[float, str], None]
Kept = dict[tuple[str, Kind], Group]


@dataclass
class Summary:
    """What an import took, and what it has to say about the rest."""

    taken: int = 0
    skipped: int = 0
    """Features of kinds that the map does not draw, or without a usable geometry."""
    outside: int = 0
    streets: int = 0
    houses: int = 0
    bytes: int = 0
    bounds: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    warnings: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def import_basemap(
    files: Sequence[Path], target: Path, progress: Progress | None = None, attribution: str = OSM_ATTRIBUTION
) -> Summary:
    """Make a city pack at `target` from the city's data (`layers.basemap.sources` says of what kinds) or vector tiles.

    Raises Refused for files that are no map of a city, and ReadOnly if the disk does not take the pack; the old pack
    stays in both cases. The attribution is that of OpenStreetMap unless another is given: the files are understood by
    its tags.
    """
    told = progress or (lambda share, text: None)
    if not files:
        raise Refused("Не указано ни одного файла карты.")
    summary = Summary()
    mender = Mender()
    read: list[tuple[Path, list[Shape]]] = []
    for number, path in enumerate(files):
        step = partial(_step, told, path.name, number, len(files))
        step(0.0)
        shapes = vector.read(path, step) if vector.is_vector(path) else sources.read(path)
        read.append((path, _usable(shapes, mender)))
    summary.skipped, summary.warnings = mender.unsound, mender.told()
    summary.warnings += vector.coarse(files)
    near = _near(read, summary)
    told(0.5, "Разбираются улицы и дома")
    pack = _packed(near, attribution, summary)
    told(0.9, "Записывается карта города")
    packs.write(pack, target)
    raster.drop(target.parent)
    summary.bytes = target.stat().st_size
    told(1.0, "Готово")
    return summary


def _step(told: Progress, name: str, number: int, count: int, share: float) -> None:
    told(0.5 * (number + share) / count, f"Читается {name}")


def _usable(shapes: Iterable[Shape], mender: Mender) -> list[Shape]:
    """Shapes with a sound geometry; a collection gives its parts, each with its tags."""
    return [replace(one, geometry=part) for one in shapes for part in mender.parts(one.geometry)]


def _near(read: Sequence[tuple[Path, list[Shape]]], summary: Summary) -> list[Shape]:
    """The shapes around the middle of all; a file that mostly lies elsewhere is refused by name."""
    total = sum(len(shapes) for _, shapes in read)
    if not total:
        raise Refused("В файлах нет ни одного объекта с координатами: карту города сделать не из чего.")
    middles = np.array([_middle(one) for _, shapes in read for one in shapes])
    _check_meridian(middles)
    centre = np.median(middles, axis=0)
    far = np.abs(middles - centre) > (REACH / max(0.1, np.cos(np.radians(centre[1]))), REACH)
    kept: list[Shape] = []
    at = 0
    for path, shapes in read:
        away = far[at : at + len(shapes)].any(axis=1)
        at += len(shapes)
        if shapes and away.mean() > TOO_FAR:
            raise Refused(
                f"Файл «{path.name}» лежит далеко от остальных данных: это другой город, или в нём перепутаны "
                "широта и долгота. Уберите или исправьте его."
            )
        kept += [one for one, gone in zip(shapes, away, strict=True) if not gone]
    summary.outside = total - len(kept)
    if summary.outside:
        summary.warnings.append(
            f"{plural(summary.outside, 'объект лежит', 'объекта лежат', 'объектов лежат')} далеко от города "
            "и в карту не взято."
        )
    return kept


def _check_meridian(middles: Any) -> None:
    """A pack is flat: what lies close together on both sides of the 180th meridian would be a world apart on it."""
    ends = np.abs(middles[:, 0]) > 180 - REACH
    if ends.mean() > 1 - TOO_FAR and (middles[ends, 0] > 0).any() and (middles[ends, 0] < 0).any():
        raise Refused("Город лежит по обе стороны 180-го меридиана: возьмите в карту одну из них.")


def _middle(one: Shape) -> tuple[float, float]:
    west, south, east, north = one.geometry.bounds
    return (west + east) / 2, (south + north) / 2


def _packed(shapes: Sequence[Shape], attribution: str, summary: Summary) -> packs.Pack:
    texts: dict[str, int] = {"": 0}
    groups: Kept = {}
    addresses = Addresses()
    for one in shapes:
        summary.taken += 1 if _sort(one, groups, addresses) else 0
    summary.skipped += len(shapes) - summary.taken
    if not groups:
        raise Refused("В файлах нет ни улиц, ни домов, ни других объектов карты с тегами OpenStreetMap.")
    for name, group in addresses.labels().items():
        groups[name, group.kind] = group
    bounds = _bounds(groups)
    x, y = project(bounds[0], bounds[3])
    origin = (float(x) * packs.UNITS, float(y) * packs.UNITS)
    summary.bounds = bounds
    summary.streets, summary.houses = addresses.counts()
    _check_boundary(groups, summary)
    table = addresses.table()
    if summary.houses and all(house[0] < 0 for house in table["houses"]):
        summary.warnings.append(NO_STREETS)
    parts = [part(name, group, origin, texts) for (name, _), group in groups.items()]
    return packs.Pack(attribution, bounds, origin, tuple(parts), tuple(texts), table)


def _sort(one: Shape, groups: Kept, addresses: Addresses) -> bool:
    """Put a shape where it belongs on the map; False if it belongs nowhere."""
    kind = _KINDS.get(one.geometry.geom_type)
    known = classify(one.tags, kind) if kind else None
    taken = addresses.add(one, known.name if known else "")
    name = one.tags.get("name", "")
    if not one.drawn:
        return _write(one, groups) or known is not None or taken
    if known is not None:
        geometry = one.geometry.boundary if known.kind == "line" and kind == "area" else one.geometry
        groups.setdefault((known.name, known.kind), Group(known.kind)).add(geometry)
        if name and known.name in NAMED:
            point, size = _inmost(one.geometry)
            groups.setdefault((NAMED[known.name], "point"), Group("point")).add(point, name, 0, size)
        taken = True
    zoom = place_zoom(one.tags)
    if zoom is not None:
        group = "towns" if one.tags.get("place") else "places"
        groups.setdefault((group, "point"), Group("point")).add(one.geometry.representative_point(), name, zoom)
        taken = True
    return taken


def _write(one: Shape, groups: Kept) -> bool:
    """Put down the name of an area that another shape draws."""
    area = classify(one.tags, "area")
    if area is None or area.name not in NAMED or not one.tags.get("name"):
        return False
    group = groups.setdefault((NAMED[area.name], "point"), Group("point"))
    group.add(one.geometry.representative_point(), one.tags["name"])
    return True


def _inmost(area: Any) -> tuple[Any, float]:
    """The point of an area that is farthest from its edge, and how wide a name may be there, in pack units."""
    import shapely

    radius = shapely.maximum_inscribed_circle(area)
    wide = area.bounds[2] - area.bounds[0]
    return shapely.get_point(radius, 0), wide / 360 * packs.UNITS


_KINDS: dict[str, Kind] = {
    "Point": "point", "LineString": "line", "MultiLineString": "line", "Polygon": "area", "MultiPolygon": "area"
}  # fmt: skip


def _bounds(groups: Kept) -> tuple[float, float, float, float]:
    """Where the city is: around most of its houses, or streets, or whatever there is; strays do not count."""
    core = groups.get(("building", "area")) or groups.get(("street", "line"))
    boxes = np.array([one.bounds for group in ([core] if core else groups.values()) for one in group.geometries])
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    west, south = np.quantile(middles, STRAYS, axis=0)
    east, north = np.quantile(middles, 1 - STRAYS, axis=0)
    pad = SCATTERED if max(east - west, north - south) < 1e-6 else 0.0
    return float(west - pad), float(south - pad), float(east + pad), float(north + pad)


def _check_boundary(groups: Kept, summary: Summary) -> None:
    """Houses beyond the city's boundary stay on the map, but somebody should know."""
    import shapely

    boundary, houses = groups.get(("boundary", "line")), groups.get(("building", "area"))
    if boundary is None or houses is None:
        return
    city = shapely.union_all(shapely.get_parts(shapely.polygonize([shapely.union_all(boundary.geometries)])))
    if shapely.is_empty(city):
        return
    shapely.prepare(city)
    beyond = int((~shapely.intersects(city, np.array(houses.geometries, dtype=object))).sum())
    if beyond:
        summary.warnings.append(
            f"{plural(beyond, 'здание лежит', 'здания лежат', 'зданий лежат')} за границей города: проверьте границу."
        )
