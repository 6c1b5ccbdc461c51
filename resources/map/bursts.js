// Changes come in bursts: the first is shown at once, the rest a few times a second.

const PAUSE = 250; // milliseconds between two askings for changes

export class Bursts {
  #later = 0;
  #last = -Infinity;

  constructor(ask) {
    this.ask = ask;
  }

  get idle() {
    return this.#later === 0;
  }

  // Something has changed. What else the map is asked for meanwhile (a pan, a filter) does not put it off.
  come() {
    if (this.#later) return;
    const wait = this.#last + PAUSE - performance.now();
    if (wait <= 0) this.#go();
    else this.#later = setTimeout(() => this.#go(), wait);
  }

  // Ask now; it answers for the changes that wait, too.
  now() {
    clearTimeout(this.#later);
    this.#later = 0;
    this.ask();
  }

  #go() {
    this.#last = performance.now();
    this.now();
  }
}
