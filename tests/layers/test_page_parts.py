"""What can be said of the page without opening it: its sources, its shell, its flags, its words."""

import json
import re
from pathlib import Path

import pytest
from PySide6.QtCore import QMetaMethod

from layers import chromium
from layers.bridge import SHAPES, Bridge, read
from layers.heart import Heart, Restarts
from layers.map_view import ASSETS
from layers.scheme import POLICY, assets
from layers.shell import build, shell, split
from layers.state import MapState

OURS = sorted(path for path in ASSETS.rglob("*") if "vendor" not in path.parts and path.suffix in (".js", ".css"))
FORBIDDEN = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|\bFunction\s*\(|createContextualFragment|"
    r"DOMParser|srcdoc|javascript:|https?://|setTimeout\(\s*[\"'`]|setInterval\(\s*[\"'`]|\bimport\(|cssText|bindPopup|bindTooltip"
)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_page_sources_make_no_markup_or_code_from_text(path: Path) -> None:
    found = FORBIDDEN.search(path.read_text(encoding="utf-8"))
    assert found is None, found


def test_the_lint_would_find_what_it_forbids() -> None:
    for text in ("box.innerHTML = a", "eval(a)", "new Function('a')", "setTimeout('a()', 1)", "fetch('http://a')"):
        assert FORBIDDEN.search(text)
    assert len(OURS) > 10


def test_the_policy_has_no_holes() -> None:
    assert POLICY.startswith("default-src 'none';")
    assert "unsafe" not in POLICY and "*" not in POLICY and "http" not in POLICY and "data:" not in POLICY


def test_folium_builds_a_shell_that_loads_nothing_from_elsewhere() -> None:
    made = build()
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>|<style", made.html) == []
    assert re.findall(r"\bstyle=|\bon\w+=", made.html) == []
    links = re.findall(r"(?:src|href)=\"([^\"]+)\"", made.html)
    names = {*assets(ASSETS), "shell.js", "shell.css"}
    assert links and set(links) <= names
    assert "http:" not in made.html + made.script + made.style and "https:" not in made.html + made.script + made.style
    assert "L.map(" in made.script and "city_map" in made.script and "#city_map" in made.style


def test_a_shell_is_split_whatever_its_order() -> None:
    made = split(
        "<html><head><script>one</script></head><body><style>two</style><script src='x'></script></body></html>"
    )
    assert (made.script, made.style) == ("one", "two")
    assert "<script src='x'>" in made.html and "one" not in made.html and "two" not in made.html


def test_the_shell_is_kept_and_a_spoilt_file_is_made_anew(tmp_path: Path) -> None:
    kept = tmp_path / "folder" / "shell.json"
    made = shell(kept)
    content = json.loads(kept.read_text(encoding="utf-8"))
    kept.write_text(json.dumps({**content, "html": "kept"}), encoding="utf-8")
    assert shell(kept).html == "kept"
    for spoilt in ("", "[]", "{}", json.dumps({**content, "stamp": "old"}), content["html"]):
        kept.write_text(spoilt, encoding="utf-8")
        assert shell(kept) == made


def test_flags_for_chromium(tmp_path: Path) -> None:
    assert chromium.flags({"QT_QPA_PLATFORM": "offscreen"}, tmp_path)[chromium.FLAGS].split() == [
        chromium.GARBAGE, chromium.SOFTWARE
    ]  # fmt: skip
    (tmp_path / "renderD128").touch()
    assert chromium.flags({}, tmp_path)[chromium.FLAGS] == chromium.GARBAGE
    own = chromium.flags({chromium.FLAGS: f"--lang=ru {chromium.GARBAGE}"}, tmp_path)[chromium.FLAGS]
    assert own.split() == ["--lang=ru", chromium.GARBAGE]
    assert chromium.SOFTWARE in chromium.flags({"LIBGL_ALWAYS_SOFTWARE": "1"}, tmp_path)[chromium.FLAGS]


def test_root_is_refused_unless_he_insists() -> None:
    assert "root" in (chromium.refusal_of_root({}, 0) or "")
    assert chromium.refusal_of_root({chromium.UNGUARDED: "1"}, 0) is None
    assert chromium.refusal_of_root({}, 1000) is None


def test_the_bridge_has_these_members_and_no_others() -> None:
    """Everything here can be called by a page gone wrong: a new member needs a reason and a new look at this list."""
    meta = Bridge.staticMetaObject
    own = [meta.method(number) for number in range(meta.methodOffset(), meta.methodCount())]
    assert [(one.methodSignature().data().decode(), one.methodType()) for one in own] == [
        ("told(QString)", QMetaMethod.MethodType.Signal),
        ("say(QString,QString)", QMetaMethod.MethodType.Slot),
    ]
    assert meta.propertyCount() == meta.propertyOffset()
    drawing, measuring = {"aimed", "put", "held", "dropped", "let_go"}, {"pointed", "asked", "measured"}
    seen = {"loaded", "painted", "clicked", "picked", "moved", "viewed", "beat"}
    assert set(SHAPES) == seen | drawing | measuring | {"guest", "left", "piled", "unpiled"}


@pytest.mark.parametrize(
    "word, text",
    [
        ("eval", "{}"), ("", "{}"), ("clicked", ""), ("clicked", "null"), ("clicked", "[]"), ("clicked", "{}"),
        ("clicked", '{"module": "reports"}'), ("clicked", '{"module": "reports", "id": 7}'),
        ("clicked", '{"module": "reports", "id": "1", "more": 1}'),
        ("clicked", '{"module": "' + "a" * 300 + '", "id": "1"}'),
        ("moved", '{"lat": NaN, "lon": 0, "zoom": 1}'), ("moved", '{"lat": Infinity, "lon": 0, "zoom": 1}'),
        ("moved", '{"lat": true, "lon": 0, "zoom": 1}'), ("moved", '{"lat": "1", "lon": 0, "zoom": 1}'),
        ("aimed", '{"lat": 1, "lon": 2, "zoom": 12}'), ("put", '{"lat": 1, "lon": 2, "zoom": 12, "free": 1}'),
        ("held", '{"path": 0, "vertex": 1.5, "middle": false}'), ("held", '{"path": "0", "vertex": 1, "middle": true}'),
        ("held", '{"path": true, "vertex": 1, "middle": true}'), ("let_go", '{"path": 0}'),
        ("dropped", '{"paths": [[[60, 56], [61, 56]]]}'),
        ("painted", '{"n": 1.5}'), ("beat", '{"x": 1}'), ("beat", " " * 5000 + "{}"), ("beat", "[" * 3000),
    ],
)  # fmt: skip
def test_a_malformed_word_is_dropped(word: str, text: str) -> None:
    heard: list[str] = []
    Bridge(lambda word, message: heard.append(word)).say(word, text)
    assert read(word, text) is None and heard == []


def test_a_sound_word_is_heard() -> None:
    heard: list[object] = []
    bridge = Bridge(lambda word, message: heard.append((word, message)))
    bridge.say("moved", '{"lat": 56, "lon": 60.5, "zoom": 12}')
    assert heard == [("moved", {"lat": 56, "lon": 60.5, "zoom": 12})]


def test_restarts_are_limited_to_three_a_minute() -> None:
    now = [0.0]
    restarts = Restarts(clock=lambda: now[0])
    assert [restarts.allowed() for _ in range(4)] == [True, True, True, False]
    now[0] = 59.9
    assert not restarts.allowed()
    now[0] = 60.0
    assert restarts.allowed()
    restarts.forget()
    assert [restarts.allowed() for _ in range(4)] == [True, True, True, False]


def test_a_silent_page_is_told_after_two_missed_beats(qtbot: object) -> None:
    from pytestqt.qtbot import QtBot

    assert isinstance(qtbot, QtBot)
    heart = Heart(beat=0.1)
    with qtbot.waitSignal(heart.stopped, timeout=2000):
        heart.watch()
    heart.watch()
    with qtbot.assertNotEmitted(heart.stopped, wait=400):
        heart.rest()


@pytest.mark.parametrize(
    "saved",
    [{}, {"place": None}, {"place": [1, 2]}, {"place": ["a", 2, 3]}, {"place": [91, 0, 12]}, {"place": [0, 0, 99]},
     {"hidden": 7}, {"hidden": [7, None]}, {"opacity": 7}, {"opacity": {"reports": 0, "crews": 2, "people": "1"}}],
)  # fmt: skip
def test_an_unsound_state_is_left_out(saved: dict[str, object]) -> None:
    state = MapState()
    state.load(saved)
    assert state.place is None and state.hidden == set() and state.opacity == {}


def test_a_state_comes_back() -> None:
    state = MapState(hidden={"people"})
    state.load({"place": [56.0, 60.7, 14.5], "opacity": {"reports": 0.4}})
    other = MapState()
    other.load(json.loads(json.dumps(state.saved())))
    assert (other.place, other.hidden, other.opacity) == (state.place, {"people"}, {"reports": 0.4})
