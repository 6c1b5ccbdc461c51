"""The base map as the wall shows it: fewer things, wider ways, and no word too small for the farthest seat."""

from collections.abc import Callable, Mapping
from pathlib import Path

from map_city import CENTRE, City

from layers.mercator import project
from widgets.theme import Theme, contrast
from widgets.viewing import VALUE, Viewing, capital

PAINTED = """(async () => {
  const { parse } = await import(new URL("pack.js", location));
  const { Painter } = await import(new URL("painter.js", location));
  const painter = new Painter(parse(await (await fetch("city.pack")).arrayBuffer()));
  const context = new OffscreenCanvas(900, 700).getContext("2d");
  const words = [], lines = [];
  context.fillText = (text) => words.push([text, Number(context.font.match(/([\\d.]+)px/)[1])]);
  context.stroke = () => lines.push([context.strokeStyle, context.lineWidth]);
  const [zoom, x, y, letter] = %s;
  painter.paint(context, { zoom, x, y, width: 900, height: 700, letter }, 1, %s);
  return { words, lines };
})()"""
SEEN = ("map_road", "map_main", "map_highway", "map_rail", "map_boundary")
WORDS = ("map_text", "map_street_text", "map_water_text")


def painted(
    city: City, zoom: float, letter: float, colours: Mapping[str, str]
) -> tuple[dict[str, float], dict[str, float]]:
    """The words and how high their letters are; the colours of lines and how wide they are."""
    x, y = (float(one) * 256 * 2**zoom for one in project(CENTRE[1], CENTRE[0]))
    found = city.js_later(PAINTED % ([zoom, x - 450, y - 350, letter], dict(colours)))
    return dict(found["words"]), dict(found["lines"])


def test_what_must_be_told_from_afar_stands_out() -> None:
    wall = Theme.load("wall").ground
    assert all(contrast(wall[one], wall["map_land"]) >= 3 for one in SEEN)
    assert all(contrast(wall[one], wall[ground]) >= 7 for one in WORDS for ground in ("map_land", "map_halo"))
    assert contrast(wall["map_water"], wall["map_land"]) >= 2.5


def test_few_words_each_large_enough_and_wider_ways(make_city: Callable[..., City], pack: Path) -> None:
    city = make_city(pack)
    city.settle()
    for zoom in (13, 15, 17):
        _stands_out(city, zoom)


def _stands_out(city: City, zoom: int) -> None:
    viewing = Viewing()
    font = Theme.load("wall").font()
    letter = viewing.letter(font, VALUE) / viewing.scale
    colours = city.map._colours | Theme.load("wall").map_colours()
    near, thin = painted(city, zoom, 0, colours)
    far, wide = painted(city, zoom, letter, colours)
    assert far.keys() < near.keys()
    assert all(viewing.minutes(size * viewing.scale * capital(font)) >= VALUE for size in far.values())
    road = colours["map_road"]
    assert wide[road] > 1.4 * thin[road]
    assert colours["map_path"] not in wide and (zoom < 15 or colours["map_path"] in thin)
