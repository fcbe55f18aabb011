/** Voices on the map: pins, rings of many, and the lines and areas of the public geometry. */
import { Events, debounce } from "../core/events.js";
import { L } from "../core/leaflet.js";
import { get } from "../core/api.js";
import { gettext, interpolate } from "../core/i18n.js";
import { MOST_ZOOM } from "./map.js";
import { NO_CATEGORY, palette } from "./palette.js";
import { clusterSize, countingOptions, pinIcon, ringIcon } from "./markers.js";

const SHAPES_FROM_ZOOM = 14.5;
const CLUSTER_RADIUS = 68;
const SPREAD_FROM_ZOOM = 18;
/** Half a pin's width, and its height; names may come as near as the shadow. */
const PIN = { half: 15, height: 38 };
const SHADOW = 2;
/** Degrees (two metres) around a stack, for rounding. */
const EDGE = 0.00002;

export class Voices extends Events {
  /** @param {import("./map.js").ProjectMap} map @param {{categories: any[], api: string}} options */
  constructor(map, { categories, api }) {
    super();
    Object.assign(this, { map, categories, api, lit: [], selected: null, own: [] });
    this.marks = new Map();
    this.index = null;
    map.leaflet.createPane("shapes").style.zIndex = "420";
    this.shapes = L.layerGroup().addTo(map.leaflet);
    /** @type {{feature: any, shape: any}[]} */
    this.drawn = [];
    this.waiting = L.layerGroup().addTo(map.leaflet);
    map.on("settle", () => this.redraw());
    map.on("settle", debounce(() => this.#loadShapes(), 200));
  }

  /** Colours by category index; the last stands for "none". */
  get colours() {
    const colours = palette(this.categories, this.lit);
    return [...this.slugs.map((slug) => colours.get(slug) ?? NO_CATEGORY), NO_CATEGORY];
  }

  /** @param {string | undefined} slug */
  look(slug) {
    return palette(this.categories, this.lit).get(slug ?? "") ?? NO_CATEGORY;
  }

  /**
   * Show what `opinions/points/` gave.
   * @param {{categories: string[], points: any[][]}} found @param {{query: string, lit: string[]}} filter
   */
  setPoints({ categories, points }, { query, lit }) {
    Object.assign(this, { slugs: categories, lit, query });
    const features = points.map(([id, lng, lat, category, kind]) => ({
      type: "Feature", geometry: { type: "Point", coordinates: [lng, lat] },
      properties: { id, category: category ?? -1, kind },
    }));
    const options = { radius: CLUSTER_RADIUS, extent: 256, maxZoom: MOST_ZOOM, minPoints: 2, ...countingOptions(categories.length) };
    this.index = new globalThis.Supercluster(options).load(features);
    this.#clear();
    this.redraw();
    this.map.basemap.keepClear((area, zoom) => this.#touches(area, zoom));
    this.#loadShapes();
  }

  /** Whether a pin or ring stands in the box: names of the map give way. @param {any} box in map pixels of the zoom */
  #touches({ minX, minY, maxX, maxY }, zoom) {
    const { leaflet } = this.map;
    const corner = leaflet.unproject([minX - PIN.height, maxY + PIN.height], zoom);
    const other = leaflet.unproject([maxX + PIN.height, minY - PIN.height], zoom);
    const near = this.index.getClusters([corner.lng, corner.lat, other.lng, other.lat], Math.floor(zoom));
    return near.some(({ geometry: { coordinates: [lng, lat] }, properties }) => {
      const { x, y } = leaflet.project([lat, lng], zoom);
      const [half, above, below] = properties.cluster ? new Array(3).fill(clusterSize(properties.point_count) / 2 - SHADOW) : [PIN.half, PIN.height, 0];
      return x + half > minX && x - half < maxX && y + below > minY && y - above < maxY;
    });
  }

  #clear() {
    for (const { marker } of this.marks.values()) marker.remove();
    this.marks.clear();
  }

  /** Put markers of the view into the page and take the others out. */
  redraw() {
    if (!this.index) return;
    const bounds = this.map.leaflet.getBounds().pad(0.15);
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const found = new Map(this.index.getClusters(box, Math.floor(this.map.zoom)).map((feature) => [this.#keyOf(feature), feature]));
    for (const [key, { marker }] of this.marks) {
      if (!found.has(key)) {
        marker.remove();
        this.marks.delete(key);
      }
    }
    for (const [key, feature] of found) if (!this.marks.has(key)) this.marks.set(key, { marker: this.#mark(feature), feature });
    this.fire("drawn");
  }

  #keyOf({ id, properties }) {
    return properties.cluster ? `c${id}-${Math.floor(this.map.zoom)}` : `v${properties.id}`;
  }

  /** @param {any} feature @returns {any} a Leaflet marker on the map */
  #mark(feature) {
    const [lng, lat] = feature.geometry.coordinates;
    const isRing = feature.properties.cluster;
    const icon = isRing ? ringIcon(feature.properties.counts, this.colours) : this.#pin(feature.properties);
    const offset = isRing ? 1000 : 0;
    const marker = L.marker([lat, lng], { icon, zIndexOffset: offset, riseOnHover: true, bubblingMouseEvents: false });
    marker.on("click", () => (isRing ? this.#openRing(feature) : this.fire("open", feature.properties.id)));
    return marker.addTo(this.map.leaflet);
  }

  #pin({ id, category }) {
    const look = this.colours.at(category);
    const label = look.name ? interpolate(gettext("声：%(category)s"), { category: look.name }) : gettext("声");
    return pinIcon(look, { label, selected: id === this.selected });
  }

  /** Zoom to what is in the ring; where that doesn't part them, open them as a list. */
  #openRing(feature) {
    const leaves = this.index.getLeaves(feature.id, Infinity);
    const bounds = L.latLngBounds(leaves.map(({ geometry: { coordinates: [lng, lat] } }) => [lat, lng]));
    const isOnePlace = bounds.getSouthWest().distanceTo(bounds.getNorthEast()) < 3;
    const expansion = this.index.getClusterExpansionZoom(feature.id);
    if (isOnePlace || expansion > SPREAD_FROM_ZOOM || this.map.zoom >= SPREAD_FROM_ZOOM) {
      const around = bounds.pad(0.05);
      const box = [around.getWest() - EDGE, around.getSouth() - EDGE, around.getEast() + EDGE, around.getNorth() + EDGE];
      this.fire("list", { ids: leaves.map(({ properties }) => properties.id), box });
    } else {
      this.map.fit(bounds, { maxZoom: Math.max(expansion, this.map.zoom + 1) });
    }
  }

  /** Mark the voice that is open. @param {number | null} id */
  select(id) {
    const changed = [this.selected, id];
    this.selected = id;
    for (const old of changed) {
      const mark = this.marks.get(`v${old}`);
      if (mark) mark.marker.setIcon(this.#pin(mark.feature.properties));
    }
    for (const { feature, shape } of this.drawn) shape.setStyle(this.#styleOf(feature));
  }

  /** Voices of this device that the staff hasn't looked at yet. @param {any[]} features */
  showWaiting(features) {
    this.waiting.clearLayers();
    for (const { id, anchor, category } of features) {
      const icon = pinIcon(this.look(category), { label: gettext("あなたの声（確認まち）"), waiting: true });
      L.marker([anchor[1], anchor[0]], { icon }).on("click", () => this.fire("own", id)).addTo(this.waiting);
    }
  }

  /** Lines and areas of the view, once they are big enough to see. */
  async #loadShapes() {
    if (this.map.zoom < SHAPES_FROM_ZOOM || this.query === undefined) {
      this.shapes.clearLayers();
      return;
    }
    const box = this.map.leaflet.getBounds().pad(0.1);
    const bbox = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((degree) => degree.toFixed(5)).join(",");
    const filters = new URLSearchParams(this.query);
    filters.delete("bbox");
    const wanted = (filters.get("geometry") ?? "line,area").split(",").filter((kind) => kind !== "pin").join(",");
    if (!wanted) return;
    filters.set("geometry", wanted);
    filters.set("bbox", bbox);
    try {
      this.#drawShapes(await get(`${this.api}opinions/?${filters}`, { limit: 300 }));
    } catch {
      this.shapes.clearLayers();
    }
  }

  #drawShapes(collection) {
    this.shapes.clearLayers();
    this.drawn = [];
    const found = collection.features.filter(({ geometry }) => geometry && geometry.type !== "Point");
    for (const feature of found) {
      const casing = L.geoJSON(feature, { pane: "shapes", interactive: false, style: { className: "shape-casing", weight: 7, fill: false } });
      const shape = L.geoJSON(feature, { pane: "shapes", style: this.#styleOf(feature) });
      shape.on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        this.fire("open", feature.id);
      });
      this.shapes.addLayer(casing).addLayer(shape);
      this.drawn.push({ feature, shape });
    }
  }

  #styleOf(feature) {
    const { colour } = this.look(feature.properties?.category);
    const isOpen = feature.id === this.selected;
    return { color: colour, weight: isOpen ? 5 : 3.5, opacity: 1, fillColor: colour, fillOpacity: isOpen ? 0.3 : 0.16, lineJoin: "round" };
  }
}
