"""Due times in the card: what is told, how it ages, and nothing where no clock runs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from citymanager.modules import BY_KEY
from widgets.record_due import DueList
from widgets.theme import Appearance

Put = Callable[..., None]
PanelOf = Callable[..., Any]
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
def due(qtbot: QtBot, watch: Watch) -> DueList:
    made = DueList(BY_KEY["reports"], Appearance(), watch)
    qtbot.addWidget(made)
    return made


def test_each_clock_tells_its_norm_and_what_is_left(due: DueList) -> None:
    due.show_data(AVARIA)
    assert due.told == [
        "осталось 30 мин · Локализация: до 23.11.2026 09:30 — ПП РФ 416, п. 13",
        "осталось 3 дня 15 ч · Устранение: до 26.11.2026 23:59 — ПП РФ 416, п. 13",
    ]


def test_a_clock_ages_by_itself_and_ends(due: DueList, watch: Watch) -> None:
    due.show_data(AVARIA)
    watch.now = BEGUN + timedelta(hours=2)
    due._timer.timeout.emit()
    assert due.told[0].startswith("просрочено на 1 ч 30 мин · Локализация")
    due.show_data({**AVARIA, "status": "in_work"})
    assert due.told[0].startswith("осталось") and due.told[1].startswith("выполнено · Локализация")


def test_an_unverified_norm_says_so(due: DueList) -> None:
    due.show_data({**AVARIA, "regime": "platform"})
    assert due.told == ["осталось 30 дней 15 ч · Решение: до 23.12.2026 23:59 — регламент платформы (не проверено)"]


def test_no_clock_no_line(due: DueList) -> None:
    due.show_data({"text": "x"})
    assert due.told == [] and due.isHidden() and not due._timer.isActive()


def test_the_card_shows_the_due_times_of_its_record(put: Put, panel_of: PanelOf) -> None:
    put("reports", {"r1": {**AVARIA, "text": "Прорвало трубу"}})
    panel = panel_of(BY_KEY["reports"])
    panel.show_record("r1")
    assert [line.split(" · ")[1].split(":")[0] for line in panel.form.due.told] == ["Локализация", "Устранение"]
    panel.open_new()
    assert panel.form.due.told == []
