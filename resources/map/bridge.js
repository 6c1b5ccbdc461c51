// The isolated world's end of the bridge: it passes words between the page (DOM events) and the program (QWebChannel).
// Page code can't reach QWebChannel itself, so a page gone wrong has these words and no others.
"use strict";
new QWebChannel(qt.webChannelTransport, (channel) => {
  const { city } = channel.objects;
  document.addEventListener("city-say", (event) => {
    const [word, text] = Array.isArray(event.detail) ? event.detail : [];
    if (typeof word === "string" && typeof text === "string") city.say(word, text);
  });
  city.told.connect((text) => document.dispatchEvent(new CustomEvent("city-told", { detail: text })));
  city.say("loaded", "{}");
});
