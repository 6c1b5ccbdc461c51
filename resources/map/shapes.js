// Records that are lines and polygons: the program answers each view with what is seen of them, Leaflet draws it on a
// canvas. Coordinates come in quarters of a pixel from the corner of the frame that was asked for.
import { Bursts } from "./bursts.js";
import { AT_REST, Reach, windowOf } from "./reach.js";
import { ShapeLabels } from "./shape_labels.js";
import { Turn } from "./turn.js";
import { say } from "./words.js";

const STEPS = 4;
const RADIUS = 6;
const CHOSEN = 2; // pixels that a selected line is thicker
const HOVERED = { width: 1.5, fill: 0.16 }; // and one under the pointer

export class Shapes {
  #drawn = new Map();
  #reach;
  #frame = null; // whose shapes are drawn
  #turn = new Turn(() => this.#fetch());
  changes = new Bursts(() => this.ask());

  constructor(map, city, tip, points) {
    this.map = map;
    this.city = city;
    this.tip = tip;
    this.points = points;
    this.#reach = new Reach(map, AT_REST);
    map.createPane("shapes").style.zIndex = 390; // under the marks
    this.renderer = L.canvas({ padding: 0.25, pane: "shapes" });
    this.labels = new ShapeLabels(map, city, points);
    points.drawn = () => this.labels.makeWay();
    map.on("moveend resize", () => this.#reach.short && this.ask());
  }

  get idle() {
    return this.#turn.idle && this.changes.idle;
  }

  async ask() {
    if (this.map.getSize().x < 1) return;
    this.#dropHidden();
    await this.#turn.take();
  }

  // Colours, or which record is selected, have changed: what is drawn stays.
  restyle() {
    for (const layer of this.#drawn.values()) layer.resetStyle();
    this.labels.draw();
  }

  #wanted() {
    return this.city.shapeLayers(this.map.getZoom());
  }

  #dropHidden() {
    const wanted = this.#wanted();
    for (const [module, drawn] of this.#drawn) {
      if (wanted.includes(module)) continue;
      drawn.remove();
      this.#drawn.delete(module);
    }
  }

  async #fetch() {
    const frame = this.#reach.next();
    const layers = this.#wanted().join(",");
    if (!layers) {
      this.#take(frame, { layers: {}, notice: "" });
      return;
    }
    try {
      const answer = await fetch(`shapes?${windowOf(frame, { layers })}`);
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.#take(frame, await answer.json());
    } catch (error) {
      this.#reach.lost(this.#frame); // the program is closing, or busy beyond measure: what is drawn stays
      console.warn(`shapes: ${error}`);
    }
  }

  // A layer that was hidden meanwhile is not shown.
  #take(frame, { layers, notice }) {
    this.#frame = frame;
    const wanted = this.#wanted();
    const shown = Object.fromEntries(Object.entries(layers).filter(([module]) => wanted.includes(module)));
    for (const [module, features] of this.#stacked(shown)) this.#show(module, features, frame);
    this.labels.show(frame, shown);
    this.city.noticed("shapes", notice);
  }

  // From the top down: registers of areas lie under all that happens in them, and borders with wider gaps above others.
  #stacked(layers) {
    const depth = (module) => {
      const { area, marked, dash } = this.city.layers.get(module);
      if (area || marked) return area ? 3 : 0;
      return 2 - gaps(dash);
    };
    return Object.entries(layers).toSorted(([one], [other]) => depth(one) - depth(other));
  }

  #show(module, features, frame) {
    const layer = L.geoJSON(null, {
      renderer: this.renderer,
      pane: "shapes",
      smoothFactor: 0, // the program has left out what is smaller than a pixel, and what is out of sight
      noClip: true,
      coordsToLatLng: ([x, y]) => this.map.unproject([frame.x + x / STEPS, frame.y + y / STEPS], frame.zoom),
      style: (feature) => this.#style(module, feature),
      pointToLayer: (feature, at) => L.circleMarker(at, { renderer: this.renderer, radius: RADIUS }),
      onEachFeature: (feature, shape) => this.#listen(shape, layer, module, feature),
    });
    let skipped = 0;
    for (const feature of features) skipped += add(layer, feature) ? 0 : 1;
    if (skipped) console.warn(`shapes that can't be drawn: ${skipped}`);
    this.#drawn.get(module)?.remove();
    this.#drawn.set(module, layer.addTo(this.map));
    for (const shape of layer.getLayers().reverse()) shape.bringToBack(); // under what was laid on the map for a while
  }

  #listen(shape, layer, module, feature) {
    const { id, border } = feature.properties;
    shape.options.interactive = !border;
    if (border) return;
    const { area } = this.city.layers.get(module); // a cell is no record
    shape.on("click", (event) => {
      if (area || this.city.picking || this.points.at(event.containerPoint)) return;
      L.DomEvent.stopPropagation(event);
      say("clicked", { module, id });
    });
    shape.on("mouseover", (event) => {
      const { weight, fillOpacity } = this.#style(module, feature);
      shape.setStyle({ stroke: !area, weight: weight + HOVERED.width, fillOpacity: Math.min(1, fillOpacity + HOVERED.fill) });
      this.tip.show(module, id, event.containerPoint, true);
    });
    shape.on("mouseout", () => {
      layer.resetStyle(shape);
      this.tip.hide();
    });
  }

  // Borders that areas share are a feature of their own where they are dashed.
  #style(module, { properties: { id, value }, geometry }) {
    const { width, fill, dash, area, module: of } = this.city.layers.get(module);
    const colour = this.city.ink(module, value);
    const { selected } = this.city;
    const chosen = selected?.module === of && selected.id === id;
    const opacity = chosen ? 1 : this.city.opaque(module);
    const bordered = dash.length > 0 && geometry.type.endsWith("Polygon");
    return {
      stroke: chosen || !(area || bordered), color: chosen ? this.city.colours.accent : colour,
      weight: chosen ? width + CHOSEN : width, opacity,
      dashArray: dash.length ? dash : null, fillColor: colour, fillOpacity: fill * opacity,
    };
  }
}

// Which part of a dashed line is left out.
function gaps(dash) {
  const sum = (lengths) => lengths.reduce((all, one) => all + one, 0);
  return dash.length ? sum(dash.filter((_, at) => at % 2)) / sum(dash) : 0;
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
