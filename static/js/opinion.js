/** Entry of one voice's page: draws its small map; everything else works without scripts. */
import { byId, island } from "./core/dom.js";
import { L } from "./core/leaflet.js";
import { addBasemap } from "./map/basemap.js";
import { pinIcon } from "./map/markers.js";
import { inkOn, NO_CATEGORY } from "./map/palette.js";

const { feature, look, basemap } = island("opinion-data");
const shown = look ? { ...look, ink: inkOn(look.colour) } : NO_CATEGORY;
const map = L.map(byId("map"), { attributionControl: false, scrollWheelZoom: false, zoomControl: false, maxZoom: 19 });
const shape = L.geoJSON(feature.geometry, {
  style: { color: shown.colour, weight: 4, fillColor: shown.colour, fillOpacity: 0.2 },
  pointToLayer: (_, place) => L.marker(place, { icon: pinIcon(shown, { label: shown.name }), keyboard: false }),
});
map.fitBounds(shape.getBounds(), { maxZoom: 16, padding: [30, 30], animate: false });
addBasemap(map, { ...basemap, theme: "auto" });
if (feature.geometry.type !== "Point") L.geoJSON(feature.geometry, { style: { className: "shape-casing", weight: 8, fill: false }, interactive: false }).addTo(map);
shape.addTo(map);
