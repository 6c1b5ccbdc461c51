// The words of the base map. Nothing is written over what is written already; the important come first.
import { short, wrap } from "./spelling.js";
import { Taken } from "./taken.js";

const FACE = '"Noto Sans", "DejaVu Sans", "Liberation Sans", sans-serif';
const REPEAT = 460; // pixels between two names of one street at least
const AFAR = [14.5, 14.5, 14.5, 16, 17]; // the zooms from which streets of a rank are named to be read from afar
const BEND = 0.55; // radians between neighbouring letters at most

export function write(context, pack, view) {
  const taken = new Taken();
  const { colours, zoom, letter } = view;
  context.textBaseline = "middle";
  context.lineJoin = "round";
  const part = (name, kind) => pack.parts.get(`${name}/${kind}`);
  const town = { size: Math.max(14, letter), weight: 600, colour: colours.map_text, wide: 14 };
  const water = { size: Math.max(12, letter), slant: true, colour: colours.map_water_text, wide: 16, fits: true };
  spots(context, pack, view, part("towns", "point"), taken, town);
  if (letter) { // read from afar: smaller words could not be read there, so there are few
    spots(context, pack, view, part("water_names", "point"), taken, water);
    streets(context, pack, view, part("street_names", "line"), taken);
    return;
  }
  if (zoom >= 12) streets(context, pack, view, part("street_names", "line"), taken);
  spots(context, pack, view, part("water_names", "point"), taken, water);
  if (zoom >= 14) {
    spots(context, pack, view, part("green_names", "point"), taken, { size: 11, colour: colours.map_green_text, wide: 16, fits: true });
  }
  if (zoom >= 15.5) numbers(context, pack, view, part("numbers", "point"), taken);
  if (zoom >= 16) {
    spots(context, pack, view, part("places", "point"), taken, { size: 10.5, colour: colours.map_text, wide: 17, dot: true });
  }
}

function halo(context, { colours }, width, text, x, y) {
  context.strokeStyle = colours.map_halo;
  context.lineWidth = width;
  context.strokeText(text, x, y);
}

// Names of points: towns, waters, parks, places.
function spots(context, pack, view, part, taken, { size, weight = 400, slant = false, colour, wide, dot = false, fits = false }) {
  if (!part) return;
  context.textAlign = "center";
  context.font = `${slant ? "italic " : ""}${weight} ${size}px ${FACE}`;
  for (let one = 0; one < part.texts.length; one += 1) {
    if (part.zooms[one] > view.zoom) continue;
    const [x, y] = place(part, one, view);
    if (!inside(x, y, view)) continue;
    const lines = wrap(pack.texts[part.texts[one]], wide);
    const half = Math.max(...lines.map((line) => context.measureText(line).width)) / 2 + 3;
    if (fits && 2 * half > part.sizes[one] * view.scale) continue;
    const high = lines.length * size * 1.15;
    const top = dot ? y + 5 : y - high / 2;
    if (!taken.take([[x - half, dot ? y - 5 : top - 2, x + half, top + high + 2]])) continue;
    if (dot) spot(context, view, x, y);
    lines.forEach((line, row) => {
      const middle = top + (row + 0.5) * size * 1.15;
      halo(context, view, 3, line, x, middle);
      context.fillStyle = colour;
      context.fillText(line, x, middle);
    });
  }
}

function spot(context, { colours }, x, y) {
  context.beginPath();
  context.arc(x, y, 2.4, 0, 7);
  context.fillStyle = colours.map_number;
  context.strokeStyle = colours.map_halo;
  context.lineWidth = 2;
  context.stroke();
  context.fill();
}

// House numbers, where the house is wide enough for its own.
function numbers(context, pack, view, part, taken) {
  if (!part) return;
  const size = view.zoom >= 18 ? 12 : 10.5;
  context.textAlign = "center";
  context.font = `${size}px ${FACE}`;
  for (let one = 0; one < part.texts.length; one += 1) {
    const [x, y] = place(part, one, view);
    if (!inside(x, y, view)) continue;
    const text = pack.texts[part.texts[one]];
    const half = context.measureText(text).width / 2;
    const room = part.sizes[one] * view.scale;
    if (room > 0 ? 1.5 * half > room : view.zoom < 17) continue;
    if (!taken.take([[x - half - 1, y - size / 2, x + half + 1, y + size / 2]])) continue;
    halo(context, view, 2, text, x, y);
    context.fillStyle = view.colours.map_number;
    context.fillText(text, x, y);
  }
}

function place(part, one, { scale, left, top }) {
  return [part.coords[2 * one] * scale + left, part.coords[2 * one + 1] * scale + top];
}

function inside(x, y, { width, height }) {
  return x > -80 && y > -30 && x < width + 80 && y < height + 30;
}

// Street names along their streets.
function streets(context, pack, view, part, taken) {
  if (!part) return;
  const written = new Map();
  for (let one = 0; one < part.texts.length; one += 1) {
    const line = pixels(part, one, view);
    const rank = part.zooms[one]; // 0 is a highway, 4 a service road
    if (!line || view.zoom < (view.letter ? AFAR[rank] : 12 + 0.7 * rank)) continue;
    const size = Math.max(view.letter, Math.min(14, 10.5 + Math.max(0, view.zoom - 15) * 0.6 + (rank < 3 ? 0.8 : 0)));
    context.font = `500 ${size}px ${FACE}`;
    const name = pack.texts[part.texts[one]];
    const spelled = [name, short(name)].find((text) => context.measureText(text).width + 24 < line.length);
    if (!spelled) continue;
    const count = Math.max(1, Math.floor(line.length / (view.letter ? 3 * REPEAT : REPEAT)));
    for (let turn = 0; turn < count; turn += 1) {
      const middle = ((turn + 0.5) * line.length) / count;
      along(context, view, line, spelled, middle, size, taken, written, name);
    }
  }
}

// A street in the frame's pixels, with the way walked to each of its points; null if the view does not meet it.
function pixels({ coords, rings, features, boxes }, one, { scale, left, top, width, height }) {
  const at = 4 * one;
  if (boxes[at] * scale + left > width || boxes[at + 2] * scale + left < 0) return null;
  if (boxes[at + 1] * scale + top > height || boxes[at + 3] * scale + top < 0) return null;
  const line = { x: [], y: [], walked: [], length: 0 };
  for (let point = rings[features[one]]; point < rings[features[one] + 1]; point += 1) {
    const x = coords[2 * point] * scale + left;
    const y = coords[2 * point + 1] * scale + top;
    const last = line.x.length - 1;
    if (last >= 0) line.length += Math.hypot(x - line.x[last], y - line.y[last]);
    line.x.push(x);
    line.y.push(y);
    line.walked.push(line.length);
  }
  return line;
}

function at(line, way) {
  let next = 1;
  while (next < line.walked.length - 1 && line.walked[next] < way) next += 1;
  const step = line.walked[next] - line.walked[next - 1] || 1;
  const share = (way - line.walked[next - 1]) / step;
  const [dx, dy] = [line.x[next] - line.x[next - 1], line.y[next] - line.y[next - 1]];
  return { x: line.x[next - 1] + dx * share, y: line.y[next - 1] + dy * share, angle: Math.atan2(dy, dx) };
}

function along(context, view, line, text, middle, size, taken, written, name) {
  const letters = [...text];
  const widths = letters.map((letter) => context.measureText(letter).width);
  const total = widths.reduce((sum, width) => sum + width, 0);
  const [start, end] = [at(line, middle - total / 2), at(line, middle + total / 2)];
  const centre = at(line, middle);
  if (!inside(centre.x, centre.y, view)) return;
  const near = (written.get(name) ?? []).some((spot) => Math.hypot(spot.x - centre.x, spot.y - centre.y) < REPEAT * 0.7);
  if (near) return;
  const back = start.x > end.x;
  const placed = layOut(line, widths, middle, total, back);
  if (!placed || !taken.take(placed.map(({ x, y }) => [x - size * 0.5, y - size * 0.62, x + size * 0.5, y + size * 0.62]))) return;
  written.set(name, [...(written.get(name) ?? []), centre]);
  context.textAlign = "center";
  for (const stroke of [true, false]) {
    letters.forEach((letter, turn) => {
      const { x, y, angle } = placed[turn];
      context.save();
      context.translate(x, y);
      context.rotate(angle);
      context.fillStyle = view.colours.map_street_text;
      if (stroke) halo(context, view, 3, letter, 0, 0);
      else context.fillText(letter, 0, 0);
      context.restore();
    });
  }
}

// Where each letter stands and how it is turned; null where the street bends too sharply to be read.
function layOut(line, widths, middle, total, back) {
  const placed = [];
  let walked = middle + (back ? total / 2 : -total / 2);
  for (const width of widths) {
    const spot = at(line, walked + (back ? -width / 2 : width / 2));
    if (back) spot.angle += spot.angle > 0 ? -Math.PI : Math.PI;
    const last = placed.at(-1);
    if (last && Math.abs(Math.atan2(Math.sin(spot.angle - last.angle), Math.cos(spot.angle - last.angle))) > BEND) return null;
    placed.push(spot);
    walked += back ? -width : width;
  }
  return placed;
}
