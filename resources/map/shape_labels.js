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
    const place = ASIDE.map((up) => moved(box, 0, up && up + Math.sign(up) * down)).find(free);
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
  return over || within(geometry, STEPS * (west + east) / 2, STEPS * (north + south) / 2) ? inward : box;
}

// Whether a place lies in an area: a line to the west crosses its rings an odd number of times.
function within({ type, coordinates }, x, y) {
  const rings = type === "Polygon" ? coordinates : type === "MultiPolygon" ? coordinates.flat() : [];
  let inside = false;
  for (const ring of rings) {
    for (let at = 1; at < ring.length; at += 1) {
      const [[ax, ay], [bx, by]] = [ring[at - 1], ring[at]];
      if (ay > y !== by > y && ax + ((y - ay) / (by - ay)) * (bx - ax) < x) inside = !inside;
    }
  }
  return inside;
}

// Another size makes a canvas anew.
function fit(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
