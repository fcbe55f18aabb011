/** The map of a project: base map, area, and the focus in the middle of what the sheet leaves free. */
import { Events } from "../core/events.js";
import { L } from "../core/leaflet.js";
import { h } from "../core/dom.js";
import { addBasemap } from "./basemap.js";

const WORLD = [[-85, -400], [-85, 400], [85, 400], [85, -400]];
export const MOST_ZOOM = 19;

/** @returns {"light" | "dark"} */
export function systemTheme() {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Rings of a GeoJSON Polygon or MultiPolygon as Leaflet wants them. */
function ringsOf(geometry) {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return polygons.map((rings) => rings.map((ring) => ring.map(([lng, lat]) => [lat, lng])));
}

export class ProjectMap extends Events {
  /**
   * @param {HTMLElement} container
   * @param {{project: any, basemap: any, border?: any, insets: () => {top: number, right: number, bottom: number, left: number}}} options
   */
  constructor(container, { project, basemap, border = null, insets }) {
    super();
    Object.assign(this, { project, insets, container });
    this.leaflet = L.map(container, {
      zoomControl: false, attributionControl: false, maxZoom: MOST_ZOOM, minZoom: 8,
      zoomSnap: 0.5, zoomDelta: 1, worldCopyJump: true, keyboardPanDelta: 60, zoomAnimation: true,
    });
    const [west, south, east, north] = project.bounds;
    this.leaflet.fitBounds([[south, west], [north, east]], { animate: false });
    this.basemap = addBasemap(this.leaflet, { ...basemap, theme: "auto" });
    this.#drawArea(project.area, border);
    this.leaflet.on("move", () => this.fire("move"));
    this.leaflet.on("moveend", () => this.fire("settle"));
    container.addEventListener("keydown", (event) => this.#zoomByKey(event), true);
  }

  /**
   * Outside dimmed, the border a teal line with a glow; along the sea the coast is line enough.
   * @param {any} area @param {any} border its part on land, null where that isn't known
   */
  #drawArea(area, border) {
    const polygons = ringsOf(area);
    this.leaflet.createPane("veil").style.zIndex = "250";
    const pane = { pane: "veil", interactive: false };
    const outer = polygons.map((rings) => rings[0]);
    L.polygon([WORLD, ...outer], { ...pane, stroke: false, fillOpacity: 1, className: "map-veil" }).addTo(this.leaflet);
    const line = border ?? area;
    L.geoJSON(line, { ...pane, style: { fill: false, weight: 9, opacity: 1, className: "map-glow" } }).addTo(this.leaflet);
    L.geoJSON(line, { ...pane, style: { fill: false, weight: 2, opacity: 1, className: "map-border" } }).addTo(this.leaflet);
    this.areaBounds = L.latLngBounds(outer.flat());
  }

  /** Plus and minus zoom about the focus, not about the middle under the sheet. @param {KeyboardEvent} event */
  #zoomByKey(event) {
    const steps = { "+": 1, "=": 1, ";": 1, "-": -1, _: -1 }[event.key];
    if (!steps || event.ctrlKey || event.metaKey || event.target !== this.container) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    this.zoomBy(steps);
  }

  /** Middle of the visible part, in pixels of the container. */
  focusPoint() {
    const { top, right, bottom, left } = this.insets();
    const size = this.leaflet.getSize();
    return L.point((left + size.x - right) / 2, (top + size.y - bottom) / 2).round();
  }

  /** Where the focus stands. @returns {{lat: number, lng: number}} */
  focus() {
    return this.leaflet.containerPointToLatLng(this.focusPoint()).wrap();
  }

  get zoom() {
    return this.leaflet.getZoom();
  }

  /** Bring a place under the focus. @param {any} place @param {number} [zoom] @param {boolean} [animate] */
  moveTo(place, zoom = this.zoom, animate = true) {
    const offset = this.focusPoint().subtract(this.leaflet.getSize().divideBy(2));
    const centre = this.leaflet.unproject(this.leaflet.project(L.latLng(place), zoom).subtract(offset), zoom);
    this.leaflet.setView(centre, zoom, { animate });
  }

  /** @param {number} steps */
  zoomBy(steps) {
    this.leaflet.setZoomAround(this.focusPoint(), this.zoom + steps);
  }

  /** Show bounds in the visible part. @param {any} bounds @param {{maxZoom?: number, animate?: boolean}} [options] */
  fit(bounds, { maxZoom = 17, animate = true } = {}) {
    const { top, right, bottom, left } = this.insets();
    this.leaflet.fitBounds(bounds, {
      paddingTopLeft: [left + 24, top + 24], paddingBottomRight: [right + 24, bottom + 24], maxZoom, animate,
    });
  }

  /** What is visible between bar and sheet. */
  visibleBounds() {
    const { top, right, bottom, left } = this.insets();
    const size = this.leaflet.getSize();
    const corner = (x, y) => this.leaflet.containerPointToLatLng([x, y]);
    return L.latLngBounds(corner(left, size.y - bottom), corner(size.x - right, top));
  }

  /** A mark in the middle that says where the "here" line speaks of. @param {string} className */
  addFocusMark(className) {
    const mark = h("div", { class: className, "aria-hidden": "true" });
    this.container.append(mark);
    const place = () => {
      const { x, y } = this.focusPoint();
      mark.style.transform = `translate(${x}px, ${y}px)`;
    };
    place();
    this.on("insets", place);
    this.leaflet.on("resize", place);
    return mark;
  }
}
