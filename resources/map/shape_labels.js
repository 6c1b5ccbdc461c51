// Names of lines and polygons, above them and under the marks: none over another, none over a mark.
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
    this.city = city;
    this.points = points;
    map.createPane("shape_labels").style.zIndex = 395;
    this.#sheet = new Sheet(map, "shape_labels");
    this.#context = this.#sheet.element.getContext("2d");
  }

  // `layers`: features by module, the most important first.
  show(frame, layers) {
    this.#shown = { frame, layers };
    this.draw();
  }

  draw() {
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
    for (const label of labels) this.#write(label, size, taken);
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
      for (const { properties } of features) {
        const name = `${of}/${properties.id}`; // a record may stand in a layer and in slices of it
        if (named.has(name)) continue;
        named.add(name);
        const chosen = selected?.module === of && selected.id === properties.id;
        if (properties.label && (chosen || frame.zoom >= labels)) found[chosen ? "unshift" : "push"]({ ...properties, module, chosen });
      }
    }
    return found;
  }

  #write({ label, at, module, chosen }, size, taken) {
    const context = this.#context;
    const { colours } = this.city;
    const [x, y] = [at[0] / STEPS, at[1] / STEPS];
    const wide = context.measureText(label).width;
    if (wide > at[2] * OUT && !chosen) return;
    const [width, height] = [wide + 2 * ROOM[0], size + 2 * ROOM[1]];
    const left = x - width / 2;
    const free = (up) => taken.take([[left - 2, y - height / 2 + up - 2, left + width + 2, y + height / 2 + up + 2]]);
    const moved = ASIDE.map((up) => up && up + (Math.sign(up) * height) / 2).find(free);
    if (moved === undefined) return;
    const top = y - height / 2 + moved;
    context.beginPath();
    context.roundRect(left, top, width, height, 3);
    const opacity = chosen ? 1 : this.city.opaque(module);
    context.globalAlpha = 0.88 * opacity;
    context.fillStyle = colours.panel;
    context.fill();
    context.globalAlpha = opacity;
    context.lineWidth = chosen ? 1.5 : 1;
    context.strokeStyle = chosen ? colours.accent : colours.line;
    context.stroke();
    context.fillStyle = colours.text;
    context.fillText(label, x, y + moved + 0.5);
  }
}

// Another size makes a canvas anew.
function fit(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
