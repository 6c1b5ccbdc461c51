// The records' points: the program answers each view with at most 2,000 points and clusters; they are laid out here.
import { Bursts } from "./bursts.js";
import { Marks } from "./marks.js";
import { Mosaic } from "./mosaic.js";
import { Pile } from "./pile.js";
import { windowOf } from "./reach.js";
import { Turn } from "./turn.js";
import { say } from "./words.js";

const REACH = 11; // how near the pointer must be
const PARTED = 350; // marks in a view up to which they are kept from covering each other
const ROUNDS = 4;
const FAR = 2.2; // how far a mark may step aside, in its own radius

export class Points {
  #mosaic;
  #marks;
  #items = [];
  #answer = null;
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
    this.#marks = new Marks(city);
    this.pile = new Pile(map, city, {
      changed: () => this.redraw(),
      icon: (mark) => this.#marks.icon(mark),
      focused: (module, id) => {
        const leg = this.#items.find((item) => item.focused);
        if (leg) tip.show(module, id, this.#seen(leg.x, leg.y));
      },
    });
    this.#mosaic = new Mosaic(map, "overlayPane");
    map.on("resize", () => this.ask());
    map.on("move moveend", () => this.#mosaic.short && this.ask());
  }

  get idle() {
    return this.#turn.idle && this.changes.idle;
  }

  async ask() {
    if (this.map.getSize().x >= 1) await this.#turn.take();
  }

  async #fetch() {
    const frame = this.#mosaic.next();
    const { selected } = this.city;
    const query = windowOf(frame, {
      layers: this.city.pointLayers(frame.zoom).join(","), module: selected?.module ?? "", id: selected?.id ?? "",
    });
    try {
      const answer = await fetch(`view?${query}`);
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.#take(frame, await answer.json());
    } catch (error) {
      this.#mosaic.lost(); // the program is closing, or busy beyond measure: what is drawn stays
      console.warn(`points: ${error}`);
    }
  }

  #take(frame, answer) {
    this.#answer = { frame, answer };
    this.redraw();
    this.city.located(answer.selected ?? null);
    this.city.noticed("pack", answer.notice);
  }

  repaint() {
    this.#marks.forget();
    this.#mosaic.forget();
    this.redraw();
  }

  redraw() {
    if (!this.#answer) return;
    const { frame, answer } = this.#answer;
    const world = 256 * 2 ** frame.zoom;
    this.#items = [...this.#told(answer.layers, world, frame)];
    part(this.#items);
    const legs = this.pile.legs(world, frame).map((item) => ({ ...item, reach: REACH }));
    const strokes = this.#strokes(legs, answer.selected, world, frame);
    this.#mosaic.draw(frame, window.devicePixelRatio, strokes);
    this.drawn();
  }

  // The program's points and clusters in the frame's pixels.
  *#told(layers, world, frame) {
    for (const [module, { points, clusters, overdue }] of Object.entries(layers)) {
      const { marks } = this.city.layers.get(module);
      const late = (at) => overdue[at] ?? 0;
      for (const [at, [x, y, code, id]] of points.entries()) {
        const [px, py] = [x * world - frame.x, y * world - frame.y];
        yield { module, id, x: px, y: py, reach: REACH, mark: marks[code], late: late(at) };
      }
      for (const [at, [x, y, count, shares]] of clusters.entries()) {
        const [px, py] = [x * world - frame.x, y * world - frame.y];
        const reach = this.#marks.radius(count);
        yield { module, count, shares, marks, place: [x, y], x: px, y: py, reach, late: late(points.length + at) };
      }
    }
  }

  // From the lowest to the highest: legs, clusters, points, the selected record, what is overdue.
  #strokes(legs, selected, world, frame) {
    const marks = this.#marks;
    const found = legs.map((leg) => marks.leg(leg));
    for (const item of this.#items.filter(({ count }) => count)) {
      const open = this.pile.holds(item);
      if (open && legs.length) item.late = 0; // its legs tell
      found.push(open && legs.length ? marks.foot(item) : marks.cluster(item, open));
    }
    this.#items.push(...legs);
    for (const item of this.#items) if (item.id) found.push(marks.point(item));
    if (selected) found.push(marks.selected(...this.#selected(selected, world, frame)));
    for (const item of this.#items) if (item.late) found.push(marks.overdue(item));
    return found;
  }

  // Where the selected record stands, whether it is let through or not, and its mark.
  #selected([x, y, code], world, frame) {
    const { module, id } = this.city.selected;
    const shown = this.#items.find((item) => item.module === module && item.id === id);
    const at = shown ? [shown.x, shown.y] : [x * world - frame.x, y * world - frame.y];
    return [...at, this.city.layers.get(module).marks[code]];
  }

  // Where the marks are in another frame of the same zoom.
  boxes(frame) {
    const own = this.#mosaic.frame;
    if (own?.zoom !== frame.zoom) return [];
    const [dx, dy] = [own.x - frame.x, own.y - frame.y];
    return this.#items.map(({ x, y, reach }) => [x + dx - reach, y + dy - reach, x + dx + reach, y + dy + reach]);
  }

  // A place of the frame in the pixels of the view.
  #seen(x, y) {
    const { frame } = this.#mosaic;
    const view = this.map.getPixelBounds().min;
    return { x: x + frame.x - view.x, y: y + frame.y - view.y };
  }

  // The point or cluster under the pointer, the topmost first; null if there is none.
  at(containerPoint) {
    const { frame } = this.#mosaic;
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
    const { frame } = this.#mosaic;
    const at = this.map.unproject([cluster.x + frame.x, cluster.y + frame.y], frame.zoom);
    this.map.setView(at, Math.min(this.map.getMaxZoom(), Math.floor(frame.zoom) + 2));
  }

  async click(item) {
    this.tip.hide();
    if (item.count) (await this.pile.open(item, this.#mosaic.frame)) || this.enter(item);
    else say("clicked", { module: item.module, id: item.id });
  }
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
  if (item.id && item.id === from.id) return; // one record in a layer and in a slice of it: the slice's mark covers
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
