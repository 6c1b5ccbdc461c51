"""`clashes`, and what the saving commands say of clashes and of bans."""

import json
from typing import Any

HERE = [[60.735, 56.085], [60.736, 56.085], [60.736, 56.0853], [60.735, 56.0853], [60.735, 56.085]]
PLACE = f"geometry={json.dumps({'type': 'Polygon', 'coordinates': [HERE]})}"
SUMMER, WINTER = ("start=2031-06-01", "end=2031-06-10"), ("start=2031-12-01", "end=2031-12-05")


def test_works_that_meet_are_told_when_one_is_saved_and_listed_afterwards(command: Any) -> None:
    one = command("new", "earthworks", "number=УЗ-1", "status=filed", PLACE, *SUMMER).line["id"]
    saved = command("new", "earthworks", "number=УЗ-2", "status=filed", PLACE, *SUMMER)
    assert "Внимание: Другие работы «УЗ-1»: " in saved.told
    found = command("clashes").line
    assert {found["ident"], found["other"]} == {one, saved.line["id"]}
    assert (found["kind"], found["days"], found["since"], found["banned"]) == ("work", 10, "2031-06-01", False)
    assert 2000 < found["square"] < 2100
    assert found["shape"]["type"] == "Polygon"
    assert command("clashes", "УЗ-2").line["other"] == one


def test_leave_to_dig_in_a_ban_is_refused_until_it_is_said_why(command: Any) -> None:
    command("new", "earthworks", "number=УЗ-1", "status=approval", PLACE, *WINTER, "order_date=2031-11-01")
    refused = command("edit", "earthworks", "УЗ-1", "status=issued")
    assert refused.code == 2
    assert "Зимой земляные работы запрещены" in refused.told
    assert "Основание исключения" in refused.told
    assert command("clashes").line["norm"] == "earthworks.winter_ban"


def test_a_place_without_a_cache_has_no_clashes_and_knows_no_order(command: Any) -> None:
    assert command("clashes").lines == []
    assert "УЗ-9" in command("clashes", "УЗ-9").told
