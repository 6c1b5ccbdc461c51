// Where the pointer is, told a few times a second; a right click asks for a place; the program may show one.
import { on, say } from "./words.js";

const PAUSE = 100; // milliseconds between two places that are told

export class Pointer {
  #at = null;
  #timer = 0;
  #spot = null;

  constructor(map, city) {
    map.on("mousemove", ({ latlng }) => map.dragging.moving() || this.#moved(latlng));
    map.on("contextmenu", ({ latlng }) => {
      const { lat, lng } = latlng.wrap();
      if (!city.picking) say("asked", { lat, lon: lng });
    });
    on("spot", ({ spot }) => {
      this.#spot = this.#spot?.remove() && null;
      if (!spot) return;
      const icon = L.divIcon({ className: "spot", iconSize: [26, 26] });
      this.#spot = L.marker([spot.lat, spot.lon], { icon, interactive: false }).addTo(map);
    });
  }

  #moved(latlng) {
    this.#at = latlng.wrap();
    this.#timer ||= setTimeout(() => {
      this.#timer = 0;
      say("pointed", { lat: this.#at.lat, lon: this.#at.lng });
    }, PAUSE);
  }
}
