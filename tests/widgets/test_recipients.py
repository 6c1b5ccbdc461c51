"""Recipients by the city's rules: kind, place and hour; each with its reason; the user's own choice stays."""

from collections.abc import Callable
from datetime import datetime

import pytest

from citymanager.changes import judge
from citymanager.errors import Refused
from citymanager.hub import Hub
from citymanager.modules import BY_KEY
from citymanager.recipients import recipients
from citymanager.roles import role
from citymanager.tasks import Tasks
from citymanager.values import CITY_ZONE
from widgets.city_norms import CityNorms
from widgets.panels.additions import furnish
from widgets.panels.recipients_strip import NONE, RecipientsStrip
from widgets.panels.stand import Stand
from widgets.record_panel import RecordPanel
from widgets.seat import Seat
from widgets.theme import Appearance

RULES = {
    "r1": {"name": "Отключения", "kinds": ["emergency", "planned"], "addressees": ["o1"], "active": True,
           "verified": True},
    "r2": {"name": "Ночью", "hour_from": "20:00", "hour_to": "08:00", "addressees": ["o2"], "active": True},
    "r3": {"name": "Главные", "streets": "улица Ленина\n\nпроспект Мира", "addressees": ["o1", "o3"], "active": True},
    "r4": {"name": "Отменено", "addressees": ["o4"], "active": False},
}  # fmt: skip


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=CITY_ZONE)


def named(kind: str, place: str, when: datetime) -> dict[str, str]:
    return {one.addressee: one.why for one in recipients(RULES.values(), kind, place, when)}


def test_kind_place_and_hour_decide_and_say_why() -> None:
    assert named("weather", "улица Лесная, 3", at(12)) == {}
    assert named("planned", "улица Лесная, 3", at(12)) == {"o1": "«Отключения»"}
    assert named("weather", "ул. Лесная", at(7, 59)) == {"o2": "«Ночью», 20:00–08:00 (не проверено)"}
    assert named("weather", "", at(8)) == {} and set(named("weather", "", at(20))) == {"o2"}
    main = named("emergency", "Ленина улица, д. 5", at(12))
    assert main == {"o1": "«Отключения», «Главные» (не проверено)", "o3": "«Главные» (не проверено)"}
    assert named("weather", "Мира проспект / Лесная", at(12)).keys() == {"o1", "o3"}
    assert named("weather", "улица Лениногорская", at(12)) == {}


@pytest.mark.parametrize(
    "change", [{"hour_from": "20:00"}, {"hour_from": "25:00", "hour_to": "08:00"}, {"hour_from": "8", "hour_to": "9"}]
)
def test_hours_that_are_none_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(Refused, match=r"час"):
        judge(BY_KEY["distribution"], {}, {"name": "П", "addressees": ["o1"], **change}, role("admin"), at(12))


@pytest.fixture
def panel(
    put: Callable[..., None], panel_of: Callable[..., RecordPanel], tasks: Tasks, hub: Hub, seat: Seat,
    appearance: Appearance, norms: CityNorms,
) -> RecordPanel:  # fmt: skip
    put("organisations", {f"o{n}": {"name": f"Служба {n}"} for n in range(1, 5)})
    put("distribution", RULES)
    made = panel_of(BY_KEY["telephonograms"])
    furnish(made, Stand(tasks, hub, seat, appearance, norms, lambda: at(12)))
    return made


def test_the_card_takes_them_in_beside_those_that_were_chosen(
    panel: RecordPanel, wait: Callable[[Callable[[], bool]], None]
) -> None:
    (strip,) = panel.findChildren(RecipientsStrip)
    chosen = panel.form.lines["addressees"].editor
    panel.open_new({"type": "emergency", "place": "улица Ленина, 5", "addressees": ["o4", "o3"]})
    strip.add.click()
    wait(lambda: chosen.value() == ["o4", "o3", "o1"])
    assert strip.why.text().splitlines()[0] == "Служба 1: «Главные» (не проверено), «Отключения»"
    panel.open_new({"type": "weather", "place": "улица Лесная"})
    assert strip.why.isHidden()
    strip.add.click()
    wait(lambda: strip.why.text() == NONE)
    assert not chosen.value()
