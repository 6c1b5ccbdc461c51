// MapLibre GL with a clustered source; clusters have no figures, because those need fonts from a server.
const LOOK = new URLSearchParams(location.search);
const circle = (radius, color) => ({ "circle-radius": radius, "circle-color": color });
const EMPTY = { type: "FeatureCollection", features: [] };
let map = null;
let features = [];

const opened = new Promise((done, failed) => {
  try {
    map = new maplibregl.Map({
      container: "map", center: [LOOK.get("lon"), LOOK.get("lat")], zoom: LOOK.get("zoom") - 1, fadeDuration: 0,
      attributionControl: false,
      style: {
        version: 8,
        sources: { points: { type: "geojson", data: EMPTY, cluster: true, clusterRadius: 64, clusterMaxZoom: 17 } },
        layers: [
          { id: "clusters", type: "circle", source: "points", filter: ["has", "point_count"], paint: circle(18, "#2a6") },
          { id: "single", type: "circle", source: "points", filter: ["!", ["has", "point_count"]], paint: circle(7, "#26a") },
        ],
      },
    });
    map.once("idle", done);
  } catch {
    failed("no WebGL here");
  }
});

// Everything that was put in is drawn.
const drawn = () => new Promise((done, failed) => {
  map.once("idle", () => (map.queryRenderedFeatures().length ? done() : failed("no point was drawn")));
});
const point = (lon, lat) => ({ type: "Point", coordinates: [lon, lat] });

async function put(wanted) {
  map.getSource("points").setData({ type: "FeatureCollection", features: wanted });
  await drawn();
}

window.peer = {
  opened,
  shows: "canvas",
  async load(points) {
    features = points.map(([lon, lat], id) => ({ type: "Feature", id, properties: {}, geometry: point(lon, lat) }));
    await put(features);
  },
  halve: (on) => put(on ? features.filter((_, at) => at % 2) : features),
  async change(places) {
    map.getSource("points").updateData({ update: places.map(([id, lon, lat]) => ({ id, newGeometry: point(lon, lat) })) });
    await drawn();
  },
};
