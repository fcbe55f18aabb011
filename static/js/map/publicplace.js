/** The card that shows a place as others will see it: the cell, and the pin in its middle. */
import { addBasemap } from "./basemap.js";
import { pinIcon } from "./markers.js";
import { L } from "../core/leaflet.js";
import { fill, h, icon } from "../core/dom.js";
import { gettext, interpolate } from "../core/i18n.js";
import { sorted } from "../ui/here.js";

/** Width of a cell on the card, where its size lets one choose. */
const CELL_PIXELS = 44;
/** Cells narrower than this are not drawn: a grey haze tells nothing. */
const NARROWEST = 7;

/** Lines of the grid around one cell, from the cell's own edges. @param {any} cell GeoJSON Polygon @param {number} around cells each way */
function gridLines(cell, around) {
  const ring = cell.coordinates[0];
  const edge = (to) => [(to[0] - ring[0][0]), (to[1] - ring[0][1])];
  const [u, v] = [edge(ring[1]), edge(ring[3])];
  const at = (i, j) => [ring[0][1] + u[1] * i + v[1] * j, ring[0][0] + u[0] * i + v[0] * j];
  const lines = [];
  for (let i = -around; i <= around + 1; i += 1) {
    lines.push([at(i, -around), at(i, around + 1)], [at(-around, i), at(around + 1, i)]);
  }
  return lines;
}

export class PublicPlace {
  /** @param {{project: any, basemap: any}} page */
  constructor(page) {
    this.page = page;
    this.frame = h("div", { class: "public-map", role: "group", "aria-label": gettext("公開される場所の地図") });
    this.label = h("p", { class: "public-label", hidden: true });
    this.words = h("div", { class: "public-words" });
    this.element = h("div", { class: "card public-place" }, h("div", { class: "public-frame" }, this.frame, this.label), this.words);
    this.geometry = null;
    this.preview = null;
  }

  /** What was drawn, until the server says how it will appear. @param {any} geometry @param {any} look */
  show(geometry, look) {
    this.geometry = geometry;
    this.map = L.map(this.frame, {
      zoomControl: false, attributionControl: false, dragging: false, touchZoom: false, scrollWheelZoom: false,
      doubleClickZoom: false, boxZoom: false, keyboard: false, tap: false, zoomSnap: 0.25,
    });
    this.layers = L.featureGroup().addTo(this.map);
    this.#fit(L.geoJSON(geometry).getBounds());
    addBasemap(this.map, { ...this.page.basemap, theme: "auto" });
    this.#draw(look);
    fill(this.words, h("div", { class: "skeleton" }), h("div", { class: "skeleton" }));
  }

  remove() {
    this.map?.remove();
    this.map = null;
  }

  /** @param {any} preview what `…/preview/` answered @param {any} look of the category */
  publish(preview, look) {
    if (!this.map) return;
    this.preview = preview;
    this.#fit(L.geoJSON(preview.public_geometry).getBounds());
    this.#draw(look);
    this.#say(preview);
  }

  #fit(bounds) {
    const isSmall = bounds.getSouthWest().distanceTo(bounds.getNorthEast()) < 150;
    if (isSmall) this.map.setView(bounds.getCenter(), this.#zoomForCell(bounds.getCenter().lat), { animate: false });
    else this.map.fitBounds(bounds, { padding: [28, 28], animate: false });
  }

  /** @param {number} latitude @returns {number} */
  #zoomForCell(latitude) {
    const metres = this.page.project.grid_m || 10;
    const zoom = Math.log2((CELL_PIXELS * 156543 * Math.cos((latitude * Math.PI) / 180)) / metres);
    return Math.max(13, Math.min(Math.round(zoom * 4) / 4, 18.5));
  }

  /** @param {any} look */
  colour(look) {
    if (this.map) this.#draw(look);
  }

  #draw(look) {
    this.layers.clearLayers();
    const { preview } = this;
    const shape = preview ? preview.public_geometry : this.geometry;
    if (preview?.cell) this.#grid(preview.cell);
    if (preview?.cell && (preview.collapsed || shape.type === "Point")) {
      this.layers.addLayer(L.geoJSON(preview.cell, { style: { color: look.colour, weight: 2.5, fillColor: look.colour, fillOpacity: 0.25 }, interactive: false }));
    }
    if (shape.type === "Point") {
      const [lng, lat] = shape.coordinates;
      this.layers.addLayer(L.marker([lat, lng], { icon: pinIcon(look, { label: gettext("公開される場所"), scale: 0.8 }), keyboard: false, interactive: false }));
    } else {
      this.layers.addLayer(L.geoJSON(shape, { style: { className: "shape-casing", weight: 8, fill: false }, interactive: false }));
      this.layers.addLayer(L.geoJSON(shape, { style: { color: look.colour, weight: 4, fillColor: look.colour, fillOpacity: 0.2 }, interactive: false }));
    }
  }

  /** The grid over the whole card. @param {any} cell */
  #grid(cell) {
    const box = L.geoJSON(cell).getBounds();
    const width = this.map.latLngToContainerPoint(box.getNorthEast()).x - this.map.latLngToContainerPoint(box.getSouthWest()).x;
    if (width < NARROWEST) return;
    const around = Math.ceil(this.map.getSize().x / width);
    for (const line of gridLines(cell, around)) this.layers.addLayer(L.polyline(line, { className: "public-grid", weight: 1, interactive: false }));
  }

  #say({ grid_m: grid, collapsed, here }) {
    const { district } = sorted(here ?? []);
    this.label.hidden = !district;
    this.label.textContent = interpolate(gettext("%(place)sあたり"), { place: district });
    const isShape = this.geometry.type !== "Point";
    const head = grid === 0 ? gettext("置いたとおりの場所で公開します")
      : isShape && !collapsed ? interpolate(gettext("%(metres)smのマス目に合わせて公開します"), { metres: grid })
        : interpolate(gettext("%(metres)sm四方のマスで公開します"), { metres: grid });
    const more = grid === 0 ? gettext("自宅など、知られたくない場所は避けてください") : gettext("描いたままの場所を見られるのは担当者だけです");
    fill(this.words, icon("eye"), h("div", null, h("p", null, h("strong", null, head)), h("p", { class: "meta" }, more)));
  }

  /** @param {any} error */
  fail(error) {
    const words = error.isOffline ? gettext("電波がもどると、公開される場所をここに示します") : error.message;
    fill(this.words, icon("warning"), h("p", { class: error.isOffline ? "meta" : "error-text" }, words));
  }
}
