"""The modules against a table of the domain written by hand: what is missing from a declaration is a defect."""

import pytest

from citymanager.modules import BY_KEY

FIELDS = {
    "reports": """number channel category nature text photos address geometry author_name author_phone author_email
        management_company district precinct executor curator regime public_answer result_photos rating duplicate_of
        postponed_until postponed_reason received registered rejection redirected_to""",
    "organisations": "name kind categories phone dispatch_phone email address geometry inn",
    "people": "name position organisation role phone mobile email login",
}
PERSONAL = {"reports": "author_name author_phone author_email", "organisations": "", "people": "mobile"}
CHOICES = {
    ("reports", "channel"): "Портал, Электронная почта, ВКонтакте, Другая соцсеть, Телефон, ЕДДС",
    ("reports", "category"): "Благоустройство, Яма, Освещение, Неубранный мусор, Неубранный снег, Брошенная машина, "
    "Незаконное строительство, Земляные работы, Прочее",
    ("reports", "regime"): "59-ФЗ, Платформа, АДС, ПП 416, 112, ПП 1931",
    ("reports", "rejection"): "Правила, Тематика, Дубль",
    ("reports", "nature"): "Конкретная проблема, Общее предложение",
}
MOVES = """
Новое → На модерации
На модерации → Отклонено, Принято, Перенаправлено
Отклонено → На модерации
Принято → Назначено, Перенаправлено
Назначено → В работе, Принято, Перенаправлено
В работе → Отложено, Выполнено исполнителем, Назначено
Отложено → В работе
Выполнено исполнителем → На проверке, В работе
На проверке → Решено, В работе
Решено → Оценено, Возобновлено
Оценено → Возобновлено
Возобновлено → Назначено, В работе
Перенаправлено → На модерации
"""
ASKED = {
    "rejected": {"rejection"}, "redirected": {"redirected_to"}, "postponed": {"postponed_until", "postponed_reason"},
    "assigned": {"executor"}, "solved": {"public_answer"}, "rated": {"rating"},
}  # fmt: skip


@pytest.mark.parametrize("key", FIELDS)
def test_every_field_of_the_domain_is_declared(key: str) -> None:
    assert set(FIELDS[key].split()) <= set(BY_KEY[key].columns)


@pytest.mark.parametrize("key", PERSONAL)
def test_personal_data_are_marked(key: str) -> None:
    assert BY_KEY[key].personal_keys == set(PERSONAL[key].split())


@pytest.mark.parametrize(("module", "key"), CHOICES)
def test_choices_are_the_citys(module: str, key: str) -> None:
    assert ", ".join(one.title for one in BY_KEY[module].field(key).choices) == CHOICES[module, key]


def test_the_life_of_a_report() -> None:
    titles = {one.key: one.title for one in BY_KEY["reports"].statuses}
    declared = {one.title: {titles[move.target] for move in one.moves} for one in BY_KEY["reports"].statuses}
    lines = [line.split(" → ") for line in MOVES.strip().splitlines()]
    assert declared == {start: set(targets.split(", ")) for start, targets in lines}


def test_what_a_move_asks_for() -> None:
    for status in BY_KEY["reports"].statuses:
        for move in status.moves:
            if status.key == "in_work" and move.target == "assigned":
                continue  # the executor stands already
            assert set(move.requires) == ASKED.get(move.target, set()), (status.key, move.target)
