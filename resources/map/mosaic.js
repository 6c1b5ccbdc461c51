// A sheet of canvases side by side, laid on the world's pixels: only those are there that have something on them, and
// only those are drawn anew on which something has changed. What a pan leaves in place is not touched.
import { Sheet } from "./sheet.js";

const SIDE = 512; // of a canvas, in its own pixels
const SEAM = 1; // pixels by which it reaches over the next ones: on a fraction of a pixel its edge would let through

export class Mosaic extends Sheet {
  #laid = new Map(); // where -> a canvas and what it shows, in words
  #spare = []; // canvases without pixels: nobody would collect them

  constructor(map, pane) {
    super(map, pane, "div");
  }

  // Strokes from the lowest to the highest: `box` in the frame's pixels, the `look` in words, and `draw` on a context.
  draw(frame, ratio, strokes) {
    const wanted = sorted(frame, ratio, strokes);
    for (const [where, { canvas }] of this.#laid) if (!wanted.has(where)) this.#take(where, canvas);
    for (const [where, part] of wanted) this.#lay(where, part, frame, ratio);
    this.show(frame, ratio);
  }

  // Colours have changed: the same words look otherwise.
  forget() {
    for (const tile of this.#laid.values()) tile.look = null;
  }

  #take(where, canvas) {
    this.#laid.delete(where);
    canvas.hidden = true;
    canvas.width = canvas.height = 0;
    this.#spare.push(canvas);
  }

  #lay(where, { column, row, strokes, look }, frame, ratio) {
    const tile = this.#laid.get(where) ?? this.#new(where, ratio);
    const { canvas, context } = tile;
    L.DomUtil.setTransform(canvas, L.point((column * SIDE) / ratio - frame.x, (row * SIDE) / ratio - frame.y));
    if (tile.look === look) return;
    tile.look = look;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(ratio, 0, 0, ratio, frame.x * ratio - column * SIDE, frame.y * ratio - row * SIDE);
    for (const { draw } of strokes) {
      context.globalAlpha = 1;
      draw(context);
    }
  }

  #new(where, ratio) {
    const canvas = this.#spare.pop() ?? L.DomUtil.create("canvas", "tile", this.element);
    canvas.hidden = false;
    const side = Number.isInteger(ratio) ? SIDE : SIDE + SEAM;
    canvas.width = canvas.height = side;
    canvas.style.width = canvas.style.height = `${side / ratio}px`;
    const tile = { canvas, context: canvas.getContext("2d"), look: null };
    this.#laid.set(where, tile);
    return tile;
  }
}

// By the canvas, what is drawn on it.
function sorted(frame, ratio, strokes) {
  const found = new Map();
  for (const stroke of strokes) {
    const [west, north, east, south] = stroke.box;
    const words = `${(west + frame.x).toFixed(2)} ${(north + frame.y).toFixed(2)} ${stroke.look}\n`;
    for (const [column, row] of cells(stroke.box, frame, ratio)) {
      const where = `${frame.zoom} ${ratio} ${column} ${row}`;
      if (!found.has(where)) found.set(where, { column, row, strokes: [], look: "" });
      const part = found.get(where);
      part.strokes.push(stroke);
      part.look += words;
    }
  }
  return found;
}

// The canvases that a box meets, as far as the frame reaches.
function* cells([west, north, east, south], { x, y, width, height }, ratio) {
  const at = (place) => Math.floor((place * ratio) / SIDE);
  const [right, bottom] = [at(x + Math.min(width, east)), at(y + Math.min(height, south))];
  for (let column = at(x + Math.max(0, west)); column <= right; column += 1) {
    for (let row = at(y + Math.max(0, north)); row <= bottom; row += 1) yield [column, row];
  }
}
