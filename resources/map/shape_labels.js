// Names of lines and polygons, above them and under the marks: none over another, none over a mark, none cut by the edge
// of the view or hidden by what stands around it. Each has the colour and the dashes of its shape.
import { InSight, moved } from "./in_sight.js";
import { Sheet } from "./sheet.js";
import { Taken } from "./taken.js";

const FACE = '"Noto Sans", "DejaVu Sans", "Liberation Sans", sans-serif';
const SIZE = 12;
const ROOM = [6, 3]; // pixels around the letters
const ASIDE = [0, 15, -15, 28, -28]; // pixels under or over a mark, or a cluster, that stands in the middle
const OUT = 1.25; // how much wider than its shape a name may be
const ROOMY = 1.5; // how much wider than its name an area is that may bear it elsewhere than in its middle
const TRIES = 200; // places that are looked at for that
const STEPS = 4; // whole numbers to a pixel, as the program counts

export class ShapeLabels {
  #sheet;
  #context;
  #shown = null;

  constructor(map, city, points) {
    this.map = map;
    this.city = city;
    this.points = points;
    map.createPane("shape_labels").style.zIndex = 395;
    this.#sheet = new Sheet(map, "shape_labels");
    this.#context = this.#sheet.element.getContext("2d");
    map.on("moveend credited", () => this.draw());
  }

  // `layers`: features by module, the most important first.
  show(frame, layers) {
    this.#shown = { frame, layers };
    this.draw();
  }

  // The marks stand elsewhere. Under a hand that drags, the names stay as they are until it lets go.
  makeWay() {
    if (!this.map.dragging.moving()) this.draw();
  }

  // Where another zoom is on its way, its own shapes come with their names.
  draw() {
    if (this.#shown && this.#shown.frame.zoom !== this.map.getZoom()) return;
    const labels = this.#shown ? this.#labels() : [];
    const canvas = this.#sheet.element;
    canvas.hidden = !labels.length; // as a rule there are none: what is not there costs nothing when the marks change
    if (canvas.hidden) return;
    const { frame } = this.#shown;
    const ratio = window.devicePixelRatio;
    fit(canvas, Math.round(frame.width * ratio), Math.round(frame.height * ratio));
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#context.clearRect(0, 0, frame.width, frame.height);
    const size = Math.max(SIZE, this.city.letter);
    this.#context.font = `500 ${size}px ${FACE}`;
    this.#context.textAlign = "center";
    this.#context.textBaseline = "middle";
    const taken = new Taken();
    taken.put(this.points.boxes(frame));
    const sight = new InSight(this.map, frame);
    for (const label of labels) this.#write(label, size, taken, sight);
    this.#sheet.show(frame, ratio);
  }

  // The selected one first.
  #labels() {
    const { frame, layers } = this.#shown;
    const { selected } = this.city;
    const found = [];
    const named = new Set();
    for (const [module, features] of Object.entries(layers)) {
      const { labels, module: of } = this.city.layers.get(module);
      for (const { properties, geometry } of features) {
        const name = `${of}/${properties.id}`; // a record may stand in a layer and in slices of it
        if (named.has(name)) continue;
        named.add(name);
        const chosen = selected?.module === of && selected.id === properties.id;
        if (!properties.label || !(chosen || frame.zoom >= labels)) continue;
        found[chosen ? "unshift" : "push"]({ ...properties, geometry, module, chosen });
      }
    }
    return found;
  }

  #write(label, size, taken, sight) {
    const wide = this.#context.measureText(label.label).width;
    if (wide > label.at[2] * OUT && !label.chosen) return;
    const [x, y] = [label.at[0] / STEPS, label.at[1] / STEPS];
    const [right, down] = [wide / 2 + ROOM[0], size / 2 + ROOM[1]];
    const box = seen([x - right, y - down, x + right, y + down], [x, y], label.geometry, sight);
    const free = (one) => sight.clear(one) && taken.take([[one[0] - 2, one[1] - 2, one[2] + 2, one[3] + 2]]);
    let place = ASIDE.map((up) => moved(box, 0, up && up + Math.sign(up) * down)).find(free);
    if (wide * ROOMY < label.at[2]) place ??= elsewhere(box, label.geometry, free);
    if (label.chosen) place ??= beside(box, free);
    if (place) this.#paint(label, place);
  }

  #paint({ label, value, module, chosen }, [west, north, east, south]) {
    const context = this.#context;
    const { colours } = this.city;
    const opacity = chosen ? 1 : this.city.opaque(module);
    context.beginPath();
    context.roundRect(west, north, east - west, south - north, 3);
    context.globalAlpha = 0.88 * opacity;
    context.fillStyle = colours.panel;
    context.fill();
    context.globalAlpha = opacity;
    context.lineWidth = 1.5;
    context.lineCap = "round";
    context.strokeStyle = chosen ? colours.accent : this.city.ink(module, value);
    context.setLineDash(chosen ? [] : this.city.layers.get(module).dash.map((length) => length / 2));
    context.stroke();
    context.fillStyle = colours.text;
    context.fillText(label, (west + east) / 2, (north + south) / 2 + 0.5);
  }
}

// Where a name is seen whole: moved there if that place is of its shape, too; else where it was.
function seen(box, [x, y], geometry, sight) {
  const inward = sight.inward(box);
  const [west, north, east, south] = inward;
  const over = west <= x && x <= east && north <= y && y <= south;
  return over || within(geometry, (west + east) / 2, (north + south) / 2) ? inward : box;
}

// Where among many marks a name is free and wholly of its area, the nearest such place.
function elsewhere(box, geometry, free) {
  const owns = ([west, north, east, south]) => [west, east].every((x) => within(geometry, x, (north + south) / 2));
  return steps(box, reachOf(geometry)).find((place) => owns(place) && free(place));
}

// Where the selected one's name is free, as near as can be.
function beside(box, free) {
  const [wide, high] = [box[2] - box[0], box[3] - box[1]];
  return steps(box, [box[0] - 2 * wide, box[1] - 6 * high, box[2] + 2 * wide, box[3] + 6 * high]).find(free);
}

// A box moved by halves of its width and by its height within a reach, the shortest way first.
function steps(box, reach) {
  const [wide, high] = [box[2] - box[0], box[3] - box[1]];
  const found = [];
  for (let x = Math.ceil((2 * (reach[0] - box[0])) / wide); x <= (2 * (reach[2] - box[2])) / wide; x += 1) {
    for (let y = Math.ceil((reach[1] - box[1]) / high); y <= (reach[3] - box[3]) / high; y += 1) found.push([(x * wide) / 2, y * high]);
  }
  const shortest = found.toSorted((one, other) => Math.hypot(...one) - Math.hypot(...other)).slice(0, TRIES);
  return shortest.map(([x, y]) => moved(box, x, y));
}

// The box around an area.
function reachOf(geometry) {
  let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of rings(geometry).flat()) {
    [west, north, east, south] = [Math.min(west, x), Math.min(north, y), Math.max(east, x), Math.max(south, y)];
  }
  return [west, north, east, south].map((side) => side / STEPS);
}

// Whether a place lies in an area: a line to the west crosses its rings an odd number of times.
function within(geometry, left, top) {
  const [x, y] = [STEPS * left, STEPS * top];
  let inside = false;
  for (const ring of rings(geometry)) {
    for (let at = 1; at < ring.length; at += 1) {
      const [[ax, ay], [bx, by]] = [ring[at - 1], ring[at]];
      if (ay > y !== by > y && ax + ((y - ay) / (by - ay)) * (bx - ax) < x) inside = !inside;
    }
  }
  return inside;
}

function rings({ type, coordinates }) {
  if (type === "Polygon") return coordinates;
  return type === "MultiPolygon" ? coordinates.flat() : [];
}

// Another size makes a canvas anew.
function fit(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
