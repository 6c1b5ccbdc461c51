// How the base map looks: what is drawn in which order, from which zoom, how wide. Colours come from the theme.

// Areas from the ground up: [part, colour, first zoom].
export const GROUND = [
  ["residential", "map_residential", 9], ["works", "map_works", 11], ["allotments", "map_allotments", 11],
  ["grounds", "map_grounds", 13], ["wood", "map_wood", 9], ["park", "map_park", 11], ["grass", "map_grass", 13],
  ["cemetery", "map_cemetery", 12], ["wetland", "map_wetland", 12], ["sand", "map_sand", 13],
  ["pitch", "map_pitch", 14], ["water", "map_water", 9], ["parking", "map_parking", 15],
];

// Ways from the least to the most important. `widths`: [zoom, pixels] pairs; between them it grows evenly.
export const WAYS = [
  { part: "stream", colour: "map_water", from: 13, widths: [[13, 0.8], [17, 2.5], [19, 5]] },
  { part: "river", colour: "map_water", from: 10, widths: [[10, 1], [14, 3], [17, 9], [19, 20]] },
  { part: "track", colour: "map_path", from: 13, widths: [[13, 0.6], [16, 1.1], [19, 2.4]], dash: [5, 3] },
  { part: "footway", colour: "map_path", from: 15, widths: [[15, 0.6], [17, 1.2], [19, 2.6]], dash: [2.5, 2] },
  { part: "service", colour: "map_road", edge: "map_road_edge", from: 14, widths: [[14, 0.7], [16, 2.6], [18, 7], [19, 12]] },
  { part: "street", colour: "map_road", edge: "map_road_edge", from: 11, widths: [[11, 0.6], [13, 1.4], [15, 4], [17, 10], [19, 26]] },
  { part: "tertiary", colour: "map_road", edge: "map_road_edge", from: 10, widths: [[10, 0.8], [13, 2.4], [15, 6], [17, 14], [19, 34]] },
  { part: "secondary", colour: "map_main", edge: "map_main_edge", from: 9, widths: [[9, 0.9], [13, 3], [15, 7], [17, 16], [19, 38]] },
  { part: "highway", colour: "map_highway", edge: "map_highway_edge", from: 9, widths: [[9, 1.2], [13, 4], [15, 8], [17, 18], [19, 42]] },
  { part: "rail", colour: "map_rail", from: 11, widths: [[11, 0.8], [15, 1.6], [19, 3]], dash: [7, 3] },
];

export const BUILDINGS = { part: "building", fill: "map_building", edge: "map_building_edge", from: 13.5, edgeFrom: 15 };
export const BOUNDARY = { part: "boundary", colour: "map_boundary", width: 1.4, dash: [9, 4, 2, 4] };

// Read from afar: ways are wider, and what could not be told there is left out.
export const AFAR = { wider: 1.5, left_out: new Set(["track", "footway", "stream", "grounds", "pitch", "parking"]) };

export function widthAt(widths, zoom) {
  const above = widths.findIndex(([at]) => at > zoom);
  if (above === 0) return widths[0][1];
  if (above < 0) return widths.at(-1)[1];
  const [[from, thin], [to, thick]] = [widths[above - 1], widths[above]];
  return thin * (thick / thin) ** ((zoom - from) / (to - from));
}
