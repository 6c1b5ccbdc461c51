// Where something is written already, so that nothing is written over it. Boxes: [west, north, east, south] in pixels; whose
// a box is may stand behind that.

const SIDE = 64; // pixels of a cell

export class Taken {
  #cells = new Map();

  // Whether boxes are free; if so, they are taken.
  take(boxes) {
    if (boxes.some((box) => this.#look(box, () => true))) return false;
    this.put(boxes);
    return true;
  }

  // These are taken, free or not.
  put(boxes) {
    for (const box of boxes) {
      each(box, (key) => {
        const cell = this.#cells.get(key);
        if (cell) cell.push(box);
        else this.#cells.set(key, [box]);
      });
    }
  }

  // This one is free again.
  drop(box) {
    each(box, (key) => {
      const cell = this.#cells.get(key);
      cell.splice(cell.indexOf(box), 1);
    });
  }

  // The taken boxes that meet this one, but for those of the same owner.
  meeting(box) {
    const found = [];
    this.#look(box, (other) => void (found.includes(other) || found.push(other)));
    return found;
  }

  #look(box, met) {
    return each(box, (key) => this.#cells.get(key)?.some((other) => meet(box, other) && met(other)));
  }
}

function meet(one, other) {
  if (one[0] >= other[2] || other[0] >= one[2] || one[1] >= other[3] || other[1] >= one[3]) return false;
  return !one[4] || one[4] !== other[4];
}

// Every cell that a box meets, until one answers with yes.
function each([west, north, east, south], act) {
  const [right, bottom] = [Math.floor(east / SIDE), Math.floor(south / SIDE)];
  for (let x = Math.floor(west / SIDE); x <= right; x += 1) {
    for (let y = Math.floor(north / SIDE); y <= bottom; y += 1) if (act(x * 4096 + y)) return true;
  }
  return false;
}
