"""The map of the house is true: every source file stands in ARCHITECTURE.md with the reason that it gives itself."""

from house_map import ROOMS, ROOT, house_map, reason


def test_every_file_says_why_it_exists() -> None:
    rooms = {str(path.parent.relative_to(ROOT)) for top in ("citymanager", "sync", "layers", "widgets")
             for path in (ROOT / top).rglob("*.py") if path.name != "__init__.py" and "migrations" not in path.parts}  # fmt: skip
    assert rooms <= set(ROOMS), "a folder is missing from tests/house_map.py"
    assert all(reason(path) for folder in ROOMS for path in (ROOT / folder).glob("*.py"))


def test_the_map_is_up_to_date() -> None:
    assert (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").endswith(house_map()), "run `make format`"
