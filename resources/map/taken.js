// Where something is written already, so that nothing is written over it. Boxes: [west, north, east, south] in pixels.

export class Taken {
  #cells = new Map();

  // Whether boxes are free; if so, they are taken.
  take(boxes) {
    if (boxes.some((box) => this.#meets(box))) return false;
    this.put(boxes);
    return true;
  }

  // These are taken, free or not.
  put(boxes) {
    for (const box of boxes) for (const key of keys(box)) this.#cells.set(key, [...(this.#cells.get(key) ?? []), box]);
  }

  #meets(box) {
    for (const key of keys(box)) {
      for (const other of this.#cells.get(key) ?? []) {
        if (box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]) return true;
      }
    }
    return false;
  }
}

function* keys([west, north, east, south]) {
  for (let x = Math.floor(west / 64); x <= Math.floor(east / 64); x += 1) {
    for (let y = Math.floor(north / 64); y <= Math.floor(south / 64); y += 1) yield x * 4096 + y;
  }
}
