"""The command line itself: Russian throughout, quick, the common parameters anywhere."""

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from citymanager.commands.arguments import parse
from main import main

ROOT = Path(__file__).parents[2]
OURS = {
    "main",
    "py",
    "help",
    "query",
    "clashes",
    "new",
    "edit",
    "move",
    "outbox",
    "resolve",
    "retry",
    "import",
    "export",
    "basemap",
    "sync",
    "doctor",
    "failpoints",
    "central",
}
OURS |= {"read", "map", "file"}
OURS |= {"shot", "user", "backup", "restore", "upgrade", "purge", "bundles", "https", "role"}
"""Latin words that are names of ours; all others in an error would be argparse's own English."""

WRONG = [
    ["bogus"],
    ["query"],
    ["query", "reports", "extra"],
    ["query", "reports", "--limit"],
    ["query", "reports", "--limit", "x"],
    ["query", "reports", "--limit=-1"],
    ["query", "reports", "--lim", "1"],
    ["query", "reports", "--bbox", "1,2,3"],
    ["query", "reports", "--bbox", "61,56,60,57"],
    ["query", "reports", "--bbox", "nan,56,60,57"],
    ["new"],
    ["new", "reports", "--foo", "text=bar"],
    ["edit", "reports"],
    ["move", "reports", "1"],
    ["central", "bogus"],
    ["central", "user", "bar"],
    ["central", "--port", "x"],
    ["central", "backup"],
    ["import", "reports"],
    ["import-basemap"],
    ["read-map-file"],
    ["read-map-file", "foo"],
    ["--profile"],
    ["--profile", ""],
    ["--server", "bar", "sync"],
    ["--demo=1"],
    ["shot", "foo", "--size", "1x1"],
    ["shot", "foo", "--size", "1920"],
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_line_exits_2_and_says_why_in_russian(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    told = capsys.readouterr()
    assert ended.value.code == 2
    assert told.out == ""
    assert told.err.startswith("Ошибка: ") and "Что сделать: " in told.err and told.err.count("\n") == 1
    assert set(_latin(told.err)) <= OURS | set(_latin(" ".join(words))), told.err


def _latin(text: str) -> list[str]:
    return re.findall(r"[a-z]{2,}", text)


@pytest.mark.parametrize("command", ["", "query", "new", "move", "import", "central", "central user", "shot"])
def test_help_is_russian(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command.split(), "--help"])
    told = capsys.readouterr().out
    assert ended.value.code == 0
    assert told.startswith("Использование: main.py")
    assert not re.search(r"usage|options|positional|show this|optional", told)


@pytest.mark.parametrize("place", range(4))
def test_profile_server_and_user_stand_anywhere(place: int) -> None:
    words = ["edit", "reports", "1", "text=а"]
    words[place:place] = ["--profile", "p", "--server", "https://c/", "--user", "Иванова"]
    where, given = parse(words)
    assert (where.profile, where.server, where.user) == (Path("p"), "https://c", "Иванова")
    assert (given.command, given.module, given.id, given.values) == ("edit", "reports", "1", ["text=а"])


def test_a_value_that_looks_like_a_parameter_is_a_value() -> None:
    where, given = parse(["query", "reports", "--text", "--user", "--bbox", "-60.7,-56,60,57", "--id", "-1"])
    assert (given.text, given.bbox, given.id, where.user) == ("--user", (-60.7, -56.0, 60.0, 57.0), ["-1"], "")


def test_no_command_is_the_window_and_wall_takes_a_name_or_none() -> None:
    assert parse([])[1].command is None
    assert parse([])[1].wall is None
    assert parse(["--wall"])[1].wall == ""
    assert parse(["--wall", "Дежурный зал", "--profile", "p"])[1].wall == "Дежурный зал"


HEAVY = (
    "PySide6",
    "requests",
    "urllib3",
    "geopandas",
    "pandas",
    "numpy",
    "folium",
    "django",
    "sqlite_utils",
    "psycopg",
)


@pytest.mark.parametrize("words", [["query", "reports"], ["new", "reports", "text=а"]], ids=lambda words: words[0])
def test_a_command_starts_at_once_without_the_heavy_libraries(words: list[str], tmp_path: Path) -> None:
    program = (
        "import sys, time; start = time.monotonic(); from main import main; code = main(sys.argv[1:]);"
        f"print([one for one in {HEAVY} if one in sys.modules], code, file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, *words, "--profile", str(tmp_path)]
    for _ in range(5):  # seconds of the processor: a busy machine may be slow once, a slow program always is
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        assert ended.stderr == "[] 0\n"
        if spent <= 0.5:
            break
    assert spent <= 0.5
