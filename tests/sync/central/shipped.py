"""What the project ships for an installation, as tests take it: the commands of a README, the lines of a unit."""

import re

from central_server import ROOT

RESOURCES = ROOT / "resources"


def commands(part: str, section: str = "", who: str = "") -> str:
    """The fenced commands of `resources/PART/README.md` in their order, or of the section whose heading begins so.

    `who`: the commands of an ordinary account instead of root's.
    """
    text = (RESOURCES / part / "README.md").read_text(encoding="utf-8")
    sections = re.split(r"^## ", text, flags=re.MULTILINE)
    chosen = [one for one in sections if one.startswith(section)]
    assert len(chosen) == 1 or not section, f"{len(chosen)} sections of {part} begin with «{section}»"
    fence = re.compile(rf"^```sh{' ' + who if who else ''}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return "".join(block for one in chosen for block in fence.findall(one))


def exec_start(unit: str) -> list[str]:
    """The words of a unit's ExecStart."""
    text = (RESOURCES / unit).read_text(encoding="utf-8").replace("\\\n", " ")
    (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    return line.split()


def moved(text: str, places: dict[str, str]) -> str:
    """A shipped text with other places in it; each of them must have stood there."""
    for place, other in places.items():
        assert place in text, place
        text = text.replace(place, other)
    return text
