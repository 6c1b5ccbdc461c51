// Records that are lines and polygons: GeoJSON of the view, drawn by Leaflet on a canvas.
import { Bursts } from "./bursts.js";
import { frameOf } from "./sheet.js";
import { windowOf } from "./points.js";
import { say } from "./words.js";

export class Shapes {
  #drawn = new Map();
  #asked = new Map(); // the number of the last asking of each module that is shown
  #number = 0;
  #asking = 0;
  changes = new Bursts(() => this.ask());

  constructor(map, city, tip, points) {
    this.map = map;
    this.city = city;
    this.tip = tip;
    this.points = points;
    map.createPane("shapes").style.zIndex = 390; // under the marks
    this.renderer = L.canvas({ padding: 0.25, pane: "shapes" });
    map.on("moveend", () => this.ask());
  }

  get idle() {
    return this.#asking === 0 && this.changes.idle;
  }

  ask() {
    if (this.map.getSize().x < 1) return;
    const wanted = this.city.shapeLayers(this.map.getZoom());
    for (const module of this.#asked.keys()) if (!wanted.includes(module)) this.#drop(module);
    for (const module of wanted) this.#fetch(module);
  }

  // Colours, or which record is selected, have changed: what is drawn stays.
  restyle() {
    for (const layer of this.#drawn.values()) layer.resetStyle();
  }

  #drop(module) {
    this.#asked.delete(module);
    this.#drawn.get(module)?.remove();
    this.#drawn.delete(module);
  }

  // An answer that has been overtaken by another asking, or whose layer was hidden meanwhile, is not shown.
  async #fetch(module) {
    const number = (this.#number += 1);
    this.#asked.set(module, number);
    this.#asking += 1;
    try {
      const answer = await fetch(`shapes?${windowOf(frameOf(this.map), { layers: module })}`);
      const found = answer.ok && (await answer.json());
      if (found && this.#asked.get(module) === number) this.#show(module, found.features);
    } catch (error) {
      console.warn(`shapes: ${error}`); // the program is closing, or busy beyond measure: what is drawn stays
    } finally {
      this.#asking -= 1;
    }
  }

  #show(module, features) {
    this.#drawn.get(module)?.remove();
    const layer = L.geoJSON(null, {
      renderer: this.renderer,
      pane: "shapes",
      style: ({ properties }) => this.#style(module, properties),
      pointToLayer: (feature, at) => L.circleMarker(at, { renderer: this.renderer, radius: 6 }),
      onEachFeature: ({ properties }, shape) => this.#listen(shape, module, properties.id),
    });
    let skipped = 0;
    for (const feature of features) skipped += add(layer, feature) ? 0 : 1;
    if (skipped) console.warn(`shapes that can't be drawn: ${skipped}`);
    this.#drawn.set(module, layer.addTo(this.map));
  }

  #listen(shape, module, id) {
    shape.on("click", (event) => {
      if (this.city.picking || this.points.at(event.containerPoint)) return;
      L.DomEvent.stopPropagation(event);
      say("clicked", { module, id });
    });
    shape.on("mouseover", (event) => this.tip.show(module, id, event.containerPoint, true));
    shape.on("mouseout", () => this.tip.hide());
  }

  #style(module, { id, value }) {
    const { marks } = this.city.layers.get(module);
    const colour = this.city.colours[(marks.find((mark) => mark.value === value) ?? marks.at(-1)).colour];
    const { selected } = this.city;
    const chosen = selected?.module === module && selected.id === id;
    return { color: chosen ? this.city.colours.accent : colour, weight: chosen ? 4 : 2, fillColor: colour, fillOpacity: 0.14 };
  }
}

// One shape that is none must not cost the others.
function add(layer, feature) {
  try {
    layer.addData(feature);
    return true;
  } catch {
    return false;
  }
}
