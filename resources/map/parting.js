// Layers know nothing of each other, so their marks would cover each other. Here they step aside, a little at a time and
// never far, the larger the less; and what says that records are overdue takes the corner where it covers no number.
import { Taken } from "./taken.js";

const MOST = 350; // marks in a view up to which they step aside: more would cost a frame
const ROUNDS = 12;
const FAR = 2.2; // how far a mark may step aside, in its own radius
const NEAR = 0.5; // pixels that are no overlap
const TRIES = 4; // times that an exclamation mark looks for a better corner
const APART = 3; // pixels between two exclamation marks: they must not look like one
export const CORNERS = [ // the usual one first; the last are somewhat aside
  [1, -1], [-1, -1], [1, 1], [-1, 1], [1.45, 0], [-1.45, 0], [0, -1.8], [0, 1.8], [1, -2], [-1, -2], [1, 2], [-1, 2],
];

// `items`: x, y, reach, module, and either count or id. Their x and y are changed.
export function part(items) {
  if (items.length > MOST) return;
  const bodies = items.map((item) => ({ item, x: item.x, y: item.y, reach: item.reach + 1, far: FAR * item.reach }));
  const pairs = meeting(bodies);
  for (let round = 0, moved = true; moved && round < ROUNDS; round += 1) {
    moved = false;
    for (const [one, other] of pairs) moved = push(one, other) || moved;
    bodies.forEach(hold);
  }
}

// The pairs that may ever meet, wherever they step.
function meeting(bodies) {
  const found = [];
  const sorted = bodies.toSorted((one, other) => one.x - other.x);
  const widest = Math.max(...bodies.map(({ reach, far }) => reach + far));
  for (const [at, one] of sorted.entries()) {
    for (let on = at + 1; on < sorted.length && sorted[on].x - one.x < one.reach + one.far + widest; on += 1) {
      const other = sorted[on];
      const gap = one.reach + one.far + other.reach + other.far;
      if (Math.abs(other.y - one.y) < gap && strange(one.item, other.item)) found.push([one, other]);
    }
  }
  return found;
}

// Points of one layer lie as they lie. One record in a layer and in a slice of it: the slice's mark covers.
function strange(one, other) {
  if (one.module === other.module && !(one.count && other.count)) return false;
  return !(one.id && one.id === other.id);
}

function push(one, other) {
  const [dx, dy] = [one.item.x - other.item.x, one.item.y - other.item.y];
  const away = Math.hypot(dx, dy);
  const overlap = one.reach + other.reach - away;
  if (overlap < NEAR) return false;
  const [ux, uy] = away > NEAR ? [dx / away, dy / away] : [0, -1];
  const share = other.reach ** 2 / (one.reach ** 2 + other.reach ** 2);
  one.item.x += ux * overlap * share;
  one.item.y += uy * overlap * share;
  other.item.x -= ux * overlap * (1 - share);
  other.item.y -= uy * overlap * (1 - share);
  return true;
}

function hold({ item, x, y, far }) {
  const away = Math.hypot(item.x - x, item.y - y);
  if (away > far) [item.x, item.y] = [x + ((item.x - x) * far) / away, y + ((item.y - y) * far) / away];
}

// Gives each overdue item its `corner`. `badge` and `core` say which box an item's exclamation mark takes at a corner, and
// which box of the item itself must be seen; `view` is what is seen, where nobody can move it.
export function choose(items, badge, core, view = null) {
  const taken = new Taken();
  taken.put(items.map((item) => [...core(item), item]));
  const boxes = new Map(); // what is taken by each exclamation mark
  let crowded = items.filter(({ late }) => late);
  for (let round = 0; crowded.length && round < TRIES; round += 1) {
    const still = new Set();
    for (const item of crowded) {
      if (boxes.has(item)) taken.drop(boxes.get(item));
      turn(item, badge, taken, view);
      const [west, north, east, south] = badge(item, item.corner);
      const box = [west - APART, north - APART, east + APART, south + APART, item];
      for (const other of taken.meeting(box)) if (boxes.get(other[4]) === other) still.add(item).add(other[4]);
      boxes.set(item, box);
      taken.put([box]);
    }
    crowded = [...still]; // whom it has met moves, too
  }
}

// Turns an exclamation mark to the corner where it covers least.
function turn(item, badge, taken, view) {
  let least = Infinity;
  for (const corner of CORNERS) {
    const box = badge(item, corner);
    const covered = taken.meeting([...box, item]).length + Number(view !== null && beyond(box, view));
    if (covered < least) [item.corner, least] = [corner, covered];
    if (!covered) return;
  }
}

function beyond([west, north, east, south], view) {
  return west < view[0] || north < view[1] || east > view[2] || south > view[3];
}
