// A picture that covers the view and a margin around it. It moves and scales with the map until the next one is drawn,
// so panning and zooming never wait for drawing.
import { IN_TIME, Reach } from "./reach.js";

export class Sheet {
  #reach;

  constructor(map, pane, tag = "canvas") {
    this.map = map;
    this.#reach = new Reach(map, IN_TIME);
    this.frame = null;
    this.element = L.DomUtil.create(tag, "sheet leaflet-zoom-animated", map.getPane(pane));
    map.on("zoomanim", (event) => this.#put(event.zoom, map._getNewPixelOrigin(event.center, event.zoom)));
    map.on("zoom viewreset zoomend resize", () => this.#put(map.getZoom(), map.getPixelOrigin()));
  }

  // The frame to draw now (`Reach.next`).
  next() {
    return this.#reach.next();
  }

  // Whether another frame is needed.
  get short() {
    return this.#reach.short;
  }

  // What was asked for does not come.
  lost() {
    this.#reach.lost(this.frame);
  }

  // The picture is of this frame now. Its pixels are `ratio` to one of the screen's.
  show(frame, ratio) {
    this.frame = frame;
    this.ratio = ratio;
    this.element.style.width = `${frame.width}px`;
    this.element.style.height = `${frame.height}px`;
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
    L.DomUtil.setTransform(this.element, at, scale);
  }
}
