"""`doctor`: every check finds what it is there for, and says what to do."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from citymanager.doctor import Check, Finding, examine, link, workplace
from citymanager.doctor.link import Meeting
from citymanager.errors import NoLink
from citymanager.modules import MODULES
from citymanager.store import Profile

CHECKS = {
    "program", "python", "qt", "sqlite", "glibc", "libraries", "fonts", "root", "sandbox", "profile", "disk", "cache",
    "link",
}  # fmt: skip


def _found(checks: list[tuple[str, Check]]) -> dict[str, Finding]:
    return {one.check: one for one in examine(checks)}


def test_a_new_workstation_is_examined_whole_and_nothing_is_made(command: Any, place: Path) -> None:
    answer = command("doctor")
    assert {one["check"] for one in answer.lines} >= CHECKS
    assert all(set(one) == {"check", "state", "value", "advice"} for one in answer.lines)
    wrong = [one for one in answer.lines if one["state"] != "ok"]
    assert answer.code == 1 and "link" in {one["check"] for one in wrong}
    assert all(one["advice"] for one in wrong) and answer.told.count("Что сделать: ") == len(wrong)
    assert not place.exists()


def test_versions_are_those_that_run(command: Any) -> None:
    from importlib.metadata import version

    from citymanager.store.connection import SQLITE_VERSION

    value = {one["check"]: one["value"] for one in command("doctor").lines}
    assert (value["qt"], value["sqlite"]) == (version("PySide6"), SQLITE_VERSION)


def test_the_cache_is_checked_and_what_waits_is_counted(command: Any, place: Path) -> None:
    command("new", "reports", "text=А")
    with closing(Profile(place).writer(MODULES, patience=0)) as writer:
        writer.set_meta({"confirmed": (datetime.now(UTC) - timedelta(hours=5)).isoformat()})
    found = _found(workplace.checks(place, MODULES))
    assert found["cache"].state == "ok" and found["attention"].state == "ok"
    assert found["unsent"].state == "warn" and "1 правка ждёт" in found["unsent"].value
    assert found["last_sync"].state == "warn" and "5 часов назад" in found["last_sync"].value


@pytest.mark.parametrize("hole", ["head", "page"])
def test_a_damaged_cache_is_found_and_left_as_it_is(hole: str, command: Any, place: Path) -> None:
    command("new", "reports", "text=А")
    path = place / "cache.db"
    content = bytearray(path.read_bytes())
    start = 0 if hole == "head" else 4096 * 5
    content[start : start + 4096] = b"\xa5" * 4096
    path.write_bytes(content)
    found = _found(workplace.checks(place, MODULES))["cache"]
    assert found.state == "bad" and "sync" in found.advice
    assert path.read_bytes() == content


def test_a_profile_that_is_no_folder_or_open_to_others(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert _found(workplace.checks(tmp_path / "file", MODULES))["profile"].state == "bad"
    assert _found(workplace.checks(tmp_path / "file" / "below", MODULES))["profile"].state == "bad"
    tmp_path.chmod(0o755)
    found = _found(workplace.checks(tmp_path, MODULES))["profile"]
    assert found.state == "warn" and "chmod 700" in found.advice
    tmp_path.chmod(0o700)
    assert _found(workplace.checks(tmp_path, MODULES))["profile"].state == "ok"


def _silent() -> Meeting:
    raise NoLink("Сервер не отвечает.")


NOW = datetime.now(UTC)
MEETINGS: dict[str, tuple[Callable[[], Meeting], dict[str, str]]] = {
    "silent": (_silent, {"link": "bad"}),
    "a stranger": (lambda: Meeting(0.4), {"link": "ok", "clock": "ok"}),
    "fast": (lambda: Meeting(40), {"link": "ok", "clock": "warn"}),
    "slow": (lambda: Meeting(-3600), {"link": "ok", "clock": "warn"}),
    "fresh": (lambda: Meeting(0, NOW, known=True), {"link": "ok", "clock": "ok", "backup": "ok"}),
    "old": (lambda: Meeting(0, NOW - timedelta(days=3), known=True), {"link": "ok", "clock": "ok", "backup": "warn"}),
    "never": (lambda: Meeting(0, None, known=True), {"link": "ok", "clock": "ok", "backup": "bad"}),
}


@pytest.mark.parametrize("probe, states", MEETINGS.values(), ids=MEETINGS.keys())
def test_the_link_the_clocks_and_the_back_up(probe: Callable[[], Meeting], states: dict[str, str]) -> None:
    found = _found(link.checks("https://c", probe))
    assert {name: one.state for name, one in found.items()} == states
    assert all(one.advice for one in found.values() if one.state != "ok")


def test_a_check_that_fails_is_a_finding_and_the_others_go_on() -> None:
    def broken() -> Iterator[Finding]:
        yield Finding("first", "да")
        raise OSError("нет такого файла")

    found = list(examine([("broken", broken), ("whole", lambda: [Finding("whole", "да")])]))
    assert [(one.check, one.state) for one in found] == [("first", "ok"), ("broken", "bad"), ("whole", "ok")]


def test_a_server_that_is_not_ours_is_told(command: Any, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/v1/session").respond_with_data("<html>Вход в сеть</html>")
    answer = command("doctor", "--server", httpserver.url_for("").rstrip("/"))
    (found,) = (one for one in answer.lines if one["check"] == "link")
    assert found["state"] == "bad" and "не сервер «Ситименеджер»" in found["value"]
