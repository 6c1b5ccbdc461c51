"""The panel of settings is what the declarations say: every one can be found, changed, put back, and acts at once."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot
from throwaway import HOUSE

from citymanager.hub import Hub
from citymanager.settings import SETTINGS, Settings
from citymanager.store import Profile
from citymanager.tasks import Tasks
from widgets.editors.choice import ChoiceEditor, FlagEditor
from widgets.settings_panel import SettingsPanel
from widgets.theme import Theme


@pytest.fixture
def panel(profile: Profile, tasks: Tasks, hub: Hub, qtbot: QtBot, appearance: object) -> Iterator[SettingsPanel]:
    made = SettingsPanel(Settings(profile), tasks, hub, {"Карта города": QLabel("карта")})
    made.resize(420, 700)
    made.show()
    qtbot.waitUntil(made.isActiveWindow, timeout=20_000)
    yield made
    made.close()
    shiboken6.delete(made)


@pytest.fixture
def heard(hub: Hub) -> list[str]:
    found: list[str] = []
    hub.setting.connect(found.append)
    return found


def typed(panel: SettingsPanel, key: str, text: str, qtbot: QtBot) -> QLineEdit:
    line = panel.lines[key].editor.findChild(QLineEdit)
    assert line is not None
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, text)
    return line


def test_every_setting_has_its_line_with_its_value(panel: SettingsPanel) -> None:
    assert list(panel.lines) == [one.key for one in SETTINGS]
    for key, line in panel.lines.items():
        assert line.isVisibleTo(panel), key
        assert line.back.isHidden(), key


def test_a_choice_is_kept_at_once_and_told(panel: SettingsPanel, profile: Profile, heard: list[str]) -> None:
    editor = panel.lines["theme"].editor
    assert isinstance(editor, ChoiceEditor)
    assert [editor.box.itemText(n) for n in range(editor.box.count())] == ["Светлая", "Тёмная"]
    editor.box.setCurrentIndex(1)
    editor.box.activated.emit(1)
    assert profile.setting("theme") == "night"
    assert heard == ["theme"]


def test_a_flag_is_kept_at_once(panel: SettingsPanel, profile: Profile) -> None:
    editor = panel.lines["motion"].editor
    assert isinstance(editor, FlagEditor)
    editor.check.click()
    assert profile.setting("motion") is False


def test_what_was_typed_is_kept_with_enter(
    panel: SettingsPanel, profile: Profile, heard: list[str], qtbot: QtBot
) -> None:
    line = typed(panel, "text_size", "120", qtbot)
    assert profile.setting("text_size") is None
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert profile.setting("text_size") == 120
    assert heard == ["text_size"]


def test_a_wrong_value_is_said_beside_it_and_not_kept(
    panel: SettingsPanel, profile: Profile, heard: list[str], qtbot: QtBot
) -> None:
    qtbot.keyClick(typed(panel, "text_size", "900", qtbot), Qt.Key.Key_Return)
    line = panel.lines["text_size"]
    assert "от 85 до 150" in line.wrong.text()
    assert line.wrong.isVisible()
    assert profile.setting("text_size") is None
    assert heard == []
    line.back.click()
    assert line.wrong.text() == ""
    assert line.editor.value() == 100


def test_the_way_back_to_the_default(panel: SettingsPanel, profile: Profile, qtbot: QtBot) -> None:
    line = panel.lines["poll"]
    qtbot.keyClick(typed(panel, "poll", "15", qtbot), Qt.Key.Key_Return)
    assert line.back.isVisible()
    line.back.click()
    assert line.back.isHidden()
    assert line.editor.value() == 25
    assert Settings(profile)["poll"] == 25


def test_a_word_finds_the_setting(panel: SettingsPanel) -> None:
    panel.search.setText("адрес СЕРВЕР")
    shown = [key for key, line in panel.lines.items() if line.isVisibleTo(panel)]
    assert shown == ["server"]
    panel.search.setText("бегемот")
    assert panel.nothing.isVisible()
    panel.search.clear()
    assert not panel.nothing.isVisible()
    assert all(line.isVisibleTo(panel) for line in panel.lines.values())


def test_a_value_that_was_changed_elsewhere_is_shown(panel: SettingsPanel, profile: Profile, hub: Hub) -> None:
    profile.set("text_size", 130)
    hub.setting.emit("text_size")
    assert panel.lines["text_size"].editor.value() == 130


def test_a_profile_of_another_program_is_only_read(profile: Profile, hub: Hub, qapp: QApplication) -> None:
    profile.writer(HOUSE, patience=0).close()
    tasks = Tasks(profile, HOUSE, None)
    made = SettingsPanel(Settings(profile), tasks, hub)
    assert all(line.editor.reading for line in made.lines.values())
    shiboken6.delete(made)
    tasks.close()


@pytest.mark.parametrize("percent", [85, 100, 125, 150])
@pytest.mark.parametrize("key", ["day", "night"])
def test_larger_text_takes_larger_boxes(key: str, percent: int) -> None:
    theme = Theme.load(key).sized(percent)
    assert theme.sizes["text"] == round(16 * percent / 100)
    assert theme.font().pixelSize() == theme.sizes["text"]
    assert f"min-height: {round(24 * percent / 100)}px" in theme.style_sheet()
    assert "border: 1px solid" in theme.style_sheet()
    assert theme.sized(100).sizes == Theme.load(key).sizes
