"""The map of the house is true: every source file stands in ARCHITECTURE.md with the reason that it gives itself,
and the import contracts hold every file that they are meant for.
"""

import tomllib

from house_map import ROOMS, ROOT, house_map, reason

QT_SPEAKING = {"citymanager.hub", "citymanager.tasks", "citymanager.work"}


def test_every_file_says_why_it_exists() -> None:
    tops = (ROOT / top for top in ("citymanager", "sync", "layers", "widgets"))
    files = (path for top in tops for path in top.rglob("*.py") if "migrations" not in path.parts)
    rooms = {str(path.parent.relative_to(ROOT)) for path in files if path.name != "__init__.py"}
    assert rooms <= set(ROOMS), "a folder is missing from tests/house_map.py"
    assert all(reason(path) for folder in ROOMS for path in (ROOT / folder).glob("*.py"))


def test_the_map_is_up_to_date() -> None:
    assert (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").endswith(house_map()), "run `make format`"


def held(contract: str) -> set[str]:
    """What a contract of pyproject.toml holds: the one whose name has these words."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    (found,) = [one for one in contracts if contract in one["name"]]
    return set(found["source_modules"])


def parts(package: str) -> set[str]:
    """The modules and packages right below a package."""
    below = (path for path in (ROOT / package).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists())
    return {f"{package}.{path.stem}" for path in below if path.stem != "__init__"}


def test_the_contract_of_the_core_holds_all_of_it() -> None:
    assert held("knows no screen") == parts("citymanager") - QT_SPEAKING


def test_the_contract_of_the_workstation_holds_all_that_syncs() -> None:
    named = {one for one in held("never imports the central server") if one.startswith("sync.")}
    assert named == parts("sync") - {"sync.central"}
