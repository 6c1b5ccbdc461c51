// The ruler: the places that were clicked as a line or an outline. It only draws; the numbers are the program's.
// Its canvas is there only while something is measured: Leaflet makes every canvas anew with each move of the map.

const PANE = "ruler";

export class Ruler {
  #drawn = null; // what is on the map now: its layers, and the canvas that they are on
  #rubber = null;
  #last = null;

  constructor(map, city) {
    this.map = map;
    this.city = city;
    const pane = map.createPane(PANE);
    pane.style.zIndex = 620; // over the marks
    pane.style.pointerEvents = "none";
    map.on("mousemove", ({ latlng }) => this.#last && this.#rubber.setLatLngs([this.#last, latlng]));
    map.on("mouseout", () => this.#rubber?.setLatLngs([]));
  }

  show({ kind, places }) {
    this.#drawn?.group.remove();
    this.#drawn?.renderer.remove();
    this.#drawn = this.#rubber = null;
    this.#last = kind ? places.at(-1) ?? null : null;
    this.map.doubleClickZoom[kind ? "disable" : "enable"]();
    if (kind) this.#draw(kind, places);
  }

  #draw(kind, places) {
    const { accent, panel } = this.city.colours;
    const renderer = L.canvas({ padding: 0.25, pane: PANE });
    const style = (more) => ({ renderer, pane: PANE, interactive: false, color: accent, weight: 3, ...more });
    const make = kind === "area" && places.length > 2 ? L.polygon : L.polyline;
    const dot = style({ radius: 4.5, weight: 2, fill: true, fillColor: panel, fillOpacity: 1 });
    this.#rubber = L.polyline([], style({ dashArray: "4 6", weight: 2 }));
    const layers = [
      make(places, style({ color: panel, weight: 6, fill: false })),
      make(places, style({ fill: make === L.polygon, fillOpacity: 0.12 })),
      this.#rubber,
      ...places.map((place) => L.circleMarker(place, dot)),
    ];
    this.#drawn = { renderer, group: L.layerGroup(layers).addTo(this.map) };
  }
}
