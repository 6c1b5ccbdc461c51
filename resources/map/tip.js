// The tooltip. What people wrote reaches the page as text only, never as markup.

const WAIT = 150;

export class Tip {
  #box = L.DomUtil.create("div", "tip");
  #timer = 0;
  #key = "";
  #held = false;

  constructor(container) {
    this.container = container;
    this.#box.hidden = true;
    container.append(this.#box);
  }

  // The caption of a record, asked from the program after a moment's rest. One that is held stays until `hide`.
  show(module, id, at, held = false, name = "caption") {
    const key = `${module}/${id}`;
    if (key === this.#key) return;
    this.hide();
    this.#key = key;
    this.#held = held;
    this.#timer = setTimeout(() => this.#fetch(key, name, { module, id }, at), WAIT);
  }

  // Words that are known already. Those that are held stay until `hide`.
  say(text, at, held = false) {
    if (this.#key === text) return;
    this.hide();
    this.#key = text;
    this.#held = held;
    this.#put(text, at);
  }

  // The pointer is over no point; it may still be over a shape.
  leave() {
    if (!this.#held) this.hide();
  }

  hide() {
    clearTimeout(this.#timer);
    this.#key = "";
    this.#held = false;
    this.#box.hidden = true;
  }

  async #fetch(key, name, asked, at) {
    const answer = await fetch(`${name}?${new URLSearchParams(asked)}`).catch(() => null);
    if (!answer?.ok) return;
    const { text } = await answer.json();
    if (this.#key === key) this.#put(text, at);
  }

  #put(text, { x, y }) {
    this.#box.textContent = text;
    this.#box.hidden = false;
    const { clientWidth, clientHeight } = this.container;
    const { offsetWidth, offsetHeight } = this.#box;
    const left = Math.max(4, Math.min(x + 14, clientWidth - offsetWidth - 4));
    const top = y + 18 + offsetHeight > clientHeight ? y - offsetHeight - 10 : y + 18;
    this.#box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}
