// Where words may stand in a view: whole within its edge, and not under what stands around the map. Boxes: [west, north,
// east, south] in the pixels of a frame.

const AROUND = ".leaflet-control, .attribution, .notices";
const EDGE = 4; // pixels that stay free beside them
const NEAR = 0.01; // of a pixel: a box that was moved to an edge is at it

export class InSight {
  constructor(map, frame) {
    const container = map.getContainer();
    const { x, y } = map.getPixelBounds().min.subtract([frame.x, frame.y]);
    const { left, top, width, height } = container.getBoundingClientRect();
    this.view = [x, y, x + width, y + height];
    this.within = [x + EDGE, y + EDGE, x + width - EDGE, y + height - EDGE];
    this.around = [...container.querySelectorAll(AROUND)]
      .map((one) => one.getBoundingClientRect())
      .filter((one) => one.width)
      .map((one) => moved([one.left - EDGE, one.top - EDGE, one.right + EDGE, one.bottom + EDGE], x - left, y - top));
  }

  // Whether nothing of a box is cut or covered: it is seen whole, or not at all yet.
  clear(box) {
    if (!meet(box, this.view)) return true;
    return same(box, into(box, this.within)) && !this.around.some((one) => meet(box, one));
  }

  // The box moved as little as it takes to be seen whole.
  inward(box) {
    let found = into(box, this.within);
    for (const one of this.around) if (meet(found, one)) found = this.#beside(found, one);
    return found;
  }

  #beside(box, one) {
    const [right, down] = [one[2] - box[0], one[3] - box[1]];
    const [left, up] = [one[0] - box[2], one[1] - box[3]];
    const ways = [[left, 0], [0, down], [0, up], [right, 0]].map(([x, y]) => moved(box, x, y));
    const within = ways.filter((way) => same(way, into(way, this.within)));
    const far = (way) => Math.abs(way[0] - box[0]) + Math.abs(way[1] - box[1]);
    return within.toSorted((way, other) => far(way) - far(other))[0] ?? box;
  }
}

export function moved([west, north, east, south], x, y) {
  return [west + x, north + y, east + x, south + y];
}

function into(box, view) {
  const shift = (least, most) => Math.max(least, Math.min(0, most));
  return moved(box, shift(view[0] - box[0], view[2] - box[2]), shift(view[1] - box[1], view[3] - box[3]));
}

function meet(one, other) {
  const [wide, high] = [0, 1].map((side) => Math.min(one[side + 2], other[side + 2]) - Math.max(one[side], other[side]));
  return wide > NEAR && high > NEAR;
}

function same(one, other) {
  return one.every((side, at) => Math.abs(side - other[at]) < NEAR);
}
