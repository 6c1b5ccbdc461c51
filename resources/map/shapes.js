// Records that are lines and polygons: GeoJSON of the view, drawn by Leaflet on a canvas.
import { frameOf } from "./sheet.js";
import { windowOf } from "./points.js";
import { say } from "./words.js";

export class Shapes {
  #drawn = new Map();
  #asking = 0;

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
    return this.#asking === 0;
  }

  ask() {
    const wanted = this.city.shapeLayers(this.map.getZoom());
    for (const [module, drawn] of this.#drawn) {
      if (!wanted.includes(module)) {
        drawn.remove();
        this.#drawn.delete(module);
      }
    }
    for (const module of wanted) this.#fetch(module);
  }

  async #fetch(module) {
    this.#asking += 1;
    try {
      const answer = await fetch(`shapes?${windowOf(frameOf(this.map), { layers: module })}`);
      if (answer.ok) this.#show(module, await answer.json());
    } finally {
      this.#asking -= 1;
    }
  }

  #show(module, features) {
    this.#drawn.get(module)?.remove();
    const layer = L.geoJSON(features, {
      renderer: this.renderer,
      pane: "shapes",
      style: ({ properties }) => this.#style(module, properties),
      pointToLayer: (feature, at) => L.circleMarker(at, { renderer: this.renderer, radius: 6 }),
      onEachFeature: ({ properties }, shape) => {
        shape.on("click", (event) => {
          if (this.city.picking || this.points.at(event.containerPoint)) return;
          L.DomEvent.stopPropagation(event);
          say("clicked", { module, id: properties.id });
        });
        shape.on("mouseover", (event) => this.tip.show(module, properties.id, event.containerPoint, true));
        shape.on("mouseout", () => this.tip.hide());
      },
    });
    this.#drawn.set(module, layer.addTo(this.map));
  }

  #style(module, { id, value }) {
    const { marks } = this.city.layers.get(module);
    const colour = this.city.colours[(marks.find((mark) => mark.value === value) ?? marks.at(-1)).colour];
    const { selected } = this.city;
    const chosen = selected?.module === module && selected.id === id;
    return { color: chosen ? this.city.colours.accent : colour, weight: chosen ? 4 : 2, fillColor: colour, fillOpacity: 0.14 };
  }
}
