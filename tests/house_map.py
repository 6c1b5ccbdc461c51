"""Writes the file map at the end of ARCHITECTURE.md from the docstrings: `make format` keeps it true."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[1]
MARK = "## File by file\n"
ROOMS = {
    "citymanager": "The core", "citymanager/values": "Values", "citymanager/modules": "The modules",
    "citymanager/store": "The store",
    "citymanager/clashes": "Clashes of works",
    "citymanager/commands": "The command line", "citymanager/doctor": "doctor",
    "citymanager/exchange": "Import and export", "citymanager/training_city": "The training city",
    "sync": "The client of the wire", "sync/central": "The central server", "layers": "The map",
    "layers/basemap": "The base map", "layers/guests": "Files laid on the map",
    "widgets": "The window", "widgets/editors": "The editors", "widgets/panels": "Panels of one matter",
    "widgets/photos": "Photos", "widgets/printing": "Print",
}  # fmt: skip


def reason(path: Path) -> str:
    """The first paragraph of a module's docstring, in one line."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split())


def room(folder: str, title: str) -> str:
    files = [path for path in sorted((ROOT / folder).glob("*.py")) if path.name != "__init__.py"]
    rows = [f"| `{path.relative_to(ROOT)}` | {reason(path)} |" for path in files]
    return "\n".join([f"### {title}", "| file | why it exists |", "|---|---|", *rows]) + "\n"


def house_map() -> str:
    return MARK + "\n".join(room(folder, title) for folder, title in ROOMS.items())


def main() -> None:
    page = ROOT / "ARCHITECTURE.md"
    page.write_text(page.read_text(encoding="utf-8").partition(MARK)[0] + house_map(), encoding="utf-8")


if __name__ == "__main__":
    main()
