// Paints a frame of the base map: ground, water, ways, houses, and then the words.
import { AFAR, BOUNDARY, BUILDINGS, GROUND, WAYS, widthAt } from "./drawing.js";
import { write } from "./labels.js";

const UNIT_ZOOM = 17; // a pack's units are pixels of this zoom
const FINE = 0.6; // pixels: points closer to each other than this are one

export class Painter {
  constructor(pack) {
    this.pack = pack;
  }

  paint(context, frame, ratio, colours) {
    const scale = 2 ** (frame.zoom - UNIT_ZOOM);
    const view = {
      ...frame, scale, left: this.pack.origin[0] * scale - frame.x, top: this.pack.origin[1] * scale - frame.y, colours,
    };
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = colours.map_land;
    context.fillRect(0, 0, frame.width, frame.height);
    context.lineJoin = "round";
    for (const [name, colour, from] of GROUND) {
      if (frame.zoom >= from && told(name, view)) this.#fill(context, view, name, colours[colour]);
    }
    this.#ways(context, view);
    this.#houses(context, view);
    this.#boundary(context, view);
    write(context, this.pack, view);
  }

  #fill(context, view, name, colour) {
    if (!trace(context, this.pack.parts.get(`${name}/area`), view, true)) return false;
    context.fillStyle = colour;
    context.fill();
    return true;
  }

  #ways(context, view) {
    const seen = WAYS.filter(({ from, part }) => view.zoom >= from && told(part, view) && this.pack.parts.has(`${part}/line`));
    const wide = (way) => widthAt(way.widths, view.zoom) * (view.letter ? AFAR.wider : 1);
    for (const way of seen.filter(({ edge }) => edge && view.zoom >= 13)) {
      this.#line(context, view, way, view.colours[way.edge], wide(way) + 1.6);
    }
    for (const way of seen) this.#line(context, view, way, view.colours[way.colour], wide(way));
  }

  #line(context, view, { part, dash = [] }, colour, width) {
    if (!trace(context, this.pack.parts.get(`${part}/line`), view, false)) return;
    context.lineCap = dash.length ? "butt" : "round";
    context.setLineDash(dash.map((step) => step * Math.max(1, width)));
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
    context.setLineDash([]);
  }

  #houses(context, view) {
    const { part, fill, edge, from, edgeFrom } = BUILDINGS;
    if (view.zoom < from || !this.#fill(context, view, part, view.colours[fill])) return;
    if (view.zoom < edgeFrom) return;
    context.strokeStyle = view.colours[edge];
    context.lineWidth = 0.8;
    context.stroke();
  }

  #boundary(context, view) {
    if (!this.pack.parts.has(`${BOUNDARY.part}/line`)) return;
    this.#line(context, view, { part: BOUNDARY.part, dash: BOUNDARY.dash }, view.colours[BOUNDARY.colour], BOUNDARY.width);
  }
}

function told(part, { letter }) {
  return !letter || !AFAR.left_out.has(part);
}

// One path of all features of a part that the view shows; false if there are none.
function trace(context, part, view, closed) {
  if (!part) return false;
  const { boxes, features, rings, coords } = part;
  const [west, east] = [-view.left / view.scale, (view.width - view.left) / view.scale];
  const [north, south] = [-view.top / view.scale, (view.height - view.top) / view.scale];
  const margin = closed ? 0 : 40 / view.scale;
  const least = closed ? 1 / view.scale : 0;
  let any = false;
  context.beginPath();
  for (let one = 0; one < features.length - 1; one += 1) {
    const at = 4 * one;
    if (boxes[at] > east + margin || boxes[at + 2] < west - margin) continue;
    if (boxes[at + 1] > south + margin || boxes[at + 3] < north - margin) continue;
    if (boxes[at + 2] - boxes[at] < least && boxes[at + 3] - boxes[at + 1] < least) continue;
    for (let ring = features[one]; ring < features[one + 1]; ring += 1) {
      draw(context, coords, rings[ring], rings[ring + 1], view, closed);
    }
    any = true;
  }
  return any;
}

function draw(context, coords, from, to, { scale, left, top }, closed) {
  let x = coords[2 * from] * scale + left;
  let y = coords[2 * from + 1] * scale + top;
  context.moveTo(x, y);
  for (let point = from + 1; point < to; point += 1) {
    const nextX = coords[2 * point] * scale + left;
    const nextY = coords[2 * point + 1] * scale + top;
    if (point < to - 1 && Math.abs(nextX - x) < FINE && Math.abs(nextY - y) < FINE) continue;
    context.lineTo(nextX, nextY);
    x = nextX;
    y = nextY;
  }
  if (closed) context.closePath();
}
