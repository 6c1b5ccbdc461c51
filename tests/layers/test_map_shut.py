"""The page is shut in: whatever gets into it reaches nothing."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from map_city import CENTRE, City, pause, report
from PySide6.QtCore import QPoint, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEnginePage
from shiboken6 import isValid

from layers.scheme import HOME, POLICY

WORLD = "west=0&north=0&east=1&south=1&zoom=2"
TIP = "document.querySelector('.tip').textContent"
MakeCity = Callable[..., City]

TOOLS = """
const heard = (thing, good, bad, go = () => 0) =>
    new Promise((done, fail) => { thing[good] = done; thing[bad] = fail; go(thing); });
const later = (test) => new Promise((done, fail) => setTimeout(() => (test() ? done() : fail()), 200));
const made = (name, more) => Object.assign(document.createElement(name), more);
const sure = (value) => { if (!value) throw new Error("no"); };
"""
PROBES = {
    "fetch": "await fetch('https://example.com/')",
    "http": "await fetch('http://127.0.0.1:9/')",
    "file": "await fetch('file:///etc/passwd')",
    "image": "await heard(new Image(), 'onload', 'onerror', (i) => (i.src = 'https://example.com/a.png'))",
    "data": "await heard(new Image(), 'onload', 'onerror', "
    "(i) => (i.src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw='))",
    "socket": "await heard(new WebSocket('wss://example.com/'), 'onopen', 'onerror')",
    "events": "await heard(new EventSource('https://example.com/'), 'onopen', 'onerror')",
    "script": "await heard(made('script', { src: 'https://example.com/a.js' }), 'onload', 'onerror', "
    "(one) => document.head.append(one))",
    "inline": "document.head.append(made('script', { textContent: 'window.hacked = 1' })); "
    "await later(() => window.hacked)",
    "handler": "document.body.append(made('div')); "
    "document.body.lastChild.setAttribute('onclick', 'window.clicked = 1'); "
    "document.body.lastChild.click(); sure(window.clicked)",
    "eval": "window['ev' + 'al']('1 + 1')",
    "function": "new window['Func' + 'tion']('return 1')()",
    "style": "document.body.setAttribute('style', 'opacity: 0.5'); "
    "sure(getComputedStyle(document.body).opacity === '0.5')",
    "frame": "const f = made('iframe', { src: 'city://map/main.js' }); document.body.append(f); "
    "await later(() => f.contentDocument?.body?.textContent.length > 100)",
    "worker": "await heard(new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))), 'onmessage', 'onerror')",
    "window": "sure(window.open('https://example.com/'))",
    "post": "sure((await fetch('view', { method: 'POST', body: '1' })).ok)",
    "place": "await new Promise((done, fail) => navigator.geolocation.getCurrentPosition(done, fail))",
    "clipboard": "await navigator.clipboard.readText()",
    "notices": "sure((await Notification.requestPermission()) === 'granted')",
    "camera": "await navigator.mediaDevices.getUserMedia({ video: true })",
    "storage": "sure(window.localStorage)",
    "bridge": "sure(typeof qt !== 'undefined' || typeof QWebChannel !== 'undefined')",
}


@pytest.fixture
def city(make_city: MakeCity, pack: Path) -> City:
    return make_city(pack, [report(id="one")])


def test_what_a_page_gone_wrong_may_try_fails(city: City) -> None:
    outcomes = {
        name: city.js_later(f"(async () => {{ {TOOLS} {code}; }})().then(() => 'passed', () => 'failed')")
        for name, code in PROBES.items()
    }
    assert {name for name, outcome in outcomes.items() if outcome != "failed"} == set()
    assert city.js("location.href") == HOME + "index.html"


def test_the_page_goes_nowhere(city: City) -> None:
    for address in ("https://example.com/", "file:///etc/passwd", "javascript:1", HOME + "main.js", "data:text/html,1"):
        city.js(f"(location.href = {json.dumps(address)}, 0)")
        pause(60)
        assert city.js("location.href") == HOME + "index.html"
    city.js("(Object.assign(document.createElement('a'), { href: 'shell.js', download: 'x' }).click(), 0)")
    pause(60)
    assert city.js("location.href") == HOME + "index.html"


def test_a_page_that_left_is_called_back(city: City) -> None:
    with city.bot.waitSignal(city.map.ready, timeout=10_000):
        city.map.page.page.runJavaScript("location.href = 'about:blank'")
    assert city.js("location.href") == HOME + "index.html"


def test_every_answer_bears_the_policy(city: City) -> None:
    names = [
        "index.html", "shell.js", "shell.css", "main.js", "map.css", "bridge.js", "vendor/leaflet/leaflet.js",
        "city.pack", f"view?{WORLD}&layers=reports", f"shapes?{WORLD}&layers=reports",
        "caption?module=reports&id=one",
    ]  # fmt: skip
    for name in names:
        status, policy, sniff = city.js_later(
            f"fetch('{name}').then((a) => [a.status, a.headers.get('content-security-policy'),"
            " a.headers.get('x-content-type-options')])"
        )
        assert (status, policy, sniff) == (200, POLICY, "nosniff"), name


def test_what_is_not_there_is_not_found(city: City) -> None:
    names = [
        "nothing", "", "../map_view.py", "..%2fmap_view.py", "%2e%2e/%2e%2e/main.py", "/etc/passwd", "//etc/passwd",
        "vendor", "vendor/leaflet/LICENSE", "main.js%00.css", "..\\\\map_view.py", "view",
        "view?west=nan&north=0&east=1&south=1&zoom=2", "view?west=0&north=0&east=1&south=1&zoom=9e9",
        "caption?module=nothing&id=1", "caption?module=reports&id=none",
        "shapes?west=0&north=0&east=1&south=1&zoom=9&layers=nothing", "view?x=" + "a" * 3000,
    ]  # fmt: skip
    found = {
        name: city.js_later(f"fetch('city://map/{name}').then((a) => a.ok, () => false)")
        for name in [*names, "index.html"]
    }
    assert found == dict.fromkeys(names, False) | {"index.html": True}


def test_part_of_the_pack_may_be_asked_for(city: City) -> None:
    found = city.js_later(
        "fetch('city.pack', { headers: { Range: 'bytes=0-7' } }).then(async (a) => [a.status, await a.text()])"
    )
    assert found == [206, "CITYPACK"]


def test_requests_given_up_by_the_page_harm_nobody(city: City) -> None:
    code = """Promise.all(Array.from({ length: 60 }, (_, n) => {
        const giveUp = new AbortController();
        setTimeout(() => giveUp.abort(), n % 7);
        return fetch('view?west=0&north=0&east=1&south=1&zoom=9&layers=reports', { signal: giveUp.signal })
            .then(() => 1, () => 0);
    }))"""
    assert set(city.js_later(code)) <= {0, 1}
    city.settle()


def test_a_tour_of_the_map_asks_for_nothing_outside(city: City) -> None:
    for zoom in (10, 13, 16, 19):
        city.map.go_to(*CENTRE, zoom)
        city.settle()
    city.map.set_theme({}, dark=True)
    city.map.select("reports", "one")
    city.settle()
    assert list(city.map.page.interceptor.refused) == []


def test_refused_requests_are_remembered(city: City) -> None:
    """The policy stops them first; what gets past it, here a page without one, meets the interceptor."""
    open_page = QWebEnginePage(city.map.page.page.profile())
    open_page.load(QUrl("https://example.com/a.png"))
    city.bot.waitUntil(lambda: "https://example.com/a.png" in city.map.page.interceptor.refused, timeout=5000)
    open_page.deleteLater()
    city.bot.waitUntil(lambda: not isValid(open_page))


@pytest.mark.campaign
def test_naughty_strings_are_text_in_the_tooltip(city: City, blns: list[str]) -> None:
    """Every string of the list through the store and the scheme to the tooltip, and nothing else comes of it."""
    sound = [text for text in blns if "\x00" not in text]
    ids = [f"n{number}" for number in range(len(sound))]
    city.put(
        "reports", *(report(text=text, number=text[:40], id=ident) for ident, text in zip(ids, sound, strict=True))
    )
    city.map.refresh("reports", ids)
    captions = city.profile.reader([*city.tasks.glance.modules.values()])
    expected = captions.captions("reports", ids)
    captions.close()
    elements = city.js("document.querySelectorAll('*').length")
    city.map.go_to(*CENTRE, 19)
    for ident in ids[:: max(1, len(ids) // 12)]:
        city.map.set_filter("reports", [city.tasks.glance.row_number("reports", ident)])
        city.settle()
        proxy = city.map._view.focusProxy()
        centre = QPoint(city.map.width() // 2, city.map.height() // 2)
        QTest.mouseMove(proxy, centre + QPoint(100, 100))
        pause(30)
        QTest.mouseMove(proxy, centre)
        wanted = expected[ident][:300]
        city.bot.waitUntil(lambda text=wanted: city.js(TIP) == text, timeout=5000)
    assert city.js("document.querySelectorAll('*').length") == elements
    assert list(city.map.page.interceptor.refused) == []
