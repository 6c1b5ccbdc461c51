// A canvas that covers the view and a margin around it. It moves and scales with the map as a picture until the next
// frame is drawn, so panning and zooming never wait for drawing.

const MARGIN = 0.25; // of the view, at each side
const MOST = 384; // pixels of the screen: on a large one a quarter would double what is drawn, copied and kept

// The piece of the world to draw: its zoom, its left top corner in the world's pixels at that zoom, and its size.
export function frameOf(map) {
  const view = map.getPixelBounds();
  const size = map.getSize();
  const [dx, dy] = [size.x, size.y].map((side) => Math.round(Math.min(side * MARGIN, MOST / window.devicePixelRatio)));
  return { zoom: map.getZoom(), x: view.min.x - dx, y: view.min.y - dy, width: size.x + 2 * dx, height: size.y + 2 * dy };
}

export class Sheet {
  constructor(map, pane) {
    this.map = map;
    this.frame = null;
    this.canvas = L.DomUtil.create("canvas", "sheet leaflet-zoom-animated", map.getPane(pane));
    map.on("zoomanim", (event) => this.#put(event.zoom, map._getNewPixelOrigin(event.center, event.zoom)));
    map.on("zoom viewreset zoomend resize", () => this.#put(map.getZoom(), map.getPixelOrigin()));
  }

  // The canvas holds this frame now. Its pixels are `ratio` to one of the screen's.
  show(frame, ratio) {
    this.frame = frame;
    this.ratio = ratio;
    this.canvas.style.width = `${frame.width}px`;
    this.canvas.style.height = `${frame.height}px`;
    this.#put(this.map.getZoom(), this.map.getPixelOrigin());
  }

  covers() {
    const view = this.map.getPixelBounds();
    const { frame } = this;
    return (
      frame !== null && frame.zoom === this.map.getZoom() && frame.x <= view.min.x && frame.y <= view.min.y &&
      frame.x + frame.width >= view.max.x && frame.y + frame.height >= view.max.y
    );
  }

  #put(zoom, origin) {
    if (!this.frame) return;
    const scale = 2 ** (zoom - this.frame.zoom);
    const at = L.point(this.frame.x, this.frame.y).multiplyBy(scale).subtract(origin);
    L.DomUtil.setTransform(this.canvas, at, scale);
  }
}
