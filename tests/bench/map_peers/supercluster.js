// supercluster with Leaflet, as its own example has it; its index can't be changed, so each change makes another one.
const shown = L.geoJSON(null, { pointToLayer }).addTo(map);
let features = [];
let index = null;

function pointToLayer({ properties }, at) {
  if (!properties.cluster) return L.circleMarker(at, { radius: 7 });
  const html = `<div>${properties.point_count_abbreviated}</div>`;
  return L.marker(at, { icon: L.divIcon({ html, className: "cluster", iconSize: [40, 40] }) });
}

function draw() {
  const box = map.getBounds();
  const corners = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
  shown.clearLayers();
  shown.addData(index.getClusters(corners, Math.round(map.getZoom())));
}

function put(wanted) {
  index = new Supercluster({ radius: 64, maxZoom: 17 }).load(wanted);
  draw();
}

const feature = (lon, lat) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } });

window.peer = {
  shows: ".leaflet-marker-icon",
  async load(points) {
    features = points.map(([lon, lat]) => feature(lon, lat));
    put(features);
    map.on("moveend", draw);
  },
  async halve(on) {
    put(on ? features.filter((_, at) => at % 2) : features);
  },
  async change(places) {
    for (const [at, lon, lat] of places) features[at] = feature(lon, lat);
    put(features);
  },
};
