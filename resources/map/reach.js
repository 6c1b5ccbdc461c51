// Which piece of the world is asked for: the view and a margin around it. Another one is asked for only when the view
// comes near the end of the last one, and then it reaches farther ahead than behind: a hand goes on where it was going.

const MARGIN = 0.25; // of the view, at each side
const MOST = 384; // pixels of the screen: on a large one a quarter would double what is drawn, copied and kept
const AHEAD = 0.6; // share of the margin behind that is asked for ahead instead
export const IN_TIME = 0.2; // share of the margin that is left when a pan asks for more in its middle
export const AT_REST = 0.5; // and where only the end of a pan asks: the next pan has to do with what is held

// The piece of the world to draw: its zoom, its left top corner in the world's pixels at that zoom, and its size.
export function frameOf(map, last = null) {
  const { size, middle, zoom, margin } = seen(map);
  const lead = last?.zoom === zoom ? middle.subtract(middleOf(last)) : L.point(0, 0);
  const ahead = L.point(most(lead.x, margin.x), most(lead.y, margin.y)).multiplyBy(AHEAD);
  const corner = map.getPixelBounds().min.subtract(margin).add(ahead).round(); // in the middle of a pan it is none
  return { zoom, x: corner.x, y: corner.y, width: size.x + 2 * margin.x, height: size.y + 2 * margin.y };
}

// A frame as the program is asked for it: on the unit square.
export function windowOf(frame, more) {
  const world = 256 * 2 ** frame.zoom;
  return new URLSearchParams({
    west: frame.x / world, north: frame.y / world, east: (frame.x + frame.width) / world,
    south: (frame.y + frame.height) / world, zoom: frame.zoom, ...more,
  });
}

export class Reach {
  #asked = null; // the frame that is on its way, or was got last

  constructor(map, left) {
    this.map = map;
    this.left = left;
  }

  // The frame to ask for now: as long as the view is well within the last one, the same.
  next() {
    if (this.short) this.#asked = frameOf(this.map, this.#asked);
    return this.#asked;
  }

  // Whether another frame is needed: the last one is nearly gone over, or it is of no use.
  get short() {
    if (!this.#asked) return true;
    const { size, middle, zoom, margin } = seen(this.map);
    const { width, height } = this.#asked;
    if (zoom !== this.#asked.zoom || width !== size.x + 2 * margin.x || height !== size.y + 2 * margin.y) return true;
    const away = middle.subtract(middleOf(this.#asked));
    return Math.abs(away.x) > margin.x * (1 - this.left) || Math.abs(away.y) > margin.y * (1 - this.left);
  }

  // What was asked for does not come: this frame is still what there is, or none.
  lost(frame) {
    this.#asked = frame;
  }
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
