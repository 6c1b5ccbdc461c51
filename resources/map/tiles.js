// A base map of pictures: Leaflet lays them out, our own scheme has them.

const SHARP = 1.25; // pixels of the screen to one of the page from which the next zoom's pictures are drawn at half size
const SIDE = 256;

export class Tiles {
  #layer = null;
  #tiles = null;

  constructor(map) {
    this.map = map;
    this.pane = map.createPane("pictures");
    this.pane.classList.add("pictures");
  }

  get idle() {
    return !this.#layer?.isLoading();
  }

  // Draw these from now on; null: none.
  load(tiles) {
    this.#tiles = tiles;
    this.#layer?.remove();
    this.#layer = tiles && L.tileLayer("tile/{z}/{x}/{y}", this.#options(tiles)).addTo(this.map);
  }

  // The screen's pixels have become finer or coarser.
  sharpen() {
    this.load(this.#tiles);
  }

  #options({ least, most, bounds }) {
    const finer = window.devicePixelRatio >= SHARP && most > least ? 1 : 0;
    return {
      pane: "pictures", bounds, tileSize: SIDE >> finer, zoomOffset: finer, minNativeZoom: Math.max(0, least - finer),
      maxNativeZoom: most - finer, minZoom: 0, maxZoom: 24, updateWhenIdle: false, keepBuffer: 2,
    };
  }
}
