/** What lies on the map: points, clusters, hexagons or districts, and one district opened. */
import { h } from "../core/dom.js";
import { Events } from "../core/events.js";
import { L } from "../core/leaflet.js";
import { number } from "../core/format.js";
import { palette, NO_CATEGORY } from "../map/palette.js";
import { Voices } from "../map/voices.js";
import { boundsOf, classOf, colours, measured, valueText } from "./measures.js";

const LABEL_FROM_PX = 26;
const WORLD = [[-85, -400], [-85, 400], [85, 400], [85, -400]];

export class Thematic extends Events {
  /** @param {import("../map/map.js").ProjectMap} map @param {any} project */
  constructor(map, project) {
    super();
    Object.assign(this, { map, project });
    for (const [name, z] of [["districts", 300], ["cells", 310], ["dots", 330], ["labels", 620]]) {
      map.leaflet.createPane(name).style.zIndex = String(z);
    }
    map.leaflet.getPane("labels").style.pointerEvents = "none";
    this.group = L.layerGroup().addTo(map.leaflet);
    this.labels = L.layerGroup().addTo(map.leaflet);
    this.outline = L.layerGroup().addTo(map.leaflet);
    map.leaflet.on("zoomend", () => this.#fitLabels());
  }

  clear() {
    for (const layer of [this.group, this.labels, this.outline]) layer.clearLayers();
    if (this.voices) {
      this.voices.setPoints({ categories: this.project.categories.map(({ slug }) => slug), points: [] }, { query: undefined, lit: [] });
      this.isHushed = false;
    }
    this.drawnDistricts = null;
    this.map.container.removeAttribute("data-district");
  }

  /**
   * Districts coloured by a measure, the value printed on each.
   * @param {any} outlines GeoJSON @param {any} summary @param {string} measure @param {string} category
   * @param {number | null} chosen id of the district that is open: the others fade
   */
  districts(outlines, summary, measure, category, chosen) {
    this.clear();
    const rows = new Map(summary.features.map((row) => [row.id, row]));
    const bounds = boundsOf(summary, measure, category);
    const fills = colours(bounds.length);
    const style = ({ id }) => this.#districtStyle(measured(rows.get(id) ?? { count: 0, categories: {} }, measure, category), bounds, fills, chosen);
    const layer = L.geoJSON(outlines, { pane: "districts", style });
    layer.eachLayer((shape) => this.#districtEvents(shape, rows.get(shape.feature.id)));
    this.group.addLayer(layer);
    this.drawnDistricts = layer;
    this.map.container.toggleAttribute("data-district", chosen !== null);
    this.#hush(chosen === null ? layer.getLayers().map((shape) => shape.getBounds()) : []);
    if (chosen === null) this.#labelDistricts(layer, rows, measure, category);
    else this.#outlineDistrict(outlines, chosen);
  }

  /** Names of the map don't shimmer through coloured districts. @param {any[]} districts their bounds */
  #hush(districts) {
    const wants = districts.length > 0;
    if (wants === Boolean(this.isHushed)) return;
    this.isHushed = wants;
    const { leaflet } = this.map;
    this.map.basemap.keepClear(({ minX, minY, maxX, maxY }, zoom) => {
      const box = L.latLngBounds(leaflet.unproject([minX, maxY], zoom), leaflet.unproject([maxX, minY], zoom));
      return districts.some((bounds) => bounds.intersects(box));
    });
  }

  #districtStyle(value, bounds, fills, chosen) {
    const index = value === null ? -1 : classOf(value, bounds);
    const look = { color: "#ffffff", weight: 1.2, opacity: 0.95, className: "district-shape" };
    if (chosen !== null) return { ...look, color: "#8a8f98", weight: 0.8, fillOpacity: 0 };
    if (value === null) return { ...look, fillColor: "#9aa0a3", fillOpacity: 0.18, dashArray: "3 3" };
    return { ...look, fillColor: index < 0 ? "var(--surface)" : fills[index], fillOpacity: index < 0 ? 0.85 : 0.93 };
  }

  #districtEvents(shape, row) {
    if (!row) return;
    shape.on("click", () => this.fire("district", row.id));
    shape.on("mouseover", () => shape.setStyle({ weight: 2.5, color: "#0b6e7f" }).bringToFront());
    shape.on("mouseout", () => this.drawnDistricts?.resetStyle(shape));
    shape.bindTooltip(h("span", null, `${row.name} ${number(row.count)}`), { sticky: true, className: "map-tip" });
  }

  #labelDistricts(layer, rows, measure, category) {
    layer.eachLayer((shape) => {
      const row = rows.get(shape.feature.id);
      const value = row ? measured(row, measure, category) : null;
      if (!value) return;
      const text = h("span", { class: `district-value${isDark(shape.options.fillColor) ? " on-dark" : ""}` }, valueText(value, measure));
      const icon = L.divIcon({ html: text, className: "district-label", iconSize: [40, 20] });
      const marker = L.marker(middleOf(shape), { icon, pane: "labels", interactive: false, keyboard: false });
      marker.shape = shape;
      this.labels.addLayer(marker);
    });
    this.#fitLabels();
  }

  /** Values only where the district is wide enough on the screen. */
  #fitLabels() {
    this.labels.eachLayer((marker) => {
      const bounds = marker.shape.getBounds();
      const from = this.map.leaflet.latLngToContainerPoint(bounds.getNorthWest());
      const to = this.map.leaflet.latLngToContainerPoint(bounds.getSouthEast());
      const element = marker.getElement();
      if (element) element.hidden = Math.min(to.x - from.x, to.y - from.y) < LABEL_FROM_PX;
    });
  }

  #outlineDistrict(outlines, chosen) {
    const feature = outlines.features.find(({ id }) => id === chosen);
    if (!feature) return;
    const { type, coordinates } = feature.geometry;
    const outer = (type === "Polygon" ? [coordinates] : coordinates).map(([ring]) => ring.map(([lng, lat]) => [lat, lng]));
    this.outline.addLayer(L.polygon([WORLD, ...outer], { pane: "districts", interactive: false, stroke: false, fillOpacity: 1, className: "map-veil" }));
    const shape = L.geoJSON(feature, { pane: "cells", interactive: false, style: { weight: 3, fill: false, className: "map-border" } });
    this.outline.addLayer(shape);
    this.map.fit(shape.getBounds(), { maxZoom: 16 });
  }

  /** Hexagons over whatever is there. @param {any} cells @param {boolean} keep leave what lies below */
  cells(cells, keep = false) {
    if (!keep) {
      this.clear();
      this.#hush([]);
    }
    const fills = colours(cells.classes.length);
    const style = ({ properties: { count } }) => ({
      stroke: true, color: "#ffffff", weight: 1, fillColor: fills[classOf(count, cells.classes)], fillOpacity: 0.86,
    });
    const layer = L.geoJSON(cells, { pane: "cells", style });
    layer.eachLayer((shape) => shape.bindTooltip(number(shape.feature.properties.count), { sticky: true, className: "map-tip" }));
    this.group.addLayer(layer);
  }

  /** One dot a voice. @param {any} found compact points */
  dots({ categories, points }) {
    this.clear();
    this.#hush([]);
    const looks = palette(this.project.categories);
    const canvas = L.canvas({ pane: "dots", padding: 0.2 });
    for (const [id, lng, lat, category] of points) {
      const { colour } = looks.get(categories[category]) ?? NO_CATEGORY;
      L.circleMarker([lat, lng], { renderer: canvas, radius: 4.5, weight: 1.2, color: "#ffffff", fillColor: colour, fillOpacity: 0.95 })
        .on("click", () => this.fire("voice", id))
        .addTo(this.group);
    }
  }

  /** Rings of category shares. @param {any} found @param {Record<string, string>} filters */
  clusters(found, filters) {
    this.clear();
    this.voices ??= this.#makeVoices();
    this.voices.setPoints(found, { query: new URLSearchParams(filters).toString(), lit: [] });
  }

  #makeVoices() {
    const voices = new Voices(this.map, { categories: this.project.categories, api: `/api/v1/projects/${this.project.slug}/` });
    voices.on("open", (id) => this.fire("voice", id));
    voices.on("list", ({ ids }) => this.fire("voice", ids[0]));
    return voices;
  }
}

/** Whether white reads better than black on a colour. @param {string} colour #rrggbb */
function isDark(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue < 140;
}

/** Middle of the largest part of a polygon layer. */
function middleOf(shape) {
  const { type, coordinates } = shape.feature.geometry;
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  const ringArea = (ring) => Math.abs(ring.reduce((sum, [x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length];
    return sum + x * ny - nx * y;
  }, 0));
  const largest = polygons.reduce((best, one) => (ringArea(one[0]) > ringArea(best[0]) ? one : best));
  return insidePoint(largest[0]);
}

/** A point well inside a ring: middle of the widest stretch on a few horizontal cuts. */
function insidePoint(ring) {
  const ys = ring.map(([, y]) => y);
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  let best = { width: -1, lat: (low + high) / 2, lng: ring[0][0] };
  for (const part of [0.5, 0.4, 0.6, 0.3, 0.7]) {
    const lat = low + (high - low) * part;
    const cuts = ring.flatMap(([x, y], i) => {
      const [nx, ny] = ring[(i + 1) % ring.length];
      return y > lat === ny > lat ? [] : [x + ((lat - y) / (ny - y)) * (nx - x)];
    }).sort((a, b) => a - b);
    for (let i = 0; i + 1 < cuts.length; i += 2) {
      const width = (cuts[i + 1] - cuts[i]) * (part === 0.5 ? 1.15 : 1);
      if (width > best.width) best = { width, lat, lng: (cuts[i] + cuts[i + 1]) / 2 };
    }
  }
  return [best.lat, best.lng];
}
