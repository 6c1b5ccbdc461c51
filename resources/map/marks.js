// How records look on the map: marks, clusters, legs of an open pile, badges of what is overdue. Each is a stroke of the
// mosaic: its box in the frame's pixels, its look in words (all that it depends on but colours), and how it is drawn.
import { CORNERS } from "./parting.js";

export const SIZE = 7; // half of a mark, in pixels
const ROOM = 7; // between a cluster's number and its rim, in pixels
const FOOT = 4.5; // where the legs of an open pile meet
const BADGE = 6.5; // half of the mark of an overdue record, in pixels
const RIM = 1.5; // around it
const FACE = '"Noto Sans", "DejaVu Sans", "Liberation Sans", sans-serif';

export class Marks {
  #sprites = new Map();
  #measure = new OffscreenCanvas(1, 1).getContext("2d");
  #widths = new Map();

  constructor(city) {
    this.city = city;
  }

  // Colours, or the sharpness of the screen, have changed.
  forget() {
    this.#sprites.clear();
  }

  // What keeps a mark of an open pile at its place.
  leg({ x, y, leg: [footX, footY] }) {
    const { panel, text } = this.city.colours;
    const box = [Math.min(x, footX) - 3, Math.min(y, footY) - 3, Math.max(x, footX) + 3, Math.max(y, footY) + 3];
    return stroke(box, ["leg", x < footX, y < footY], (context) => {
      for (const [width, colour] of [[4, panel], [1.5, text]]) {
        context.beginPath();
        context.moveTo(footX, footY);
        context.lineTo(x, y);
        context.lineWidth = width;
        context.strokeStyle = colour;
        context.stroke();
      }
    });
  }

  point({ module, x, y, mark, focused }) {
    const { colours } = this.city;
    const opaque = this.city.opaque(module);
    return stroke(around(x, y, 2 * SIZE), [mark.colour, mark.shape, focused, opaque], (context) => {
      context.globalAlpha = opaque;
      if (focused) disc(context, x, y, SIZE + 6, colours.accent);
      if (focused) disc(context, x, y, SIZE + 3.5, colours.panel);
      put(context, this.#sprite(mark), x, y);
    });
  }

  // A mark by itself, for a list.
  icon(mark) {
    const sprite = this.#sprite(mark);
    const canvas = L.DomUtil.create("canvas", "pile-mark");
    [canvas.width, canvas.height] = [sprite.width, sprite.height];
    canvas.getContext("2d").drawImage(sprite, 0, 0);
    canvas.style.width = canvas.style.height = `${sprite.width / window.devicePixelRatio}px`;
    return canvas;
  }

  #sprite(mark) {
    const key = `${mark.colour} ${mark.shape}`;
    if (!this.#sprites.has(key)) this.#sprites.set(key, this.#drawn(mark, SIZE));
    return this.#sprites.get(key);
  }

  #drawn(mark, size) {
    const ratio = window.devicePixelRatio;
    const side = Math.ceil((2 * size * 1.3 + 5) * ratio);
    const canvas = new OffscreenCanvas(side, side);
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, side / 2, side / 2);
    const outline = this.#outline(mark.shape, size);
    context.lineJoin = "round";
    context.lineWidth = 3.2;
    context.strokeStyle = this.city.colours.panel;
    context.stroke(outline);
    context.fillStyle = this.city.colours[mark.colour];
    context.fill(outline);
    return canvas;
  }

  #outline(shape, size) {
    const outline = new Path2D();
    for (const polygon of this.city.outlines[shape]) {
      polygon.forEach(([x, y], corner) => outline[corner ? "lineTo" : "moveTo"](x * size, y * size));
      outline.closePath();
    }
    return outline;
  }

  #letter(count) {
    return Math.max(count > 999 ? 10.5 : 11.5, this.city.letter);
  }

  #face(count) {
    return `600 ${this.#letter(count)}px ${FACE}`;
  }

  #width(words, font) {
    const key = `${font} ${words}`;
    if (!this.#widths.has(key)) {
      if (this.#widths.size > 2000) this.#widths.clear();
      this.#measure.font = font;
      this.#widths.set(key, this.#measure.measureText(words).width);
    }
    return this.#widths.get(key);
  }

  // A cluster grows with its count, and has room for its number.
  radius(count) {
    const room = this.#width(brief(count), this.#face(count)) / 2 + ROOM;
    return Math.max(10 + Math.min(12, 2.2 * Math.log2(count)), room);
  }

  // Where the legs of a cluster meet that is open.
  foot({ module, x, y }) {
    const { panel, text } = this.city.colours;
    const opaque = this.city.opaque(module);
    return stroke(around(x, y, FOOT + 2), ["foot", opaque], (context) => {
      context.globalAlpha = opaque;
      disc(context, x, y, FOOT + 1.5, panel);
      disc(context, x, y, FOOT, text);
    });
  }

  // A cluster: how many, and in a ring around it, how many of each colour.
  cluster({ module, x, y, count, shares, marks, reach }, open) {
    const { colours } = this.city;
    const opaque = this.city.opaque(module);
    return stroke(around(x, y, reach + 5), [module, count, shares, open, opaque], (context) => {
      context.globalAlpha = opaque;
      if (open) disc(context, x, y, reach + 4, colours.accent);
      disc(context, x, y, reach + 1.5, colours.panel);
      ring(context, x, y, reach - 1.5, shares, count, (code) => colours[marks[code].colour]);
      write(context, brief(count), x, y + 0.5, this.#face(count), colours.text);
    });
  }

  // Overdue: an exclamation mark at a corner, in a cluster with how many are; a shape and a word, not a colour.
  overdue(item) {
    const { colours } = this.city;
    const { box, words, font, half } = this.badge(item);
    const [west, north, east, south] = box;
    return stroke(box, words, (context) => {
      for (const [rim, colour] of [[RIM, colours.panel], [0, colours.tone_late]]) {
        context.beginPath();
        const inset = RIM + 0.5 - rim;
        context.roundRect(west + inset, north + inset, east - west - 2 * inset, south - north - 2 * inset, half + rim);
        context.fillStyle = colour;
        context.fill();
      }
      write(context, words, (west + east) / 2, (north + south) / 2 + 0.5, font, colours.panel);
    });
  }

  // Where that mark stands at a corner (`parting.js`).
  badge({ x, y, id, reach, late, corner = CORNERS[0] }, [right, down] = corner) {
    const { letter } = this.city;
    const font = `700 ${Math.max(10.5, letter)}px ${FACE}`;
    const words = id ? "!" : `! ${brief(late)}`;
    const half = id ? BADGE : Math.max(BADGE, letter * 0.7);
    const wide = Math.max(half, this.#width(words, font) / 2 + 4);
    const [dx, dy] = id ? [SIZE + 1, SIZE + 1] : [reach * 0.6 + wide - half / 2, reach * 0.7 + half / 2];
    const [mx, my] = [x + right * dx, y + down * dy];
    return { box: [mx - wide - 2, my - half - 2, mx + wide + 2, my + half + 2], words, font, half };
  }

  // What of a mark must be seen: of a cluster its number.
  core({ x, y, id, count }) {
    if (id) return around(x, y, SIZE - 2);
    const [half, high] = [this.#width(brief(count), this.#face(count)) / 2, this.#letter(count) / 2];
    return [x - half, y - high, x + half, y + high];
  }

  selected(x, y, mark) {
    const { panel, accent } = this.city.colours;
    return stroke(around(x, y, SIZE + 11), ["selected", mark.colour, mark.shape], (context) => {
      for (const [width, colour] of [[6, panel], [3, accent]]) {
        context.beginPath();
        context.arc(x, y, SIZE + 7, 0, 7);
        context.lineWidth = width;
        context.strokeStyle = colour;
        context.stroke();
      }
      put(context, this.#drawn(mark, SIZE + 1.5), x, y);
    });
  }
}

function stroke(box, look, draw) {
  return { box, look: String(look), draw };
}

function around(x, y, reach) {
  return [x - reach, y - reach, x + reach, y + reach];
}

function put(context, sprite, x, y) {
  const side = sprite.width / window.devicePixelRatio;
  context.drawImage(sprite, x - side / 2, y - side / 2, side, side);
}

function disc(context, x, y, radius, colour) {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fillStyle = colour;
  context.fill();
}

// `shares`: code, count, code, count, … Statuses of one colour are one part.
function ring(context, x, y, radius, shares, count, colourOf) {
  const parts = new Map();
  for (let at = 0; at < shares.length; at += 2) {
    const colour = colourOf(shares[at]);
    parts.set(colour, (parts.get(colour) ?? 0) + shares[at + 1]);
  }
  let turn = -Math.PI / 2;
  context.lineWidth = 4;
  for (const [colour, part] of parts) {
    const next = turn + (2 * Math.PI * part) / count;
    context.beginPath();
    context.arc(x, y, radius, turn, next);
    context.strokeStyle = colour;
    context.stroke();
    turn = next;
  }
}

function write(context, words, x, y, font, colour) {
  context.font = font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colour;
  context.fillText(words, x, y);
}

function brief(count) {
  if (count < 10000) return String(count);
  return count < 1000000 ? `${Math.round(count / 1000)} т` : `${(count / 1000000).toFixed(1).replace(".", ",")} м`;
}
