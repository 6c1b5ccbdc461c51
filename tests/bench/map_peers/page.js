// What is measured of a peer: from data that are in the page's memory until the first frame that has them.
let points = [];
let aside = 0.0005; // degrees

async function timed(act) {
  const begun = probe.moment();
  await act();
  return (await probe.painted(peer.shows)) - begun;
}

window.acts = {
  async ready() {
    await peer.opened;
    points = await (await fetch("/points.json")).json();
    return true;
  },
  load: () => timed(() => peer.load(points)),
  halve: async () => {
    const spent = await timed(() => peer.halve(true));
    await timed(() => peer.halve(false));
    return spent;
  },
  change: () => {
    aside = -aside;
    const places = points.slice(0, 10).map(([lon, lat], at) => [at, lon + aside, lat]);
    return timed(() => peer.change(places));
  },
};
probe.collect();
