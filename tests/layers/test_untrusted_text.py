"""What residents and files write reaches the page as text: every payload, through every field, of every module.

The page is asked for the captions of thousands of records at once, each by the page's own tooltip.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from map_city import CENTRE, WRITTEN, City
from throwaway import HOUSE

from citymanager.schema import TEXT_KINDS, Module
from layers.mercator import project
from layers.scheme import HOME

MakeCity = Callable[..., City]
LAT, LON = CENTRE
BATCH = 800
LONGEST = 120
"""Letters of a caption."""
LABEL = 40
"""Letters of a label."""
PLACED = [one for one in HOUSE if one.geometry]
SHAPES = [one for one in PLACED if one.geometry != "point"]
ROW, EAST, NORTH = 25, 0.002, 0.0015
"""How records stand: so many beside each other, so many degrees apart."""
TIPS = """(async (asked) => {
  const { Tip } = await import("city://map/tip.js");
  const before = document.querySelectorAll("*").length;
  const made = asked.map(([module, id]) => {
    const box = document.body.appendChild(document.createElement("section"));
    new Tip(box).show(module, id, { x: 0, y: 0 });
    return box;
  });
  const end = performance.now() + 60000;
  while (made.some((box) => box.firstChild.hidden) && performance.now() < end) {
    await new Promise((done) => setTimeout(done, 20));
  }
  await new Promise((done) => setTimeout(done, 50));
  const texts = made.map((box) => box.textContent);
  const more = document.querySelectorAll("*").length - before - 2 * made.length;
  const other = made.filter((box) => [...box.firstChild.childNodes].some((one) => one.nodeType !== Node.TEXT_NODE));
  made.forEach((box) => box.remove());
  return { texts, more, other: other.length };
})"""


@pytest.fixture(scope="module")
def payloads() -> list[str]:
    """Our own: markup, addresses, templates, styles, tricks of Unicode, very long ones."""
    found = json.loads((Path(__file__).parent / "payloads.json").read_text(encoding="utf-8"))
    texts = [one if isinstance(one, str) else one["repeat"] * one["times"] for one in found]
    assert len(set(texts)) >= 60
    return texts


def text_fields(module: Module) -> list[str]:
    """The fields whose texts reach the page."""
    return [key for key in module.caption if module.field(key).kind in TEXT_KINDS]


def rows(module: Module, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Records in which each field that reaches the page holds each text once, the longest beside the shortest."""
    by_length = sorted(texts, key=len)
    turned = (by_length, by_length[::-1], by_length[len(texts) // 2 :] + by_length[: len(texts) // 2])
    for at in range(len(texts)):
        held = {key: turned[place % 3][at] for place, key in enumerate(text_fields(module))}
        yield {"id": f"{module.key}-{at}", "geometry": lies(module, at), **held}


def lies(module: Module, at: int) -> dict[str, Any]:
    lon, lat = LON + at % ROW * EAST, LAT + at // ROW * NORTH
    ring = [[lon, lat], [lon + 0.0015, lat], [lon, lat + 0.001], [lon, lat]]
    point = {"type": "Point", "coordinates": [lon, lat]}
    return point if module.geometry == "point" else {"type": "Polygon", "coordinates": [ring]}


def expected(module: Module, row: dict[str, Any]) -> str:
    line = " · ".join(" ".join(row[key].split()) for key in text_fields(module) if row[key].split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def test_every_module_with_a_place_has_texts_that_reach_the_page() -> None:
    assert all(text_fields(module) for module in PLACED)


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def labels_are_text(city: City, made: dict[str, list[dict[str, Any]]], least: int) -> None:
    """What is sent to be written on lines and polygons, and what the canvas is given: so many texts at least."""
    wanted = set()
    for module in SHAPES:
        label = text_fields(module)[0]
        told = {row["id"]: cut(" ".join(row[label].split()), LABEL) for row in made[module.key]}
        told |= {row["id"]: "" for row in made[module.key] if "\x00" in row[label]}  # no column holds such a text
        x, y = project([LON - 0.1, LON + 0.1], [LAT + 0.1, LAT - 0.1])
        window = f"west={x[0]}&north={y[0]}&east={x[1]}&south={y[1]}&zoom=17&layers={module.key}"
        found = city.js_later(f"fetch('shapes?{window}').then((answer) => answer.json())")
        features = [one["properties"] for one in found["layers"][module.key]]
        assert {one["id"]: one.get("label", "") for one in features if not one.get("border")} == told
        assert not any(one.get("label") for one in features if one.get("border"))
        wanted |= set(told.values())
    elements = city.js("document.querySelectorAll('*:not(canvas)').length")
    city.js(WRITTEN)
    for module in PLACED:
        city.map.set_shown(module.key, module in SHAPES)
        city.map.refresh(module.key)
    written = set()
    for column in range(3, ROW, 9):
        for row in range(3, ROW, 9):
            city.map.go_to(LAT + row * NORTH, LON + column * EAST, 17)
            city.settle()
            written |= {text for text, *_ in city.js("window.written")}
    assert len(written) >= least and written <= wanted
    assert city.js("document.querySelectorAll('*:not(canvas)').length") == elements


@pytest.mark.parametrize("naughty", [False, pytest.param(True, marks=pytest.mark.campaign)])
def test_whatever_is_written_anywhere_is_text_on_the_page(
    make_city: MakeCity, payloads: list[str], blns: list[str], naughty: bool
) -> None:
    """The payloads, and behind them every one of the naughty strings."""
    city = make_city(None)
    texts = [*payloads, *(one for one in blns if naughty and one not in set(payloads))]
    wanted: dict[tuple[str, str], str] = {}
    for module in PLACED:
        made = list(rows(module, texts))
        wanted |= {(module.key, row["id"]): expected(module, row) for row in made}
        city.put(module.key, *map(dict, made))
    keys = list(wanted)
    assert len(keys) == len(PLACED) * len(texts)
    for start in range(0, len(keys), BATCH):
        asked = keys[start : start + BATCH]
        found = city.js_later(f"{TIPS}({json.dumps(asked)})")
        assert (found["more"], found["other"]) == (0, 0), "elements beyond text"
        wrong = [(key, text) for key, text in zip(asked, found["texts"], strict=True) if text != wanted[key]]
        assert wrong == []
    labels_are_text(city, {module.key: list(rows(module, texts)) for module in SHAPES}, 50 if naughty else 1)
    assert city.js("[typeof window.pwned, location.href, document.title]") == ["undefined", HOME + "index.html", ""]
    assert list(city.map.page.interceptor.refused) == []
