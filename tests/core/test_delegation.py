"""Who is to do it: the place's company, the only service that takes the category, or whom the moderator chooses."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from throwaway import NOW, THROWAWAY

from citymanager.delegation import EXECUTOR, delegable, delegation
from citymanager.modules import BY_KEY, MODULES
from citymanager.store import Profile, Reader
from citymanager.territory import Finding, Place
from citymanager.values import moment

RING = [[60.70, 56.08], [60.71, 56.08], [60.71, 56.09], [60.70, 56.09], [60.70, 56.08]]
ROWS = {
    "organisations": {
        "uk": {"name": "УК «Запад»", "kind": "management", "categories": ["garbage", "snow"]},
        "uk2": {"name": "УК «Восток»", "kind": "management", "categories": ["garbage", "improvement"]},
        "roads": {"name": "МКУ «Дороги»", "short_name": "Дороги", "kind": "service", "categories": ["pothole", "snow"]},
        "city": {"name": "УГХ", "kind": "authority", "categories": ["pothole", "snow", "illegal_building"]},
        "light": {"name": "Горсвет", "kind": "service", "categories": ["lighting"]},
        "grid": {"name": "Сети", "kind": "service", "categories": ["lighting"]},
        "gone": {"name": "Бывшая", "kind": "service", "categories": ["abandoned_car"], "active": False},
    },
    "service_areas": {
        "a1": {"name": "Западная", "company": "uk", "geometry": {"type": "Polygon", "coordinates": [RING]}},
        "a2": {"name": "Восточная", "company": "uk2", "houses": "улица Мира, 5"},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    profile = Profile(Path(tmp_path_factory.mktemp("delegation")) / "profile")
    writer = profile.writer(MODULES, patience=0)
    for module, rows in ROWS.items():
        writer.absorb([
            {"module": module, "id": ident, "version": 1, "data": data, "by": "petrov", "at": moment(NOW),
             "deleted": False}
            for ident, data in rows.items()
        ], NOW, {})  # fmt: skip
    reader = profile.reader(MODULES)
    yield reader
    reader.close()
    writer.close()


def executor(city: Reader, category: str, address: str = "", lon: float = 60.705) -> Finding:
    place = Place(lon, 56.085, address, date(2026, 11, 23), category)
    return delegation(city, BY_KEY["reports"], [place])[0][-1]


@pytest.mark.parametrize(
    ("category", "ident", "reason"),
    [
        ("garbage", "uk", "УК этого места принимает категорию «Неубранный мусор»"),
        ("snow", "uk", "УК этого места принимает категорию «Неубранный снег»"),
        ("pothole", "roads", "по справочнику организаций принимает категорию «Яма»"),
        ("illegal_building", "city", "по справочнику организаций принимает категорию «Незаконное строительство»"),
        ("lighting", "", "категорию «Освещение» принимают несколько: Горсвет, Сети. Выберет модератор"),
        ("improvement", "", "в справочнике организаций никто не принимает: решит модератор"),
        ("abandoned_car", "", "в справочнике организаций никто не принимает: решит модератор"),
        ("", "", "категория не выбрана"),
    ],
)
def test_the_executor_follows_from_place_and_category_and_says_why(city, category, ident, reason):
    found = executor(city, category)
    assert (found.field, found.ident) == (EXECUTOR, ident) and reason in found.reason


def test_a_house_in_a_list_gives_the_report_to_that_company(city):
    assert executor(city, "garbage", "ул. Мира, д. 5").ident == "uk2"


def test_outside_of_all_territories_no_company_gets_it(city):
    assert executor(city, "garbage", lon=61.0).ident == ""
    assert executor(city, "snow", lon=61.0).ident == "roads"


def test_only_reports_are_given_out_by_category():
    assert [one.key for one in (*MODULES, THROWAWAY) if delegable(one)] == ["reports"]
