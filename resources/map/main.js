// The map's page: it keeps nothing of its own. The program tells it what to show and hears what the user does.
import { BaseMap } from "./basemap.js";
import { Edit } from "./edit.js";
import { Frame } from "./frame.js";
import { Guests } from "./guests.js";
import { Ruler } from "./measure.js";
import { Overlap } from "./overlap.js";
import { Pointer } from "./pointer.js";
import { Points } from "./points.js";
import { Shapes } from "./shapes.js";
import { frameOf } from "./reach.js";
import { Tiles } from "./tiles.js";
import { Tip } from "./tip.js";
import { on, say } from "./words.js";

const BEAT = 5000;
const SHAPES_FROM = 12; // below this zoom lines and polygons are too small: only marks at their middles are shown
const EDGE = 0.04; // share of the view at its rim where a selected record is not seen well enough
const MARGIN = 16; // pixels around the city when it fills the view
const map = window.city_map;
let mark = null; // where a card stands that is being made
let home = null; // the city's bounds, as long as nobody has looked elsewhere

// What is shown, as the program said last.
const city = {
  colours: {}, outlines: {}, layers: new Map(), hidden: new Set(), opacity: {}, selected: null, picking: false, centring: false,
  measuring: "", // what the next clicks measure: "length" or "area"
  letter: 0, // pixels that every letter has at least, where the map is read from afar; 0 at a desk
  shown(zoom) {
    return [...this.layers.keys()].filter((key) => !this.hidden.has(key) && zoom >= this.layers.get(key).from);
  },
  pointLayers(zoom) {
    return this.shown(zoom).filter((key) => {
      const { marked, area } = this.layers.get(key);
      return !area && (marked || zoom < SHAPES_FROM);
    });
  },
  shapeLayers(zoom) {
    return this.shown(zoom).filter((key) => {
      const { geometry, area } = this.layers.get(key);
      return area || (geometry !== "point" && zoom >= SHAPES_FROM);
    });
  },
  // How opaque a module's layer is, from 0 to 1.
  opaque(key) {
    return this.opacity[key] ?? 1;
  },
  // The colour of a layer's records of a value.
  ink(key, value) {
    const { marks } = this.layers.get(key);
    return this.colours[(marks.find((mark) => mark.value === value) ?? marks.at(-1)).colour];
  },
  // The program says where the selected record is; bring it into view if that was asked for.
  located(place) {
    if (!this.centring || !place) return;
    this.centring = false;
    const at = unit(place[0], place[1]);
    if (map.getBounds().pad(-EDGE).contains(at)) return;
    home = null;
    map.setView(at, Math.max(map.getZoom(), 15));
  },
  noticed(about, text) {
    frame.notice(about, text);
  },
};

const frame = new Frame(map);
const tip = new Tip(map.getContainer());
const basemap = new BaseMap(map, (trouble, attribution) => {
  if (trouble) frame.complain(trouble);
  frame.credit(attribution);
});
const tiles = new Tiles(map);
const points = new Points(map, city, tip);
const shapes = new Shapes(map, city, tip, points);
const edit = new Edit(map, city);
const guests = new Guests(map, city, tip, points, shapes.renderer);
const overlap = new Overlap(map, city, tip, shapes.renderer);
const ruler = new Ruler(map, city);
new Pointer(map, city);

function unit(x, y) {
  return map.unproject([x * 256, y * 256], 0);
}

function redraw() {
  points.ask();
  shapes.ask();
}

// One base map at a time: pictures if there are any, else the city pack.
function ground(pack, pictures, trouble) {
  frame.complain(trouble);
  tiles.load(pictures);
  basemap.show(Boolean(pack));
  frame.credit(pictures?.attribution ?? "");
  if (pack) basemap.load(pack);
}

function dark(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return 0.3 * red + 0.59 * green + 0.11 * blue < 110;
}

function paint(colours) {
  city.colours = colours;
  map.getContainer().classList.toggle("dark", dark(colours.map_land));
  for (const [name, colour] of Object.entries(colours)) document.documentElement.style.setProperty(`--${name}`, colour);
  basemap.paint(colours);
  points.repaint();
  shapes.restyle();
  guests.ask();
  overlap.repaint();
  edit.repaint();
}

function look({ lat, lon, zoom, bounds }) {
  home = bounds ? [[bounds[1], bounds[0]], [bounds[3], bounds[2]]] : null;
  if (home) showHome();
  else map.setView([lat, lon], zoom, { animate: false });
}

function showHome() {
  map.fitBounds(home, { animate: false, padding: [MARGIN, MARGIN] });
}

function pick(wanted) {
  city.picking = wanted;
  tip.hide();
  frame.picking(wanted);
}

const frames = (count) => new Promise((done) => {
  const next = (left) => (left ? requestAnimationFrame(() => next(left - 1)) : done());
  next(count);
});

// A map without records must not look like a city without trouble.
function tellEmpty() {
  const empty = city.layers.size > 0 && [...city.layers.keys()].every((key) => city.hidden.has(key));
  city.noticed("layers", empty ? "Все слои записей выключены." : "");
}

// Everything that was asked for is on the screen.
async function painted(number) {
  do await frames(2);
  while (!(basemap.idle && tiles.idle && points.idle && shapes.idle && guests.idle));
  await frames(2);
  say("painted", { n: number });
}

on("start", ({
  colours, outlines, layers, hidden, opacity, selected, view, pile, pack, tiles: pictures, trouble, letter, buttons,
}) => {
  city.outlines = outlines;
  city.letter = basemap.letter = letter;
  frame.dress(letter, buttons);
  city.layers = new Map(layers.map((layer) => [layer.key, layer]));
  city.hidden = new Set(hidden);
  city.opacity = opacity;
  city.selected = selected;
  tellEmpty();
  paint(colours);
  look(view);
  if (pile) points.pile.reopen(pile, frameOf(map));
  ground(pack, pictures, trouble);
  redraw();
});
on("theme", ({ colours }) => paint(colours));
on("pack", ({ pack, tiles: pictures, trouble }) => {
  ground(pack, pictures, trouble);
  points.ask();
});
on("look", look);
on("layers", ({ hidden, opacity }) => {
  city.hidden = new Set(hidden);
  tellEmpty();
  city.opacity = opacity;
  shapes.restyle();
  redraw();
});
on("changed", ({ shape }) => {
  points.changes.come();
  if (shape) shapes.changes.come();
});
on("filtered", ({ shape }) => {
  points.changes.now();
  if (shape) shapes.changes.now();
});
on("select", ({ selected, centre }) => {
  mark = mark?.remove() && null;
  city.selected = selected;
  city.centring = centre;
  points.ask();
  shapes.restyle();
});
on("mark", ({ place }) => {
  mark = mark?.remove() && null;
  if (!place) return;
  const at = [place.lat, place.lon];
  mark = L.marker(at, { icon: L.divIcon({ className: "mark", iconSize: [30, 30] }), interactive: false }).addTo(map);
  if (map.getBounds().pad(-EDGE).contains(at) && map.getZoom() >= place.zoom - 2) return;
  home = null;
  map.setView(at, Math.max(map.getZoom(), place.zoom));
});
on("pick", ({ wanted }) => pick(wanted));
on("drawing", ({ drawing, look: spots }) => {
  tip.hide();
  if (spots) home = null;
  edit.show(drawing, spots);
});
on("sketch", (sketch) => edit.sketch(sketch));
on("aim", (answer) => edit.aim(answer));
on("put", () => edit.put());
on("nudge", (pixels) => edit.nudge(pixels));
on("measure", ({ kind, places, words }) => {
  city.measuring = kind;
  pick(kind !== "");
  frame.hinting(words);
  ruler.show({ kind, places });
});
on("report", ({ number }) => painted(number));

map.on("moveend resize", () => {
  if (!map.getSize().x || !map.getSize().y) return; // behind another panel nothing is seen
  const seen = map.getBounds();
  say("viewed", { west: seen.getWest(), south: seen.getSouth(), east: seen.getEast(), north: seen.getNorth() });
});
map.on("moveend", () => {
  if (home) return;
  const { lat, lng } = map.getCenter().wrap();
  say("moved", { lat, lon: lng, zoom: map.getZoom() });
});
map.on("click", ({ latlng, containerPoint }) => {
  if (edit.active) return; // the click is the drawing's
  const item = points.at(containerPoint);
  if (city.picking) {
    const { lat, lng } = latlng.wrap();
    say(city.measuring ? "measured" : "picked", { lat, lon: lng });
  } else if (item) points.click(item);
  else points.pile.close();
});
map.on("mousemove", ({ containerPoint }) => {
  if (city.picking || map.dragging.moving()) return; // under a hand that drags lies what lay there before
  const item = points.at(containerPoint);
  frame.hovering(item !== null);
  if (!item) tip.leave();
  else if (item.count) tip.say(`Записей: ${item.count}${item.late ? `\nПросрочено: ${item.late}` : ""}`, containerPoint);
  else tip.show(item.module, item.id, containerPoint);
});
map.on("mouseout movestart", () => tip.hide());

for (const act of ["pointerdown", "wheel", "keydown"]) {
  map.getContainer().addEventListener(act, () => (home = null), { capture: true, passive: true });
}

// A screen of another sharpness changes the ratio, not the map's size: nothing else would draw it anew.
function sharpen() {
  const ratio = window.devicePixelRatio;
  matchMedia(`(resolution: ${ratio}dppx)`).addEventListener("change", () => {
    basemap.draw();
    tiles.sharpen();
    points.repaint();
    shapes.restyle();
    sharpen();
  }, { once: true });
}
sharpen();

setInterval(() => say("beat"), BEAT);
// QtWebEngine does not collect garbage by itself (QTBUG-150562).
if (typeof gc === "function") setInterval(() => gc({ type: "minor" }), 2000);
new ResizeObserver(() => {
  map.invalidateSize({ animate: false });
  if (home) showHome();
}).observe(map.getContainer());
