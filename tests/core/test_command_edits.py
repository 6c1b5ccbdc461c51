"""`new`, `edit`, `move`: the rules, the words, and what comes of trouble."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from citymanager.modules import MODULES
from citymanager.store import Profile
from main import main

Load = Callable[[str, dict[str, dict[str, Any]]], None]


def test_of_a_new_report_only_the_text_is_required(command: Any) -> None:
    made = command("new", "reports", "text=Яма у дома").line
    assert list(made) == ["op", "id", "version"] and made["version"] == 0
    data = command("query", "reports").line["data"]
    assert data["text"] == "Яма у дома"
    assert (data["status"], data["channel"], data["number"][-5:]) == ("new", "phone", "-0001")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", data["received"])


def test_modules_fields_statuses_and_choices_by_key_or_russian_title(command: Any) -> None:
    made = command(
        "new", "сообщения жителей", "Текст сообщения=А", "Категория=Яма", "channel=ВКонтакте", "Статус=На модерации",
        "Точка на карте=56.085, 60.732", "ПОСТУПИЛО=23.11.2026 14:05",
    ).line  # fmt: skip
    found = command("query", "Сообщения жителей", "--status", "На модерации", "--id", made["id"]).line["data"]
    assert (found["category"], found["channel"], found["received"]) == ("pothole", "vk", "2026-11-23T09:05:00Z")
    assert found["geometry"] == {"type": "Point", "coordinates": [60.732, 56.085]}


def test_an_edit_is_saved_by_id_or_number_and_an_empty_value_clears(command: Any) -> None:
    ident = command("new", "reports", "text=А", "number=К1-0057", "address=Ленина, 5").line["id"]
    assert command("edit", "reports", "к1-0057", "address=", "text=а=б\n=в").line["id"] == ident
    found = command("query", "reports").line
    assert found["data"]["text"] == "а=б\n=в" and "address" not in found["data"]
    assert found["unsent"] == 2


def test_an_edit_that_changes_nothing_makes_no_operation(command: Any) -> None:
    ident = command("new", "reports", "text=А").line["id"]
    assert command("edit", "reports", ident, "text=А").line == {"op": "", "id": ident, "version": 0}
    assert command("query", "reports").line["unsent"] == 1


def test_a_move_follows_the_workflow_and_takes_the_fields_it_asks_for(command: Any) -> None:
    ident = command("new", "reports", "text=А").line["id"]
    command("move", "reports", ident, "На модерации")
    refused = command("move", "reports", ident, "rejected")
    assert refused.code == 2 and "«Причина отклонения»" in refused.told and refused.lines == []
    assert command("move", "reports", ident, "rejected", "Причина отклонения=Тематика").code == 0
    assert command("query", "reports").line["data"]["rejection"] == "topic"
    assert "Можно:" in command("move", "reports", ident, "solved").told


def test_a_reference_is_an_id_or_the_exact_name_of_one_record(command: Any, loaded: Load) -> None:
    loaded("organisations", {"o1": {"name": "УК «Берёзка»"}, "o2": {"name": "Горсвет"}, "o3": {"name": "Горсвет"}})
    for word in ("o1", "УК «Берёзка»", "ук «березка»"):
        ident = command("new", "reports", "text=А", f"Исполнитель={word}").line["id"]
        assert command("query", "reports", "--id", ident).line["data"]["executor"] == "o1"
    twice = command("new", "reports", "text=А", "executor=Горсвет")
    assert twice.code == 2 and "o2 (Горсвет)" in twice.told and "o3" in twice.told
    nobody = command("new", "reports", "text=А", "executor=Горсв")
    assert nobody.code == 2 and "нет в разделе «Организации»" in nobody.told


def test_what_others_wrote_cannot_command_the_terminal(command: Any, loaded: Load) -> None:
    name = "Горсвет\x1b]0;взлом\x07\x9b31m"
    loaded("organisations", {"o1": {"name": name}, "o2": {"name": name}})
    told = command("new", "reports", "text=А", f"executor={name}").told
    assert "o1" in told and not {"\x1b", "\x07", "\x9b"} & set(told)


def test_a_reference_to_what_is_not_loaded_yet_is_left_to_the_server(command: Any) -> None:
    ident = "0b1c2d3e-0000-4000-8000-000000000000"
    assert command("new", "reports", "text=А", f"executor={ident}").code == 0
    assert command("query", "reports").line["data"]["executor"] == ident


def test_the_author_goes_with_the_operation(command: Any, place: Path) -> None:
    command("--user", "Иванова", "new", "reports", "text=А")
    command("new", "reports", "text=Б")
    reader = Profile(place).reader(MODULES)
    assert [one.author for one in reader.outbox()] == ["Иванова", ""]
    reader.close()


REFUSED = {
    "unknown module": (["new", "bogus", "text=А"], "Разделы: reports («Сообщения жителей»)"),
    "unknown field": (["new", "reports", "text=А", "bogus=1"], "Поля: number («Номер»)"),
    "no value": (["new", "reports", "text"], "поле=значение"),
    "twice": (["new", "reports", "text=А", "Текст сообщения=Б"], "указано дважды"),
    "required": (["new", "reports", "address=А"], "Заполните «Текст сообщения»"),
    "choice": (["new", "reports", "text=А", "channel=голубь"], "Такого варианта нет"),
    "number": (["new", "reports", "text=А", "rating=пять"], "Нужно число"),
    "date": (["new", "reports", "text=А", "postponed_until=завтра"], "Нужна дата"),
    "place": (["new", "reports", "text=А", "geometry=190, 190"], "долгота должна быть"),
    "too long": (["new", "reports", "text=А", "address=" + "а" * 2001], "не больше 2000 знаков"),
    "half a letter": (["new", "reports", "text=\udcd0"], "суррогатной"),
    "unknown id": (["edit", "reports", "нет", "text=А"], "нет в разделе"),
    "nothing to change": (["edit", "reports", "нет"], "Не указано, что изменить"),
    "unknown status": (["move", "reports", "нет", "bogus"], "Статусы: new («Новое»)"),
    "no statuses": (["move", "people", "нет", "new"], "нет статусов"),
    "unknown status asked": (["query", "reports", "--status", "bogus"], "Статусы: new («Новое»)"),
    "no map": (["query", "people", "--bbox", "60,56,61,57"], "нет места на карте"),
    "unknown id asked": (["query", "reports", "--id", "нет"], "нет в разделе"),
}


@pytest.mark.parametrize("words, said", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_says_why_and_changes_nothing(words: list[str], said: str, command: Any) -> None:
    refused = command(*words)
    assert refused.code == 2
    assert refused.told.startswith("Ошибка: ") and said in refused.told and "Что сделать: " in refused.told
    assert refused.lines == [] and command("query", "reports").lines == []


def test_hostile_strings_come_out_as_they_went_in(command: Any, blns: list[str]) -> None:
    keys = ("text", "address", "public_answer", "postponed_reason")
    chunks = [dict(zip(keys, blns[start : start + 4], strict=False)) for start in range(0, len(blns), 4)]
    made = [command("new", "reports", *(f"{key}={text}" for key, text in one.items())).line["id"] for one in chunks]
    found = {one["id"]: one["data"] for one in command("query", "reports").lines}
    for ident, sent in zip(made, chunks, strict=True):
        assert {key: found[ident].get(key) for key in sent} == sent


def test_another_program_on_the_profile_is_waited_for_and_told(command: Any, place: Path) -> None:
    holder = Profile(place).writer(MODULES, patience=0)
    refused = command("new", "reports", "text=А")
    assert refused.code == 2 and "другая программа" in refused.told
    assert command("query", "reports").lines == []
    holder.close()
    assert command("new", "reports", "text=А").code == 0


@pytest.mark.parametrize("where", ["/proc/nowhere/profile", "/dev/null", "/dev/null/profile"])
@pytest.mark.parametrize("words", [["new", "reports", "text=А"], ["query", "reports"]], ids=["new", "query"])
def test_a_profile_that_cannot_be_made_is_told(
    words: list[str], where: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*words, "--profile", where])
    told = capsys.readouterr()
    if words[0] == "query" and where != "/dev/null":  # a profile that is not there yet is empty
        assert (code, told.out, told.err) == (0, "", "")
    else:
        assert code == 2 and told.out == "" and where in told.err


def test_a_damaged_cache_is_set_aside_and_unsent_edits_go_on(command: Any, place: Path) -> None:
    first = command("new", "reports", "text=А").line
    (place / "cache.db").write_bytes(b"garbage" * 1000)
    refused = command("query", "reports")
    assert refused.code == 2 and "повреждён" in refused.told and "sync" in refused.told
    second = command("new", "reports", "text=Б")
    assert second.code == 0 and "перенесено: 1 неотправленная правка" in second.told
    reader = Profile(place).reader(MODULES)
    assert [one.op for one in reader.outbox()] == [first["op"], second.line["op"]]
    reader.close()
    assert list(place.glob("damaged-*/cache.db"))
