"""The commands against a real central server: what is made here arrives there, and what is wrong is told."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from central_server import Central

ROOT = Path(__file__).parents[2]


@pytest.fixture
def operator(central: Central, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Words that name the server and somebody who may work there; his password is in the environment."""
    central.add_user("иванова", "пароль", "operator")
    monkeypatch.setenv("CITYMANAGER_PASSWORD", "пароль")
    return ["--server", central.url, "--user", "иванова"]


def test_an_edit_made_before_any_server_arrives_under_its_author(
    command: Any, central: Central, operator: list[str]
) -> None:
    ident = command("new", "reports", "text=Яма").line["id"]
    done = command("sync", *operator).line
    assert (done["pushed"], done["unsent"], done["conflicts"], done["refused"]) == (1, 0, 0, 0)
    assert list(done) == ["pulled", "pushed", "conflicts", "refused", "unsent", "seconds", "files_sent", "files_left"]
    found = command("query", "reports").line
    assert (found["id"], found["version"], found["unsent"], found["by"]) == (ident, 1, 0, "иванова")


def test_after_the_first_exchange_server_and_person_are_known(command: Any, operator: list[str]) -> None:
    command("sync", *operator)
    ident = command("new", "reports", "text=Яма").line["id"]
    assert command("sync").line["pushed"] == 1
    refused = command("new", "organisations", "name=Горсвет")
    assert refused.code == 2 and "Роль «Оператор»" in refused.told
    command("move", "reports", ident, "moderation")
    assert "Роль «Оператор» не может" in command("move", "reports", ident, "accepted").told


def test_what_the_server_refuses_is_done_in_part(command: Any, central: Central, operator: list[str]) -> None:
    command("new", "organisations", "name=Горсвет")
    command("new", "reports", "text=Яма")
    part = command("sync", *operator)
    assert part.code == 1 and (part.lines[0]["pushed"], part.lines[0]["refused"]) == (1, 1)


def test_a_wrong_password_and_a_silent_server_exit_2_and_lose_nothing(
    command: Any, central: Central, operator: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command("new", "reports", "text=Яма")
    monkeypatch.setenv("CITYMANAGER_PASSWORD", "не тот")
    wrong = command("sync", *operator)
    assert wrong.code == 2 and "Неверное имя или пароль" in wrong.told and wrong.lines == []
    monkeypatch.setenv("CITYMANAGER_PASSWORD", "пароль")
    central.stop()
    silent = command("sync", *operator)
    assert silent.code == 2 and silent.told.startswith("Ошибка: ") and "Что сделать: " in silent.told
    assert command("query", "reports").line["unsent"] == 1


def test_no_server_and_no_name_are_asked_for(command: Any) -> None:
    assert "--server" in command("sync").told
    assert "--user" in command("sync", "--server", "http://127.0.0.1:1").told


def test_doctor_meets_the_server(command: Any, central: Central, operator: list[str]) -> None:
    def found() -> dict[str, dict[str, str]]:
        return {one["check"]: one for one in command("doctor", *operator).lines}

    first = found()
    assert (first["link"]["state"], first["clock"]["state"], first["backup"]["state"]) == ("ok", "ok", "bad")
    central.sql("UPDATE meta SET backed_up = now()")
    assert found()["backup"]["state"] == "ok"


def test_the_server_is_administered_by_the_same_command_line(tmp_path: Path, central_dsn: str) -> None:
    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        line = [sys.executable, "main.py", "--profile", str(tmp_path), "central", "--database", central_dsn, *words]
        return subprocess.run(
            line,
            cwd=ROOT,
            env={"CITYMANAGER_PASSWORD": "пароль"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    made = run("user", "петров", "--role", "Модератор")
    assert (made.returncode, json.loads(made.stdout)["role"]) == (0, "moderator"), made.stderr
    with psycopg.connect(central_dsn) as connection:
        ((password,),) = connection.execute("SELECT password FROM auth_user WHERE username = 'петров'").fetchall()
    assert password.startswith("scrypt$16384$"), "hashed at full work, which the servers of tests spare themselves"
    wrong = run("user", "петров", "--role", "кто-то")
    assert wrong.returncode == 2 and wrong.stdout == "" and wrong.stderr.startswith("Ошибка: Нет роли «кто-то»")


def test_the_server_says_when_it_is_ready_and_stops_when_told(tmp_path: Path, central_dsn: str) -> None:
    words = ["--profile", str(tmp_path), "central", "--database", central_dsn, "--port", "0"]
    with subprocess.Popen([sys.executable, "main.py", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("ready http://127.0.0.1:")
        process.terminate()
        assert process.wait(5) == 0
