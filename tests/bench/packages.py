"""Peers that live in npm: fetched by its own client when they are measured, in pinned versions, never shipped."""

import shutil
import subprocess
from pathlib import Path

from bench import kept

PINNED = {
    "leaflet": "1.9.4", "leaflet.awesome-markers": "2.0.5", "leaflet.markercluster": "1.5.3", "supercluster": "8.0.1",
    "maplibre-gl": "5.24.1",
}  # fmt: skip
FOLDER = kept.KEPT / "npm"
PATIENCE = 120


def fetched() -> str:
    """Have the packages in FOLDER; empty, or why they are not there."""
    if all(_is_there(name) for name in PINNED):
        return ""
    if shutil.which("npm") is None:
        return "npm is not installed here"
    FOLDER.mkdir(parents=True, exist_ok=True)
    words = ["npm", "install", "--silent", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", "."]
    try:
        subprocess.run(
            words + [f"{name}@{version}" for name, version in PINNED.items()],
            cwd=FOLDER, capture_output=True, check=True, timeout=PATIENCE,
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return "npm could not fetch the package"
    return ""


def _is_there(name: str) -> bool:
    stamp = FOLDER / "node_modules" / name / "package.json"
    return stamp.exists() and f'"version": "{PINNED[name]}"' in stamp.read_text(encoding="utf-8")


def place(name: str) -> Path:
    """Where a package's files are."""
    return FOLDER / "node_modules" / name
