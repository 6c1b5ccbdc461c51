// Words between the page and the program, over DOM events; bridge.js carries them on from its isolated world.
const heard = new Map();

export function on(word, act) {
  heard.set(word, act);
}

export function say(word, content = {}) {
  document.dispatchEvent(new CustomEvent("city-say", { detail: [word, JSON.stringify(content)] }));
}

document.addEventListener("city-told", (event) => {
  const { do: word, ...content } = JSON.parse(event.detail);
  heard.get(word)?.(content);
});
