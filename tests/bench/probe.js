// Looks over a page's shoulder while it draws a map: when a picture is on its way to the screen, how even frames come.
// The same in our page and in every peer's. Moments are milliseconds of the computer's clock.
(() => {
  const moment = () => performance.timeOrigin + performance.now();

  // What is drawn by now is handed to the compositor: the moment after the frame that has it. A page that has nothing
  // of `what` to show was not measured.
  const painted = (what = "canvas") => new Promise((done, failed) => {
    requestAnimationFrame(() => {
      if (!document.querySelector(what)) failed(`no ${what} was drawn`);
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(moment());
      port2.postMessage(0);
    });
  });

  let frames = null;
  const watch = () => {
    const seen = (frames = []);
    const beat = (at) => {
      seen.push(at);
      if (frames === seen) requestAnimationFrame(beat);
    };
    requestAnimationFrame(beat);
  };
  const gaps = () => {
    const seen = frames;
    frames = null;
    return seen.slice(1).map((at, one) => at - seen[one]);
  };

  // Our page asks the program for each view of its points: the moment when the next view that is asked for is painted.
  const asked = window.fetch;
  let expected = null;
  window.fetch = async (...words) => {
    const answer = await asked(...words);
    if (!expected || !String(words[0]).startsWith("view?")) return answer;
    const [tell, read] = [expected, answer.json.bind(answer)];
    expected = null;
    answer.json = async () => {
      const found = await read();
      setTimeout(() => painted().then(tell)); // the page draws first
      return found;
    };
    return answer;
  };
  const view = () => new Promise((done) => (expected = done));

  // The base map comes as a picture that a worker has drawn: the moment when the next one is painted.
  const put = ImageBitmapRenderingContext.prototype.transferFromImageBitmap;
  let awaited = null;
  ImageBitmapRenderingContext.prototype.transferFromImageBitmap = function (picture) {
    put.call(this, picture);
    if (awaited) painted().then(awaited);
    awaited = null;
  };
  const picture = () => new Promise((done) => (awaited = done));

  // What a promise comes to, for who can only ask again and again.
  let outcome = null;
  const keep = (promise) => {
    outcome = null;
    promise.then((found) => (outcome = { is: found }), (error) => (outcome = { failed: String(error) }));
  };
  // QtWebEngine does not collect garbage by itself (QTBUG-150562): a peer's page is helped as our own helps itself.
  const collect = () => setInterval(() => gc({ type: "minor" }), 2000);
  window.probe = { moment, painted, watch, gaps, view, picture, keep, collect, outcome: () => outcome };
})();
