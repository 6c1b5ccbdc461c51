"""The wording of a telephonogram: its kind's template, filled by the card, short enough; typed text stays."""

from collections.abc import Callable

import pytest
from throwaway import NOW

from citymanager.hub import Hub
from citymanager.modules import BY_KEY
from citymanager.tasks import Tasks
from citymanager.wording import BLANK, MOST_WORDS, composed, count, length, templates
from widgets.city_norms import CityNorms
from widgets.panels.additions import furnish
from widgets.panels.stand import Stand
from widgets.panels.wording_strip import TYPED, WordingStrip
from widgets.record_panel import RecordPanel
from widgets.seat import Seat
from widgets.theme import Appearance

MODULE = BY_KEY["telephonograms"]
WHOLE = {
    "place": "улица Ленина, 5", "resource": ["cold_water", "hot_water"], "cause": "порыв трубы", "residents": 240,
    "began": "2026-11-23T04:00:00Z", "planned_end": "2026-11-23T10:00:00Z", "ended": "2026-11-23T09:00:00Z",
    "houses": "улица Ленина, 5\nулица Ленина, 7",
}  # fmt: skip


@pytest.mark.parametrize("kind", [one.key for one in MODULE.field("type").choices])
def test_every_kind_has_a_text_that_can_be_dictated(kind: str) -> None:
    found = composed(MODULE, {**WHOLE, "type": kind})
    assert found.missing == () and "{" not in found.text and BLANK not in found.text
    assert 10 < count(found.text) <= MOST_WORDS


def test_what_the_card_does_not_have_yet_is_a_blank_and_is_named() -> None:
    found = composed(MODULE, {"type": "emergency", "place": "{cause} <b>"})
    assert found.text.count(BLANK) == 6 and "{cause} <b>" in found.text, "what stands in a field is no template"
    assert found.missing == ("Начало", "Ресурс", "Причина", "Дома", "Жителей", "Плановое окончание")
    assert "ХВС, ГВС" in composed(MODULE, {**WHOLE, "type": "planned"}).text
    many = {**WHOLE, "type": "planned", "houses": "\n".join(f"улица Мира, {n}" for n in range(40))}
    assert "Дома: всего 40" in composed(MODULE, many).text
    assert templates().keys() == {one.key for one in MODULE.field("type").choices}


def test_words_are_counted_as_they_are_dictated() -> None:
    assert count("С 09:00 — воды нет, дом 5.") == 6
    assert length("слово " * 40) == "40 слов из 50, диктуется около 30 с"


@pytest.fixture
def panel(
    panel_of: Callable[..., RecordPanel], tasks: Tasks, hub: Hub, seat: Seat, appearance: Appearance, norms: CityNorms
) -> RecordPanel:
    made = panel_of(MODULE)
    furnish(made, Stand(tasks, hub, seat, appearance, norms, lambda: NOW))
    made.open_new({"type": "emergency", "place": "улица Мира, 1", "cause": "порыв"})
    return made


def test_the_card_words_itself_anew_until_somebody_has_typed(panel: RecordPanel) -> None:
    (strip,) = panel.form.lines["text"].below.parentWidget().findChildren(WordingStrip)
    text = panel.form.lines["text"].editor
    strip.compose.click()
    assert "улица Мира, 1" in text.value() and panel.form.lines["text"].touched, (
        "it is kept as a draft, like typed text"
    )
    assert "Осталось вписать: начало" in strip.hint.text()
    panel.form.lines["cause"].editor.show_value("обрыв провода")
    panel.form.lines["cause"]._touch()
    strip.compose.click()
    assert "обрыв провода" in text.value()
    text.show_value("Моё слово. " + "слово " * 60)
    panel.form.sheet.edited.emit()
    strip.compose.click()
    assert text.value().startswith("Моё слово.") and strip.hint.text() == TYPED
    assert strip.told.text().startswith("62 слова из 50") and "сократите" in strip.told.text()
    panel.open_new()
    assert strip.hint.isHidden() and strip.told.text().startswith("0 слов")
