// Leaflet.markercluster, as its manual says for many markers: in one call, removed and added likewise.
const group = L.markerClusterGroup().addTo(map);
let markers = [];

window.peer = {
  shows: ".leaflet-marker-icon",
  async load(points) {
    markers = points.map(([lon, lat]) => L.marker([lat, lon]));
    group.addLayers(markers);
  },
  async halve(on) {
    group.clearLayers();
    group.addLayers(on ? markers.filter((_, at) => at % 2) : markers);
  },
  async change(places) {
    const moved = places.map(([at]) => markers[at]);
    group.removeLayers(moved);
    for (const [at, lon, lat] of places) markers[at].setLatLng([lat, lon]);
    group.addLayers(moved);
  },
};
