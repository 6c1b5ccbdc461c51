"""What the profile keeps of settings: always sound when read, checked when written, and none of the old ones lost."""

import logging
from typing import Any

import pytest

from citymanager.errors import Refused
from citymanager.mistakes import mistakes
from citymanager.settings import SETTINGS, Settings, as_module
from citymanager.store import Profile
from citymanager.values import problem


@pytest.fixture
def profile(tmp_path: Any) -> Profile:
    return Profile(tmp_path / "profile")


def test_the_declaration_is_sound_and_every_default_is_allowed() -> None:
    module = as_module()
    assert mistakes(module) == []
    for one in SETTINGS:
        assert one.field.default is None or problem(module, one.field, one.field.default) is None
        assert one.field.hint, one.key
    places = [one.where for one in SETTINGS]
    assert len(set(places)) == len(places)


def test_a_new_profile_has_the_defaults(profile: Profile) -> None:
    settings = Settings(profile)
    assert {one.key: settings[one.key] for one in SETTINGS} == {
        "theme": "day", "text_size": 100, "motion": True, "alarm_sound": True, "alarm_flood": 10, "server": None,
        "poll": 25, "offline_days": 14, "files_room": 2000, "lock_minutes": 15, "city_name": None, "wall_diagonal": 55,
        "wall_distance": 4,
    }  # fmt: skip
    assert all(settings.is_default(one.key) for one in SETTINGS)


def test_keys_of_older_profiles_keep_working(profile: Profile) -> None:
    profile.set("theme", "night")
    profile.set("server", "https://city")
    profile.set("wall", {"diagonal": 75, "distance": 6, "width": 3840})
    settings = Settings(profile)
    assert (settings["theme"], settings["server"]) == ("night", "https://city")
    assert (settings["wall_diagonal"], settings["wall_distance"]) == (75, 6)
    settings.put("wall_distance", 8)
    assert profile.setting("wall") == {"diagonal": 75, "distance": 8, "width": 3840}


@pytest.mark.parametrize(
    ("key", "damaged"),
    [
        ("theme", "pink"), ("theme", 7), ("text_size", 1000), ("text_size", "100"), ("text_size", 99.5), ("poll", 0),
        ("offline_days", True), ("server", ["a"]), ("server", "ftp://x"), ("motion", "да"),
    ],
)  # fmt: skip
def test_a_damaged_value_gives_way_to_the_default_and_is_logged_once(
    profile: Profile, key: str, damaged: Any, caplog: pytest.LogCaptureFixture
) -> None:
    profile.set(key, damaged)
    settings = Settings(profile)
    with caplog.at_level(logging.WARNING):
        assert settings[key] == settings[key] == settings.declaration(key).field.default
    assert len([one for one in caplog.records if key in one.getMessage()]) == 1


@pytest.mark.parametrize("damaged", [7, [], "x", {"diagonal": "large"}, {"diagonal": -1}])
def test_damaged_insides_give_way_too(profile: Profile, damaged: Any) -> None:
    profile.set("wall", damaged)
    settings = Settings(profile)
    assert settings["wall_diagonal"] == 55
    settings.put("wall_diagonal", 65)
    assert settings["wall_diagonal"] == 65


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("text_size", 84, "от 85 до 150"), ("text_size", 151, "от 85 до 150"), ("text_size", 100.5, "целое"),
        ("server", "город", "https://"), ("theme", "pink", "такого варианта нет"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_in_russian_and_not_kept(profile: Profile, key: str, value: Any, words: str) -> None:
    settings = Settings(profile)
    before = settings[key]
    with pytest.raises(Refused, match=words):
        settings.put(key, value)
    assert settings[key] == before


def test_none_goes_back_to_the_default(profile: Profile) -> None:
    settings = Settings(profile)
    settings.put("text_size", 150)
    assert not settings.is_default("text_size")
    assert Settings(profile)["text_size"] == 150
    settings.put("text_size", None)
    assert settings["text_size"] == 100
