// What is drawn by hand: its lines, handles, and the words about it. The program keeps the drawing and does every act;
// this side shows what it was told and says where the hand is.
import { frameOf } from "./reach.js";
import { Sheet } from "./sheet.js";
import { say } from "./words.js";

const REACH = 9; // pixels around a handle in which it is taken
const FAR = 3; // pixels that the hand moves before it drags
const LONG = 30; // pixels that a side is long to have a handle in its middle
const EDGE = 24; // pixels at the rim of the view that a figure is kept out of when it is begun
const GUIDE = 100; // and at the top, where the words stand
const SMALL = 80; // pixels across: smaller ones are brought nearer

export class Edit {
  #told = null; // the drawing as the program told it last
  #sketch = { paths: [], closed: false }; // what was drawn last and is not saved yet
  #aim = null; // where the pointer means: a spot and by what it is held
  #held = null; // the handle that is dragged
  #still = false; // the click that follows belongs to a handle
  #waiting = false; // for the answer to where the hand is
  #next = null; // where it went meanwhile
  #wanted = null; // spots that are kept in view until the hand does something: the buttons over the map take room
  #frame = 0;

  constructor(map, city) {
    this.map = map;
    this.city = city;
    map.createPane("edit").style.zIndex = 640; // over the marks
    this.sheet = new Sheet(map, "edit");
    this.box = L.DomUtil.create("div", "line guide", map.getContainer());
    [this.hint, this.measure, this.wrong] = ["hint_text", "measure", "wrong"].map((name) => L.DomUtil.create("div", name, this.box));
    this.box.hidden = true;
    const container = map.getContainer();
    container.addEventListener("mousedown", (event) => this.#press(event), { capture: true });
    container.addEventListener("click", (event) => this.#hush(event), { capture: true });
    window.addEventListener("mousemove", (event) => this.#move(event));
    window.addEventListener("mouseup", (event) => this.#release(event));
    map.on("click", ({ originalEvent }) => this.active && say("put", this.#place(originalEvent)));
    map.on("resize", () => this.#look());
    map.on("moveend zoomend resize", () => this.#redraw());
    for (const act of ["mousedown", "wheel", "keydown"]) container.addEventListener(act, () => (this.#wanted = null), { capture: true, passive: true });
    map.on("move", () => this.#seen && !this.sheet.covers() && this.#redraw());
  }

  get active() {
    return this.#told !== null;
  }

  // The drawing as it is now; null: there is none. `look`: spots to bring into view.
  show(told, look) {
    const begins = told !== null && !this.active;
    this.#told = told;
    this.#waiting = false;
    this.#next = null;
    this.#aim = told?.run == null || begins ? null : this.#aim;
    this.city.picking = this.active;
    const { classList } = this.map.getContainer();
    classList.toggle("picking", Boolean(told?.tool));
    classList.toggle("drawing", this.active);
    this.map.doubleClickZoom[this.active ? "disable" : "enable"]();
    this.#say(told ?? { measure: "", wrong: "" });
    this.#wanted = look;
    this.#look();
    this.#redraw();
  }

  // The program's answer to where the hand is.
  aim({ at, held, measure, wrong, spot }) {
    this.#waiting = false;
    if (!this.active) return;
    this.#aim = { at, held, spot };
    this.#say({ ...this.#told, measure, wrong: this.#told.wrong || wrong });
    if (this.#next) this.#ask(this.#next);
    this.#next = null;
    this.#redraw();
  }

  // The keyboard's hand: a vertex in the middle of the map, and a few pixels aside.
  put() {
    const { lat, lng } = this.map.getCenter().wrap();
    if (this.active) say("put", { lat, lon: lng, zoom: this.map.getZoom(), free: false });
  }

  nudge({ across, down }) {
    const [path, vertex] = this.#told?.chosen ?? [];
    const spot = this.#told?.paths[path]?.[vertex];
    if (!spot) return;
    const { lat, lng } = this.map.containerPointToLatLng(this.#at(spot).add([across, down])).wrap();
    say("held", { path, vertex, middle: false });
    say("dropped", { lat, lon: lng, zoom: this.map.getZoom(), free: true });
  }

  repaint() {
    if (this.#seen) this.#redraw();
  }

  sketch(sketch) {
    this.#sketch = sketch;
    this.#redraw();
  }

  get #seen() {
    return this.active || this.#sketch.paths.length > 0;
  }

  // the hand

  #press(event) {
    this.#still = false;
    if (!this.active || event.button !== 0 || event.target.closest(".leaflet-control")) return;
    const handle = this.#handle(this.map.mouseEventToContainerPoint(event));
    if (!handle) return;
    event.stopImmediatePropagation();
    this.#still = !this.#told.tool;
    this.#held = { ...handle, x: event.clientX, y: event.clientY, moved: false };
    say("held", { path: handle.path, vertex: handle.vertex, middle: handle.middle });
  }

  #move(event) {
    if (!this.active) return;
    if (this.#held) {
      this.#held.moved ||= Math.hypot(event.clientX - this.#held.x, event.clientY - this.#held.y) > FAR;
      if (this.#held.moved) this.#ask(this.#place(event));
    } else if (this.#told.tool) {
      this.#ask(this.#place(event));
    } else {
      const over = this.#handle(this.map.mouseEventToContainerPoint(event));
      this.map.getContainer().classList.toggle("hovering", over !== null);
    }
  }

  #release(event) {
    const held = this.#held;
    if (!held) return;
    this.#held = null;
    this.#aim = null;
    if (held.moved) this.#still = true;
    if (held.moved) say("dropped", this.#place(event));
    else if (held.middle) say("dropped", { lat: held.spot[1], lon: held.spot[0], zoom: this.map.getZoom(), free: true });
    else say("let_go");
  }

  #hush(event) {
    if (this.#still) event.stopImmediatePropagation();
    this.#still = false;
  }

  // Where the hand is: one question at a time, the latest place next.
  #ask(place) {
    if (this.#waiting) this.#next = place;
    else say("aimed", place);
    this.#waiting = true;
  }

  #place(event) {
    const { lat, lng } = this.map.mouseEventToLatLng(event).wrap();
    return { lat, lon: lng, zoom: this.map.getZoom(), free: event.ctrlKey };
  }

  // The handle at a place: a vertex rather than the middle of a side. With a tool only those of what it draws.
  #handle(at) {
    const { paths, run, tool } = this.#told;
    const found = paths.map((_, path) => path).filter((path) => !tool || path === run).flatMap((path) => this.#handles(path));
    const near = found.map((one) => ({ ...one, far: this.#at(one.spot).distanceTo(at) })).filter(({ far }) => far <= REACH);
    return near.reduce((best, one) => (!best || one.middle < best.middle || (one.middle === best.middle && one.far < best.far) ? one : best), null);
  }

  #handles(path) {
    const spots = this.#told.paths[path];
    const vertices = spots.map((spot, vertex) => ({ path, vertex, middle: false, spot }));
    const middles = spots.map((one, vertex) => {
      const other = spots[vertex + 1] ?? (this.#told.closed[path] && path !== this.#told.run ? spots[0] : null);
      if (!other || this.#at(one).distanceTo(this.#at(other)) < LONG) return null;
      const { lat, lng } = this.map.containerPointToLatLng(this.#at(one).add(this.#at(other)).divideBy(2));
      return { path, vertex, middle: true, spot: [lng, lat] };
    });
    return [...vertices, ...middles.filter(Boolean)];
  }

  #at([lon, lat]) {
    return this.map.latLngToContainerPoint([lat, lon]);
  }

  // what is seen

  #say({ hint = "", measure, wrong }) {
    this.box.hidden = !hint;
    this.hint.textContent = hint;
    this.measure.textContent = measure;
    this.wrong.textContent = wrong;
  }

  #look() {
    if (!this.#wanted) return;
    const bounds = L.latLngBounds(this.#wanted.map(([lon, lat]) => [lat, lon]));
    const [far, near] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => this.map.latLngToContainerPoint(corner));
    const { x, y } = this.map.getSize();
    const seen = far.x > EDGE && far.y > GUIDE && near.x < x - EDGE && near.y < y - EDGE;
    if (seen && near.distanceTo(far) > SMALL) return;
    this.map.fitBounds(bounds, { paddingTopLeft: [EDGE, GUIDE], paddingBottomRight: [EDGE, EDGE], maxZoom: 18, animate: false });
  }

  #redraw() {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw() {
    const ratio = window.devicePixelRatio;
    const frame = frameOf(this.map);
    const canvas = this.sheet.element;
    canvas.width = this.#seen ? frame.width * ratio : 0;
    canvas.height = this.#seen ? frame.height * ratio : 0;
    this.sheet.show(frame, ratio);
    if (!this.#seen) return;
    const brush = new Brush(canvas.getContext("2d"), this.city.colours, ([lon, lat]) => this.map.project([lat, lon], frame.zoom).subtract([frame.x, frame.y]));
    brush.context.scale(ratio, ratio);
    const { paths, closed } = this.#sketch;
    if (closed) brush.area(paths);
    for (const path of paths) brush.path(path, closed, [7, 5]);
    if (!this.active) return;
    this.#drawFigure(brush);
    this.#drawHandles(brush);
    const spot = this.#aim ? this.#aim.spot : this.#told.spot;
    if (spot) brush.ring(spot, 11, "tone_late", 3);
    if (this.#aim?.held) brush.ring(this.#aim.at, 8, "accent", 2);
    if (this.#told.tool) brush.cross([this.map.getCenter().lng, this.map.getCenter().lat]);
  }

  #drawFigure(brush) {
    const { closed, run, tool } = this.#told;
    const paths = this.#paths();
    brush.area(paths.filter((_, path) => closed[path] && path !== run));
    paths.forEach((path, number) => {
      if (number !== run) brush.path(path, closed[number]);
    });
    if (run === null) return;
    const drawn = paths[run];
    if (closed[run] && drawn.length > 2) brush.path([drawn.at(-1), drawn[0]], false, [3, 5]);
    brush.path(drawn, false, tool === "split" ? [8, 5] : []);
  }

  // With what the hand would make of them.
  #paths() {
    const { paths, run, tool } = this.#told;
    if (!this.#aim) return paths;
    if (this.#held?.moved) {
      const { path, vertex, middle } = this.#held;
      return paths.map((spots, number) => (number === path ? spots.toSpliced(vertex + (middle ? 1 : 0), middle ? 0 : 1, this.#aim.at) : spots));
    }
    return tool && run !== null ? paths.with(run, [...paths[run], this.#aim.at]) : paths;
  }

  #drawHandles(brush) {
    const { paths, run, tool, chosen } = this.#told;
    if (this.#held?.moved) {
      brush.vertex(this.#aim?.at ?? this.#held.spot, true);
      return;
    }
    paths.forEach((_, path) => {
      if (tool && path !== run) return;
      for (const { vertex, middle, spot } of this.#handles(path)) {
        const whole = chosen?.[0] === path && chosen[1] < 0;
        if (middle) brush.dot(spot);
        else brush.vertex(spot, whole || (chosen?.[0] === path && chosen[1] === vertex));
      }
    });
  }
}

// Draws spots (longitude, latitude) in the theme's colours.
class Brush {
  constructor(context, colours, at) {
    this.context = context;
    this.colours = colours;
    this.at = at;
    context.lineJoin = context.lineCap = "round";
  }

  #trace(spots, closed) {
    spots.forEach((spot, number) => {
      const { x, y } = this.at(spot);
      this.context[number ? "lineTo" : "moveTo"](x, y);
    });
    if (closed) this.context.closePath();
  }

  area(rings) {
    this.context.beginPath();
    for (const ring of rings) this.#trace(ring, true);
    this.context.globalAlpha = 0.16;
    this.context.fillStyle = this.colours.accent;
    this.context.fill("evenodd");
    this.context.globalAlpha = 1;
  }

  // A line with a rim, to be seen on every ground.
  path(spots, closed, dash = []) {
    this.context.beginPath();
    this.#trace(spots, closed);
    this.#stroke("panel", 5.5);
    this.context.setLineDash(dash);
    this.#stroke("accent", 2.5);
    this.context.setLineDash([]);
  }

  vertex(spot, chosen) {
    const { x, y } = this.at(spot);
    const half = chosen ? 6 : 4.5;
    this.context.beginPath();
    this.context.rect(x - half, y - half, 2 * half, 2 * half);
    this.context.fillStyle = this.colours[chosen ? "accent" : "panel"];
    this.context.fill();
    this.#stroke(chosen ? "panel" : "accent", 2);
  }

  dot(spot) {
    this.#circle(spot, 3.5);
    this.context.fillStyle = this.colours.panel;
    this.context.fill();
    this.#stroke("accent", 1.2);
  }

  ring(spot, radius, colour, width) {
    this.#circle(spot, radius);
    this.#stroke("panel", width + 3);
    this.#stroke(colour, width);
  }

  cross(spot) {
    const { x, y } = this.at(spot);
    this.context.beginPath();
    for (const [dx, dy] of [[9, 0], [0, 9]]) {
      this.context.moveTo(x - dx, y - dy);
      this.context.lineTo(x + dx, y + dy);
    }
    this.#stroke("panel", 4);
    this.#stroke("text", 1.5);
  }

  #circle(spot, radius) {
    const { x, y } = this.at(spot);
    this.context.beginPath();
    this.context.arc(x, y, radius, 0, 2 * Math.PI);
  }

  #stroke(colour, width) {
    this.context.strokeStyle = this.colours[colour];
    this.context.lineWidth = width;
    this.context.stroke();
  }
}
