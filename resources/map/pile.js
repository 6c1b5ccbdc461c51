// A pile that is open: the records at one place. A few stand around it on legs, many in a list that can be walked.
import { windowOf } from "./reach.js";
import { say } from "./words.js";

const LEGS = 40; // up to so many stand on legs
const ROUND = 9; // up to so many stand in one circle
const APART = 27; // pixels between two of them
const NEAR = 16; // pixels that its middle may move by as records come and go
const LISTED = 100; // records that are asked for at once
const FORTH = new Set(["ArrowDown", "ArrowRight"]);
const BACK = new Set(["ArrowUp", "ArrowLeft"]);

export class Pile {
  #open = null; // which cluster: its module, the frame that it was seen in, its place on the unit square
  #records = [];
  #total = 0;
  #at = -1; // which of them the keyboard is on
  #box = L.DomUtil.create("section", "pile");
  #title = L.DomUtil.create("h2", "", this.#box);
  #close = L.DomUtil.create("button", "pile-close", this.#box);
  #reading = false;
  #list = L.DomUtil.create("div", "pile-list", this.#box);

  // `changed` is called when other legs are to be drawn, `icon` draws a record's mark, `focused` hears of a leg.
  constructor(map, city, { changed, icon, focused }) {
    Object.assign(this, { map, city, changed, icon, focused });
    this.#box.hidden = true;
    this.#close.textContent = "✕";
    this.#close.setAttribute("aria-label", "Закрыть список");
    this.#close.addEventListener("click", () => this.close());
    this.#list.addEventListener("scroll", () => this.#more());
    L.DomEvent.disableClickPropagation(this.#box);
    L.DomEvent.disableScrollPropagation(this.#box);
    map.getContainer().append(this.#box);
    map.on("zoomstart", () => this.close());
    document.addEventListener("keydown", (event) => this.#key(event), { capture: true });
  }

  // Open a cluster; false: its records stand apart, a closer look is better.
  async open(cluster, frame) {
    if (this.holds(cluster)) return this.close();
    this.close();
    const [x, y] = cluster.place;
    const wanted = (this.#open = { module: cluster.module, frame, x, y });
    const answer = await this.#fetch(LISTED);
    if (this.#open !== wanted) return true;
    if (answer === null || answer.apart) {
      this.#open = null;
      return !answer;
    }
    this.#take(answer);
    if (this.#open === wanted) say("piled", { module: wanted.module, x, y });
    return true;
  }

  // The page has died, and the program knows what was open: the next look brings it back.
  reopen({ module, x, y }, frame) {
    this.#open = { module, frame, x, y };
  }

  // Whether this cluster is the one that is open.
  holds({ module, count, place }) {
    if (!count || module !== this.#open?.module || !this.#records.length) return false;
    const { x, y, frame } = this.#open;
    return Math.hypot(place[0] - x, place[1] - y) * 256 * 2 ** frame.zoom < NEAR;
  }

  close() {
    if (!this.#open) return true;
    this.#open = null;
    say("unpiled");
    [this.#records, this.#total, this.#at] = [[], 0, -1];
    this.#box.hidden = true;
    this.changed();
    return true;
  }

  // Something has changed: what is open shows it, where it stands.
  async look() {
    if (!this.#open) return;
    if (!this.city.pointLayers(this.#open.frame.zoom).includes(this.#open.module)) {
      this.close();
      return;
    }
    const wanted = this.#open;
    const answer = await this.#fetch(Math.max(LISTED, this.#records.length));
    if (this.#open !== wanted || !answer) return;
    if (!answer.apart) this.#take(answer);
    else if (!this.#records.length) this.close();
  }

  async #fetch(count, first = 0) {
    const { module, frame, x, y } = this.#open;
    const answer = await fetch(`pile?${windowOf(frame, { layers: module, x, y, first, count })}`).catch(() => null);
    return answer?.ok ? answer.json() : null;
  }

  #take({ total, records }) {
    if (total < 2) {
      this.close();
      return;
    }
    const on = this.#records[this.#at]?.[3];
    const same = total === this.#total && JSON.stringify(records) === JSON.stringify(this.#records);
    [this.#total, this.#records] = [total, records];
    this.#at = records.findIndex((record) => record[3] === on);
    if (!same) this.#show();
  }

  #show() {
    this.#box.hidden = this.#total <= LEGS;
    if (!this.#box.hidden) {
      this.#box.classList.toggle("right", this.#onTheLeft());
      const { scrollTop } = this.#list;
      this.#title.textContent = `Записей в этом месте: ${this.#total}`;
      this.#list.replaceChildren(...this.#records.map((record) => this.#row(record)));
      this.#list.scrollTop = scrollTop;
      if (this.#at >= 0) this.#list.children[this.#at].focus({ preventScroll: true });
    }
    this.changed();
  }

  // The list stands on the other side of the map.
  #onTheLeft() {
    const { x, y } = this.#open;
    return this.map.latLngToContainerPoint(this.map.unproject([x * 256, y * 256], 0)).x < this.map.getSize().x / 2;
  }

  #row([, , code, id, late, caption]) {
    const row = L.DomUtil.create("button", "pile-row");
    const mark = this.city.layers.get(this.#open.module).marks[code];
    row.append(this.icon(mark), L.DomUtil.create("span", "pile-words"));
    row.lastChild.textContent = caption || "Без названия";
    const state = L.DomUtil.create("span", late ? "pile-state late" : "pile-state", row);
    state.textContent = late ? `! Просрочено · ${mark.title}` : mark.title;
    const { module } = this.#open;
    row.addEventListener("click", () => {
      this.#at = this.#records.findIndex((record) => record[3] === id);
      say("clicked", { module, id });
    });
    return row;
  }

  // The list goes on where its end comes into sight.
  async #more() {
    const { scrollTop, clientHeight, scrollHeight } = this.#list;
    if (this.#reading || this.#records.length >= this.#total || scrollTop + 2 * clientHeight < scrollHeight) return;
    const wanted = this.#open;
    this.#reading = true;
    const answer = await this.#fetch(LISTED, this.#records.length);
    this.#reading = false;
    if (this.#open !== wanted || !answer?.records?.length) return;
    const known = new Set(this.#records.map((record) => record[3]));
    const more = answer.records.filter((record) => !known.has(record[3]));
    this.#records.push(...more);
    this.#list.append(...more.map((record) => this.#row(record)));
  }

  // The records on their legs, in the frame's pixels; none if they are in a list.
  legs(world, frame) {
    if (!this.#open || this.#total > LEGS) return [];
    const { module, x, y } = this.#open;
    const { marks } = this.city.layers.get(module);
    const feet = around(this.#records.length);
    return this.#records.map(([ux, uy, code, id, late], at) => ({
      module, id, mark: marks[code], late: Number(late), leg: [ux * world - frame.x, uy * world - frame.y],
      x: x * world - frame.x + feet[at][0], y: y * world - frame.y + feet[at][1], focused: at === this.#at,
    }));
  }

  #key(event) {
    if (!this.#open || !this.#records.length || event.ctrlKey || event.altKey || event.metaKey) return;
    const { key } = event;
    const last = this.#records.length - 1;
    if (key === "Escape") this.close();
    else if (FORTH.has(key)) this.#walk(Math.min(last, this.#at + 1));
    else if (BACK.has(key)) this.#walk(Math.max(0, this.#at - 1));
    else if (key === "Home") this.#walk(0);
    else if (key === "End") this.#walk(last);
    else if (key === "Enter" && this.#at >= 0) say("clicked", { module: this.#open.module, id: this.#records[this.#at][3] });
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #walk(at) {
    this.#at = at;
    if (!this.#box.hidden) {
      this.#list.children[at].focus();
      this.#more();
      return;
    }
    this.changed();
    this.focused(this.#open.module, this.#records[at][3]);
  }
}

// Where so many stand around their place, in pixels: in a circle, or in a spiral that winds outwards.
function around(count) {
  if (count <= ROUND) {
    const away = Math.max(30, (count * APART) / (2 * Math.PI));
    return Array.from({ length: count }, (_, at) => polar(away, (2 * Math.PI * at) / count - Math.PI / 2));
  }
  let [away, turn] = [36, -Math.PI / 2];
  return Array.from({ length: count }, () => {
    const foot = polar(away, turn);
    const step = APART / away;
    turn += step;
    away += (APART + 4) * (step / (2 * Math.PI));
    return foot;
  });
}

function polar(away, turn) {
  return [away * Math.cos(turn), away * Math.sin(turn)];
}
