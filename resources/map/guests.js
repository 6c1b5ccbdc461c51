// Layers of files that somebody has laid on the map for a while: drawn on the canvas of the records' shapes (of two
// canvases only the upper one would hear the pointer), their words shown as text only.
import { AT_REST, Reach, windowOf } from "./reach.js";
import { on, say } from "./words.js";

export class Guests {
  #layers = [];
  #reach;
  #drawn = new Map(); // key -> what of it is on the map
  #asking = 0;
  #round = 0;
  #box = L.DomUtil.create("section", "details");

  constructor(map, city, tip, points, renderer) {
    this.map = map;
    this.city = city;
    this.tip = tip;
    this.points = points;
    this.renderer = renderer;
    this.#reach = new Reach(map, AT_REST);
    this.#box.hidden = true;
    map.getContainer().append(this.#box);
    L.DomEvent.disableClickPropagation(this.#box).disableScrollPropagation(this.#box);
    this.#box.addEventListener("keydown", (event) => event.key === "Escape" && say("left"));
    map.on("moveend resize", () => this.#reach.short && this.ask());
    on("guests", ({ layers, details }) => {
      this.#layers = layers;
      this.#list(details);
      this.ask();
    });
  }

  get idle() {
    return this.#asking === 0;
  }

  ask() {
    this.#round += 1;
    const wanted = new Set(this.#layers.map(({ key }) => key));
    for (const key of [...this.#drawn.keys()]) {
      if (!wanted.has(key)) this.#forget(key);
    }
    const frame = this.#reach.next();
    for (const layer of this.#layers) this.#fetch(layer, frame, this.#round);
  }

  async #fetch(layer, frame, round) {
    this.#asking += 1;
    try {
      const answer = await fetch(`guest?${windowOf(frame, { key: layer.key })}`).catch(() => null);
      const features = answer?.ok ? await answer.json() : null;
      if (!features) this.#reach.lost(null);
      else if (round === this.#round) this.#show(layer, features);
    } finally {
      this.#asking -= 1;
    }
  }

  #forget(key) {
    this.#drawn.get(key)?.remove();
    this.#drawn.delete(key);
  }

  #show({ key, colour, opacity }, features) {
    this.#forget(key);
    const { renderer } = this;
    const { [colour]: ink, panel } = this.city.colours;
    const dot = { weight: 1.5, color: panel, opacity, fillColor: ink, fillOpacity: opacity };
    const area = { weight: 2.5, color: ink, opacity, fillColor: ink, fillOpacity: 0.16 * opacity };
    const layer = L.geoJSON(features, {
      renderer,
      pane: "shapes",
      style: ({ geometry }) => (geometry.type.endsWith("Point") ? dot : area),
      pointToLayer: (feature, at) => L.circleMarker(at, { renderer, pane: "shapes", radius: 6 }),
      onEachFeature: ({ id }, shape) => {
        shape.on("click", (event) => {
          if (this.city.picking || this.points.at(event.containerPoint)) return;
          L.DomEvent.stopPropagation(event);
          say("guest", { key, row: id });
        });
        shape.on("mouseover", ({ containerPoint }) => {
          if (!this.city.picking) this.tip.show(key, id, containerPoint, true, "guest-tip");
        });
        shape.on("mouseout", () => this.tip.hide());
      },
    });
    this.#drawn.set(key, layer.addTo(this.map));
  }

  // What the feature that was clicked says of itself.
  #list(details) {
    this.#box.replaceChildren();
    this.#box.hidden = !details;
    if (!details) return;
    const head = L.DomUtil.create("header", "", this.#box);
    L.DomUtil.create("h2", "", head).textContent = details.title;
    const close = L.DomUtil.create("button", "", head);
    close.type = "button";
    close.textContent = "×";
    close.title = "Закрыть";
    close.addEventListener("click", () => say("left"));
    const list = L.DomUtil.create("dl", "", this.#box);
    for (const [name, value] of details.words) {
      L.DomUtil.create("dt", "", list).textContent = name;
      L.DomUtil.create("dd", "", list).textContent = value;
    }
    if (!details.words.length) L.DomUtil.create("p", "", this.#box).textContent = "Свойств у объекта нет.";
  }
}
