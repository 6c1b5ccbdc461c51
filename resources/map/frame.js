// What stands around the map: zoom buttons, scale, attribution, and the line that says what to do.

const Scale = L.Control.Scale.extend({
  _updateMetric(most) {
    const metres = this._getRoundNum(most);
    this._updateScale(this._mScale, metres < 1000 ? `${metres} м` : `${metres / 1000} км`, metres / most);
  },
});

export class Frame {
  #notices = new Map();

  constructor(map) {
    this.map = map;
    new Scale({ position: "bottomleft", imperial: false, maxWidth: 110 }).addTo(map);
    const container = map.getContainer();
    this.container = container;
    this.attribution = line(container, "attribution");
    this.trouble = line(container, "trouble");
    this.hint = line(container, "hint");
    this.notices = line(container, "notices");
  }

  // A map that is read from afar has large letters; where nobody touches it, it has no buttons.
  dress(letter, buttons) {
    if (letter) this.container.style.setProperty("--letter", `${letter}px`);
    if (buttons) L.control.zoom({ position: "topright", zoomInTitle: "Приблизить", zoomOutTitle: "Отдалить" }).addTo(this.map);
  }

  credit(text) {
    put(this.attribution, text);
    this.map.fire("credited");
  }

  complain(text) {
    put(this.trouble, text);
  }

  // What is to be known of what is drawn: one sentence about each thing, none while all is well.
  notice(about, text) {
    this.#notices.set(about, text);
    put(this.notices, [...this.#notices.values()].filter(Boolean).join("\n"));
  }

  // While a place is picked, the pointer is a cross-hair and a line says how to leave.
  picking(on) {
    this.container.classList.toggle("picking", on);
    this.hinting(on ? "Щёлкните место на карте. Esc — отмена" : "");
  }

  hinting(words) {
    put(this.hint, words);
  }

  hovering(on) {
    this.container.classList.toggle("hovering", on);
  }
}

function line(container, name) {
  const made = L.DomUtil.create("div", `line ${name}`, container);
  made.hidden = true;
  return made;
}

function put(box, text) {
  box.textContent = text;
  box.hidden = !text;
}
