// One asking at a time: what is wanted meanwhile is asked for once more behind it.
export class Turn {
  #act;
  #busy = false;
  #again = false;

  constructor(act) {
    this.#act = act;
  }

  get idle() {
    return !this.#busy;
  }

  async take() {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    try {
      while (this.#again) {
        this.#again = false;
        await this.#act();
      }
    } finally {
      this.#busy = false;
    }
  }
}
