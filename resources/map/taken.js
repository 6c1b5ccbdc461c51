// Where something is written already, so that nothing is written over it. Boxes: [west, north, east, south] in pixels; whose
// a box is may stand behind that.

export class Taken {
  #cells = new Map();

  // Whether boxes are free; if so, they are taken.
  take(boxes) {
    if (boxes.some((box) => !this.#meeting(box).next().done)) return false;
    this.put(boxes);
    return true;
  }

  // These are taken, free or not.
  put(boxes) {
    for (const box of boxes) for (const key of keys(box)) this.#cells.set(key, [...(this.#cells.get(key) ?? []), box]);
  }

  // How many taken boxes meet this one, but for those of the same owner.
  met(box) {
    return new Set(this.#meeting(box)).size;
  }

  *#meeting(box) {
    for (const key of keys(box)) {
      for (const other of this.#cells.get(key) ?? []) if (meet(box, other)) yield other;
    }
  }
}

function meet(one, other) {
  if (one[4] && one[4] === other[4]) return false;
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}

function* keys([west, north, east, south]) {
  for (let x = Math.floor(west / 64); x <= Math.floor(east / 64); x += 1) {
    for (let y = Math.floor(north / 64); y <= Math.floor(south / 64); y += 1) yield x * 4096 + y;
  }
}
