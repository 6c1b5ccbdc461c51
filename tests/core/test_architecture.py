"""The map of the house is true: every source file stands in ARCHITECTURE.md with the reason that it gives itself,
every fault with the tests that survive it, and the import contracts hold every file that they are meant for.
"""

import ast
import re
import tomllib
from functools import cache

from house_map import ROOMS, ROOT, house_map, reason

QT_SPEAKING = {"citymanager.errand", "citymanager.hub", "citymanager.tasks", "citymanager.work"}


def test_every_file_says_why_it_exists() -> None:
    tops = (ROOT / top for top in ("citymanager", "sync", "layers", "widgets"))
    files = (path for top in tops for path in top.rglob("*.py") if "migrations" not in path.parts)
    rooms = {str(path.parent.relative_to(ROOT)) for path in files if path.name != "__init__.py"}
    assert rooms <= set(ROOMS), "a folder is missing from tests/house_map.py"
    assert all(reason(path) for folder in ROOMS for path in (ROOT / folder).glob("*.py"))


def test_the_map_is_up_to_date() -> None:
    assert (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").endswith(house_map()), "run `make format`"


def contract(words: str) -> dict[str, list[str]]:
    """The contract of pyproject.toml whose name has these words."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    (found,) = [one for one in contracts if words in one["name"]]
    return dict(found)


def parts(package: str) -> set[str]:
    """The modules and packages right below a package."""
    below = (path for path in (ROOT / package).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists())
    return {f"{package}.{path.stem}" for path in below if path.stem != "__init__"}


FOLDERS = {"citymanager", "widgets", "layers", "sync", "resources", "tests"}
"""What the city wishes to see at the top of the project; the program beside them is one file."""
MADE = {"build", "__pycache__"}


def test_the_top_level_is_as_it_was_agreed() -> None:
    folders = {one.name for one in ROOT.iterdir() if one.is_dir() and not one.name.startswith(".")}
    assert folders - MADE == FOLDERS
    assert [one.name for one in ROOT.glob("*.py")] == ["main.py"]


def test_the_contract_of_the_core_holds_all_of_it() -> None:
    core = contract("knows no screen")
    assert core["source_modules"] == ["citymanager"]
    assert {one.partition(" ")[0] for one in core["ignore_imports"]} == QT_SPEAKING


def test_the_contract_of_the_workstation_holds_all_that_syncs() -> None:
    held = contract("never imports the central server")["source_modules"]
    named = {one for one in held if one.startswith("sync.")}
    assert named == parts("sync") - {"sync.central"}


# --- faults ------------------------------------------------------------------------------------------------------

FAULTS = {f"F{number:02}" for number in range(1, 37)}


def rows(head: str) -> list[list[str]]:
    """The cells of the table of ARCHITECTURE.md whose head begins so."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text.partition(f"\n{head}")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table]


def named(cell: str) -> list[str]:
    """The tests that a cell names: `sync/test_line.py::test_it`."""
    return re.findall(r"`([\w/]+\.py::\w+)`", cell)


def fault_rows() -> dict[str, list[str]]:
    return {row[0]: named(row[-1]) for row in rows("| | fault |")}


@cache
def marked() -> dict[str, frozenset[str]]:
    """Every test of the project with the faults that it is marked with, read without importing any."""
    found: dict[str, frozenset[str]] = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        of_all = [node.value for node in tree.body if isinstance(node, ast.Assign) and _is_pytestmark(node)]
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                place = f"{file.relative_to(ROOT / 'tests')}::{node.name}"
                found[place] = _faults(*of_all, *node.decorator_list)
    return found


def _is_pytestmark(node: ast.Assign) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "pytestmark" for one in node.targets)


def _faults(*marks: ast.expr) -> frozenset[str]:
    """The numbers in `pytest.mark.fault("F08")`, wherever it stands in these expressions."""
    return frozenset(
        str(argument.value)
        for mark in marks
        for call in ast.walk(mark)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "fault"
        for argument in call.args
        if isinstance(argument, ast.Constant)
    )


def test_every_fault_has_its_row() -> None:
    known = fault_rows()
    assert set(known) <= FAULTS, "rows of faults that nobody knows"
    missing = sorted(FAULTS - set(known))
    assert not missing, f"ARCHITECTURE.md, «Faults, and how each is survived», has no row of {', '.join(missing)}"
    assert all(known.values()), "a row names no test"


def test_every_test_of_a_row_is_there_and_marked_with_its_fault() -> None:
    for fault, tests in fault_rows().items():
        for one in tests:
            assert one in marked(), f"{fault}: tests/{one} is not there"
            assert fault in marked()[one], f'{fault}: tests/{one} is not marked @pytest.mark.fault("{fault}")'


def test_every_mark_is_of_a_fault_that_has_its_row() -> None:
    known = set(fault_rows())
    for one, faults in marked().items():
        assert faults <= known, f"tests/{one} is marked with a fault without a row"


def test_every_bad_input_of_the_map_has_its_tests() -> None:
    known = rows("| bad input of the map |")
    assert len(known) >= 10
    for bad, _, tests in known:
        assert named(tests), f"{bad}: no test is named"
        assert set(named(tests)) <= marked().keys(), f"{bad}: {set(named(tests)) - marked().keys()} are not there"


def test_every_report_of_loss_has_its_test() -> None:
    reports = rows("| report |")
    assert len(reports) >= 22
    for report, _, faults, tests in reports:
        assert set(faults.split(", ")) <= FAULTS, report
        assert named(tests), f"{report}: no test is named"
        for one in named(tests):
            assert one in marked(), f"{report}: tests/{one} is not there"
