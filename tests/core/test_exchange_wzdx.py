"""Works as a WZDx feed: valid by the published schemas, true to the orders, and nothing personal in it."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import shapely
from jsonschema import Draft7Validator, FormatChecker
from referencing import Registry, Resource

from citymanager.clashes.sides import WORK
from citymanager.training_city.everything import records

Load = Callable[[str, Mapping[str, Mapping[str, Any]]], None]
LINE = {"type": "LineString", "coordinates": [[60.735, 56.085], [60.736, 56.085], [60.737, 56.086]]}
RING = [[60.735, 56.085], [60.737, 56.085], [60.737, 56.0851], [60.735, 56.0851], [60.735, 56.085]]
TRENCH = {"type": "Polygon", "coordinates": [RING]}
ORDER = {"number": "УЗ-1", "status": "open", "opened_at": "2031-06-01T03:00:00Z", "start": "2031-06-01",
         "end": "2031-06-10", "address": "ул. Ленина, 5", "geometry": LINE, "issuer": "o1", "kind": "laying",
         "purpose": "прокладка", "customer": "Иванов", "customer_phone": "+7 900"}  # fmt: skip


@pytest.fixture(scope="module")
def schema(shared: Path) -> Draft7Validator:
    """The schemas as they were published; what they refer to is taken from beside them."""
    places = {
        "https://raw.githubusercontent.com/usdot-jpo-ode/wzdx/main/schemas/4.2/": shared / "wzdx/schemas/4.2",
        "https://geojson.org/schema/": shared / "wzdx/geojson.org-schemas/schema",
    }
    found = {
        f"{url}{file.name}": Resource.from_contents(json.loads(file.read_text(encoding="utf-8")))
        for url, folder in places.items()
        for file in folder.glob("*.json")
    }
    feed = found["https://raw.githubusercontent.com/usdot-jpo-ode/wzdx/main/schemas/4.2/WorkZoneFeed.json"].contents
    return Draft7Validator(feed, registry=Registry().with_resources(found.items()), format_checker=FormatChecker())


def feed_of(command: Any, tmp_path: Path, name: str = "works.wzdx") -> dict[str, Any]:
    assert command("export", "earthworks", str(tmp_path / name)).code == 0
    found: dict[str, Any] = json.loads((tmp_path / name).read_text(encoding="utf-8"))
    return found


def test_the_schemas_are_the_ones_that_the_published_examples_pass(schema: Draft7Validator, shared: Path) -> None:
    for file in (shared / "wzdx/examples").glob("*.geojson"):
        assert [*schema.iter_errors(json.loads(file.read_text(encoding="utf-8")))] == []
    assert [*schema.iter_errors({"type": "FeatureCollection", "features": [{}]})]


def test_the_training_citys_works_have_no_error(
    command: Any, loaded: Load, tmp_path: Path, schema: Draft7Validator
) -> None:
    city: dict[str, dict[str, Any]] = {}
    for module, ident, data in records(datetime(2026, 7, 1, tzinfo=UTC), 50):
        if module in ("earthworks", "closures", "organisations", "events"):
            city.setdefault(module, {})[ident] = data
    for module, rows in city.items():
        loaded(module, rows)
    feed = feed_of(command, tmp_path, "works.wzdx.json")
    assert [*schema.iter_errors(feed)] == []
    alive = [one for one in city["earthworks"].values() if one["status"] in WORK.live and "start" in one]
    assert len(feed["features"]) >= len(alive) > 10
    assert all(shapely.LineString(one["geometry"]["coordinates"]).is_valid for one in feed["features"])


def test_an_order_is_told_as_it_is(command: Any, loaded: Load, tmp_path: Path, schema: Draft7Validator) -> None:
    loaded("organisations", {"o1": {"name": "Отдел благоустройства"}})
    loaded("earthworks", {"w1": ORDER, "w2": {**ORDER, "status": "closed"}, "w3": {**ORDER, "geometry": None},
                          "w4": {**ORDER, "start": None, "opened_at": None}})  # fmt: skip
    loaded("closures", {"c1": {"status": "closed", "road": "Ленина", "extent": "whole", "earthworks": "w1"}})
    feed = feed_of(command, tmp_path)
    assert [*schema.iter_errors(feed)] == []
    (found,) = feed["features"]
    event = found["properties"]
    assert (found["id"], event["core_details"]["road_names"]) == ("w1", ["ул. Ленина"])
    assert (event["start_date"], event["end_date"]) == ("2031-06-01T03:00:00Z", "2031-06-10T19:00:00Z")
    assert event["vehicle_impact"] == "all-lanes-closed"
    assert event["is_start_date_verified"] is True
    assert found["geometry"]["coordinates"] == LINE["coordinates"]
    assert feed["feed_info"]["data_sources"] == [
        {"data_source_id": "o1", "organization_name": "Отдел благоустройства"}
    ]  # fmt: skip
    assert "Иванов" not in json.dumps(feed, ensure_ascii=False)
    assert "+7 900" not in json.dumps(feed)


def test_a_polygon_is_told_by_the_line_along_it_and_a_date_from_its_first_moment(
    command: Any, loaded: Load, tmp_path: Path, schema: Draft7Validator
) -> None:
    loaded("earthworks", {"w1": {"status": "issued", "start": "2031-06-01", "geometry": TRENCH}})
    feed = feed_of(command, tmp_path)
    assert [*schema.iter_errors(feed)] == []
    (found,) = feed["features"]
    ends = sorted(found["geometry"]["coordinates"])
    assert ends[0] == pytest.approx([60.735, 56.08505], abs=2e-6)
    assert ends[1] == pytest.approx([60.737, 56.08505], abs=2e-6)
    event = found["properties"]
    assert (event["start_date"], event["end_date"]) == ("2031-05-31T19:00:00Z", "2031-06-30T19:00:00Z")


def test_an_empty_feed_is_a_feed_and_other_modules_are_refused(
    command: Any, loaded: Load, tmp_path: Path, schema: Draft7Validator
) -> None:
    loaded("reports", {"r1": {"text": "Яма"}})
    assert [*schema.iter_errors(feed_of(command, tmp_path))] == []
    refused = command("export", "reports", str(tmp_path / "x.wzdx"))
    assert refused.code == 2
    assert "только земляные работы" in refused.told
    assert not (tmp_path / "x.wzdx").exists()
    assert "только выгружается" in command("import", "earthworks", str(tmp_path / "works.wzdx")).told
