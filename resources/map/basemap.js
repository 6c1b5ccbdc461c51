// The base map on the page: a worker draws whole views into bitmaps, this side only shows them.
import { Sheet } from "./sheet.js";

export class BaseMap {
  #worker = new Worker("basemap_worker.js", { type: "module" });
  #sheet;
  #screen;
  #asked = 0;
  #drawn = 0;
  #loaded = false;

  constructor(map, trouble) {
    this.map = map;
    this.letter = 0;
    this.#sheet = new Sheet(map, "tilePane");
    this.#screen = this.#sheet.element.getContext("bitmaprenderer");
    this.#worker.onmessage = ({ data }) => (data.bitmap ? this.#show(data) : this.#ready(data, trouble));
    this.#worker.onerror = ({ message, filename, lineno }) => {
      console.error(`${filename}:${lineno} ${message}`);
      this.#drawn = this.#asked;
      this.#sheet.lost();
      trouble("Подложку карты не удалось нарисовать.", "");
    };
    map.on("resize", () => this.draw());
    map.on("move moveend", () => this.#sheet.short && this.draw());
  }

  get idle() {
    return this.#asked === this.#drawn;
  }

  show(shown) {
    this.#sheet.element.hidden = !shown;
    if (!shown) this.#loaded = false;
  }

  load(address) {
    this.#loaded = false;
    this.#worker.postMessage({ load: address });
    this.#asked += 1;
  }

  paint(colours) {
    this.#worker.postMessage({ colours });
    this.draw();
  }

  draw() {
    if (!this.#loaded || this.map.getSize().x < 1) return;
    this.#asked += 1;
    this.#worker.postMessage({ draw: this.#asked, frame: this.#sheet.next(), ratio: window.devicePixelRatio, letter: this.letter });
  }

  #ready({ attribution, error }, trouble) {
    this.#drawn = this.#asked;
    this.#loaded = !error;
    trouble(error ? "Карта города не читается: импортируйте её заново." : "", attribution ?? "");
    this.draw();
  }

  #show({ bitmap, frame, ratio, number }) {
    this.#drawn = Math.max(this.#drawn, number);
    this.#screen.transferFromImageBitmap(bitmap);
    this.#sheet.show(frame, ratio);
  }
}
