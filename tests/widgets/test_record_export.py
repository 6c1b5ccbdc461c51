"""A table into a file from the window: what it shows, without personal data, whole or not at all."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from throwaway import NOW, THROWAWAY, WHOLE

from citymanager.access_journal import AccessJournal
from citymanager.exchange.formats import Formats
from citymanager.hub import Hub
from citymanager.modules.access_log import ACCESS_LOG
from citymanager.roles import role
from citymanager.store import Profile, Writer
from citymanager.tasks import Tasks
from layers.geofiles import GeoFiles
from widgets.record_export import Exports
from widgets.record_panel import RecordPanel
from widgets.seat import Seat

Put = Callable[..., None]
Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def exports(tasks: Tasks, hub: Hub, seat: Seat, journal: AccessJournal, qtbot: object) -> Exports:
    window = QWidget()
    return Exports(tasks, hub, seat, journal, Formats(GeoFiles()), window, lambda: "")


@pytest.fixture
def panel(put: Put, panel_of: Callable[..., RecordPanel], exports: Exports) -> RecordPanel:
    put("benches", {f"b{n}": {**WHOLE, "name": f"Скамейка {n:03}", "number": f"К-{n}"} for n in range(30)})
    put("benches", {"other": {"name": "Урна", "number": "К-99", "story": "=1+1"}})
    return panel_of(THROWAWAY)


def exported(tasks: Tasks) -> list[tuple[object, object]]:
    """The exports in the journal of access, as it will be sent."""
    return tasks.write_here(_exported)


def _exported(writer: Writer) -> list[tuple[object, object]]:
    writer.take_spooled()
    lines = [one.change for one in writer.outbox() if one.module == ACCESS_LOG.key]
    return [(line["records"], line["detail"]) for line in lines if line["act"] == "export"]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg"])
def test_a_narrowed_table_is_kept_without_personal_data(
    ending: str, exports: Exports, panel: RecordPanel, tasks: Tasks, tmp_path: Path, wait: Wait, notices: list
) -> None:
    panel.bar.search.setText("скамейка")
    wait(lambda: panel.model.complete and panel.model.rowCount() == 30)
    file = tmp_path / f"Скамейки.{ending}"
    exports.keep(THROWAWAY, panel.model.query, file, NOW)
    wait(lambda: any("Сохранено в" in text for text, _ in notices))
    assert exported(tasks) == [(30, file.name)]
    assert "Иванов И. И." not in file.read_bytes().decode(errors="replace")
    if ending == "csv":
        rows = list(csv.reader(file.read_text("utf-8-sig").splitlines(), delimiter=";"))
        assert len([row for row in rows if row and row[0].startswith("b")]) == 30 and "Даритель" not in rows[0]
    if ending == "geojson":
        features = json.loads(file.read_text("utf-8"))["features"]
        assert len(features) == 30 and "donor" not in features[0]["properties"]


def test_without_its_line_no_file_stays(
    exports: Exports, panel: RecordPanel, profile: Profile, tmp_path: Path, wait: Wait, notices: list
) -> None:
    (profile.folder / "spool.journal").unlink(missing_ok=True)
    (profile.folder / "spool.journal").mkdir()
    exports.keep(THROWAWAY, panel.model.query, tmp_path / "нет.csv", NOW)
    wait(lambda: any(level == "error" for _, level in notices))
    assert [one for one in tmp_path.iterdir() if one.is_file()] == []
    (profile.folder / "spool.journal").rmdir()


def test_what_is_stopped_leaves_nothing(
    exports: Exports, panel: RecordPanel, tasks: Tasks, tmp_path: Path, wait: Wait, notices: list
) -> None:
    tasks.began.connect(lambda work: work.stop())
    exports.keep(THROWAWAY, panel.model.query, tmp_path / "нет.csv", NOW)
    wait(lambda: any("Остановлено" in text for text, _ in notices))
    assert [one for one in tmp_path.iterdir() if one.is_file()] == [] and exported(tasks) == []


def test_who_may_not_is_told_and_a_wish_is_asked_for_without_standing_in_the_way(
    exports: Exports, panel: RecordPanel, seat: Seat, notices: list
) -> None:
    dialog = exports.ask(panel)
    assert dialog is not None and not dialog.isModal()
    dialog.close()
    seat.take("screen", "Экран", role("wall"))
    assert exports.ask(panel) is None and "не выгружает" in notices[-1][0]
