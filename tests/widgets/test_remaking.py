"""Another version's cache is made over before the eyes of who waits: in numbers, and with all that was in it."""

from datetime import UTC, datetime
from pathlib import Path

from pytestqt.qtbot import QtBot

from citymanager.modules import MODULES
from citymanager.store import Profile, Query, Writer
from widgets.remaking import Remaking

MANY = 1_200


def indexes(writer: Writer) -> set[str]:
    return {
        row[0] for row in writer._connection.all("SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger')")
    }


def test_it_is_seen_how_far_it_is_and_all_is_there_afterwards(qtbot: QtBot, tmp_path: Path) -> None:
    profile = Profile(tmp_path)
    with_all = profile.writer(MODULES)
    rows = [(f"r{number:04}", {"text": f"Яма ж{number}"}) for number in range(MANY)]
    with_all.save_many("reports", rows, "", None, datetime.now(UTC))
    before, known = list(with_all.each(Query("reports"))), indexes(with_all)
    with_all._connection.run("UPDATE _layouts SET layout = replace(layout, '\"shape\": ', '\"shape\": -')")
    with_all.close()

    remaking = Remaking(patience=0, look=0)
    qtbot.addWidget(remaking)
    seen: list[tuple[str, str]] = []

    def told(title: str, done: int, total: int) -> None:
        remaking(title, done, total)
        seen.append((remaking.title.text(), remaking.bar.format()))

    assert not remaking.isVisible()
    after = profile.writer(MODULES, told=told)
    try:
        assert remaking.isVisible()
        assert [one for one in seen if one[0] == "Сообщения жителей"] == [
            ("Сообщения жителей", f"{part} из 1\u00a0200 ({share} %)")
            for part, share in (("500", 41), ("1\u00a0000", 83), ("1\u00a0200", 100))
        ]
        assert list(after.each(Query("reports"))) == before
        assert indexes(after) == known
        assert [one.id for one in after.each(Query("reports", text="яма ж1117"))] == ["r1117"]
    finally:
        after.close()
