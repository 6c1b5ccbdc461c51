// Leaflet as every peer on it needs it: no base map, as our points are measured.
const LOOK = new URLSearchParams(location.search);
const map = L.map("map", { zoomSnap: 0.5, maxZoom: 19 }).setView([LOOK.get("lat"), LOOK.get("lon")], LOOK.get("zoom"));
