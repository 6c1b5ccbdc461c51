"""The map of the house is true: every source file stands in ARCHITECTURE.md with the reason that it gives itself."""

from house_map import ROOMS, ROOT, house_map, reason


def test_every_file_says_why_it_exists() -> None:
    tops = (ROOT / top for top in ("citymanager", "sync", "layers", "widgets"))
    files = (path for top in tops for path in top.rglob("*.py") if "migrations" not in path.parts)
    rooms = {str(path.parent.relative_to(ROOT)) for path in files if path.name != "__init__.py"}
    assert rooms <= set(ROOMS), "a folder is missing from tests/house_map.py"
    assert all(reason(path) for folder in ROOMS for path in (ROOT / folder).glob("*.py"))


def test_the_map_is_up_to_date() -> None:
    assert (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").endswith(house_map()), "run `make format`"
