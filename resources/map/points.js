// The records' points: the program answers each view with at most 2,000 points and clusters, this canvas draws them.
import { Bursts } from "./bursts.js";
import { Pile } from "./pile.js";
import { frameOf, Sheet } from "./sheet.js";
import { Turn } from "./turn.js";
import { say } from "./words.js";

const SIZE = 7; // half of a mark, in pixels
const ROOM = 7; // between a cluster's number and its rim, in pixels
const REACH = 11; // how near the pointer must be
const PARTED = 350; // marks in a view up to which they are kept from covering each other
const ROUNDS = 4;
const FAR = 2.2; // how far a mark may step aside, in its own radius
const FOOT = 4.5; // where the legs of an open pile meet
const BADGE = 6.5; // half of the mark of an overdue record, in pixels
const FACE = '"Noto Sans", "DejaVu Sans", "Liberation Sans", sans-serif';

export class Points {
  #sheet;
  #context;
  #items = [];
  #answer = null;
  #sprites = new Map();
  #turn = new Turn(async () => {
    await this.#fetch();
    await this.pile.look();
  });
  changes = new Bursts(() => this.ask());
  drawn = () => {}; // what else stands where the marks do not

  constructor(map, city, tip) {
    this.map = map;
    this.city = city;
    this.tip = tip;
    this.pile = new Pile(map, city, {
      changed: () => this.redraw(),
      icon: (mark) => this.#icon(mark),
      focused: (module, id) => {
        const leg = this.#items.find((item) => item.focused);
        if (leg) tip.show(module, id, this.#seen(leg.x, leg.y));
      },
    });
    this.#sheet = new Sheet(map, "overlayPane");
    this.#context = this.#sheet.canvas.getContext("2d");
    map.on("moveend resize", () => this.ask());
    map.on("move", () => this.#sheet.frame && !this.#sheet.covers() && this.ask());
  }

  get idle() {
    return this.#turn.idle && this.changes.idle;
  }

  async ask() {
    if (this.map.getSize().x >= 1) await this.#turn.take();
  }

  async #fetch() {
    const frame = frameOf(this.map);
    const { selected } = this.city;
    const query = windowOf(frame, {
      layers: this.city.pointLayers(frame.zoom).join(","), module: selected?.module ?? "", id: selected?.id ?? "",
    });
    try {
      const answer = await fetch(`view?${query}`);
      if (answer.ok) this.#take(frame, await answer.json());
    } catch {
      this.#answer ??= null; // the program is closing, or busy beyond measure: what is drawn stays
    }
  }

  #take(frame, answer) {
    this.#answer = { frame, answer };
    this.redraw();
    this.city.located(answer.selected ?? null);
    this.city.noticed("pack", answer.notice);
  }

  repaint() {
    this.#sprites.clear();
    this.redraw();
  }

  redraw() {
    if (!this.#answer) return;
    const { frame, answer } = this.#answer;
    const ratio = window.devicePixelRatio;
    const { canvas } = this.#sheet;
    canvas.width = Math.round(frame.width * ratio);
    canvas.height = Math.round(frame.height * ratio);
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#items = [];
    const world = 256 * 2 ** frame.zoom;
    for (const [module, { points, clusters, overdue }] of Object.entries(answer.layers)) {
      const { marks } = this.city.layers.get(module);
      const late = (at) => overdue[at] ?? 0;
      points.forEach(([x, y, code, id], at) => {
        const [px, py] = [x * world - frame.x, y * world - frame.y];
        this.#items.push({ module, id, x: px, y: py, reach: REACH, mark: marks[code], late: late(at) });
      });
      clusters.forEach(([x, y, count, shares], at) => {
        const [px, py] = [x * world - frame.x, y * world - frame.y];
        const reach = this.#radius(count);
        const place = [x, y];
        this.#items.push({ module, count, shares, marks, place, x: px, y: py, reach, late: late(points.length + at) });
      });
    }
    part(this.#items);
    const legs = this.pile.legs(world, frame).map((item) => ({ ...item, reach: REACH }));
    for (const item of legs) this.#leg(item);
    for (const item of this.#items) if (item.count) this.#cluster(item, legs.length > 0 && this.pile.holds(item));
    this.#items.push(...legs);
    for (const item of this.#items) if (item.id) this.#point(item);
    this.#context.globalAlpha = 1;
    this.#selection(answer.selected, world, frame);
    for (const item of this.#items) if (item.late) this.#overdue(item);
    this.#sheet.show(frame, ratio);
    this.drawn();
  }

  // Where the marks are in another frame of the same zoom.
  boxes(frame) {
    const own = this.#sheet.frame;
    if (own?.zoom !== frame.zoom) return [];
    const [dx, dy] = [own.x - frame.x, own.y - frame.y];
    return this.#items.map(({ x, y, reach }) => [x + dx - reach, y + dy - reach, x + dx + reach, y + dy + reach]);
  }

  // What keeps a mark of an open pile at its place.
  #leg({ x, y, leg }) {
    const context = this.#context;
    for (const [width, colour] of [[4, this.city.colours.panel], [1.5, this.city.colours.text]]) {
      context.beginPath();
      context.moveTo(...leg);
      context.lineTo(x, y);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke();
    }
  }

  #icon(mark) {
    const sprite = this.#sprite(mark);
    const canvas = L.DomUtil.create("canvas", "pile-mark");
    [canvas.width, canvas.height] = [sprite.width, sprite.height];
    canvas.getContext("2d").drawImage(sprite, 0, 0);
    canvas.style.width = canvas.style.height = `${sprite.width / window.devicePixelRatio}px`;
    return canvas;
  }

  #point({ module, x, y, mark, focused }) {
    this.#context.globalAlpha = this.city.opaque(module);
    if (focused) disc(this.#context, x, y, SIZE + 6, this.city.colours.accent);
    if (focused) disc(this.#context, x, y, SIZE + 3.5, this.city.colours.panel);
    const sprite = this.#sprite(mark);
    const side = sprite.width / window.devicePixelRatio;
    this.#context.drawImage(sprite, x - side / 2, y - side / 2, side, side);
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

  #face(count) {
    return `600 ${Math.max(count > 999 ? 10.5 : 11.5, this.city.letter)}px ${FACE}`;
  }

  // A cluster grows with its count, and has room for its number.
  #radius(count) {
    this.#context.font = this.#face(count);
    const room = this.#context.measureText(brief(count)).width / 2 + ROOM;
    return Math.max(10 + Math.min(12, 2.2 * Math.log2(count)), room);
  }

  // A cluster: how many, and in a ring around it, how many of each mark.
  #cluster(item, onLegs) {
    const { module, x, y, count, shares, marks, reach } = item;
    const context = this.#context;
    context.globalAlpha = this.city.opaque(module);
    const { colours } = this.city;
    if (onLegs) {
      item.late = 0; // its legs tell
      disc(context, x, y, FOOT + 1.5, colours.panel);
      disc(context, x, y, FOOT, colours.text);
      return;
    }
    if (this.pile.holds(item)) disc(context, x, y, reach + 4, colours.accent);
    disc(context, x, y, reach + 1.5, colours.panel);
    let turn = -Math.PI / 2;
    for (let at = 0; at < shares.length; at += 2) {
      const next = turn + (2 * Math.PI * shares[at + 1]) / count;
      context.beginPath();
      context.arc(x, y, reach - 1.5, turn, next);
      context.lineWidth = 4;
      context.strokeStyle = colours[marks[shares[at]].colour];
      context.stroke();
      turn = next;
    }
    context.font = this.#face(count);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colours.text;
    context.fillText(brief(count), x, y + 0.5);
  }

  // Overdue: an exclamation mark at the upper right, in a cluster with how many are; a shape and a word, not a colour.
  #overdue({ x, y, id, reach, late }) {
    const context = this.#context;
    const { colours, letter } = this.city;
    context.font = `700 ${Math.max(10.5, letter)}px ${FACE}`;
    const words = id ? "!" : `! ${brief(late)}`;
    const half = id ? BADGE : Math.max(BADGE, letter * 0.7);
    const wide = Math.max(half, context.measureText(words).width / 2 + 4);
    const [mx, my] = id ? [x + SIZE + 1, y - SIZE - 1] : [x + reach * 0.6 + wide - half / 2, y - reach * 0.7 - half / 2];
    for (const [rim, colour] of [[1.5, colours.panel], [0, colours.tone_late]]) {
      context.beginPath();
      context.roundRect(mx - wide - rim, my - half - rim, 2 * (wide + rim), 2 * (half + rim), half + rim);
      context.fillStyle = colour;
      context.fill();
    }
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colours.panel;
    context.fillText(words, mx, my + 0.5);
  }

  #selection(selected, world, frame) {
    if (!selected) return;
    const [ux, uy, code] = selected;
    const { module, id } = this.city.selected;
    const shown = this.#items.find((item) => item.module === module && item.id === id);
    const [x, y] = shown ? [shown.x, shown.y] : [ux * world - frame.x, uy * world - frame.y];
    const context = this.#context;
    const { colours } = this.city;
    for (const [width, colour] of [[6, colours.panel], [3, colours.accent]]) {
      context.beginPath();
      context.arc(x, y, SIZE + 7, 0, 7);
      context.lineWidth = width;
      context.strokeStyle = colour;
      context.stroke();
    }
    const sprite = this.#drawn(this.city.layers.get(module).marks[code], SIZE + 1.5);
    const side = sprite.width / window.devicePixelRatio;
    context.drawImage(sprite, x - side / 2, y - side / 2, side, side);
  }

  // A place of the frame in the pixels of the view.
  #seen(x, y) {
    const { frame } = this.#sheet;
    const view = this.map.getPixelBounds().min;
    return { x: x + frame.x - view.x, y: y + frame.y - view.y };
  }

  // The point or cluster under the pointer, the topmost first; null if there is none.
  at(containerPoint) {
    const { frame } = this.#sheet;
    if (!frame || frame.zoom !== this.map.getZoom()) return null;
    const view = this.map.getPixelBounds().min;
    const [x, y] = [containerPoint.x + view.x - frame.x, containerPoint.y + view.y - frame.y];
    let found = null;
    let least = Infinity;
    for (const item of this.#items) {
      const away = Math.hypot(item.x - x, item.y - y);
      if (away <= item.reach && away < least) [found, least] = [item, away];
    }
    return found;
  }

  // Look closer at a cluster.
  enter(cluster) {
    const { frame } = this.#sheet;
    const at = this.map.unproject([cluster.x + frame.x, cluster.y + frame.y], frame.zoom);
    this.map.setView(at, Math.min(this.map.getMaxZoom(), Math.floor(frame.zoom) + 2));
  }

  async click(item) {
    this.tip.hide();
    if (item.count) (await this.pile.open(item, this.#sheet.frame)) || this.enter(item);
    else say("clicked", { module: item.module, id: item.id });
  }
}

// The frame as the program asks for it: on the unit square.
export function windowOf(frame, more) {
  const world = 256 * 2 ** frame.zoom;
  return new URLSearchParams({
    west: frame.x / world, north: frame.y / world, east: (frame.x + frame.width) / world,
    south: (frame.y + frame.height) / world, zoom: frame.zoom, ...more,
  });
}

// Layers know nothing of each other: where their marks would cover each other, the smaller one steps aside, a little
// at a time and never far. So many that it would cost a frame are left as they are.
function part(items) {
  if (items.length > PARTED) return;
  const large = items.toSorted((one, other) => other.reach - one.reach);
  const home = new Map(large.map((item) => [item, [item.x, item.y]]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let at = 1; at < large.length; at += 1) for (let on = 0; on < at; on += 1) step(large[at], large[on]);
  }
  for (const [item, [x, y]] of home) {
    const away = Math.hypot(item.x - x, item.y - y);
    const most = FAR * item.reach;
    if (away > most) [item.x, item.y] = [x + ((item.x - x) * most) / away, y + ((item.y - y) * most) / away];
  }
}

function step(item, from) {
  if (item.module === from.module && !(item.count && from.count)) return;
  const [dx, dy] = [item.x - from.x, item.y - from.y];
  const gap = item.reach + from.reach + 2;
  if (Math.abs(dx) >= gap || Math.abs(dy) >= gap) return;
  const away = Math.hypot(dx, dy);
  if (away >= gap) return;
  const push = gap - away;
  const [ux, uy] = away > 0.5 ? [dx / away, dy / away] : [0, -1];
  item.x += ux * push;
  item.y += uy * push;
}

function disc(context, x, y, radius, colour) {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fillStyle = colour;
  context.fill();
}

function brief(count) {
  if (count < 10000) return String(count);
  return count < 1000000 ? `${Math.round(count / 1000)} т` : `${(count / 1000000).toFixed(1).replace(".", ",")} м`;
}
