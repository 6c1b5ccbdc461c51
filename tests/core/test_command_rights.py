"""The table of rights at the command line: what each role reads, makes, edits, moves and exports there."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rights_table import NO_RIGHT, OURS, SEATED, THEIRS, edited, record, rights, step

from citymanager.modules import MODULES
from citymanager.roles import ROLES, Role
from citymanager.schema import Module, Values
from citymanager.store import Profile
from main import main
from sync.offline_login import KnownPeople, Person

NOW = datetime.now(UTC)
Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workstation where everybody has been, and two cards of each module, one of each organisation."""
    folder = tmp_path_factory.mktemp("rights")
    known = KnownPeople(folder)
    for one in SEATED:
        organisation = OURS if one.own_only else ""
        known.remember(Person(one.key, one.title, one.key, organisation, {}), None, "город", NOW)
    writer = Profile(folder).writer(MODULES, patience=0)
    rows = [(one.key, f"{one.key}-{whose}", record(one, whose)) for one in MODULES for whose in (OURS, THEIRS)]
    rows += [
        (one.key, f"{one.key}-{person.key}", moved[0])
        for one in MODULES
        for person in SEATED
        if (moved := step(one, person))
    ]
    changes = [{"module": module, "id": ident, "version": 1, "data": data} for module, ident, data in rows]
    writer.absorb(changes, NOW, {})
    writer.close()
    return folder


@pytest.fixture
def run(place: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Run]:
    def command(person: Role, *words: str) -> tuple[int, list[dict[str, Any]], str]:
        code = main([*words, "--user", person.key, "--profile", str(place)])
        told = capfd.readouterr()
        return code, [json.loads(line) for line in told.out.splitlines()], told.err

    return command


def words(values: Values) -> list[str]:
    return [f"{key}={_word(value)}" for key, value in values.items()]


def _word(value: Any) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ";".join(value)
    return value if isinstance(value, str) else json.dumps(value)


def outcome(told: tuple[int, list[dict[str, Any]], str]) -> bool:
    """Whether it was done; if not, it was for want of a right."""
    code, _, said = told
    assert code == 0 or (code == 2 and any(word in said for word in NO_RIGHT)), said
    return code == 0


@pytest.mark.parametrize("module", MODULES, ids=lambda one: one.key)
def test_each_role_is_offered_what_the_table_says(run: Run, module: Module, tmp_path: Path) -> None:
    for person in ROLES:
        letters = rights(person, module, "command")
        seen = {OURS, THEIRS} if "r" in letters else {OURS} if "o" in letters else set()
        asked = run(person, "query", module.key, "--id", f"{module.key}-{OURS}", "--id", f"{module.key}-{THEIRS}")
        assert {one["id"].removeprefix(f"{module.key}-") for one in asked[1]} == seen, asked[2]
        file = tmp_path / f"{person.key}.csv"
        assert outcome(run(person, "export", module.key, str(file))) == ("x" in letters) == file.exists()
        if file.exists():
            assert (THEIRS in file.read_text("utf-8")) == ("r" in letters)
        if person in SEATED:
            done = _changed(run, person, module)
            assert done == set("mes") & set(letters) & (set("mes" if module.statuses else "me")), person.key


def _changed(run: Run, person: Role, module: Module) -> set[str]:
    """Which of `new`, `edit` and `move` he may."""
    ours = f"{module.key}-{OURS}"
    tried = {
        "m": lambda: run(person, "new", module.key, *words(record(module))),
        "e": lambda: run(person, "edit", module.key, ours, *words({**edited(module), **_fresh(module, person)})),
    }
    moved = step(module, person)
    if moved is not None:
        target = moved[1]["status"]
        tried["s"] = lambda: run(person, "move", module.key, f"{module.key}-{person.key}", target)
    return {letter for letter, act in tried.items() if outcome(act())}


def _fresh(module: Module, person: Role) -> Values:
    """An edit that nobody before him has made."""
    return dict.fromkeys(edited(module), f"правка: {person.key}")


def test_a_card_of_another_organisation_can_not_be_named(run: Run, place: Path) -> None:
    executor = next(one for one in SEATED if one.own_only)
    code, _, said = run(executor, "edit", "reports", f"reports-{THEIRS}", "address=А")
    assert code == 2 and "нет среди тех, что вам доступны" in said
    code, _, said = run(executor, "query", "reports", "--id", f"reports-{THEIRS}")
    assert code == 2 and "нет в разделе" in said


def test_what_is_exported_or_printed_with_personal_data_is_journalled(run: Run, place: Path, tmp_path: Path) -> None:
    from citymanager.store.spool import Spool

    admin = next(one for one in SEATED if one.key == "admin")
    with Spool(place).taking():
        pass
    for name in ("Иванов", "Иванова", "Иванцов"):
        run(admin, "new", "people", f"name={name}", "mobile=79001234567")
    run(admin, "query", "people", "--text", "Иванов")
    run(admin, "query", "people", "--limit", "1")
    run(admin, "query", "duty")
    run(admin, "export", "people", str(tmp_path / "люди.csv"))
    with Spool(place).taking() as left:
        told = [(one.author, one.values["act"], one.values["module"], one.values.get("detail", "")) for one in left]
        many = [one.values["records"] for one in left]
    assert [one[:3] for one in told] == [("admin", "export", "people")] * 3
    assert all(one[3].startswith("команда query") for one in told[:2]) and told[2][3] == "люди.csv"
    assert many[:2] == [2, 1] and many[2] >= 3


def test_an_export_never_waits_for_the_window_that_writes(run: Run, place: Path, tmp_path: Path) -> None:
    from citymanager.store.spool import Spool

    admin = next(one for one in SEATED if one.key == "admin")
    window = Profile(place).writer(MODULES, patience=0)
    try:
        assert outcome(run(admin, "export", "people", str(tmp_path / "люди.csv")))
        before = len(window.outbox())
        window.take_spooled()
        assert len(window.outbox()) == before + 1 and window.outbox()[-1].module == "access_log"
    finally:
        window.close()
    with Spool(place).taking() as left:
        assert left == []
