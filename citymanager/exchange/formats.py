"""The kinds of file by their endings, and what is asked of the map's libraries, which the core does not import."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from citymanager.errors import Refused
from citymanager.exchange import csv_files, geojson_files, xlsx_files
from citymanager.exchange.outgo import Export, Write
from citymanager.exchange.places import Projection
from citymanager.exchange.source import Source


class Geo(Protocol):
    """What needs a library of maps: `layers.geofiles` gives it."""

    def projection(self, crs: str) -> Projection:
        """The way from these coordinates to WGS 84. Raises Refused for an unknown name."""

    def read(self, path: Path) -> Source:
        """Open a GeoPackage. Raises Refused."""

    def write(self, path: Path, export: Export) -> int:
        """Write a GeoPackage; how many records."""


@dataclass(frozen=True)
class Formats:
    """Reads and writes every kind of file that records are exchanged in."""

    geo: Geo

    def opened(self, path: Path, encoding: str) -> Source:
        match self._ending(path):
            case ".wzdx":
                raise Refused(f"«{path.name}»: вид WZDx только выгружается, загрузите другой.")
            case ".csv":
                return csv_files.read(path, encoding)
            case ".xlsx":
                return xlsx_files.read(path)
            case ".gpkg":
                return self.geo.read(path)
        return geojson_files.read(path, encoding)

    def writing(self, path: Path) -> Write:
        """How a file of this ending is written. Raises Refused."""
        known: Mapping[str, Write] = {
            ".csv": _csv, ".xlsx": _xlsx, ".geojson": _geojson, ".json": _geojson, ".gpkg": self.geo.write,
            ".wzdx": _wzdx,
        }  # fmt: skip
        return known[self._ending(path)]

    def _ending(self, path: Path) -> str:
        endings = [one.lower() for one in path.suffixes]
        ending = ".wzdx" if ".wzdx" in endings[-2:] else path.suffix.lower()
        if ending not in (".csv", ".xlsx", ".geojson", ".json", ".gpkg", ".wzdx"):
            raise Refused(f"Вид файла «{path.name}» не известен: нужно окончание .csv, .xlsx, .geojson или .gpkg.")
        return ending


def _csv(path: Path, export: Export) -> int:
    with path.open("wb") as file:
        return csv_files.write(file, export.header(), export.rows())


def _xlsx(path: Path, export: Export) -> int:
    with path.open("wb") as file:
        return xlsx_files.write(file, export.module.title, export.header(), export.rows())


def _geojson(path: Path, export: Export) -> int:
    with path.open("wb") as file:
        return geojson_files.write(file, export.module.key, export.features())


def _wzdx(path: Path, export: Export) -> int:
    from citymanager.exchange import wzdx_files  # only works are written so, and shapes take time to load

    return wzdx_files.write(path, export)
