"""Due times in the card: what is told, how it ages, and nothing where no clock runs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from citymanager.modules import BY_KEY
from widgets.city_norms import CityNorms
from widgets.record_due import DueList
from widgets.theme import Appearance

Put = Callable[..., None]
PanelOf = Callable[..., Any]
Wait = Callable[[Callable[[], bool]], None]
BEGUN = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
AVARIA = {"received": "2026-11-23T04:00:00Z", "regime": "ads", "status": "new"}


class Watch:
    def __init__(self) -> None:
        self.now = BEGUN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def list_of(qtbot: QtBot, watch: Watch, norms: CityNorms) -> Callable[[str], DueList]:
    def make(module: str) -> DueList:
        made = DueList(BY_KEY[module], Appearance(), watch, norms)
        qtbot.addWidget(made)
        return made

    return make


@pytest.fixture
def due(list_of: Callable[[str], DueList]) -> DueList:
    return list_of("reports")


def test_each_clock_tells_its_norm_and_what_is_left(due: DueList) -> None:
    due.show_data(AVARIA)
    assert due.told == [
        "осталось 30 мин · Локализация: до 23.11.2026 09:30 — ПП РФ 416, п. 13",
        "осталось 30 мин · Сообщение заявителю: до 23.11.2026 09:30 — ПП РФ 416, п. 13 (не проверено)",
        "осталось 3 дня 15 ч · Устранение: до 26.11.2026 23:59 — ПП РФ 416, п. 13",
    ]


def test_a_clock_ages_by_itself_and_ends(due: DueList, watch: Watch) -> None:
    due.show_data(AVARIA)
    watch.now = BEGUN + timedelta(hours=2)
    due._timer.timeout.emit()
    assert due.told[0].startswith("просрочено на 1 ч 30 мин · Локализация")
    due.show_data({**AVARIA, "status": "in_work"})
    assert [line[:12] for line in due.told] == ["осталось 3 д", "выполнено · ", "выполнено · "]


def test_an_unverified_norm_says_so(due: DueList) -> None:
    due.show_data({**AVARIA, "regime": "platform"})
    assert due.told == ["осталось 30 дней 15 ч · Решение: до 23.12.2026 23:59 — регламент платформы (не проверено)"]


def test_an_extension_is_told_before_and_after_it_is_used(due: DueList) -> None:
    data = {"registered": "2026-11-23T04:00:00Z", "regime": "59fz", "status": "in_work"}
    due.show_data(data)
    assert due.told[0].endswith("Ответ: до 23.12.2026 23:59 — 59-ФЗ, ст. 12; можно продлить на 30 дней")
    due.show_data({**data, "extension_notice": "2026-12-20"})
    assert due.told[0].endswith("Ответ: до 22.01.2027 23:59 — 59-ФЗ, ст. 12; продлён на 30 дней")


def test_a_time_that_the_card_names_is_told_to_the_minute(list_of: Callable[[str], DueList]) -> None:
    outage = list_of("telephonograms")
    outage.show_data({"began": "2026-11-23T04:00:00Z", "planned_end": "2026-11-23T09:00:00Z", "status": "prepared"})
    assert outage.told == ["осталось 5 ч · Плановое окончание: до 23.11.2026 14:00 — срок из карточки"]


NORM = {"key": "ads.repair", "name": "Устранение", "limit": 1, "unit": "days", "citation": "постановление города"}


def test_lines_follow_the_register(due: DueList, put: Put, wait: Wait) -> None:
    due.show_data(AVARIA)
    put("rules", {"city": NORM})
    wait(
        lambda: (
            "осталось 1 день 15 ч · Устранение: до 24.11.2026 23:59 — постановление города (не проверено)" in due.told
        )
    )
    put("rules", {"city": {**NORM, "valid_from": "2026-11-24"}}, version=2)
    lost = "норма не найдена · Устранение: в разделе «Нормы и сроки» нет действующей нормы «ads.repair»"
    wait(lambda: due.told[0] == lost)
    assert len(due.told) == 3
    put("rules", {"city": NORM}, version=3, deleted=True)
    wait(lambda: any("до 26.11.2026" in line for line in due.told))


def test_no_clock_no_line(due: DueList) -> None:
    due.show_data({"text": "x"})
    assert due.told == [] and due.isHidden() and not due._timer.isActive()


def test_the_card_shows_the_due_times_of_its_record(put: Put, panel_of: PanelOf) -> None:
    put("reports", {"r1": {**AVARIA, "text": "Прорвало трубу"}})
    panel = panel_of(BY_KEY["reports"])
    panel.show_record("r1")
    shown = [line.split(" · ")[1].split(":")[0] for line in panel.form.due.told]
    assert shown == ["Локализация", "Сообщение заявителю", "Устранение"]
    panel.open_new()
    assert panel.form.due.told == []


FAST = {"received": "2026-11-02T04:00:00Z", "regime": "platform", "special": "fast"}


def test_what_stops_a_term_is_told_and_what_it_has_moved(due: DueList) -> None:
    begun = "postponed 2026-11-09T04:00:00Z/"
    due.show_data({**FAST, "status": "postponed", "postponed_until": "2026-12-01", "pauses": begun})
    assert due.told == [
        "приостановлен · Быстрое решение: до 01.12.2026 23:59 — регламент платформы (не проверено);"
        " сдвинут приостановкой на 10 рабочих дней; стоит, пока решение отложено"
    ]
    due.show_data({**FAST, "status": "in_work", "pauses": f"{begun}2026-11-16T04:00:00Z"})
    assert "сдвинут приостановкой на 5 рабочих дней" in due.told[0] and "стоит" not in due.told[0]


@pytest.mark.parametrize(("received", "warned"), [("2027-12-20T04:00:00Z", True), ("2027-12-01T04:00:00Z", False)])
def test_a_term_that_runs_into_a_year_without_a_calendar_says_so(due: DueList, received: str, warned: bool) -> None:
    due.show_data({**FAST, "received": received, "status": "in_work"})
    assert due.told[0].endswith("производственного календаря на 2028 год ещё нет") is warned


def test_a_card_put_off_past_a_legal_term_says_so_first(due: DueList) -> None:
    legal = {"registered": "2026-11-02T04:00:00Z", "regime": "59fz", "status": "postponed"}
    due.show_data({**legal, "postponed_until": "2026-12-20"})
    assert due.told[0] == "внимание · «Отложено» до 20.12.2026 — позже срока «Ответ»: он истечёт раньше"
    assert any(line.endswith("«Отложено» этот срок не останавливает") for line in due.told)
    due.show_data({**legal, "postponed_until": "2026-12-01"})
    assert not due.told[0].startswith("внимание")


def test_a_notice_after_the_term_extends_nothing(due: DueList) -> None:
    late = {"registered": "2026-10-01T04:00:00Z", "regime": "59fz", "status": "in_work"}
    due.show_data({**late, "extension_notice": "2026-11-20"})
    assert any("уведомление о продлении дано после срока и его не продлевает" in line for line in due.told)


def test_the_card_shows_in_words_when_its_time_stood_still(panel_of: PanelOf, put: Put, wait: Wait) -> None:
    noted = "postponed 2026-11-09T04:00:00Z/2026-11-16T04:00:00Z"
    put("reports", {"r1": {**AVARIA, "text": "Яма", "pauses": noted}})
    panel = panel_of(BY_KEY["reports"])
    panel.show_record("r1")
    line = panel.form.lines["pauses"]
    wait(lambda: line.editor.state() == "09.11.2026 09:00 – 16.11.2026 09:00")
    assert line.editor.value() == noted and not panel.form.touched
