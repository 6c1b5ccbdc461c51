// Draws the base map off the page's thread. Of several waiting views only the last is drawn.
import { parse } from "./pack.js";
import { Painter } from "./painter.js";

const canvas = new OffscreenCanvas(1, 1); // the only one: others would wait for a garbage collector that seldom comes
const context = canvas.getContext("2d", { alpha: false });
let painter = null;
let colours = null;
let wanted = null;
let scheduled = false;

function draw() {
  scheduled = false;
  if (!painter || !colours || !wanted) return;
  const { draw: number, frame, ratio, letter } = wanted;
  wanted = null;
  const [width, height] = [Math.round(frame.width * ratio), Math.round(frame.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  painter.paint(context, { ...frame, letter }, ratio, colours);
  const bitmap = canvas.transferToImageBitmap();
  postMessage({ bitmap, frame, ratio, number }, [bitmap]);
}

async function load(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const pack = parse(await answer.arrayBuffer());
    painter = new Painter(pack);
    postMessage({ attribution: pack.attribution });
  } catch (error) {
    painter = null;
    postMessage({ error: String(error) });
  }
}

onmessage = ({ data }) => {
  if (data.load) load(data.load);
  if (data.colours) colours = data.colours;
  if (data.draw) wanted = data;
  if (wanted && !scheduled) {
    scheduled = true;
    setTimeout(draw, 0);
  }
};

// QtWebEngine does not collect this thread's garbage by itself (QTBUG-150562).
if (typeof gc === "function") setInterval(() => gc({ type: "minor" }), 2000);
