// The records' points: the program answers each view with at most 2,000 points and clusters; they are laid out here.
import { Bursts } from "./bursts.js";
import { Marks } from "./marks.js";
import { Mosaic } from "./mosaic.js";
import { choose, part } from "./parting.js";
import { Pile } from "./pile.js";
import { windowOf } from "./reach.js";
import { Turn } from "./turn.js";
import { say } from "./words.js";

const REACH = 11; // how near the pointer must be

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
    const badge = (item, corner) => this.#marks.badge(item, corner).box;
    choose(this.#items, badge, (item) => this.#marks.core(item), this.city.letter ? this.#view(frame) : null);
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
    const discs = this.#items.map(({ x, y, reach }) => [x - reach, y - reach, x + reach, y + reach]);
    const badges = this.#items.filter(({ late }) => late).map((item) => this.#marks.badge(item).box);
    return [...discs, ...badges].map(([west, north, east, south]) => [west + dx, north + dy, east + dx, south + dy]);
  }

  // What of a frame is seen.
  #view(frame) {
    const { min, max } = this.map.getPixelBounds();
    return [min.x - frame.x, min.y - frame.y, max.x - frame.x, max.y - frame.y];
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
