// A picture that covers the view and a margin around it. It moves and scales with the map until the next one is drawn,
// so panning and zooming never wait for drawing. It is drawn anew when the view comes near its end, and then farther
// ahead than behind: a hand goes on where it was going.

const MARGIN = 0.25; // of the view, at each side
const MOST = 384; // pixels of the screen: on a large one a quarter would double what is drawn, copied and kept
const AHEAD = 0.6; // share of the margin behind that is drawn ahead instead
const SLACK = 0.2; // share of the margin that is left when the next picture is asked for

// The piece of the world to draw: its zoom, its left top corner in the world's pixels at that zoom, and its size.
export function frameOf(map, last = null) {
  const { size, middle, zoom, margin } = seen(map);
  const lead = last?.zoom === zoom ? middle.subtract(middleOf(last)) : L.point(0, 0);
  const ahead = L.point(most(lead.x, margin.x), most(lead.y, margin.y)).multiplyBy(AHEAD);
  const corner = map.getPixelBounds().min.subtract(margin).add(ahead).round(); // in the middle of a pan it is none
  return { zoom, x: corner.x, y: corner.y, width: size.x + 2 * margin.x, height: size.y + 2 * margin.y };
}

function seen(map) {
  const size = map.getSize();
  const [dx, dy] = [size.x, size.y].map((side) => Math.round(Math.min(side * MARGIN, MOST / window.devicePixelRatio)));
  return { size, middle: map.getPixelBounds().getCenter(), zoom: map.getZoom(), margin: L.point(dx, dy) };
}

function middleOf({ x, y, width, height }) {
  return L.point(x + width / 2, y + height / 2);
}

function most(way, margin) {
  return Math.max(-margin, Math.min(margin, way));
}

export class Sheet {
  #asked = null; // the frame that is being drawn, or was drawn last

  constructor(map, pane, tag = "canvas") {
    this.map = map;
    this.frame = null;
    this.element = L.DomUtil.create(tag, "sheet leaflet-zoom-animated", map.getPane(pane));
    map.on("zoomanim", (event) => this.#put(event.zoom, map._getNewPixelOrigin(event.center, event.zoom)));
    map.on("zoom viewreset zoomend resize", () => this.#put(map.getZoom(), map.getPixelOrigin()));
  }

  // The frame to draw now: as long as the view is well within the last one, the same.
  next() {
    if (this.short) this.#asked = frameOf(this.map, this.#asked);
    return this.#asked;
  }

  // Whether another frame is needed: nearly all of what was asked for last has been gone over, or it is of no use.
  get short() {
    if (!this.#asked) return true;
    const { size, middle, zoom, margin } = seen(this.map);
    const { width, height } = this.#asked;
    if (zoom !== this.#asked.zoom || width !== size.x + 2 * margin.x || height !== size.y + 2 * margin.y) return true;
    const away = middle.subtract(middleOf(this.#asked));
    return Math.abs(away.x) > margin.x * (1 - SLACK) || Math.abs(away.y) > margin.y * (1 - SLACK);
  }

  // What was asked for does not come.
  lost() {
    this.#asked = this.frame;
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
