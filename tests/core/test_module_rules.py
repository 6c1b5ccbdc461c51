"""The rules of the modules: each refuses what it is there for, in words that say what to do, and nothing else."""

from typing import Any

import pytest
from throwaway import NOW

from citymanager.modules import BY_KEY, MODULES

Data = dict[str, Any]
OUTAGE = {"type": "emergency", "status": "sent"}
GOES_ON = {"resource": ["heat"], "began": "2026-11-23T04:00:00Z"}
SENT = {"status": "sent", "text": "Ответ", "recipient": "a@b.ru", "confirmed_by": "Иванова", "confirmation": "исх. 12"}

REFUSED: list[tuple[str, Data, Data, str]] = [
    ("reports", {}, {"status": "rejected", "rejection": "duplicate"}, "какое сообщение оно повторяет"),
    ("reports", {}, {"status": "postponed", "postponed_until": "2026-11-23"}, "позже сегодняшнего дня"),
    ("reports", {}, {"status": "solved", "regime": "59fz"}, "«Публичный ответ»"),
    ("reports", {}, {"status": "rejected", "rejection": "topic", "regime": "59fz"}, "«Публичный ответ»"),
    (
        "reports",
        {"status": "in_work", "postponed_until": "2026-11-20"},
        {"status": "postponed", "postponed_until": "2026-11-20"},
        "позже сегодняшнего дня",
    ),
    ("telephonograms", {}, {"type": "ending", "status": "sent"}, "«Об окончании чего»"),
    ("telephonograms", {}, {**OUTAGE, "began": "2026-11-23T04:00:00Z"}, "«Ресурс»"),
    ("telephonograms", {}, {**OUTAGE, "resource": ["heat"]}, "«Начало»"),
    ("telephonograms", {**OUTAGE, "status": "read"}, {**OUTAGE, **GOES_ON, "status": "done"}, "ещё не окончено"),
    ("replies", SENT, {**SENT, "text": "Другой ответ"}, "Подготовьте новый ответ"),
    ("replies", SENT, {**SENT, "recipient": "c@d.ru"}, "Подготовьте новый ответ"),
    ("replies", {}, {"status": "sent", "text": "Ответ", "confirmed_by": "Иванова"}, "только с подтверждением"),
    ("replies", {}, {**SENT, "confirmation": " "}, "только с подтверждением"),
    ("replies", {}, {"status": "to_send", "sent_at": "2026-11-23T04:00:00Z"}, "очистите «Отправлен»"),
    ("replies", SENT, {**SENT, "sent_at": "2026-11-23T04:00:00Z"}, "Подготовьте новый ответ"),
    ("rules", {}, {"season_from": "01.11"}, "«Сезон по»"),
    ("rules", {}, {"season_from": "30.02", "season_to": "01.03"}, "«01.11»"),
    ("distribution", {}, {"hour_from": "20:00"}, "оба поля"),
    ("distribution", {}, {"hour_from": "24:00", "hour_to": "08:00"}, "«20:00»"),
    ("views", {}, {"content": "правка"}, "записывает программа"),
    ("views", {"content": "{}"}, {"content": "[]"}, "записывает программа"),
    ("views", {}, {"content": "[" * 20_000}, "записывает программа"),
]
PASSED: list[tuple[str, Data, Data]] = [
    ("reports", {}, {"status": "rejected", "rejection": "duplicate", "duplicate_of": "r1"}),
    ("reports", {}, {"status": "postponed", "postponed_until": "2026-11-24"}),
    (
        "reports",
        {"status": "postponed", "postponed_until": "2026-01-01"},
        {"status": "postponed", "postponed_until": "2026-01-01"},
    ),
    ("reports", {}, {"status": "solved", "regime": "platform"}),
    ("telephonograms", {}, {"type": "ending", "status": "prepared"}),
    ("telephonograms", {}, {"type": "ending", "status": "sent", "ends": "t1"}),
    ("telephonograms", {}, {**OUTAGE, "resource": ["heat"], "began": "2026-11-23T04:00:00Z"}),
    ("telephonograms", {}, {"type": "weather", "status": "sent"}),
    ("telephonograms", {}, {**OUTAGE, **GOES_ON, "status": "done"}),  # brought in as it stands
    (
        "telephonograms",
        {**OUTAGE, "status": "read"},
        {**OUTAGE, **GOES_ON, "status": "done", "ended": "2026-11-23T05:00:00Z"},
    ),
    ("replies", SENT, {**SENT, "attempts": 2}),
    ("replies", {**SENT, "status": "failed"}, {**SENT, "text": "Другой ответ"}),
    ("replies", {"sent_at": "2026-11-23T04:00:00Z"}, {"sent_at": "2026-11-23T04:00:00Z", "text": "Другой ответ"}),
    ("rules", {}, {"season_from": "29.02", "season_to": "29.02"}),
    ("distribution", {}, {"hour_from": "20:00", "hour_to": "08:00"}),
    ("views", {}, {"content": "{}"}),
    ("views", {"content": "из другой программы"}, {"content": "из другой программы", "name": "Ямы"}),
]
ORDER = [
    ("telephonograms", "began", "planned_end"), ("telephonograms", "began", "ended"), ("earthworks", "start", "end"),
    ("earthworks", "start", "restore_by"), ("earthworks", "restore_by", "restore_finally_by"),
    ("earthworks", "opened_at", "backfilled_at"), ("events", "begins", "ends"), ("closures", "begins", "ends"),
    ("duty", "begins", "ends"), ("rules", "valid_from", "valid_to"),
    ("service_areas", "contract_from", "contract_to"), ("electoral_districts", "convocation_from", "convocation_to"),
    ("inspections", "inspected_at", "fixed_at"),
]  # fmt: skip
TIMES = {
    "date": ("2026-11-22", "2026-11-23"),
    "moment": ("2026-11-23T04:05:05Z", "2026-11-23T04:05:06Z"),
}


def reasons(module: str, before: Data, after: Data) -> list[str]:
    return [why for rule in BY_KEY[module].rules if (why := rule.check(before, after, NOW))]


@pytest.mark.parametrize(("module", "before", "after", "said"), REFUSED)
def test_a_rule_refuses(module: str, before: Data, after: Data, said: str) -> None:
    (why,) = reasons(module, before, after)
    assert said in why


@pytest.mark.parametrize(("module", "before", "after"), PASSED)
def test_a_rule_lets_pass(module: str, before: Data, after: Data) -> None:
    assert reasons(module, before, after) == []


@pytest.mark.parametrize(("module", "first", "last"), ORDER)
def test_one_time_does_not_come_before_the_other(module: str, first: str, last: str) -> None:
    fields = BY_KEY[module].columns
    assert fields[first].kind == fields[last].kind
    early, late = TIMES[fields[first].kind]
    (why,) = reasons(module, {}, {first: late, last: early})
    assert f"«{fields[last].title}»" in why
    assert reasons(module, {first: late}, {first: late, last: early}) == [why]
    for sound in ({first: early, last: late}, {first: early, last: early}, {first: late}, {last: early}):
        assert reasons(module, {}, sound) == []
    came_so = {first: late, last: early}
    assert reasons(module, came_so, {**came_so, "remark": "x"}) == [], "its other fields stay editable"


def test_every_rule_has_its_case() -> None:
    met = {(module, why) for module, before, after, _ in REFUSED for why in reasons(module, before, after)}
    for module in MODULES:
        told = len({why for key, why in met if key == module.key}) + sum(key == module.key for key, _, _ in ORDER)
        assert told >= len(module.rules), module.key
