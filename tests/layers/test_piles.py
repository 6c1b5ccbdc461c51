"""Records at one place: opened by a click, walked by keys, alive while changes arrive."""

from collections.abc import Callable

from map_city import CENTRE, City, report
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from test_map_view import click, count, middle, picture

from layers.style import LIGHT

MakeCity = Callable[..., City]
LAT, LON = CENTRE
TEXT = "<img src=x onerror=alert(1)>"


def key(city: City, which: Qt.Key) -> None:
    QTest.keyClick(city.map._view.focusProxy(), which)


def opened(city: City, zoom: int = 19) -> None:
    city.map.go_to(LAT, LON, zoom)
    city.settle()
    click(city, middle(city))


def listed(city: City) -> list[str]:
    found: list[str] = city.js("[...document.querySelectorAll('.pile-words')].map((one) => one.textContent)")
    return found


def legs(city: City, around: int = 30) -> int:
    """Marks of new reports in a ring around the middle."""
    return count(picture(city), LIGHT["tone_new"], middle(city), around + 20)


def test_a_pile_is_one_mark_that_opens_on_legs_and_a_leg_selects(make_city: MakeCity) -> None:
    city = make_city(None, [report(id=f"r{n}") for n in range(4)])
    for zoom in (16, 19):
        city.map.go_to(LAT, LON, zoom)
        shut = legs(city)
        click(city, middle(city))
        city.bot.waitUntil(lambda shut=shut: legs(city) > shut + 100)
        key(city, Qt.Key.Key_Escape)
        city.bot.waitUntil(lambda shut=shut: legs(city) == shut)
    click(city, middle(city))
    city.bot.waitUntil(lambda: legs(city) > shut + 100)
    with city.bot.waitSignal(city.map.selected, timeout=5000) as told:
        click(city, middle(city) + QPoint(30, 0))
    assert told.args == ["reports", "r2"], "the newest stands on top, the others follow with the clock"
    assert count(picture(city), LIGHT["accent"], middle(city) + QPoint(30, 0), 18) > 30
    click(city, middle(city) + QPoint(0, 150))
    city.bot.waitUntil(lambda: legs(city) <= shut + 100)


def test_records_apart_are_looked_at_closer(make_city: MakeCity) -> None:
    city = make_city(None, [report(LAT + n / 1e4, LON) for n in range(12)])
    with city.bot.waitSignal(city.map.moved, timeout=5000, check_params_cb=lambda *at: at[2] == 15):
        opened(city, 13)
    assert listed(city) == []


def test_keys_walk_the_legs(make_city: MakeCity) -> None:
    city = make_city(None, [report(id=f"r{n}") for n in range(3)])
    opened(city)
    city.bot.waitUntil(lambda: legs(city) > 300)
    key(city, Qt.Key.Key_Right)
    key(city, Qt.Key.Key_Right)
    city.bot.waitUntil(lambda: not city.js("document.querySelector('.tip').hidden"), timeout=5000)
    with city.bot.waitSignal(city.map.selected, timeout=5000) as told:
        key(city, Qt.Key.Key_Return)
    assert told.args == ["reports", "r1"]


def test_many_are_a_list_of_captions_that_goes_on_and_is_only_text(make_city: MakeCity) -> None:
    city = make_city(None, [report(id=f"r{n}", number=f"К{n}", text=TEXT) for n in range(230)])
    opened(city)
    city.bot.waitUntil(lambda: len(listed(city)) == 100)
    assert city.js("document.querySelector('.pile h2').textContent") == "Записей в этом месте: 230"
    assert "К229" in listed(city)[0] and TEXT in listed(city)[0]
    assert city.js("document.querySelectorAll('.pile img').length") == 0
    key(city, Qt.Key.Key_End)
    city.bot.waitUntil(lambda: len(listed(city)) == 200)
    key(city, Qt.Key.Key_Home)
    key(city, Qt.Key.Key_Down)
    with city.bot.waitSignal(city.map.selected, timeout=5000) as told:
        key(city, Qt.Key.Key_Return)
    assert told.args == ["reports", "r228"]
    key(city, Qt.Key.Key_Escape)
    assert city.js("document.querySelector('.pile').hidden") is True


def test_a_list_stays_open_where_it_is_while_changes_arrive(make_city: MakeCity) -> None:
    city = make_city(None, [report(id=f"r{n}", number=f"К{n}") for n in range(60)])
    opened(city)
    city.bot.waitUntil(lambda: len(listed(city)) == 60)
    key(city, Qt.Key.Key_Down)
    key(city, Qt.Key.Key_Down)
    city.put("reports", report(id="fresh", number="К777"), report(id="r5", number="К5", status="solved"))
    city.map.refresh("reports", ["fresh", "r5"])
    city.bot.waitUntil(lambda: len(listed(city)) == 60 and "К777" in listed(city)[0])
    assert not any("К5 " in one for one in listed(city)), "what is solved has left the map"
    assert "К58" in city.js("document.activeElement.textContent"), "the keys stay on their record"
    city.map.set_shown("reports", False)
    city.bot.waitUntil(lambda: city.js("document.querySelector('.pile').hidden") is True)
