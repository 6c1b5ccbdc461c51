// Where two works meet: an outline over both for as long as somebody looks at their clash, brought into view once.
// It lies on the canvas of the records' shapes: of two canvases only the upper one would hear the pointer.
import { on } from "./words.js";

const CLOSE = 18; // the closest zoom that it is brought into view at
const ROOM = 60; // pixels around it then

export class Overlap {
  #drawn = null;
  #told = null;

  constructor(map, city, tip, renderer) {
    this.map = map;
    this.city = city;
    this.tip = tip;
    this.renderer = renderer;
    on("overlap", ({ overlap, look }) => this.#show(overlap, look));
  }

  // Colours have changed, or layers have come that would lie over it.
  repaint() {
    this.#show(this.#told, false);
  }

  #show(overlap, look) {
    if (this.#drawn) this.tip.hide();
    this.#drawn = this.#drawn?.remove() && null;
    this.#told = overlap;
    if (!overlap) return;
    const { renderer } = this;
    const { tone_late: ink, panel } = this.city.colours;
    const rim = { renderer, pane: "shapes", interactive: false, color: panel, weight: 7, fill: false };
    const line = { renderer, pane: "shapes", color: ink, weight: 3, fillColor: ink, fillOpacity: 0.35, smoothFactor: 0 };
    const parts = [rim, line].map((style) => L.geoJSON(overlap.shape, { ...style, style }));
    parts[1].on("mouseover", ({ containerPoint }) => {
      if (!this.city.picking) this.tip.say(overlap.words, containerPoint, true);
    });
    parts[1].on("mouseout", () => this.tip.hide());
    this.#drawn = L.featureGroup(parts).addTo(this.map);
    if (look) this.#bringIntoView(this.#drawn.getBounds());
  }

  #bringIntoView(bounds) {
    this.city.centring = false; // a record that was selected with it may have its middle far away
    const size = this.map.latLngToLayerPoint(bounds.getSouthEast()).distanceTo(this.map.latLngToLayerPoint(bounds.getNorthWest()));
    if (this.map.getBounds().contains(bounds) && size >= ROOM) return;
    this.map.fitBounds(bounds, { animate: false, maxZoom: CLOSE, padding: [ROOM, ROOM] });
  }
}
