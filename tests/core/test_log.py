"""The log: kept beside the profile, small, silent on the screen, and without personal data."""

import logging
import time
from pathlib import Path

import pytest

from citymanager import log


@pytest.mark.parametrize(
    "text, kept",
    [
        ("звонил +7 (351) 467-89-01 утром", "звонил … утром"),
        ("от ivanov.i@mail.ru", "от …"),
        ("не прочесть «Иванов И. И.»", "не прочесть «…»"),
        ("ValueError: 'Ленина, 5'", "ValueError: '…'"),
        ("record 1f2e3d4c-0000-4000-8000-123456789012 seq 123456", None),
        ("table 'reports' at 2026", None),
        ("'a@b.ru'", "'…'"),
    ],
)
def test_personal_data_are_masked_and_ids_are_not(text: str, kept: str | None) -> None:
    assert log.masked(text) == (text if kept is None else kept)


@pytest.mark.parametrize("piece", ["x", "1 ", "'а", "а@", "«а", "+1-"])
def test_a_message_of_any_length_is_masked_at_once(piece: str) -> None:
    start = time.monotonic()
    log.masked(piece * 100_000)
    log.masked("'" + piece * 100_000)
    assert time.monotonic() - start < 2


def test_lines_are_in_the_file_while_it_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "window.log"
    with log.kept(path):
        assert not path.exists(), "made when there is something to write"
        for number in range(10):
            logging.getLogger("test").info("line %d of %s", number, "a@b.ru")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 10 and lines[-1].endswith("INFO test: line 9 of …")
    logging.getLogger("test").warning("after")
    assert "after" not in path.read_text(encoding="utf-8")


@pytest.mark.fault("F35")
def test_the_file_is_rotated(tmp_path: Path) -> None:
    path = tmp_path / "window.log"
    with log.kept(path):
        for _ in range(30):
            logging.getLogger("test").info("x" * 50_000)
    assert path.stat().st_size <= log.SIZE and (tmp_path / "window.log.1").exists()


def test_a_disk_that_takes_no_log_stops_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with log.kept(Path("/dev/full/logs/window.log")):
        logging.getLogger("test").error("lost")
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "")
