// The ruler: the places that were clicked as a line or an outline. It only draws; the numbers are the program's.

const PANE = "ruler";

export class Ruler {
  #group;
  #rubber;
  #last = null;

  constructor(map, city) {
    this.map = map;
    this.city = city;
    const pane = map.createPane(PANE);
    pane.style.zIndex = 620; // over the marks
    pane.style.pointerEvents = "none";
    this.renderer = L.canvas({ padding: 0.25, pane: PANE });
    this.#group = L.layerGroup().addTo(map);
    this.#rubber = L.polyline([], this.#style({ dashArray: "4 6", weight: 2 })).addTo(map);
    map.on("mousemove", ({ latlng }) => this.#last && this.#rubber.setLatLngs([this.#last, latlng]));
    map.on("mouseout", () => this.#rubber.setLatLngs([]));
  }

  show({ kind, places }) {
    this.#group.clearLayers();
    this.#rubber.setLatLngs([]).setStyle({ color: this.city.colours.accent });
    this.#last = kind ? places.at(-1) ?? null : null;
    this.map.doubleClickZoom[kind ? "disable" : "enable"]();
    if (!kind) return;
    const make = kind === "area" && places.length > 2 ? L.polygon : L.polyline;
    this.#group.addLayer(make(places, this.#style({ color: this.city.colours.panel, weight: 6, fill: false })));
    this.#group.addLayer(make(places, this.#style({ fill: make === L.polygon, fillOpacity: 0.12 })));
    for (const place of places) {
      const dot = { radius: 4.5, weight: 2, fill: true, fillColor: this.city.colours.panel, fillOpacity: 1 };
      this.#group.addLayer(L.circleMarker(place, this.#style(dot)));
    }
  }

  #style(more) {
    return {
      renderer: this.renderer, pane: PANE, interactive: false, color: this.city.colours.accent ?? "#005f95", weight: 3, ...more,
    };
  }
}
