"""GeoJSON (RFC 7946): properties by the fields' keys, geometries in WGS 84, one feature a line."""

import codecs
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from citymanager.errors import Refused
from citymanager.exchange.source import Row, Source, broken

_WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")


def write(file: IO[bytes], name: str, features: Iterable[tuple[str, Mapping[str, Any], Any]]) -> int:
    """Write (id, properties, geometry) one by one; how many."""
    head = json.dumps({"type": "FeatureCollection", "name": name}, ensure_ascii=False)[:-1]
    file.write(f'{head}, "features": ['.encode())
    written = 0
    for written, (ident, properties, geometry) in enumerate(features, 1):
        feature = {"type": "Feature", "id": ident, "properties": properties, "geometry": geometry}
        line = json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
        file.write(f"{',' if written > 1 else ''}\n{line}".encode())
    file.write(b"\n]}\n")
    return written


def read(path: Path, encoding: str = "") -> Source:
    """Open a FeatureCollection or a single Feature. Raises Refused for anything else."""
    found = _loaded(path, encoding)
    if not isinstance(found, dict):
        raise broken(path, "это не GeoJSON: нужен объект FeatureCollection")
    features = [found] if found.get("type") == "Feature" else found.get("features")
    if not isinstance(features, list) or found.get("type") not in ("Feature", "FeatureCollection"):
        raise broken(path, "это не GeoJSON: нужен объект FeatureCollection со списком features")
    properties = [one["properties"] for one in features if isinstance(one, dict) and _is_map(one.get("properties"))]
    columns = ("id", *dict.fromkeys(key for one in properties for key in one if key != "id"))
    return Source(columns, _rows(features), _crs(found.get("crs")), shapes=True)


def _loaded(path: Path, encoding: str) -> Any:
    try:
        code = codecs.lookup(encoding or "utf-8").name
        return json.loads(path.read_bytes().decode("utf-8-sig" if code == "utf-8" else code), parse_constant=_refuse)
    except LookupError:
        raise Refused(f"Кодировки «{encoding}» нет. Примеры: utf-8, cp1251.") from None
    except UnicodeError as error:
        raise broken(path, "он не в кодировке UTF-8. Укажите верную параметром --encoding") from error
    except RecursionError as error:
        raise broken(path, "слишком глубокая вложенность") from error
    except ValueError as error:
        raise broken(path, f"это не JSON, или он повреждён ({str(error)[:80]})") from error


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


def _is_map(found: Any) -> bool:
    return isinstance(found, dict)


def _rows(features: list[Any]) -> Iterator[Row]:
    for number, one in enumerate(features, 1):
        if not isinstance(one, dict) or one.get("type") != "Feature":
            yield Row(number, {}, fault="Это не объект Feature.")
            continue
        properties = one.get("properties")
        if not isinstance(properties, dict | None):
            yield Row(number, {}, fault="Свойства (properties) должны быть объектом.")
            continue
        cells = {key: "" if value is None else value for key, value in (properties or {}).items()}
        if isinstance(one.get("id"), str | int):
            cells["id"] = str(one["id"])
        yield Row(number, cells, one.get("geometry"))


def _crs(found: Any) -> str:
    """The coordinates that an older file names; empty for WGS 84."""
    named = found.get("properties", {}).get("name", "") if _is_map(found) and _is_map(found.get("properties")) else ""
    name = str(named)
    if not name or name.endswith(_WGS84):
        return ""
    return f"EPSG:{name.rsplit(':', 1)[-1]}" if "EPSG" in name else name
